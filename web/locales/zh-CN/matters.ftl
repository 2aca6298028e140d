# 事项：从反映到兑现

matters-report = 我要反映
matters-private = 只给工作人员看
matters-urgent = 紧急
matters-colon = ：
matters-number = 编号{ $number }

## 反映三步
matters-step-where = 在哪里
matters-step-what = 什么事
matters-step-check = 看一遍
matters-where-title = 在哪里发生的？
matters-where-search = 按名字找
matters-where-search-hint = 小区、社区或街道的名字，例如：桂语
matters-where-homes = 我家附近
matters-where-unit = 我家里：{ $place }
matters-where-building = 这幢楼：{ $place }
matters-where-compound = 小区公共地方：{ $place }
matters-where-community = 小区外面：{ $place }
matters-where-in = { $place }
matters-where-here = 就是{ $place }，不用再细分
matters-where-up = 返回上一层
matters-desk-filling = 您在替居民填写
matters-desk-filling-text = 记的是居民的事，经办人是您自己。
matters-what-title = 是什么事？
matters-what-place = 地点：{ $place }。
matters-change-place = 换个地方
matters-title-label = 一句话说清楚
matters-title-hint = 例如：5幢顶楼下雨就漏
matters-text-label = 多说几句
matters-text-hint = 从什么时候开始，影响到谁。不要写身份证号和别人的电话。
matters-photos-label = 照片
matters-photos-hint = 最多4张，JPG、PNG或WebP，每张不超过10兆。拍摄地点等信息会自动去掉。
matters-photos-kept = 已收下的照片，不用再选：
matters-photos-drop = 这些照片不要了
matters-private-label = 只给工作人员看
matters-private-hint = 不勾选就公开，邻居看得到事情，看不到您是谁。
matters-channel-label = 居民怎么来的
matters-channel-web = 手机填报
matters-channel-desk = 窗口代填
matters-channel-phone = 电话代填
matters-channel-open311 = 由其他系统转来
matters-line-asked = 其他系统转来时归为：{ $item }
matters-phone-label = 居民的手机号
matters-phone-hint = 用来回访和查进度，不公开。没有就空着。
matters-to-check = 下一步，看一遍
matters-check-title = 看一遍再交
matters-check-place = 地点
matters-check-what = 什么事
matters-check-text = 详细情况
matters-check-seen = 谁看得到
matters-check-private = 只有工作人员
matters-check-public = 公开，不写您的名字
matters-alike-title = 邻居可能已经反映过
matters-alike-text = 是同一件就跟着关注，有进展一起告诉您，不用再报。
matters-alike-follow = 是{ $number }这件，我来关注
matters-alike-one = 可能是同一件：{ $number }
matters-receiver-title = 交给谁
matters-receiver = 先由{ $community }的社工看，{ $days }个工作日内分流，并告诉您交给了谁。
matters-guess-council = 看起来是邻里自己商量的事，多半会交给小区议事会。
matters-guess-centre = 看起来是服务中心办的事，多半会交给{ $centre }。
matters-guess-own-desk = 看起来是社区窗口办的事，多半由社区自己办。
matters-guess-referral = 看起来归其他部门管，社工会告诉您去哪里。
matters-guess-refusal = 看起来是社区不再开具的证明，社工会告诉您该找谁。
matters-file = 交上去
matters-change = 改一改
matters-emergency-title = 有危险，先打电话
matters-emergency-text = 这里不是急救电话，社工上班才看得到。人有危险，马上打：
matters-emergency-110 = 110 报警
matters-emergency-119 = 119 火警
matters-emergency-120 = 120 急救
matters-done-title = 已经收到，{ $number }
matters-done-h1 = 已经收到
matters-done-next = 社工最晚{ $due }分流。
matters-done-told = 每走一步都会告诉您。记住编号，或者把下面这张单子印出来。
matters-done-told-desk = 请把下面这张单子印给居民。
matters-done-see = 看这件事
matters-done-another = 再填一件
matters-slip-title = 查询单
matters-slip-number = 编号
matters-slip-filed = 收到时间
matters-slip-qr = 打开这件事的二维码
matters-slip-how = 扫二维码，或者打开下面的网址，不用登录就能看进度：
matters-slip-tail = 也可以用编号加手机号后四位查。
matters-slip-secret = 拿到这张单子的人都能看，请收好。

## 列表
matters-list-title = 事项
matters-mine-title = 我的事项
matters-search = 搜编号或文字
matters-list-stages = 按进程看
matters-list-all = 全部
matters-list-triage = 待分流
matters-list-council = 协商中
matters-list-office = 办理中
matters-list-promise = 落实中
matters-list-done = 已办结
matters-list-total = 共{ $n }件
matters-list-empty = 这里还没有事项
matters-list-empty-text = 看到什么不对劲，就告诉社工。
matters-row-meta = { $place }，{ $number }
matters-track-title = 凭编号查进度
matters-track-text = 不用登录。编号在短信和查询单上。
matters-track-number = 编号
matters-track-number-hint = 例如 2026-0387
matters-track-tail = 手机号后四位
matters-track-tail-hint = 反映时留的那个手机号
matters-track-go = 查一查

## 状态
matters-state-reported = 待分流
matters-state-assigned = 已分派
matters-state-accepted = 办理中
matters-state-waiting = 等回答
matters-state-on-agenda = 已排会
matters-state-in-meeting = 开会商量
matters-state-resolved = 已通过
matters-state-executing = 落实中
matters-state-completed = 待评价
matters-state-referred = 已转告
matters-state-refused = 不予出具
matters-state-merged = 已合并
matters-state-withdrawn = 已撤回
matters-state-closed = 已办结
matters-stage-report = 提出
matters-stage-triage = 分流
matters-stage-council = 协商
matters-stage-vote = 表决
matters-stage-promise = 落实
matters-stage-office = 办理
matters-stage-rating = 评价
matters-clock-paused = 时间暂停
matters-clock-by = 最晚{ $day }
matters-clock-by-provisional = 最晚{ $day }，节假日安排还没公布，可能变动
matters-clock-late = 已超时{ $n }个工作日
matters-clock-hours = 还剩{ $n }小时
matters-clock-days = 还剩{ $n }个工作日

## 一件事
matters-verdict-kept = 说到做到
matters-verdict-done = 办好了
matters-verdict-day = { $day }完成。
matters-verdict-early = 约定{ $promised }完成，{ $done }做好，早了{ $n }天。
matters-verdict-on-time = 约定{ $promised }完成，当天做好。
matters-verdict-late = 约定{ $promised }完成，{ $done }做好，晚了{ $n }天。
matters-verdict-unsatisfied = 居民评了不满意，已经重新办过一次，不再重新办。
matters-days-used = 用了{ $n }天
matters-days-today = 今天报的
matters-days-same = 当天办完
matters-days-so-far = 到今天{ $n }天
matters-days-told-same = 当天答复
matters-days-told = 过了{ $n }天答复
matters-verdict-referred = 这件事归别处管
matters-verdict-refused = 社区不能出具
matters-verdict-withdrawn = 已经撤回
matters-asked-title = 经办人问您
matters-answer-label = 您的回答
matters-answer = 回答
matters-rate-title = 办得好不好，请您评一评
matters-rate-text = 想说的话
matters-rate-hint = 评不满意，会重新办一次，只有这一次。
matters-rate-phone-hint = 照居民在电话里说的记。评不满意，会重新办一次。
matters-rate-last = 已经重新办过一次，这次评完就办结，不再重新办。您的评价经办人看得到，也算进街道和区里看的满意率。还没弄好，请再反映一次，或者打电话给社工。
matters-rate-phone-last = 照居民在电话里说的记。已经重新办过一次，这次评完就办结。还没弄好，请替居民再报一件。
matters-rating-satisfied = 满意
matters-rating-mostly = 基本满意
matters-rating-unsatisfied = 不满意
matters-thread-title = 从提出到兑现
matters-following = 已关注
matters-follow = 有进展告诉我
matters-unfollow = 不再关注
matters-follow-sign-in = 登录后关注
matters-followers = { $n }人在关注
matters-withdraw = 撤回这件事
matters-withdraw-text = 撤回以后不再办。事情已经解决，或者报错了，可以撤回。
matters-flag = 举报不该公开的内容
matters-flag-label = 哪里不该公开
matters-flag-hint = 例如：写了别人的名字、电话。社工会看。
matters-hidden-title = （内容已隐藏）
matters-hidden-text = 这段文字没有公开。原因：{ $reason }
matters-photo-before = 照片{ $n }
matters-photo-after = 办好后照片{ $n }
matters-photo-hidden = { $caption }（已隐藏）

## 时间线
matters-event-reported = 居民提出
matters-event-taken = 有社工在看
matters-event-triaged-council = 分流：交给小区议事会
matters-event-triaged-centre = 分流：交给服务中心
matters-event-triaged-own-desk = 分流：社区自己办
matters-event-triaged-referral = 转告：归其他部门
matters-event-triaged-refusal = 答复：社区不出具
matters-event-merged = 和另一件合并
matters-event-absorbed = 并入了另一件
matters-event-unmerged = 重新分开
matters-event-accepted = 已经接手
matters-event-returned = 退回重新分流
matters-event-asked = 问反映人
matters-event-answered = 反映人回答
matters-event-extended = 延长时间
matters-event-completed = 办好了
matters-event-reopened = 重新办理
matters-event-rated-satisfied = 评价：满意
matters-event-rated-mostly = 评价：基本满意
matters-event-rated-unsatisfied = 评价：不满意
matters-event-closed = 到期没有评价，办结
matters-event-withdrawn = 反映人撤回
matters-event-hidden-text = 文字已隐藏
matters-event-hidden-photo = 照片已隐藏
matters-event-shown = 恢复公开
matters-event-overdue = 超过了约定时间
matters-event-marked-urgent = 标为紧急
matters-event-calmed = 取消紧急
matters-event-due-reckoned = 工作日历有变，约定时间跟着变
matters-event-on-agenda = 排进会议
matters-event-off-agenda = 从会议里取下
matters-event-in-meeting = 开会商量
matters-event-decided-adopted = 表决通过
matters-event-decided-not-adopted = 表决没有通过
matters-event-promised = 定下谁来做、何时做好
matters-event-promise-changed = 约定有变动
matters-event-promise-kept = 兑现：说到做到
matters-role-reporter = 居民
matters-role-resident = 居民
matters-role-social-worker = 社工经办
matters-role-grid-worker = 网格员经办
matters-role-centre-clerk = 服务中心经办
matters-role-subdistrict-officer = 街道协调
matters-role-standing-member = 理事会
matters-role-promise-owner = 负责人
matters-role-clock = 系统记录
matters-role-name = { $role } { $name }
matters-line-due = 约定最晚{ $day }。
matters-line-moved = 原定{ $before }，改到{ $after }。
matters-line-new-owner = 换了负责人。
matters-line-promise = 约定最晚{ $day }做好。
matters-line-promise-by = { $who }来办，约定最晚{ $day }做好。
matters-line-owners = 由{ $before }换成{ $after }来办。
matters-line-merged = 看{ $number }。
matters-line-absorbed = { $number }也是这件事，一起办。
matters-line-reopened = 重新办一次，原来的经办人负责。
matters-line-votes = { $for }人赞成，{ $against }人反对，{ $abstain }人弃权。
matters-line-needed = 规则要{ $n }人赞成。
matters-link-votes = 看怎么算的
matters-link-meeting = 看会议
matters-link-resolution = 看约定
matters-link-merged = 看合并后的那件
matters-link-notice = 看公开栏里的这一条
matters-next-reported = 等社工分流
matters-next-assigned-council = 等议事会答复
matters-next-assigned-centre = 等服务中心接手
matters-next-assigned-own-desk = 等社区接手
matters-next-accepted-council = 等议事会安排商量
matters-next-accepted-centre = 服务中心正在办
matters-next-accepted-own-desk = 社区正在办
matters-next-waiting = 等反映人回答
matters-next-on-agenda = 等开会商量
matters-next-in-meeting = 等表决结果
matters-next-resolved = 等定下谁来做
matters-next-executing = 等兑现
matters-next-completed = 等反映人评价

## 为什么
matters-why-title-council = 为什么交给议事会
matters-why-title-centre = 为什么交给服务中心
matters-why-title-own-desk = 为什么社区自己办
matters-why-title-referral = 为什么归别处管
matters-why-title-refusal = 为什么不出具
matters-why-words = 原话里提到了：{ $words }。
matters-why-item = 对应事项：{ $item }。
matters-why-council = 这是邻里自己商量的事（居务），归“{ $kind }”。
matters-why-no-council = 这里还没有议事会成员接手，先由社工牵头。
matters-why-centre = “{ $item }”由{ $centre }统一办理。
matters-why-own-desk = “{ $item }”留在社区窗口办。
matters-why-own-desk-plain = 社区自己就能办。
matters-why-referral = “{ $item }”归{ $where }，请找那里。
matters-why-referral-plain = 这件事归{ $where }，请找那里。
matters-why-refusal = “{ $item }”按国家规定社区不再出具。可以这样办：{ $where }。

## 分流台
matters-triage-title = 分流台
matters-triage-search = 搜编号、原话
matters-triage-empty = 这一栏没有事项
matters-triage-empty-text = 换一栏看看，或者歇一歇。
matters-queues = 队列
matters-queue-label = 队列
matters-item-label = 这件事
matters-back-to-queue = 返回队列
matters-queue-new = 待分流
matters-queue-mine = 我的
matters-queue-soon = 快超时
matters-queue-returned = 退回
matters-queue-callback = 待回访
matters-queue-all = 全部
matters-suggest-label = 建议
matters-no-suggestion = 没有把握，不给建议
matters-no-suggestion-text = 请按原话和现场情况，从下面选一条路。
matters-suggest-centre = 送到{ $centre }
matters-suggest-due = 最晚{ $day }答复或办好
matters-suggest-at-once = 当场告诉居民，不用等
matters-adopt = 采纳
matters-or-else = 或者改走
matters-way-council = 居民事项
matters-way-council-hint = 交小区议事会
matters-way-centre = 区域服务中心
matters-way-centre-hint = 上浮的事项
matters-way-own-desk = 社区自己办
matters-way-own-desk-hint = 留在社区的事项
matters-way-referral = 转有关部门
matters-way-referral-hint = 写明部门
matters-way-refusal = 不该开的证明
matters-way-refusal-hint = 说明去哪里办
matters-pick-kind = 归哪一类
matters-pick-item = 对应哪个事项
matters-pick-none = 请选择
matters-department = 归哪个部门
matters-department-hint = 上面没有对应事项时，写部门名称和电话。
matters-send-note = 想告诉居民的话
matters-send-to = 送出：{ $way }
matters-take = 我来看这件
matters-merge = 合并
matters-unmerge = 重新分开
matters-keys-move = 下一件、上一件
matters-keys-adopt = 采纳建议
matters-keys-ways = 五条路
matters-keys-advice = 建议只供参考，要人点头才会送出
matters-fact-place = 地点
matters-fact-reporter = 反映人
matters-fact-phone = 回电
matters-contact-unreadable = 读不出来
matters-fact-filed = 收到
matters-fact-how = 怎么办
matters-to-procedure = 走程序：{ $how }
matters-how-route = 法定程序：{ $route }
matters-reporter-none = 没有账号，只留了电话或口头反映
matters-reporter-public = { $name }（公开页面不显示）
matters-reporter-private = { $name }（只给工作人员看）
matters-do-urgent = 标为紧急
matters-do-calm = 取消紧急
matters-urgent-label = 为什么
matters-urgent-hint = 居民看得到原因。紧急的排在每张待办单的最前面。
matters-flash-urgent = 记下了。
matters-note-own = 备注，只有工作人员看得到
matters-note-add = 写备注
matters-note-label = 备注
matters-note-save = 记下
matters-flagged = 有人举报
matters-moderate = 隐藏不该公开的内容
matters-hidden-because = 现在隐藏着。原因：{ $reason }
matters-hide-reason = 隐藏的原因
matters-hide-hint = 原因会公开，原文留存。
matters-hide-what = 隐藏什么
matters-hide-text = 标题和文字
matters-hide = 隐藏
matters-show = 恢复公开

## 办理
matters-desk-centre = 服务中心窗口
matters-desk-council = 议事会的事项
matters-desk-others = 其他理事负责的
matters-desk-new = 待接手
matters-desk-doing = 在办
matters-desk-done = 办结
matters-desk-all = 全部
matters-desk-empty = 这一栏没有事项
matters-desk-empty-text = 有新的会在这里出现，也会告诉您。
matters-steps-label = 下一步
matters-steps-none = 现在没有要您做的事，轮到您时会告诉您。
matters-kept = 您刚才写的字（可以复制）
matters-do-accept = 接手
matters-do-complete = 办好了
matters-complete-label = 做了什么，结果怎样
matters-complete-hint = 居民会看到，说清楚，不用套话。
matters-after-photos = 办好后的照片
matters-take-back-text = 会上没有定下来，可以先拿回来，再找时间商量。
matters-do-take-back = 拿回理事会
matters-do-ask = 问居民
matters-ask-label = 要问什么
matters-ask-hint = 等回答时时间暂停，大家看得到在等什么。
matters-do-extend = 延长时间
matters-extend-until = 改到哪一天
matters-extend-label = 为什么
matters-extend-hint = 要在到期前申请，居民看得到原因。
matters-do-return = 退回
matters-return-reason = 退回原因
matters-return-label = 说明
matters-return-hint = 写清楚为什么办不了。退回两次以后由街道定。
matters-return-suggested = 建议交给谁
matters-return-not-ours = 不归我们管
matters-return-wrong-item = 事项选错了
matters-return-more-facts = 情况不清楚
matters-return-duplicate = 重复的事
matters-return-other = 其他
matters-do-answer-for = 记下居民的回答
matters-answer-for-label = 居民怎么说
matters-callback-title = 回访

## 刚做完
matters-flash-following = 关注了，有进展会告诉您。
matters-flash-answered = 回答已经送到。
matters-flash-withdrawn = 已经撤回。
matters-flash-rated = 谢谢您的评价。
matters-flash-rated-last = 记下了，这件事办结。还没弄好，请再反映一次，或者打电话给社工。
matters-flash-reopened = 已经重新打开，原来的经办人会再办一次。
matters-flash-flagged = 谢谢，社工会看。
matters-flash-sent = { $number }已送出：{ $where }。
matters-flash-taken = 已记下，您在看这件。
matters-flash-merged = 已并入{ $number }。
matters-flash-unmerged = 已经分开。
matters-flash-noted = 备注已记下。
matters-flash-note-empty = 备注是空的，没有记。
matters-flash-hidden = 已经隐藏，原文留存。
matters-flash-shown = 已经恢复公开。
matters-flash-accept = 已接手，居民看得到。
matters-flash-return = 已退回重新分流。
matters-flash-take-back = 已拿回，可以再排进会议。
matters-flash-ask = 问题已送给居民，时间暂停。
matters-flash-extend = 时间已延长，居民看得到原因。
matters-flash-complete = 已办好，等居民评价。

## 通知
matters-told-received = 收到您反映的“{ $title }”，编号{ $number }，社工会在{ $days }个工作日内分流。
matters-told-marked-urgent = “{ $title }”（{ $number }）标为紧急，请马上看。
matters-told-calmed = “{ $title }”（{ $number }）不再标为紧急。
matters-told-urgent = { $number }可能有危险，请马上看。
matters-told-way-council = “{ $title }”（{ $number }）交给了小区议事会。
matters-told-way-centre = “{ $title }”（{ $number }）交给了服务中心。
matters-told-way-own-desk = “{ $title }”（{ $number }）由社区自己办。
matters-told-way-referral = “{ $title }”（{ $number }）归其他部门管，去哪里已写明。
matters-told-way-refusal = “{ $title }”（{ $number }）社区不能出具，该找谁已写明。
matters-told-yours = “{ $title }”（{ $number }）交给您了。
matters-told-accepted = “{ $title }”（{ $number }）已经有人接手。
matters-told-returned = “{ $title }”（{ $number }）被退回，等您分流。
matters-told-asked = 关于“{ $title }”（{ $number }），经办人有话问您。
matters-told-answered = “{ $title }”（{ $number }）的反映人回答了。
matters-told-extended = “{ $title }”（{ $number }）延长了时间，原因已写明。
matters-told-completed = “{ $title }”（{ $number }）办好了，请您评一评。
matters-told-rated = “{ $title }”（{ $number }）收到了评价。
matters-told-reopened = “{ $title }”（{ $number }）评了不满意，请再办一次。
matters-told-withdrawn = “{ $title }”（{ $number }）反映人撤回了。
matters-told-merged = 您反映的“{ $title }”（{ $number }）和{ $into }是一件事，一起办，进展照样告诉您。
matters-told-unmerged = 您反映的“{ $title }”（{ $number }）重新单独办。
matters-told-overdue = “{ $title }”（{ $number }）超过了约定时间。
matters-told-flagged = 有人觉得{ $number }有不该公开的内容，请看一看。
matters-told-hidden = “{ $title }”（{ $number }）有内容被隐藏，原因已写明。
matters-told-on-agenda = “{ $title }”（{ $number }）排进了会议：{ $meeting }。
matters-told-adopted = “{ $title }”（{ $number }）表决通过了。
matters-told-not-adopted = “{ $title }”（{ $number }）表决没有通过。
matters-told-promised = “{ $title }”（{ $number }）定下了谁来做、何时做好。
matters-told-promise-changed = “{ $title }”（{ $number }）的约定有变动。
matters-told-promise-moved = “{ $title }”（{ $number }）的约定有变动：{ $what }，现在由{ $who }来办，最晚{ $day }办好。
matters-told-promise-kept = “{ $title }”（{ $number }）做好了，请您评一评。

## 不能这样
matters-refused-changed-meanwhile = { $who ->
    [none] 这件事刚有变化
   *[other] { $who }刚处理过这件事
  }（{ $what ->
    [triaged] 已经分流
    [taken] 已经有人在看
    [merged] 已经合并
    [absorbed] 并入了另一件
    [accepted] 已经接手
    [returned] 已经退回
    [asked] 问了反映人
    [answered] 反映人回答了
    [extended] 延长了时间
    [completed] 已经办好
    [rated] 已经评价
    [withdrawn] 反映人撤回了
   *[other] 有新的进展
  }）。您写的字还在，请看看新的情况再定。
matters-refused-not-now = 这件事走到这一步，不能再这样做了。
matters-refused-not-yours = 这件事现在不归您办。
matters-refused-text-too-long = “多说几句”最多{ $n }个字，请写短一点。写的都还在。
matters-refused-no-title = 请用一句话说清楚，最多{ $n }个字。
matters-refused-no-place = 请选到社区、小区或者哪一幢。
matters-refused-no-reason = 请写几个字。
matters-refused-no-result = 请写清楚做了什么。
matters-refused-no-item = 请选一个事项。
matters-refused-item-goes-elsewhere = 这个事项不走这条路，请换一个事项或者换一条路。
matters-refused-no-kind = 请选归哪一类。
matters-refused-no-centre = 现在没有开放的服务中心。
matters-refused-no-department = 请写清楚归哪个部门。
matters-refused-returned-often = 已经退回过两次，由街道定了，不能再退。
matters-refused-too-late = 已经到期，不能再延长。
matters-refused-not-later = 请选一个更晚的日子。
matters-refused-too-far = 几次延长加起来最多{ $days }天。
matters-refused-same-matter = 这就是同一件，不用合并。
matters-refused-merge-closed = 那一件已经结束，不能并进去。
matters-refused-merge-privacy = 一件公开、一件不公开，不能合并。
matters-refused-other-community = 那一件在别的社区，不能合并。
matters-refused-form-used = 这张表已经用过，请重新填一张。
matters-refused-not-found = 没有找到这个编号。
matters-refused-wrong-tail = 编号和手机号后四位对不上，请再看看。
matters-refused-too-many-tries = 试得太多了，请过一会儿再试，或者打电话给社工。
matters-refused-too-many-reports = 一小时内报得太多了，请过一会儿再报。
matters-refused-photo-quota = 一天最多传{ $n }张照片，今天的传满了。明天再传，或者不带照片先交。
matters-refused-photo-too-many = 照片最多{ $n }张。
matters-refused-photo-too-large =
    { $which ->
        [0] 每张照片不能超过{ $n }兆。
       *[other] 第{ $which }张太大：每张不能超过{ $n }兆。能用的都留下了。
    }
matters-refused-photo-too-wide =
    { $which ->
        [0] 这张照片尺寸太大，请缩小再传。
       *[other] 第{ $which }张照片尺寸太大，请缩小再传。能用的都留下了。
    }
matters-refused-photo-kind =
    { $which ->
        [0] 只收JPG、PNG和WebP照片。
       *[other] 第{ $which }张：只收JPG、PNG和WebP照片。能用的都留下了。
    }
matters-refused-photo-broken =
    { $which ->
        [0] 这张照片打不开，可能没有传完，请重新选。
       *[other] 第{ $which }张照片打不开，可能没有传完，请重新选这一张。能用的都留下了。
    }
matters-refused-bad-phone = 手机号不对，请再看看。
matters-refused-already-flagged = 您已经举报过了，社工会看。
matters-role-party-reviewer = 社区党组织
matters-event-pre-studied-agree = 先行研究：同意提交商议
matters-event-pre-studied-amend = 先行研究：改一改再商议
matters-event-pre-studied-not-yet = 先行研究：暂不提交商议
matters-told-pre-studied = “{ $title }”（{ $number }）已由社区党组织先行研究。
matters-flash-pre-studied = 记下了，写进了事项的经过。
matters-study-title = 先行研究
matters-study-hint = 居民商议重要事情之前，由社区党组织先研究，意见公开。
matters-study-opinion = 研究意见
matters-study-agree = 同意提交商议
matters-study-amend = 改一改再商议
matters-study-not-yet = 暂不提交
matters-study-text = 理由和建议
matters-study-send = 记下意见
matters-event-decision-voided = 表决作废，回到议事会
matters-link-voided = 看作废的理由
matters-told-decision-voided = “{ $title }”（{ $number }）的表决作废了，事情回到议事会手里。

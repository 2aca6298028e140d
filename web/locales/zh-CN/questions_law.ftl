# 决定的规则：谁来定，按哪一条
questions-decision-deliberation = 协商意见
questions-decision-residents-assembly = 居民会议（18岁以上居民）
questions-decision-household-delegates = 居民会议（户代表）
questions-decision-representatives = 居民代表会议
questions-decision-residents-election = 居民选举
questions-decision-residents-election-again = 居民选举，重新投票
questions-decision-village-assembly = 村民会议（18岁以上村民）
questions-decision-village-households = 村民会议（户代表）
questions-decision-village-representatives = 村民代表会议
questions-decision-owners-ordinary = 业主共同决定，一般事项
questions-decision-owners-special = 业主共同决定，特别事项
questions-decision-owners-all = 有利害关系的业主一致同意
questions-decision-owners-committee = 业主委员会
questions-law-kicker-deliberation = 表决，记名，只作协商意见
questions-law-kicker-residents-law = 居民表决，记名，按法律算数
questions-law-kicker-owners-law = 业主表决，记名，按面积和人数两头算
questions-law-source = 依据：{ $source }
questions-law-who = 谁来决定：{ $decision }
questions-law-call-second = 第二次召集：上一次参加的人不够。要求和上一次一样。
questions-law-advice = 这是协商意见，法律没有给它约束力，不代替居民会议、村民会议或者业主共同决定。动用维修资金，还要走业主共同决定。
questions-law-binds-residents-law = 这是居民的决定，对本社区居民有效。不得违反法律，不得侵犯居民的人身、民主和财产权利。
questions-law-binds-owners-law = 业主的决定，对全体业主有约束力。侵害了您的合法权益，您可以在一年内请法院撤销。
questions-law-online-note = 网上投票是不是法定方式，由区里确定；没有确定的，请同时走规定的平台或书面表决。
questions-law-title = 谁来决定，按哪一条
questions-law-lead = 三套规则分开算，从不混用：协商、居民的法、业主的法。“以上”“达到”包括本数，“过半”不包括。弃权算参加，不算同意。
questions-law-table = 要多少人参加，要多少人同意
questions-law-body = 谁来定
questions-law-quorum = 参加
questions-law-pass = 同意
questions-law-article = 条文
questions-law-second-title = 人不够怎么办
questions-law-second-text = 可以再召集一次。法律没有说第二次可以少要人，所以要求和第一次一样。协商会的人数由议程模板自己定。
questions-law-heads-title = 业主怎么算面积和人数
questions-law-heads-text = 面积以不动产登记为准，算到0.01平方米。车位、车库登记成专有部分的才算，没有登记的不算。一个房号算一人；一个业主有几套，算一人；没卖掉、没交付的，都归开发商，一共算一人；几个人共有一套的，推选一人投票，算一人。名册和面积在开放时固定。
questions-law-own-quorum = 议程模板定
questions-law-quorum-more-half-present = 过半数到会
questions-law-quorum-more-half-cast = 过半数投票
questions-law-quorum-two-thirds-present = 三分之二以上到会
questions-law-quorum-two-thirds-cast = 面积和人数都有三分之二以上参加
questions-law-quorum-none = 全体
questions-law-pass-simple = 议程模板定
questions-law-pass-third-cast = 票多的，不少于投票的三分之一
questions-law-pass-absolute-present = 到会的过半数
questions-law-pass-absolute-cast = 投票的过半数
questions-law-pass-absolute-entitled = 全体成员过半数
questions-law-pass-owners-absolute = 参加的面积和人数都过半
questions-law-pass-owners-three-quarters = 参加的面积和人数都到四分之三以上
questions-law-pass-all-entitled = 一个不少

# 双重计算
questions-weighed-title = 两头算：面积和人数
questions-weighed-what = 项目
questions-weighed-area = 面积（平方米）
questions-weighed-heads = 人数
questions-weighed-entitled = 全体业主
questions-weighed-cast = 参加表决
questions-weighed-needed-quorum = 至少要参加
questions-weighed-needed = 至少要同意
questions-step-owners-part-area = 面积：参加表决的{ $cast }平方米，全体{ $entitled }平方米。规则要达到{ $share ->
    [half] 一半
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}，{ $enough ->
    [yes] 够了。
   *[no] 不够。
}
questions-step-owners-part-heads = 人数：参加表决的{ $cast }人，全体{ $entitled }人。规则要达到{ $share ->
    [half] 一半
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}，{ $enough ->
    [yes] 够了。
   *[no] 不够。
}
questions-step-owners-consent-area = 面积：同意的{ $ayes }平方米，参加的{ $cast }平方米。规则要{ $word ->
    [more] 超过
   *[reach] 达到
}{ $share ->
    [half] 一半
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}，{ $enough ->
    [yes] 够了。
   *[no] 不够。
}
questions-step-owners-consent-heads = 人数：同意的{ $ayes }人，参加的{ $cast }人。规则要{ $word ->
    [more] 超过
   *[reach] 达到
}{ $share ->
    [half] 一半
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}，{ $enough ->
    [yes] 够了。
   *[no] 不够。
}
questions-sum-owners-part-area = { $denominator } × { $cast } = { $left } { $sign } { $numerator } × { $entitled } = { $right }
questions-sum-owners-part-heads = { $denominator } × { $cast } = { $left } { $sign } { $numerator } × { $entitled } = { $right }
questions-sum-owners-consent-area = { $denominator } × { $ayes } = { $left } { $sign } { $numerator } × { $cast } = { $right }
questions-sum-owners-consent-heads = { $denominator } × { $ayes } = { $left } { $sign } { $numerator } × { $cast } = { $right }
questions-step-owners-both = 面积和人数都够了，通过。弃权的算参加，不算同意。
questions-step-owners-not-both = 面积和人数要都够才通过，这次没有都够，没有通过。弃权的算参加，不算同意。
questions-step-owners-too-few = 面积和人数要都够，表决才有效。这次不够，无效；可以再召集一次，要求不变。
questions-verdict-rule-owners = 规则要求面积和人数都够。

# 不能这样做
questions-law-refused-other-rule = 这种会的参加人数和通过比例由法律定，不能另定。请检查议程模板。
questions-law-refused-second-call = 只有上一次因为人数不够而无效，才能按同样的规则再召集一次。
questions-law-refused-no-areas = 业主表决的名册要有每户的面积和人数，别的表决不要面积。
questions-law-refused-no-area = { $unit }还没有面积，请先在房屋名册里补上。
questions-law-refused-no-owner = { $unit }还没有登记业主，请先登记。
questions-law-refused-no-voter = { $unit }是几个人共有的，请先记下推选谁来投票。
questions-law-refused-no-developer = { $unit }没有卖出或交付，请先记下开发商由谁来投票。

# 三套规则
questions-system-deliberation = 协商（没有约束力）
questions-system-residents-law = 居民的法
questions-system-owners-law = 业主的法

# 业主名册
questions-owners-title = 业主名册：面积和投票人
questions-owners-units = 房屋
questions-owners-ready = 已经齐的
questions-owners-missing = 还缺的
questions-owners-voter = 投票人
questions-owners-save = 记下投票人
questions-owners-flash = 记下了。
questions-owners-unit = 房号
questions-owners-kind = 种类
questions-owners-kind-home = 房屋
questions-owners-kind-parking = 车位、车库（已登记）
questions-owners-apart = 不计的车位、车库
questions-owners-apart-text = 名册上没有登记面积的车位、车库不是专有部分，不算面积，也不算人数。登记成专有部分以后，把登记的面积补进房屋名册就会算上。
questions-owners-ready-table = 可以进名册的
questions-law-refused-same-meeting = 参加的人不够，这次没有议成。要再表决，另开一次会，按期通知；到那次会上，控制台会给出“再表决一次”。
questions-law-first-call = 看第一次的结果
questions-owners-line = 业主表决前，先把面积补齐；共有的、还没卖出的房子，记下由谁投票。
questions-owners-ask = 几个人共有的、还没卖出的房子由谁投票，请社工先登记，登记好了才能开始投票。
questions-law-refused-one-building = 住宅改为经营用房，由那一幢楼的业主同意，请选这一幢楼。别的楼的业主能证明受影响的，由社工另加进名册。
questions-harm-title = 别的楼受影响的业主
questions-harm-line = 住宅改为经营用房，要有利害关系的业主都同意：本幢的业主都算；别的楼的业主，要证明自己的房子或者生活受影响。投票开始前加进名册，写明凭什么。
questions-harm-none = 还没有加。
questions-harm-add = 加一位业主
questions-harm-who = 哪一位业主
questions-harm-reason = 证明了什么影响
questions-harm-reason-hint = 例如：油烟口正对着卧室窗，有照片。
questions-harm-save = 加进名册
questions-harm-drop = 从名册去掉
questions-harm-dropped = 去掉了。
questions-harm-building = 请选一幢楼
questions-harm-ask = 别的楼的业主能证明受影响的，请社工在投票开始前加进名册。
questions-harm-refused-no-reason = 请写明这位业主证明了什么影响。
questions-harm-refused-long = 理由最多200个字。
questions-harm-refused-not-an-owner = 这位不是本小区的业主。
questions-harm-refused-opened = 投票已经开始，名册不能再改。
questions-harm-refused-there = 这位已经在名册里。
questions-item = 业主要决定的是哪一项
questions-item-hint = 只有业主共同决定才选（民法典第278条）。第6、7、8项走特别程序，别的走一般程序。
questions-item-none = 不是业主共同决定
questions-item-refused-none = 业主共同决定，请选是民法典第278条的哪一项。
questions-item-refused-ordinary = 民法典第278条第（{ $item }）项按一般事项表决，请选“业主共同决定（一般事项）”。
questions-item-refused-special = 民法典第278条第（{ $item }）项要四分之三同意，请选“业主共同决定（特别事项）”。
questions-item-1 = (1) 制定、修改业主大会议事规则
questions-item-2 = (2) 制定、修改管理规约
questions-item-3 = (3) 选举业主委员会、更换委员
questions-item-4 = (4) 选聘、解聘物业公司
questions-item-5 = (5) 使用维修资金
questions-item-6 = (6) 筹集维修资金
questions-item-7 = (7) 改建、重建房屋和附属设施
questions-item-8 = (8) 改变共有部分的用途，或者用来经营
questions-item-9 = (9) 共有和共同管理的其他重大事项

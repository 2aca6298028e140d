# 表决：投票、回执、结果
questions-choice-for = 赞成
questions-choice-against = 反对
questions-choice-abstain = 弃权
questions-not-cast = 没投
questions-people = { $n }人
questions-person-unit = 人

# 投票页
questions-ballot-title = 投票
questions-kicker = 表决，记名，只作协商意见
questions-choose-one = 请选一项
questions-next = 下一步
questions-next-hint = 下一步还要请您确认一次
questions-now-counts = 您现在的票：{ $choice }。截止前可以改。
questions-left = 还剩
questions-time-left = { $minutes ->
    [0] { $seconds }秒
   *[other] { $minutes }分{ $seconds }秒
}
questions-back-to-meeting = 回到会议
questions-back-to-ballot = 回去再选
questions-confirm-title = 请确认
questions-you-choose = 您选择
questions-changeable = 投票截止前，可以修改。
questions-cast = 确认，投出这一票
questions-think-again = 再想想
questions-cast-sending = 正在送出，请稍等。
questions-cast-cannot = 系统现在记不下票。您的选择还在，过一会儿自动再送，不会重复计票。
questions-cast-waiting = 这一票还没有投成，还在这台设备上。您按了确认，才会送出。
questions-cast-waiting-sealed = 这一票还没有投成，封好了，还在这台设备上。您按了确认，才会送出。记不清选了什么，就按“再想想”，重新选。
questions-cast-sealed = 封好的一票
questions-cast-stopped = 不再送了。刚才那一次可能已经送到。
questions-cast-look = 看看送到没有
questions-cast-dropped = 没有送出。您可以再选。

# 回执
questions-receipt-title = 投票回执
questions-received = 已收到您的票
questions-you-voted = 您投了{ $choice }
questions-code-use = 结果公布后，在名单里找到这串码，就知道您的票算进去了。
questions-change = 修改我的选择

# 还不能投、不能再投
questions-notice-draft = 还没开始投票
questions-notice-open = 正在投票
questions-notice-closed = 投票已截止，结果待公布
questions-notice-shut = 投票已截止，票箱没有打开
questions-notice-published = 结果已公布
questions-notice-not-yet = 主持人开放后，您就可以投票。
questions-notice-may-vote = 您在名册上，可以投票，截止前可以改。
questions-notice-shown-by = 主持人不公布，散会时或{ $at }会自动公布。
questions-go-vote = 去投票
questions-go-receipt = 看我的回执
questions-go-result = 看结果

# 结果页
questions-result-title = 表决结果
questions-published = 表决结果，{ $at }公布
questions-meeting = 会议
questions-verdict-passed = 通过
questions-verdict-failed = 未通过
questions-verdict-no-quorum = 人数不够，无效
questions-verdict-counts = { $ayes }人赞成，{ $noes }人反对。
questions-verdict-rule-share = 规则要求赞成至少{ $needed }人。
questions-verdict-rule-simple = 规则要求赞成的比反对的多。
questions-verdict-rule-quorum = 规则要求至少{ $quorum }人参加。
questions-how-voted = 怎么投的
questions-base-cast = 以投票{ $n }人计
questions-base-present = 以到会{ $n }人计
questions-base-entitled = 以名册{ $n }人计
questions-unvoted-present = 到会没投
questions-unvoted-entitled = 名册上没投
questions-pass-line = 通过线：{ $n }人
questions-step-by-step = 一步一步算
questions-turnout = 多少人投了
questions-turnout-entitled = 名册
questions-turnout-present = 到会
questions-turnout-cast = 投票
questions-turnout-not-cast = 没投
questions-one-each = 每人只算一票；改过的，只算最后一次。
questions-present-means = 到会的，是来会场签到的，加上没来、但在手机上或用纸投了票的。
questions-who-does-it = 接下来谁来办
questions-carried-by = 承办
questions-done-by = { $day }前办好
questions-follow = 看看办到哪一步
questions-no-promise-yet = 还没定下谁来办。会议定了以后，写在这里。
questions-matter = 来自事项{ $number }
questions-names = 谁怎么投的
questions-names-for-roll = 只有名册上的人看得到这份名单。
questions-names-hidden = 谁怎么投的，只有名册上的人登录后看得到。
questions-name = 名字
questions-name-choice = 选择
questions-name-code = 投票码
questions-advice = 这是协商意见，不代替业主大会或者居民会议的表决。动用维修资金，还要走业主共同决定。

# 一步一步算
questions-step-quorum-none = 这次表决不要求最少人数。名册{ $entitled }人，{ $took_part }人投了票。
questions-step-quorum-met = 名册{ $entitled }人，{ $counts ->
    [present] 到会
   *[cast] 投票
}{ $took_part }人。规则要{ $word ->
    [more] 超过
   *[reach] 达到
}名册的{ $share ->
    [half] 一半
    [third] 三分之一
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}，就是至少{ $needed }人。人数够了，表决有效。
questions-step-quorum-missed = 名册{ $entitled }人，{ $counts ->
    [present] 到会
   *[cast] 投票
}{ $took_part }人。规则要{ $word ->
    [more] 超过
   *[reach] 达到
}名册的{ $share ->
    [half] 一半
    [third] 三分之一
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}，就是至少{ $needed }人。人数不够，表决无效。
questions-sum-quorum-met = { $numerator ->
    [1] { $entitled } ÷ { $denominator } = { $exact }，{ $took_part } { $sign } { $exact }
   *[other] { $entitled } × { $numerator } ÷ { $denominator } = { $exact }，{ $took_part } { $sign } { $exact }
}
questions-sum-quorum-missed = { $numerator ->
    [1] { $entitled } ÷ { $denominator } = { $exact }，{ $took_part } { $sign } { $exact }
   *[other] { $entitled } × { $numerator } ÷ { $denominator } = { $exact }，{ $took_part } { $sign } { $exact }
}
questions-step-need-simple = 规则：赞成的比反对的多，就通过；一样多，不通过。弃权的两边都不算。
questions-step-need-share = 规则：赞成要{ $word ->
    [more] 超过
   *[reach] 达到
}{ $base ->
    [cast] 投票人数
    [present] 到会人数
   *[entitled] 名册人数
}的{ $share ->
    [half] 一半
    [all] 全部
    [third] 三分之一
    [two-thirds] 三分之二
    [three-quarters] 四分之三
   *[other] { $denominator }分之{ $numerator }
}。{ $base ->
    [cast] 投票
    [present] 到会
   *[entitled] 名册
}{ $base_count }人，所以至少{ $needed }人。
questions-sum-need-share = { $numerator ->
    [1] { $base_count } ÷ { $denominator } = { $exact }，至少{ $needed }
   *[other] { $base_count } × { $numerator } ÷ { $denominator } = { $exact }，至少{ $needed }
}
questions-step-simple-passed = 赞成{ $ayes }人，反对{ $noes }人，赞成的多{ $margin }人，通过。
questions-step-simple-tie = 赞成{ $ayes }人，反对{ $noes }人，一样多，没有通过。
questions-step-simple-failed = 赞成{ $ayes }人，反对{ $noes }人，赞成的少{ $margin }人，没有通过。
questions-step-share-passed = { $margin ->
    [0] 赞成{ $ayes }人，正好够{ $needed }人，通过。弃权的也算在总人数里。
   *[other] 赞成{ $ayes }人，比{ $needed }人多{ $margin }人，通过。弃权的也算在总人数里。
}
questions-step-share-failed = 赞成{ $ayes }人，比{ $needed }人少{ $margin }人，没有通过。弃权的也算在总人数里。
questions-sum-simple-passed = { $ayes } > { $noes }
questions-sum-simple-tie = { $ayes } = { $noes }
questions-sum-simple-failed = { $ayes } < { $noes }
questions-sum-share-passed = { $ayes } ≥ { $needed }
questions-sum-share-failed = { $ayes } < { $needed }

# 不能这样做
questions-refused-not-open = 现在不能投票：还没开放，或者已经截止。
questions-refused-time-over = 投票时间到了，这一票没有记下。
questions-refused-not-on-roll = 您不在这次表决的名册上，可以看，不能投。
questions-refused-other-channel = 您已经用别的方式投过票了，这里不能再投。
questions-refused-no-choice = 请先选一项。
questions-refused-unknown-choice = 没有这个选项，请重新选。
questions-refused-stale = 您在别处已经投了{ $choice }，这一票没有盖掉它。要改，请再选一次。
questions-refused-ahead = 页面和记录对不上，这一票没有记下。请再选一次。
questions-refused-other-manifest = 这一票投的是另一个题目，没有记下。请看清题目再选。
questions-refused-send-id-taken = 这一票没有记下，请再投一次。
questions-refused-bad-send-id = 这一票没有记下，请刷新页面再投。
questions-refused-cannot-record = 系统现在记不下票，您的选择还在。请过一会儿再按一次，不会重复计票。
questions-refused-not-draft = 这个题目已经开放过了。
questions-refused-another-open = 还有一个题目正在投票，先截止那一个。
questions-refused-empty-roll = 名册上没有人，不能开放投票。
questions-refused-double-roll = 名册上有人重复，请先改好名册。
questions-refused-no-text = 请写下要表决的题目。
questions-refused-text-long = 题目太长了，最多200个字。
questions-refused-bad-rule = 这个表决规则用不了，请检查议程模板。
questions-refused-closes-in-past = 截止时间已经过了，请重新定。
questions-refused-already-closed = 投票已经截止，不能再打开。
questions-refused-not-opened = 投票还没开放。
questions-refused-not-closed = 投票还没截止，没有结果可以公布。
questions-refused-not-published = 结果还没公布。
questions-refused-roll-only = 只有名册上的人能看名单。
questions-told-published = 表决结果公布了：{ $text }

# 读出来
questions-say-question = 请您表决：{ $text }
questions-say-options = 可以选：{ $options }。
questions-say-chosen = 您选了{ $choice }，还没有投出去。
questions-say-confirm = 您选择：{ $choice }。要投出去，请按确认。
questions-say-code = 投票码，一个一个念：{ $code }。
questions-say-comma = ，
questions-aloud = 打开投票页，就读给我听
questions-aloud-hint = 旁边的人也听得见。只记在这台手机上。
questions-notice-voided = 这次表决已作废
questions-links = 记录和疑问
questions-out = { $names }回避了这件事，这{ $out }人不在这次的名册上，所以名册上是{ $n }人。

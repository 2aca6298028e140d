# 各种投票方式：怎么投、怎么算
questions-way-to-vote-for-against = 赞成、反对、弃权
questions-way-to-vote-single = 选一项
questions-way-to-vote-several = 选几项
questions-way-to-vote-dots = 贴点
questions-way-to-vote-score = 打分
questions-way-to-vote-ranked = 排先后
questions-way-to-vote-money = 分一笔钱
questions-way-to-vote-roll-call = 点名表决

# 投票页
questions-ways-single-hint = 选一项。
questions-ways-several-hint = { $least ->
    [1] 最多选{ $most }项。
   *[other] 选{ $least }到{ $most }项。
}
questions-ways-money-hint = 觉得该办的都勾上，最多{ $most }项。一共有{ $budget }元。
questions-ways-dots-hint = 您有{ $dots }个点，想给哪项就给哪项，一项最多{ $most }个。
questions-ways-score-hint = 每项打0到{ $most }分。不打的，算0分。
questions-ways-ranked-hint = 最想要的选第1，再选第2、第3。可以一样；没选的，排在最后。
questions-ways-abstain = 参加了，哪项都不选
questions-ways-clear = 不弃权，我来选
questions-ways-none = 不选
questions-ways-dots-n = { $n }个点
questions-ways-points-n = { $n }分
questions-ways-place-n = 第{ $n }
questions-ways-cost = { $yuan }元
questions-ways-your-vote = 您的选择
questions-ways-told = 您的票：{ $choice }
questions-ways-unranked = 没排的
questions-ways-options = 选项
questions-ways-no-script-hint = 按“下一步”，先给您看一遍再投。

# 不能这样投
questions-ways-refused-too-few = 选少了，至少要选{ $least }项。
questions-ways-refused-too-many = 选多了，最多选{ $most }项。请去掉几项。
questions-ways-refused-dots-over = 点用多了，一共只有{ $dots }个。请减几个。
questions-ways-refused-dots-one = 一项最多给{ $most }个点。
questions-ways-refused-number = 请填数字。
questions-ways-refused-score = 最高{ $most }分。
questions-ways-refused-options = 请写2到16个选项，一行一个，每个不超过40个字，不要重复；分钱的，每行最后写上多少元。
questions-ways-refused-roll-call-secret = 点名表决要当众说出来，不能不记名。

# 结果页
questions-verdict-tied = 票数一样，没有分出
questions-ways-chosen = 选出来了
questions-ways-has-result = 有结果了
questions-ways-most-dots = 大家最支持的
questions-ways-none-chosen = 没有选出
questions-ways-verdict-chosen = 选出：{ $options }。
questions-ways-verdict-tied = { $options }一样多，最后的位子定不下来。
questions-ways-verdict-nobody = 没有一项够票，没有选出。
questions-ways-votes-unit = 票
questions-ways-dots-unit = 个点
questions-ways-score-unit = 分
questions-ways-above-unit = 个
questions-ways-tally-single = 每项得了几票
questions-ways-tally-several = 每项得了几票
questions-ways-tally-dots = 每项得了几个点
questions-ways-tally-score = 每项得了几分
questions-ways-tally-ranked = 每项压过几个别的
questions-ways-tally-money = 每项有几人支持
questions-ways-was-chosen = 选上
questions-ways-was-tied = 并列
questions-ways-was-not = 没选上
questions-ways-standing = 结果
questions-ways-abstained = { $n }人弃权。
questions-ways-pairs = 两两比一比
questions-ways-pairs-words = 每两项比一次：更喜欢哪一项的有几人。人多的一项赢，打了勾。
questions-ways-pairs-over = { $one }对{ $other }
questions-ways-pairs-one = { $one }在前
questions-ways-pairs-other = { $other }在前
questions-ways-chain-one = { $one }的链
questions-ways-chain-other = { $other }的链
questions-ways-chains = 最牢的链
questions-ways-chains-words = 没有直接赢的，也可以经过别的选项赢过去。链有多牢，看最弱的一环。
questions-ways-pair = 比的两项
questions-ways-rounds = 钱是怎么花的
questions-ways-round = 第几个
questions-ways-round-each = 每位支持者出
questions-ways-round-shares = { $yuan }元
questions-ways-round-completion = 用剩下的钱
questions-ways-round-drawn = （并列，抽签）
questions-ways-cost-head = 要花
questions-ways-share-words = { $payers }人平分{ $budget }元，每人{ $share }元。
questions-ways-left-words = 最后剩下{ $yuan }元。
questions-ways-seed = 抽签用的种子：{ $seed }。它是截止那一条记录的指纹，截止以前谁也不知道；用它人人都能重抽一遍。
questions-ways-machine = 供程序核对的算式（JSON）
questions-ways-how = 这种方式怎么算

# 一步一步算
questions-step-way-single = 每人选一项，票多的选上，选{ $seats }项。
questions-step-way-several = 每人选几项，票多的选上，选{ $seats }项。
questions-step-way-dots = 每人{ $dots }个点，点多的选上，选{ $seats }项。
questions-step-way-score = 每人给每项打0到{ $most }分，总分高的选上，选{ $seats }项。
questions-step-way-ranked = 每人排先后。两项两项地比，看多数人把谁排在前面；有来回赢的，看哪条链更牢。选{ $seats }项。
questions-step-way-money = 钱先平分给每位投票人，大家为自己勾的事凑钱；谁的支持者每花一元出得最少，就先办谁。剩下的钱，按支持人数从多到少，装得下就办。
questions-step-way-lot = { $options }一样多，按公开的种子抽签，排出先后：{ $options }。
questions-step-way-tied = { $options }一样多，规则不抽签，所以没有定。
questions-step-way-chosen = 选上：{ $options }。
questions-step-way-nobody = 没有一项够票。

# 说明页
questions-ways-title = 投票方式和算法
questions-ways-lead = 每种方式怎么投、怎么算、票数一样怎么办，都写在这里。开放投票时，规则就固定下来，谁也改不了。
questions-ways-example = 举个例子
questions-ways-form = 记录里怎么写
questions-ways-tie-title = 票数一样怎么办
questions-ways-tie-text = 开放前就定好两种办法里的一种。“并列”：写出并列的几项，都不算选上，由会议再定。“抽签”：用截止那条记录的指纹，加上选项的字母，各算一个SHA-256，小的在前。指纹要等最后一票进来才有，投票的人猜不到；管服务器的人若存心作假，理论上可以反复试，要完全放心的，请选“并列”，当众抽。
questions-ways-abstain-title = 弃权
questions-ways-abstain-text = 弃权算参加，不算给哪一项。凡是按人数算过半的，弃权的人都在总数里。
questions-ways-where-title = 在哪里投
questions-ways-where-text = 手机、纸票、柜台、上门、电话、代投都可以；举手只用在赞成反对和选一项。不记名表决里，各种方式的票都装得进同样大小的密封票；只有点名表决不能不记名。排先后的选项很多时，一张少见的排法可能认得出是谁，不记名的请少放几项。
questions-ways-for-against-text = 赞成的和规则要的数比。规则有四种：赞成比反对多、过半、达到三分之二、达到四分之三。
questions-ways-for-against-example = 名册60人，到会47人，规则是过到会的一半：47 ÷ 2 = 23.5，所以至少24人赞成。
questions-ways-single-text = 每人选一项，票最多的选上。规则也可以要求过半，不过半就没有选出。
questions-ways-single-example = 甲5票，乙3票，弃权2人。不要求过半：甲选上。要求过投票人数的一半：10人，至少6票，没有选出。
questions-ways-several-text = 每人可以选几项，每项数它的票，票多的依次选上。
questions-ways-several-example = 选2项。甲7票，乙5票，丙5票：甲选上，乙和丙并列最后一个位子。
questions-ways-dots-text = 每人几个点，可以分给几项，也可以集中；每项加起来，点多的选上。
questions-ways-dots-example = 每人3个点。张：甲2乙1；李：乙3。甲2点，乙4点，乙选上。
questions-ways-score-text = 给每项打分，加起来，总分高的选上。没打的算0分。
questions-ways-score-example = 最高5分。张：甲5乙4；李：甲0乙4。甲5分，乙8分，乙选上。
questions-ways-ranked-text = 舒尔茨法。任取两项，数多少人把第一项排在前面；人多的一边赢，赢的票数就是这一环的牢固程度。几环连成链，链的牢固程度是最弱的一环。甲到乙最牢的链比乙到甲的更牢，甲就在乙前面。一张票里没排的，都在最后、不分先后。
questions-ways-ranked-example = 9人：4人排甲乙丙，3人排乙丙甲，2人排丙甲乙。甲比乙6比3，乙比丙7比2，丙比甲5比4，转了一圈。甲到丙经过乙，最弱一环6；丙到甲是5。6比5牢，甲在最前。
questions-ways-money-text = 等份法。钱平分给每位投票人（弃权的不分）。一件事由勾了它的人凑：大家出一样多，不够的把自己的全出上。能凑够的几件里，每花一元各人出得最少的先办；再用各人剩下的钱接着算。一样的，支持人多的先；再一样，便宜的先；还一样，抽签。谁都凑不够了，剩下的钱按支持人数从多到少，装得下就办，直到装不下。金额按分算，用分数，不四舍五入。
questions-ways-money-example = 1000元，10人，每人100元。6人勾“长椅”（500元）和“棚子”（600元），4人勾“花箱”（400元）。长椅每人出83.33元，办；花箱4人各出100元，办；棚子凑不够。剩100元，装不下棚子。光数人头的话，4个人一样也得不到。
questions-ways-roll-call-text = 一个一个叫名字，当众说赞成、反对或弃权，记录员记下，当场念一遍。结果按名册列出每人怎么说的。算法同赞成、反对、弃权。
questions-ways-roll-call-example = 7人，叫到的6人：4人赞成，1人反对，1人弃权；1人不在。规则是过到会的一半：6 ÷ 2 = 3，至少4人，通过。
questions-ways-level = 、
questions-ways-first = 前一项
questions-ways-second = 后一项

# 录纸票
questions-ways-sheets = 票上写的
questions-ways-sheets-register = 一样的票写一行：先写名册编号，空一格，再写选的。例：3 5 17 b>a=d，或者 8 a+c，或者 9 a:2+b:1。弃权写“弃权”。
questions-ways-sheets-counting = 一样的票写一行：先写几张，空一格，再写选的。例：5 b>a=d，或者 3 a+c，或者 2 a:2+b:1。弃权写“弃权”。
questions-ways-refused-sheet = “{ $word }”读不懂，或者写了两行，请改好。字母按票上的顺序写。

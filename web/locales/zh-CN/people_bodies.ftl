### 代表、户代表、两委和党员的名单；名册的范围。

people-bodies-title = 代表名单
people-bodies-lead = 居民代表会议、户代表会议这些会，只有名单上的人表决。名单在这里记，开始表决的那一刻定下来，之后再改不影响那一次。
people-bodies-none = 您的社区还没有名单
people-bodies-count =
    { $n ->
        [0] 还没有人
       *[other] { $n }人
    }
people-body-residents = 住户
people-body-households = 户代表
people-body-owners = 业主
people-body-representatives = 居民代表
people-body-council = 理事会（7+X）
people-body-council-seven = 七位常任理事
people-body-owners-committee = 业主委员会
people-body-committees = 社区两委
people-body-party-members = 党员
people-body-representatives-lead = 居民代表按户选出来，一般20到50户一位。搬走的人自动不算。
people-body-households-lead = 一户推一位成年人。家里只有一位成年人的，就是他，不用记。
people-body-committees-lead = 社区党组织和居民委员会的成员。四议两公开的“二议”由他们商议。
people-body-party-members-lead = 四议两公开的“三议”由党员大会审议。记之前先问过本人；名单只给社工看，表决时参加的人互相看得到。
people-bodies-file = 上传名单
people-bodies-replaces = 上传的是完整的名单：不在里面的人，就不再算。
people-bodies-replaces-homes = 写在里面的户，换成新推的人；没写的户不变。
people-bodies-members = 名单上的人（{ $n }）
people-bodies-empty = 还没有人。上传一份名单就有了。
people-bodies-end = 拿下来
people-bodies-ended = 已经拿下来了。
people-bodies-preview = 看一下名单
people-bodies-new = 新加
people-bodies-to-end = 不再算
people-bodies-taken-in = 名单存好了：新加{ $new }人，没变{ $same }人，不再算{ $ended }人。
people-bodies-missing = 还有{ $n }户没有推人
people-bodies-missing-hint = 家里有几位成年人，要推出一位。没推好之前，户代表的表决开不了。
people-bodies-more = 另有{ $n }个没有列出。
people-bodies-refused-home = 这里没有这个房屋编码，请对一下。
people-bodies-refused-not-living-there = 这一户登记的成年人里没有这个名字（或手机号对不上），请先登记。
people-bodies-refused-phone = 没有人用这个手机号，请先登记。
people-bodies-refused-name-differs = 这个手机号登记的是另一个名字，请对一下。
people-bodies-refused-twice = 这个人在名单里写了两次，请删掉一行。
people-bodies-refused-home-twice = 这一户写了两个人，一户只能推一位。
people-bodies-refused-no-delegate = { $unit }还没有推户代表，一共{ $homes }户。请社工先记下来。

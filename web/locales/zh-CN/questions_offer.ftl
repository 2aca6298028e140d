## Which ways of voting a vote offers, and who votes where

questions-offer-open = 可以怎么来投
questions-offer-title = 这次可以怎么来投
questions-offer-hint = 不改就是都可以。无记名投票只有网上投票和纸票；贴点、打分、排先后、分钱不能举手。
questions-offer-is = 这次可以用：{ $ways }。
questions-offer-comma = 、
questions-refused-no-way-chosen = 至少留一种人人能用的投票方式。书面委托要有别的方式才能用；无记名只有网上投票和纸票。
questions-refused-way-not-allowed = 这次表决不能用您选的投票方式。
questions-refused-not-online = 这次表决不在手机上投，请到会场或服务台投。
questions-vote-elsewhere = 可以用：{ $ways }。请到会场或服务台，不方便就给社工打电话。

## The list of a named vote

questions-names-open = 看全部名单（{ $n }人）
questions-names-mine = 您投了{ $choice }，投票码{ $code }。

## How many mandates one person may hold

questions-proxies-title = 书面委托
questions-proxies-short = 一个人最多可以替几个人投票
questions-proxies-lead = 法律定了上限，区里可以定得更少。改了以后，新交来的委托书按新的数；已经登记的照旧算数。
questions-proxies-deliberation = 协商表决
questions-proxies-residents-election = 选举居民委员会成员
questions-proxies-residents-assembly = 居民会议、户代表会议
questions-proxies-representatives = 居民代表会议
questions-proxies-owners-assembly = 业主共同决定
questions-proxies-owners-committee = 业委会表决
questions-proxies-most = 每人最多替几个人
questions-proxies-hint = 0到{ $cap }之间；0就是不可以委托
questions-proxies-none = 法律没有写可以委托，不能委托。
questions-proxies-source = 依据：{ $source }
questions-proxies-save = 就按这样
questions-proxies-saved = 已改好。
questions-proxies-same = 没有改动。
questions-refused-proxy-limit = 请填0到{ $cap }之间的数，法律最多允许{ $cap }个。

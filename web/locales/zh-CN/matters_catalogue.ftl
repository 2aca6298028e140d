# 试用目录改动、不出具的证明
matters-refused-item-retired = { $successor ->
    [none] 这个事项已经停办，没有接替的事项。请选别的事项。
   *[other] 这个事项已经停办，请改选{ $successor }。
}
matters-trial-title = 用近来的事项试一试
matters-trial-lead = 如果当时就按这份改动办，哪些会去别处，哪些时限会变。什么都不会真的改。
matters-trial-on = 用哪些事项
matters-trial-last = 最近{ $n }件
matters-trial-run = 试一试
matters-trial-stale = 试过以后又改了
matters-trial-stale-text = 请再试一次。
matters-trial-moved = { $of }件里有{ $n }件会去别处
matters-trial-retimed = { $n }件时限会变
matters-trial-none-moved = 没有事项会去别处。
matters-trial-none-retimed = 没有事项的时限会变。
matters-trial-number = 编号
matters-trial-item = 事项
matters-trial-from = 去了
matters-trial-to = 会去
matters-trial-why = 为什么
matters-trial-before = 原来
matters-trial-after = 会变成
matters-trial-nowhere = 没有去处
matters-trial-no-days = 没定天数
matters-trial-why-retired = 事项停办，由别的接替
matters-trial-why-gone = 事项停办，没有接替
matters-trial-why-floated = 上浮到中心
matters-trial-why-sunk = 收回社区
matters-trial-why-listing = 换了清单
matters-trial-why-kind = 政务、居务或七类变了
matters-trial-why-address = 去的部门变了
matters-trial-open-title = 停办的事项里还没办完的
matters-trial-open-text = 照原来的版本办完，负责人和时限不变。
matters-trial-open = { $n }件
matters-trial-back = 回到改动
matters-flash-tried = 试好了：{ $of }件里有{ $n }件会去别处。
matters-asked-by = 哪个单位要这个证明
matters-asked-by-hint = 只写单位名称，会公开计数。
matters-certificates-title = 社区不出具的证明
matters-certificates-lead = 国家规定，这{ $n }种证明不由社区出具。谁还在要，这里公开计数。
matters-certificates-offices = 哪些单位还在要
matters-certificates-offices-text = 一共婉拒了{ $n }次。只计居民说明了单位的。
matters-certificates-office = 单位
matters-certificates-times = 次数
matters-certificates-nobody = 还没有居民说过是哪个单位要的。
matters-certificates-list = 证明和该去的地方
matters-certificates-n = { $n }次

# ── measured desk time ──
matters-measured-title = 实测办理时间
matters-measured-lead = 最近半年实际用了多少分钟（取中位数）：中心窗口一次只办一件的，从叫号算到办完；社区自己办的，由经办人办结时填。满{ $n }次，才能代替目录里暂定的分钟数；换了以后，工作量按实测算。
matters-measured-ready = 可以换成实测的：{ $n }项
matters-measured-line = { $item }：目录{ $old }分钟，{ $where }{ $new }分钟，{ $n }次
matters-measured-take = 写进这份草稿
matters-measured-none = 现在没有要换的
matters-measured-none-text = 量满{ $n }次的事项会出现在这里。
matters-measured-rest = 次数还不够的，或者已经换过的
matters-measured-item = 事项
matters-measured-old = 目录（分钟）
matters-measured-new = 实测（分钟）
matters-measured-visits = 次数
matters-measured-where = 怎么量的
matters-measured-window = 窗口计时
matters-measured-desk = 社区经办人填
matters-complete-minutes = 这件事一共花了几分钟
matters-complete-minutes-hint = 接待、上门、录入都算，大概的数就行，不填也可以。只用来算这类事要多久，看不到是谁填的，也不考核。
matters-flash-measured = { $n }项换成了实测分钟数，试一试再送审。

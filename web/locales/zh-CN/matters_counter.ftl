### 在服务中心窗口收件。

matters-channel-counter = 服务中心窗口
matters-counter-title = { $label }来办的事
matters-counter-items = 这次要办
matters-counter-filed = 已经收下
matters-counter-none = 还没有收下一件。
matters-counter-take = 收下一件
matters-counter-item = 事项
matters-counter-community = 住在哪个社区
matters-counter-text = 说明
matters-counter-phone = 手机号
matters-counter-name = 怎么称呼
matters-counter-known = 这位居民登录取的号，进展会直接告诉他。
matters-counter-take-do = 收下，开始计时
matters-counter-finish = 办完了，叫下一位
matters-counter-miss = 没有来
matters-counter-home-hint = 户籍街道决定的事，收下以后自动转过去，居民看得到。
matters-flash-counter-taken = 收下了，编号{ $number }。
matters-refused-not-called = 先叫到这个号，再收件。
matters-refused-not-trained = 这一类事项您还没有学过。请选一位带着您办的同事。
matters-counter-backed = 谁带着办
matters-counter-backed-hint = 会记下来是谁。中心没有人学过这一类的，选您自己。

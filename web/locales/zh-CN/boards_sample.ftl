### 抽查：办结的事项抽几件打电话。

boards-sample-title = 抽查回访
boards-sample-about = 每个月过完以后，从办结的事项里抽几件打电话，问居民是不是真的好了。谁办的不能自己打。
boards-sample-drawn = { $total }件里抽出{ $n }件
boards-sample-result = 打通{ $total }件，其中{ $n }件说真的好了，一共抽出{ $all }件。
boards-sample-how = 怎么抽的
boards-sample-how-text = 抽的时候先定一个随机数，再按“随机数|编号”的SHA-256从小到大取前几件。有这个随机数，谁都能重抽一遍，抽出来一样。
boards-sample-seed = 随机数：
boards-sample-size = 抽几件
boards-sample-draw = 现在抽
boards-sample-to-call = 还没打
boards-sample-done = { $day }办成
boards-sample-no-phone = 没有留电话，请从名单里换一件打。
boards-sample-back = 回到抽查
boards-sample-flash-drawn = 抽好了，一个月只抽一次。
boards-sample-refused-month-runs = 这个月还没有过完，过完再抽。
boards-sample-refused-nothing = 这个月没有可以抽的事项。
boards-sample-refused-drawn = 这个月已经抽过了。
boards-sample-refused-own-work = 这件事您经办过，请别人来打。
boards-sample-refused-noted = 这件事已经记过了。
boards-now-silent = 交过去没有回音
boards-what-silent = 交过去没有回音的事项

# 急事：从报急算起的时间
procedures-f-alarm = 急事：什么时候报的急
procedures-f-alarm-day = 哪一天
procedures-f-alarm-time = 几点
procedures-f-alarm-hint = 不填就从事项报上来的时候算；没有事项的，从现在算。
procedures-alarm-at = { $at }报急，时间都从那时算起。
procedures-clock-runs = 还没到
procedures-clock-kept = 按时做到
procedures-clock-late = 超时
procedures-clock-until = { $stage }：最迟{ $at }
procedures-told-alarm = 急事“{ $title }”：请马上碰头
procedures-refused-alarm-to-come = 报急的时间还没到，请核对。
procedures-refused-alarm-before = 这件事报上来以前，不会先报急，请核对时间。
procedures-refused-alarm-long-gone = 报急的时间是一个多月以前，请核对。
procedures-refused-alarm-only = 社区工作者可以发起报急的事；别的程序请理事发起。

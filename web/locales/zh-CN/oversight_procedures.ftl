# 程序里的公示
oversight-procedure-preview = 这是先公布：程序自己定的时间是{ $days }天，到时候就往下走；这张公示照法律贴满{ $least }天，期间都可以提异议。
oversight-procedure-newer = 材料有了新的一版
oversight-procedure-vote = 表决“{ $question }”：{ $verdict }。
oversight-procedure-verdict-passed = 通过
oversight-procedure-verdict-failed = 没有通过
oversight-procedure-verdict-no_quorum = 人数不够，没有决定
oversight-procedure-verdict-tied = 票数一样，没有决定
oversight-procedure-more = 全部经过和材料：程序编号{ $number }。
oversight-procedure-from = 这是一个程序里的公示
oversight-procedure-chosen = 选出：{ $chosen }。
oversight-meeting-held = { $kind }，{ $day }开的。
oversight-meeting-outcome = 会议结果
oversight-meeting-promise = 要办：{ $text }（{ $day }以前）。
oversight-meeting-more = 会议记录已公布，谁来办、办得怎样，看会议的页面。
oversight-meeting-from = 看会议记录

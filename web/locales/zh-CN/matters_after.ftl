### 地点写错了改到别处、报了以后再补充、催一催。

matters-move-title = 改到别处
matters-move-open = 地点不对，改到别处
matters-move-now = 原来写的地点：{ $place }
matters-move-lead = 请选对的地点。选好后交给那里管这类事的人，编号不变。
matters-move-to = 从{ $before }改到{ $after }
matters-move-with = 改后由{ $community }接手
matters-move-due = 期限不变，还是最晚{ $day }。接手的人只有剩下的时间。
matters-move-reason = 为什么是那里的事
matters-move-reason-hint = 能看到这件事的人都能看到。比如：“是隔壁小区的3幢。”
matters-move-send = 改过去
matters-move-other = 选别的地点
matters-move-over = 现在不能改
matters-move-over-text = 已经有人接手，或者已经排上议程。请在这件事的页面上补充说明，告诉正在办的人。
matters-flash-moved = 改好了，关注的人都通知到了。

matters-event-moved = 改到别处
matters-line-place = 从{ $before }改到{ $after }。
matters-line-due-stays = 期限不变：最晚{ $day }。
matters-why-title-moved = 现在归谁，为什么
matters-why-moved-here = 新地点也归{ $community }管，还在原来的工作台。
matters-why-moved-desk = 新地点在{ $community }，由那里的工作台接手。
matters-why-moved-officer = 新地点在{ $community }，由街道决定转到哪里。
matters-why-moved-no-centre = 新地点在{ $community }，现在没有服务中心受理这一项，先由那里的工作台转办。
matters-why-moved-centre = 新地点在{ $community }，由那里的服务中心受理。
matters-why-moved-council = 新地点在{ $community }，由那里的议事会负责。
matters-told-moved = “{ $title }”（{ $number }）改到了{ $place }。原因：{ $reason }
matters-told-moved-away = “{ $title }”（{ $number }）是别处的事，已经转走，不再由您办。
matters-hand-moved = 是别处的事
matters-refused-same-place = 现在写的就是这里，请选别的地点。
matters-refused-moved-often = 已经改过两次，再改只能由街道来改。
matters-refused-part-beyond = 其中一部分已经办到后面，不能改了。新地点的问题请另外反映。
matters-refused-in-procedure = 这件事正在走议事程序，不能改到别处。

matters-add-open = 补充说明或照片
matters-add-label = 要补充什么
matters-add-hint = 写在您反映的内容下面，能看到这件事的人都能看到，正在办的人会收到通知。
matters-add-hint-private = 写在您反映的内容下面，只有工作人员能看到，正在办的人会收到通知。
matters-add-send = 补充
matters-flash-added = 补充好了，正在办的人已经收到通知。
matters-flash-added-danger = 补充好了，已经标为紧急。有危险请马上打：{ $numbers }
matters-event-added = 反映人补充
matters-told-added = “{ $title }”（{ $number }）有新的补充。
matters-refused-nothing-added = 请写几句，或者选一张照片。
matters-refused-added-often = 最多补充{ $n }次。问到您时请回答，或者直接和办的人联系。

matters-nudge = 催一催
matters-nudge-hint = 正在办的人会收到通知，也会写进经过。{ $days }天可以催一次。
matters-nudge-later = { $day }起可以再催。
matters-flash-nudged = 催过了，正在办的人已经收到通知。
matters-event-nudged = 反映人催办
matters-line-nudged = 第{ $n }次催。
matters-told-nudged = “{ $title }”（{ $number }）的反映人催了一次，期限是{ $day }。
matters-refused-nudge-early = 离上次催或者反映还不到{ $days }天，{ $day }起可以催。
matters-refused-nudge-answer = 现在正等您这边回答。请先回答，回答以后继续计时。

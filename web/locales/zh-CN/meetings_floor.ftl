# 规则问题、裁定、记一笔、进场时接受规则
meetings-refused-floor-no-text = 请写内容。
meetings-refused-floor-text-long = 太长了，请写短些。
meetings-refused-point-waits = 您提的规则问题还没裁定，请等主持人说明。
meetings-refused-ruled = 这个规则问题已经裁定了。
meetings-refused-not-accepted = 发言、贴纸条之前，请先看一遍议事规则，点“照这些规则参加”。投票不受影响。
meetings-refused-old-rules = 规则刚改过，请再看一遍再进场。
meetings-refused-not-in-this-step = 现在这一步不能做这件事。
meetings-refused-note-struck = 这一条已经划掉了。
meetings-refused-strike-no-reason = 请写明为什么划掉。
meetings-refused-strike-reason-long = 原因太长，请写短些。

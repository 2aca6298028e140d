# 会上提出、会上通过的事
matters-channel-meeting = 会上提出
matters-event-reported-meeting = 会上提出
matters-event-line-changed = 计划里的一件事有变动

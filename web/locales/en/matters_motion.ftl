# Moved and adopted in a meeting
matters-channel-meeting = Moved in a meeting
matters-event-reported-meeting = Moved in a meeting
matters-event-line-changed = One thing of the plan has changed

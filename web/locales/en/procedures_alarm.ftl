# Urgent matters: times that run from the alarm
procedures-f-alarm = Urgent: when was the alarm raised?
procedures-f-alarm-day = Day
procedures-f-alarm-time = Time
procedures-f-alarm-hint = Left empty, it counts from the matter's report; without a matter, from now.
procedures-alarm-at = The alarm was raised on { $at }; every time runs from then.
procedures-clock-runs = Running
procedures-clock-kept = In time
procedures-clock-late = Too late
procedures-clock-until = { $stage }: by { $at }
procedures-told-alarm = Urgent: “{ $title }”. Please meet at once
procedures-refused-alarm-to-come = This time is still to come; please check it.
procedures-refused-alarm-before = The matter was reported later than this; please check the time.
procedures-refused-alarm-long-gone = This is more than a month ago; please check the time.
procedures-refused-alarm-only = A community worker begins what has an alarm; other kinds are begun by a council member.

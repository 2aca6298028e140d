### Sampling: some closed matters are called about.

boards-sample-title = Sample calls
boards-sample-about = When a month is over, some of its closed matters are drawn and their reporters asked whether it is really fixed. Whoever handled one does not call.
boards-sample-drawn = { $n } drawn of { $total }
boards-sample-result = { $total } reached, { $n } of them say it is really fixed, { $all } drawn in all.
boards-sample-how = How they were drawn
boards-sample-how-text = First a random number, then the matters with the smallest SHA-256 of “random number|matter number”. With that number anybody draws the same ones again.
boards-sample-seed = Random number:
boards-sample-size = How many
boards-sample-draw = Draw now
boards-sample-to-call = To call
boards-sample-done = Done on { $day }
boards-sample-no-phone = No telephone is known; please call about another one.
boards-sample-back = Back to the sample
boards-sample-flash-drawn = Drawn; a month is drawn once.
boards-sample-refused-month-runs = The month is not over yet.
boards-sample-refused-nothing = Nothing of this month can be drawn.
boards-sample-refused-drawn = This month has been drawn already.
boards-sample-refused-own-work = You handled this one; somebody else calls.
boards-sample-refused-noted = This has been noted already.
boards-now-silent = no word since passed on
boards-what-silent = Matters without a word since they were passed on

procedures-refused-at-notice = This step is on the public board: please ask, object and rate there, where an answer is due.
procedures-at-notice = To the notice: ask, object, rate
procedures-at-notice-line = This step is on the public board. Questions and objections go there, and an answer is due.
procedures-refused-not-your-paper = Only these may give this paper: { $who }. Please wait for them.
procedures-paper-theirs = “{ $title }” comes from: { $who }.
procedures-told-late = Its time is over and it is not done: { $title } · { $stage }

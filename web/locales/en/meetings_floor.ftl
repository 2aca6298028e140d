# Points of order, rulings, notes, rules accepted at entry
meetings-refused-floor-no-text = Please write something.
meetings-refused-floor-text-long = Too long; please write it shorter.
meetings-refused-point-waits = Your point of order still waits for the chair; please wait for the ruling.
meetings-refused-ruled = This point of order has been ruled on.
meetings-refused-not-accepted = Before you speak or post, please read the rules of order and accept them. Your vote does not depend on it.
meetings-refused-old-rules = The rules have just changed; please read them again before you enter.
meetings-refused-not-in-this-step = This cannot be done in the present step.
meetings-refused-note-struck = This line has been struck already.
meetings-refused-strike-no-reason = Say why it is struck.
meetings-refused-strike-reason-long = The reason is too long.

procedures-refused-at-notice = 这一步已经上了公示栏：请到公示页提问、提异议、打分，那里有人限期答复。
procedures-at-notice = 去公示页：提问、异议、打分
procedures-at-notice-line = 这一步已经上了公示栏。问题和异议到那里提，有人限期答复。
procedures-refused-not-your-paper = 这份材料只能由{ $who }交，请等他们交上来。
procedures-paper-theirs = {"《"}{ $title }{"》"}由{ $who }交。
procedures-told-late = 到时间了还没做完：{ $title } · { $stage }

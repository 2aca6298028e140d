# Sitting in: people who take part without a place on the roll.
rounds-sit-in = I am sitting in
rounds-sit-in-title = Not on the roll? You may sit in
rounds-sit-in-hint = Whoever sits in does not vote and is counted in no quorum. The minutes name you among those sitting in. By pressing you accept the rules of order here.
rounds-sitting-in = You are sitting in
rounds-sitting-in-hint = In this kind of meeting the people of the roll speak and vote.
rounds-flash-sitting-in = Noted: you are sitting in.
rounds-guests = Sitting in: { $n }
rounds-guest = sitting in

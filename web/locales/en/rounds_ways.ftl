# The chair chooses a way to vote
rounds-way = How to vote
rounds-way-hint = Leave it, and the agenda’s way holds.
rounds-way-more = Options (for choosing, dots, scores, order and money)
rounds-way-options-hint = One a line, 2 to 16. English after a bar: 修长椅 | Mend the bench. For money, end the line with the cost: 修长椅 1200 yuan.
rounds-way-seats = How many are chosen
rounds-way-budget = Yuan to share out (for money only)

# Ways to vote: how to vote and how it counts
questions-way-to-vote-for-against = For, against, abstain
questions-way-to-vote-single = Choose one
questions-way-to-vote-several = Choose several
questions-way-to-vote-dots = Dots
questions-way-to-vote-score = Scores
questions-way-to-vote-ranked = Put in order
questions-way-to-vote-money = Share out money
questions-way-to-vote-roll-call = Roll call

# The ballot
questions-ways-single-hint = Choose one.
questions-ways-several-hint = { $least ->
    [1] Choose up to { $most }.
   *[other] Choose { $least } to { $most }.
}
questions-ways-money-hint = Tick whatever should be done, up to { $most }. There are { $budget } yuan in all.
questions-ways-dots-hint = You have { $dots } dots. Give them as you like, at most { $most } to one option.
questions-ways-score-hint = Give each option 0 to { $most } points. No number means 0.
questions-ways-ranked-hint = 1 for what you want most, then 2, then 3. Equals are allowed; what you leave out comes last.
questions-ways-abstain = Take part, choose nothing
questions-ways-clear = Not abstaining, let me choose
questions-ways-none = None
questions-ways-dots-n = { $n ->
    [1] 1 dot
   *[other] { $n } dots
}
questions-ways-points-n = { $n ->
    [1] 1 point
   *[other] { $n } points
}
questions-ways-place-n = No. { $n }
questions-ways-cost = { $yuan } yuan
questions-ways-your-vote = Your choice
questions-ways-told = Your vote: { $choice }
questions-ways-unranked = Not in the order
questions-ways-options = Options
questions-ways-no-script-hint = “Next” shows your vote once more before it is cast.

# Not like this
questions-ways-refused-too-few = Too few: choose at least { $least }.
questions-ways-refused-too-many = Too many: choose at most { $most }. Please take some away.
questions-ways-refused-dots-over = Too many dots: you have { $dots } in all. Please take some away.
questions-ways-refused-dots-one = At most { $most } dots to one option.
questions-ways-refused-number = Please enter a number.
questions-ways-refused-score = { $most } is the highest score.
questions-ways-refused-options = Please write 2 to 16 options, one a line, at most 40 letters each, none twice; where money is shared out, end each line with its yuan.
questions-ways-refused-roll-call-secret = A roll call is answered aloud and cannot be secret.

# The result
questions-verdict-tied = Level: not decided
questions-ways-chosen = Chosen
questions-ways-has-result = There is a result
questions-ways-most-dots = Most supported
questions-ways-none-chosen = None chosen
questions-ways-verdict-chosen = Chosen: { $options }.
questions-ways-verdict-tied = { $options } are level, so the last place is open.
questions-ways-verdict-nobody = No option has enough votes; nothing is chosen.
questions-ways-votes-unit = votes
questions-ways-dots-unit = dots
questions-ways-score-unit = points
questions-ways-above-unit = below it
questions-ways-tally-single = Votes for each option
questions-ways-tally-several = Votes for each option
questions-ways-tally-dots = Dots for each option
questions-ways-tally-score = Points for each option
questions-ways-tally-ranked = How many others each option stands above
questions-ways-tally-money = Supporters of each option
questions-ways-was-chosen = Chosen
questions-ways-was-tied = Level
questions-ways-was-not = Not chosen
questions-ways-standing = Result
questions-ways-abstained = { $n ->
    [1] 1 person abstained.
   *[other] { $n } people abstained.
}
questions-ways-pairs = Two by two
questions-ways-pairs-words = How many people prefer each of the two. The larger number wins and has a tick.
questions-ways-pairs-over = { $one } against { $other }
questions-ways-pairs-one = { $one } first
questions-ways-pairs-other = { $other } first
questions-ways-chain-one = Chain of { $one }
questions-ways-chain-other = Chain of { $other }
questions-ways-chains = Strongest chains
questions-ways-chains-words = Who does not win directly may win by way of others. A chain is as strong as its weakest link.
questions-ways-pair = The two
questions-ways-rounds = How the money is spent
questions-ways-round = Order
questions-ways-round-each = Each supporter pays
questions-ways-round-shares = { $yuan } yuan
questions-ways-round-completion = from the money left
questions-ways-round-drawn = {" "}(level, by lot)
questions-ways-cost-head = Costs
questions-ways-share-words = { $payers } people share { $budget } yuan: { $share } yuan each.
questions-ways-left-words = { $yuan } yuan are left in the end.
questions-ways-seed = Seed of the lot: { $seed }. It is the fingerprint of the closing entry, which nobody knows before the close; anybody can draw again with it.
questions-ways-machine = The arithmetic for programs (JSON)
questions-ways-how = How this way counts

# Step by step
questions-step-way-single = Everybody chooses one; the most votes win. To be chosen: { $seats }.
questions-step-way-several = Everybody chooses several; the most votes win. To be chosen: { $seats }.
questions-step-way-dots = Everybody has { $dots } dots; the most dots win. To be chosen: { $seats }.
questions-step-way-score = Everybody gives each option 0 to { $most } points; the highest sum wins. To be chosen: { $seats }.
questions-step-way-ranked = Everybody puts the options in order. Two by two, the one most people put first wins; where wins go in a circle, the stronger chain decides. To be chosen: { $seats }.
questions-step-way-money = The money is first shared equally among the voters, who pay together for what they ticked; what costs its supporters least for each yuan comes first. What is left goes to what most people ticked and still fits.
questions-step-way-lot = Level, so a lot is drawn with the published seed. Its order: { $options }.
questions-step-way-tied = { $options } are level. The rule draws no lot, so this is not decided.
questions-step-way-chosen = Chosen: { $options }.
questions-step-way-nobody = No option has enough votes.

# The page that explains
questions-ways-title = Ways to vote and how they count
questions-ways-lead = How to vote in each way, how it counts, and what happens when votes are level. The rule is frozen when the vote opens, and nobody can change it.
questions-ways-example = An example
questions-ways-form = In the record
questions-ways-tie-title = When votes are level
questions-ways-tie-text = One of two answers is fixed before the vote opens. “Named”: the level options are named, none of them is chosen, and the meeting decides. “Lot”: the fingerprint of the closing entry and the option’s letter give a SHA-256 each; the smaller comes first. The fingerprint exists only after the last ballot, so no voter can guess it; whoever runs the server could in theory try again and again: to be quite sure choose “named” and draw in public.
questions-ways-abstain-title = Abstaining
questions-ways-abstain-text = Abstaining is taking part, and supports no option. Wherever more than half of people is asked for, those who abstain are in the whole.
questions-ways-where-title = Where to vote
questions-ways-where-text = On the phone, on paper, at the desk, at the door, by telephone, by proxy; hands only for for and against and for choosing one. In a secret vote every way fits a sealed ballot of the same size; only a roll call cannot be secret. With many options an unusual order may tell who wrote it: keep the options of a secret vote few.
questions-ways-for-against-text = Votes for are compared with what the rule asks. There are four rules: more for than against, more than half, two thirds, three quarters.
questions-ways-for-against-example = 60 on the roll, 47 present, more than half of those present: 47 ÷ 2 = 23.5, so at least 24 must be for.
questions-ways-single-text = Everybody chooses one, and the most votes win. The rule may ask for more than half; otherwise nothing is chosen.
questions-ways-single-example = A has 5 votes, B 3, 2 abstain. Most votes: A is chosen. More than half of those who voted: 10 people, at least 6 votes, nothing is chosen.
questions-ways-several-text = Everybody may choose several; each option’s votes are counted, and the most win.
questions-ways-several-example = Two to be chosen. A has 7 votes, B 5, C 5: A is chosen, B and C are level for the last place.
questions-ways-dots-text = Everybody has some dots to spread or to put together; each option’s dots are added up, and the most win.
questions-ways-dots-example = 3 dots each. Zhang: A 2, B 1; Li: B 3. A has 2 dots, B 4: B is chosen.
questions-ways-score-text = Each option gets points, which are added up; the highest sum wins. No number means 0.
questions-ways-score-example = 5 is the highest. Zhang: A 5, B 4; Li: A 0, B 4. A has 5 points, B 8: B is chosen.
questions-ways-ranked-text = Schulze’s method. For any two options, count how many people put the first above the second; the side with more wins, and its votes are the strength of this link. Links make chains, and a chain is as strong as its weakest link. A stands above B when its strongest chain to B is stronger than the one back. What a ballot leaves out comes last, all level.
questions-ways-ranked-example = 9 people: 4 put A B C, 3 put B C A, 2 put C A B. A beats B by 6 to 3, B beats C by 7 to 2, C beats A by 5 to 4: a circle. A reaches C by way of B, weakest link 6; C reaches A with 5. 6 is stronger, so A comes first.
questions-ways-money-text = The method of equal shares. The money is shared equally among the voters (not those who abstain). Those who ticked a thing pay for it together: all the same, and whoever has less pays all they have. Of what can be paid, the thing that costs its payers least for each yuan comes first; then again with the money people have left. Level: more supporters first, then the cheaper, then a lot. When nothing more can be paid, the rest goes to what most people ticked and still fits, until nothing fits. All in fen and exact fractions, nothing is rounded.
questions-ways-money-example = 1000 yuan, 10 people, 100 yuan each. Six tick the bench (500) and the shelter (600), four tick the planters (400). The bench costs 83.33 each and is done; the planters cost the four 100 each and are done; the shelter can no longer be paid. 100 yuan are left, too little for it. By counting heads alone the four would get nothing.
questions-ways-roll-call-text = Each name is called and answers aloud: for, against or abstain; the recorder writes it down and reads it back. The result lists what each said. It counts like for and against.
questions-ways-roll-call-example = 7 people, 6 answer: 4 for, 1 against, 1 abstains; 1 is away. More than half of those present: 6 ÷ 2 = 3, at least 4: passed.
questions-ways-level = {" "}and{" "}
questions-ways-first = The first
questions-ways-second = The second

# Keying paper
questions-ways-sheets = What the sheets say
questions-ways-sheets-register = One line for sheets that say the same: numbers on the roll, a space, then the choice. For example 3 5 17 b>a=d, or 8 a+c, or 9 a:2+b:1; abstain for an abstention.
questions-ways-sheets-counting = One line for sheets that say the same: how many, a space, then the choice. For example 5 b>a=d, or 3 a+c, or 2 a:2+b:1; abstain for an abstention.
questions-ways-refused-sheet = “{ $word }” cannot be read or stands on two lines; please mend it. Letters go in the order of the ballot.

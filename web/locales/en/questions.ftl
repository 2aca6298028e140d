# Votes: ballot, receipt, result
questions-choice-for = For
questions-choice-against = Against
questions-choice-abstain = Abstain
questions-not-cast = Did not vote
questions-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
questions-person-unit = {""}

# Ballot
questions-ballot-title = Vote
questions-kicker = A named vote, as advice only
questions-choose-one = Choose one
questions-next = Next
questions-next-hint = You will be asked once more
questions-now-counts = Your vote now: { $choice }. You may change it until the vote closes.
questions-left = Left:
questions-time-left = { $minutes ->
    [0] { $seconds } s
   *[other] { $minutes } min { $seconds } s
}
questions-back-to-meeting = Back to the meeting
questions-back-to-ballot = Back to the choices
questions-confirm-title = Please confirm
questions-you-choose = You choose
questions-changeable = You may change it until the vote closes.
questions-cast = Confirm and cast my vote
questions-think-again = Let me think again
questions-cast-sending = Sending. One moment, please.
questions-cast-cannot = The system cannot record votes just now. Your choice is kept and sent again in a moment; it will not be counted twice.
questions-cast-waiting = This vote has not been cast yet. It is kept on this device and is sent only when you confirm it.
questions-cast-waiting-sealed = This vote has not been cast yet. It is sealed, kept on this device, and sent only when you confirm it. If you do not remember what you chose, press “Let me think again” and choose anew.
questions-cast-sealed = Your sealed vote
questions-cast-stopped = Stopped. The last try may have arrived all the same.
questions-cast-look = See whether it arrived
questions-cast-dropped = Nothing was sent. You can choose again.

# Receipt
questions-receipt-title = Your receipt
questions-received = We have your vote
questions-you-voted = You voted: { $choice }
questions-code-use = When the result is published, find this code in the list to see that your vote was counted.
questions-change = Change my choice

# Not yet, or no more
questions-notice-draft = Voting has not begun
questions-notice-open = Voting is open
questions-notice-closed = Voting is closed, the result will follow
questions-notice-shut = Voting is closed, the box was not opened
questions-notice-published = The result is published
questions-notice-not-yet = You can vote once the chair opens the vote.
questions-notice-may-vote = You are on the roll. You may vote, and change your vote until it closes.
questions-notice-shown-by = If the chair does not publish it, the result shows itself when the meeting ends, or at { $at }.
questions-go-vote = Vote now
questions-go-receipt = See my receipt
questions-go-result = See the result

# Result
questions-result-title = Result of the vote
questions-published = Result of the vote, published { $at }
questions-meeting = Meeting
questions-verdict-passed = Passed
questions-verdict-failed = Not passed
questions-verdict-no-quorum = Too few took part: not valid
questions-verdict-counts = { $ayes } for, { $noes } against.
questions-verdict-rule-share = The rule asks for at least { $needed } for.
questions-verdict-rule-simple = The rule asks for more for than against.
questions-verdict-rule-quorum = The rule asks for at least { $quorum } to take part.
questions-how-voted = How people voted
questions-base-cast = of { $n } who voted
questions-base-present = of { $n } present
questions-base-entitled = of { $n } on the roll
questions-unvoted-present = Present, did not vote
questions-unvoted-entitled = On the roll, did not vote
questions-pass-line = Needed to pass: { $n }
questions-step-by-step = Step by step
questions-turnout = How many voted
questions-turnout-entitled = On the roll
questions-turnout-present = Present
questions-turnout-cast = Voted
questions-turnout-not-cast = Did not vote
questions-one-each = One vote each; of a changed vote only the last one counts.
questions-present-means = Present are those who checked in, and those who did not come but voted by phone or on paper.
questions-who-does-it = Who does it next
questions-carried-by = Carried out by
questions-done-by = Done by { $day }
questions-follow = See how far it is
questions-no-promise-yet = Not settled yet who does it. It is written here once the meeting has settled it.
questions-matter = From matter { $number }
questions-names = Who voted how
questions-names-for-roll = Only people on the roll can see this list.
questions-names-hidden = Who voted how can be seen only by people on the roll, when signed in.
questions-name = Name
questions-name-choice = Choice
questions-name-code = Vote code
questions-advice = This is advice. It does not replace a vote of the owners' assembly or the residents' assembly. Spending maintenance funds still needs the owners' joint decision.

# Step by step
questions-step-quorum-none = This vote asks for no least number. { $entitled } on the roll, { $took_part } voted.
questions-step-quorum-met = { $entitled } on the roll, { $took_part } { $counts ->
    [present] present
   *[cast] voted
}. The rule asks for { $word ->
    [more] more than
   *[reach] at least
} { $share ->
    [half] half
    [third] one third
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
} of the roll, that is { $needed } or more. Enough took part: the vote is valid.
questions-step-quorum-missed = { $entitled } on the roll, { $took_part } { $counts ->
    [present] present
   *[cast] voted
}. The rule asks for { $word ->
    [more] more than
   *[reach] at least
} { $share ->
    [half] half
    [third] one third
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
} of the roll, that is { $needed } or more. Too few took part: the vote is not valid.
questions-sum-quorum-met = { $numerator ->
    [1] { $entitled } ÷ { $denominator } = { $exact }, { $took_part } { $sign } { $exact }
   *[other] { $entitled } × { $numerator } ÷ { $denominator } = { $exact }, { $took_part } { $sign } { $exact }
}
questions-sum-quorum-missed = { $numerator ->
    [1] { $entitled } ÷ { $denominator } = { $exact }, { $took_part } { $sign } { $exact }
   *[other] { $entitled } × { $numerator } ÷ { $denominator } = { $exact }, { $took_part } { $sign } { $exact }
}
questions-step-need-simple = Rule: it passes if more are for than against; a tie does not pass. Abstentions count on neither side.
questions-step-need-share = Rule: those for must be { $word ->
    [more] more than
   *[reach] at least
} { $share ->
    [all] all
    [third] a third
    [half] half
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
} of { $base ->
    [cast] those who voted
    [present] those present
   *[entitled] the whole roll
}. Of { $base_count }, that is { $needed } or more.
questions-sum-need-share = { $numerator ->
    [1] { $base_count } ÷ { $denominator } = { $exact }, at least { $needed }
   *[other] { $base_count } × { $numerator } ÷ { $denominator } = { $exact }, at least { $needed }
}
questions-step-simple-passed = { $ayes } for, { $noes } against: { $margin } more for. It passes.
questions-step-simple-tie = { $ayes } for, { $noes } against: a tie. It does not pass.
questions-step-simple-failed = { $ayes } for, { $noes } against: { $margin } fewer for. It does not pass.
questions-step-share-passed = { $margin ->
    [0] { $ayes } for, exactly the { $needed } needed. It passes. Abstentions stay in the total.
   *[other] { $ayes } for, { $margin } more than the { $needed } needed. It passes. Abstentions stay in the total.
}
questions-step-share-failed = { $ayes } for, { $margin } fewer than the { $needed } needed. It does not pass. Abstentions stay in the total.
questions-sum-simple-passed = { $ayes } > { $noes }
questions-sum-simple-tie = { $ayes } = { $noes }
questions-sum-simple-failed = { $ayes } < { $noes }
questions-sum-share-passed = { $ayes } ≥ { $needed }
questions-sum-share-failed = { $ayes } < { $needed }

# Refusals
questions-refused-not-open = You cannot vote now: the vote is not open yet, or it has closed.
questions-refused-time-over = The time for voting is over. This vote was not recorded.
questions-refused-not-on-roll = You are not on the roll of this vote. You can watch, but not vote.
questions-refused-other-channel = You have already voted in another way, so you cannot vote here.
questions-refused-no-choice = Please choose one first.
questions-refused-unknown-choice = There is no such choice. Please choose again.
questions-refused-stale = You have already voted elsewhere: { $choice }. This vote did not replace it. To change it, choose once more.
questions-refused-ahead = This page and the record do not match, so this vote was not recorded. Please choose once more.
questions-refused-other-manifest = This vote was for another question and was not recorded. Please read the question and choose again.
questions-refused-send-id-taken = This vote was not recorded. Please vote once more.
questions-refused-bad-send-id = This vote was not recorded. Please reload the page and vote.
questions-refused-cannot-record = We cannot record votes just now. Your choice is kept. Please press again in a moment; it will not count twice.
questions-refused-not-draft = This question has already been opened.
questions-refused-another-open = Another question is being voted on. Close that one first.
questions-refused-empty-roll = Nobody is on the roll, so the vote cannot open.
questions-refused-double-roll = Somebody is on the roll twice. Please mend the roll first.
questions-refused-no-text = Please write the question.
questions-refused-text-long = The question is too long: 200 characters at most.
questions-refused-bad-rule = This voting rule cannot be used. Please check the agenda template.
questions-refused-closes-in-past = The closing time has passed. Please set a new one.
questions-refused-already-closed = The vote is closed and cannot be opened again.
questions-refused-not-opened = The vote has not been opened yet.
questions-refused-not-closed = The vote is not closed, so there is no result to publish.
questions-refused-not-published = The result is not published yet.
questions-refused-roll-only = Only people on the roll can see the list.
questions-told-published = The result is published: { $text }

# Read aloud
questions-say-question = Please vote: { $text }
questions-say-options = You can choose: { $options }.
questions-say-chosen = You have chosen { $choice }. It is not sent yet.
questions-say-confirm = You choose: { $choice }. To cast it, press confirm.
questions-say-code = Your code, sign by sign: { $code }.
questions-say-comma = {", "}
questions-aloud = Read ballots to me when they open
questions-aloud-hint = People beside you hear it too. Kept on this phone only.
questions-notice-voided = This vote was voided
questions-links = Record and doubts
questions-out =
    { $out ->
        [one] { $names } stepped back from this matter and is not on the roll, so the roll has { $n }.
       *[other] { $names } stepped back from this matter and are not on the roll, so the roll has { $n }.
    }

# Votes on a list that was settled before the meeting
rounds-given = Candidates
rounds-given-hint = The list was posted before the meeting and is not changed here. One choice each; more than half elects.
rounds-given-one = One candidate only: people vote for or against.
rounds-refused-no-candidates = Nobody stands, so there is nothing to vote on today. Skip this step and go back to nominations.
rounds-given-fixed = Options
rounds-given-fixed-hint = The options are the template’s and are not changed here. Everybody chooses one.

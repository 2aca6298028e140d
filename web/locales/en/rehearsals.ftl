# Rehearsals
rehearsals-title = Rehearse it first
rehearsals-lead = Neighbours made up by the program hold a meeting by this agenda as it stands now: items you added, smaller rolls, your words. It happens in a temporary place of its own: no notices, no text messages, nothing on any public page, and no real roll or ballot is touched.
rehearsals-troubles = What should happen (nothing is fine too)
rehearsals-start = Start the rehearsal
rehearsals-earlier = Earlier rehearsals
rehearsals-back = Back to rehearsing
rehearsals-account = What the rehearsal showed
rehearsals-mark = This is a rehearsal
rehearsals-mark-line = People and ballots are made up and count for nothing. Only you see this.
rehearsals-under-way = Under way. It usually takes some seconds and then shows itself.
rehearsals-broken-line = It did not come to its end. Please try again; if that fails, tell the administrator.
rehearsals-delete = Delete this rehearsal
rehearsals-flash-gone = Deleted.
rehearsals-trouble-heckler = Somebody hogs the floor
rehearsals-trouble-tie = A tie
rehearsals-trouble-no_quorum = Too few people
rehearsals-trouble-dead_network = A dead network
rehearsals-trouble-none = All goes well
rehearsals-state-waiting = under way
rehearsals-state-done = done
rehearsals-state-broken = not finished
rehearsals-some-broken = { $n ->
    [one] { $n } rule was broken
   *[other] { $n } rules were broken
 }
rehearsals-all-held = Every rule held
rehearsals-some-tried = { $n ->
    [one] Once somebody tried to get round a rule.
   *[other] { $n } times somebody tried to get round a rule.
 }
rehearsals-held-kept = Kept
rehearsals-held-tried = Somebody tried and could not
rehearsals-held-broken = Broken
rehearsals-by-kept = Kept by { $who }
rehearsals-by-tried = Tried by { $who }
rehearsals-by-broken = Broken by { $who }
rehearsals-rule-notice = Everybody is told days ahead
rehearsals-rule-offices = It starts only with a chair and a recorder
rehearsals-rule-roll = Only people on the roll come in
rehearsals-rule-opening = It does not go on with too few people
rehearsals-rule-topics_each = A few topics each
rehearsals-rule-consent = Topics join only when their authors agree
rehearsals-rule-notes = Several write at once and no line is lost
rehearsals-rule-turns = A few turns of speech each
rehearsals-rule-newcomers = Those who have not spoken go first
rehearsals-rule-ruling = The chair calls to order
rehearsals-rule-no_leaving = Nobody moves on while a vote is open
rehearsals-rule-stranger_ballot = Nobody votes who is not on the roll
rehearsals-rule-one_ballot = A ballot sent again counts once
rehearsals-rule-late_ballot = A ballot after the close does not count
rehearsals-rule-tie = A tie does not pass
rehearsals-rule-vote_quorum = Too few ballots decide nothing
rehearsals-rule-few_count = This vote asks for no least number: a few ballots count too
rehearsals-rule-stopped = The rehearsal stopped half-way
rehearsals-who-chair = the chair
rehearsals-who-everybody = everybody
rehearsals-who-heckler = the one who hogs the floor
rehearsals-who-stranger = somebody not on the roll
rehearsals-who-lost = the one without a network
rehearsals-refused-too-many = You keep { $most } rehearsals. Please delete one first.
rehearsals-refused-under-way = The last rehearsal is still under way. Please wait.

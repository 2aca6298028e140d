# Matters: from a report to a kept promise

matters-report = Report something
matters-private = Staff only
matters-urgent = Urgent
matters-colon = :{" "}
matters-number = Matter { $number }

## The report in three steps
matters-step-where = Where
matters-step-what = What
matters-step-check = Check
matters-where-title = Where is it?
matters-where-search = Find it by name
matters-where-search-hint = Compound, community or sub-district, for example: Guiyu
matters-where-homes = Near my home
matters-where-unit = In my home: { $place }
matters-where-building = This building: { $place }
matters-where-compound = Shared space of the compound: { $place }
matters-where-community = Outside the compound: { $place }
matters-where-in = { $place }
matters-where-here = { $place }, nothing more exact
matters-where-up = One level up
matters-desk-filling = You are filling this in for a resident
matters-desk-filling-text = The matter is the resident’s; you are noted as the one who wrote it down.
matters-what-title = What is the matter?
matters-what-place = Place: { $place }.
matters-change-place = Choose another place
matters-title-label = In one sentence
matters-title-hint = For example: the roof of building 5 leaks when it rains
matters-text-label = Tell us more
matters-text-hint = Since when, and whom it affects. No identity numbers and no one else’s phone number.
matters-photos-label = Photos
matters-photos-hint = Up to 4, JPG, PNG or WebP, 10 MB each. The place and time inside a photo are removed.
matters-photos-kept = Photos that are here already; no need to choose them again:
matters-photos-drop = Leave these photos out
matters-private-label = Show it to staff only
matters-private-hint = Otherwise it is public: neighbours see the matter, never who you are.
matters-channel-label = How did the resident reach you?
matters-channel-web = Sent in online
matters-channel-desk = At the desk
matters-channel-phone = By telephone
matters-channel-open311 = Sent in by another system
matters-line-asked = Filed by another system as: { $item }
matters-phone-label = The resident’s mobile number
matters-phone-hint = To call back and to track the matter; never public. Leave it empty if there is none.
matters-to-check = Next: check
matters-check-title = Check before you send
matters-check-place = Place
matters-check-what = What
matters-check-text = Details
matters-check-seen = Who sees it
matters-check-private = Staff only
matters-check-public = Everybody, without your name
matters-alike-title = A neighbour may have reported it already
matters-alike-text = If it is the same thing, follow it: you are told of every step and need not report again.
matters-alike-follow = It is { $number }; I follow it
matters-alike-one = Perhaps the same: { $number }
matters-receiver-title = Who receives it
matters-receiver = { $days ->
    [one] The social worker of { $community } reads it first and passes it on within { $days } working day, and you are told to whom.
   *[other] The social worker of { $community } reads it first and passes it on within { $days } working days, and you are told to whom.
}
matters-guess-council = It looks like something neighbours settle among themselves; most likely it goes to the compound’s council.
matters-guess-centre = It looks like something a service centre does; most likely it goes to { $centre }.
matters-guess-own-desk = It looks like something the community’s own desk does.
matters-guess-referral = It looks like another department’s business; the social worker tells you where to go.
matters-guess-refusal = It looks like a certificate that communities no longer issue; the social worker tells you whom to ask.
matters-file = Send it
matters-change = Change something
matters-emergency-title = If there is danger, call first
matters-emergency-text = This is no emergency line; a social worker sees it only at work. If somebody is in danger, call now:
matters-emergency-110 = 110 police
matters-emergency-119 = 119 fire
matters-emergency-120 = 120 ambulance
matters-done-title = Received, { $number }
matters-done-h1 = Received
matters-done-next = A social worker passes it on by { $due }.
matters-done-told = You are told of every step. Keep the number, or print the slip below.
matters-done-told-desk = Please print the slip below for the resident.
matters-done-see = See the matter
matters-done-another = Fill in another
matters-slip-title = Tracking slip
matters-slip-number = Matter
matters-slip-filed = Received
matters-slip-qr = QR code that opens this matter
matters-slip-how = Scan the code or open this address to see how it stands, without signing in:
matters-slip-tail = Or use the number and the last four digits of the mobile number.
matters-slip-secret = Whoever holds this slip can look; keep it safe.

## List
matters-list-title = Matters
matters-mine-title = My matters
matters-search = Search by number or words
matters-list-stages = By stage
matters-list-all = All
matters-list-triage = New
matters-list-council = In the council
matters-list-office = Being handled
matters-list-promise = Promised
matters-list-done = Done
matters-list-total = { $n ->
    [one] { $n } matter
   *[other] { $n } matters
  }
matters-list-empty = No matters here yet
matters-list-empty-text = If you see something wrong, tell the social worker.
matters-row-meta = { $place }, { $number }
matters-track-title = Track a matter
matters-track-text = No sign-in needed. The number is in the text message and on the slip.
matters-track-number = Matter number
matters-track-number-hint = For example 2026-0387
matters-track-tail = Last four digits of the mobile number
matters-track-tail-hint = The number given when it was reported
matters-track-go = Look it up

## States
matters-state-reported = New
matters-state-assigned = Passed on
matters-state-accepted = In hand
matters-state-waiting = Waiting for an answer
matters-state-on-agenda = On an agenda
matters-state-in-meeting = In a meeting
matters-state-resolved = Adopted
matters-state-executing = Being done
matters-state-completed = Waiting for a rating
matters-state-referred = Referred
matters-state-refused = Not issued here
matters-state-merged = Merged
matters-state-withdrawn = Withdrawn
matters-state-closed = Closed
matters-stage-report = Report
matters-stage-triage = Triage
matters-stage-council = Discuss
matters-stage-vote = Vote
matters-stage-promise = Do
matters-stage-office = Handle
matters-stage-rating = Rate
matters-clock-paused = The clock is paused
matters-clock-by = by { $day }
matters-clock-by-provisional = by { $day }; the holidays are not published yet, so it may move
matters-clock-late = { $n ->
    [one] { $n } working day late
   *[other] { $n } working days late
  }
matters-clock-hours = { $n ->
    [one] { $n } hour left
   *[other] { $n } hours left
  }
matters-clock-days = { $n ->
    [one] { $n } working day left
   *[other] { $n } working days left
  }

## One matter
matters-verdict-kept = Promise kept
matters-verdict-done = Done
matters-verdict-day = Finished on { $day }.
matters-verdict-early = { $n ->
    [one] Promised for { $promised }, done on { $done }, { $n } day early.
   *[other] Promised for { $promised }, done on { $done }, { $n } days early.
  }
matters-verdict-on-time = Promised for { $promised } and done that day.
matters-verdict-unsatisfied = The resident was not satisfied. It had been done again once and is not opened again.
matters-verdict-late = { $n ->
    [one] Promised for { $promised }, done on { $done }, { $n } day late.
   *[other] Promised for { $promised }, done on { $done }, { $n } days late.
  }
matters-days-today = Reported today
matters-days-same = Done the same day
matters-days-so-far = { $n ->
    [one] { $n } day so far
   *[other] { $n } days so far
  }
matters-days-told-same = Answered the same day
matters-days-told = { $n ->
    [one] Answered after { $n } day
   *[other] Answered after { $n } days
  }
matters-days-used = { $n ->
    [one] { $n } day
   *[other] { $n } days
  }
matters-verdict-referred = Somebody else is responsible
matters-verdict-refused = The community cannot issue this
matters-verdict-withdrawn = Withdrawn
matters-asked-title = The handler asks you
matters-answer-label = Your answer
matters-answer = Answer
matters-rate-title = Was it done well?
matters-rate-text = Anything to add
matters-rate-hint = If you are not satisfied it is done again, once.
matters-rate-phone-hint = Note what the resident says on the telephone. “Not satisfied” has it done again, once.
matters-rate-last = It has been done again once already. This rating closes the matter; it is not opened again. The handler reads your rating, and it counts in the satisfaction the street and the district see. If it is still not right, report it anew or call the social workers.
matters-rate-phone-last = Note what the resident says on the telephone. It has been done again once already; this rating closes the matter. If it is still not right, file it anew for the resident.
matters-rating-satisfied = Satisfied
matters-rating-mostly = Mostly satisfied
matters-rating-unsatisfied = Not satisfied
matters-thread-title = From report to promise kept
matters-following = Following
matters-follow = Tell me when it moves
matters-unfollow = Stop following
matters-follow-sign-in = Sign in to follow
matters-followers = { $n ->
    [one] { $n } person follows
   *[other] { $n } people follow
  }
matters-withdraw = Withdraw this matter
matters-withdraw-text = Nobody works on it after that. Withdraw it if it is settled or was reported by mistake.
matters-flag = Report something that should not be public
matters-flag-label = What should not be public
matters-flag-hint = For example somebody’s name or phone number. A social worker looks at it.
matters-hidden-title = (hidden)
matters-hidden-text = This text is not public. Reason: { $reason }
matters-photo-before = Photo { $n }
matters-photo-after = Photo { $n } of the result
matters-photo-hidden = { $caption } (hidden)

## Timeline
matters-event-reported = Reported by a resident
matters-event-taken = A social worker is on it
matters-event-triaged-council = Passed to the compound’s council
matters-event-triaged-centre = Passed to a service centre
matters-event-triaged-own-desk = Handled by the community itself
matters-event-triaged-referral = Referred to another department
matters-event-triaged-refusal = Answered: not issued by the community
matters-event-merged = Merged with another matter
matters-event-absorbed = Another matter was merged into this one
matters-event-unmerged = Parted again
matters-event-accepted = Taken on
matters-event-returned = Given back to be passed on anew
matters-event-asked = A question to the reporter
matters-event-answered = The reporter answered
matters-event-extended = More time
matters-event-completed = Done
matters-event-reopened = Opened again
matters-event-rated-satisfied = Rated: satisfied
matters-event-rated-mostly = Rated: mostly satisfied
matters-event-rated-unsatisfied = Rated: not satisfied
matters-event-closed = Closed, no rating in time
matters-event-withdrawn = Withdrawn by the reporter
matters-event-hidden-text = The text was hidden
matters-event-hidden-photo = A photo was hidden
matters-event-shown = Public again
matters-event-overdue = The agreed time has passed
matters-event-marked-urgent = Marked as urgent
matters-event-calmed = No longer urgent
matters-event-due-reckoned = The working calendar changed, and the agreed time with it
matters-event-on-agenda = Put on an agenda
matters-event-off-agenda = Taken off the agenda
matters-event-in-meeting = Discussed in a meeting
matters-event-decided-adopted = Vote passed
matters-event-decided-not-adopted = Vote not passed
matters-event-promised = Who does it, and by when
matters-event-promise-changed = The promise changed
matters-event-promise-kept = Promise kept
matters-role-reporter = resident
matters-role-resident = resident
matters-role-social-worker = social worker
matters-role-grid-worker = grid worker
matters-role-centre-clerk = service centre
matters-role-subdistrict-officer = sub-district
matters-role-standing-member = council
matters-role-promise-owner = person responsible
matters-role-clock = noted by the system
matters-role-name = { $role } { $name }
matters-line-due = Due by { $day }.
matters-line-moved = Was { $before }, now { $after }.
matters-line-new-owner = Somebody else is responsible now.
matters-line-promise = To be done by { $day }.
matters-line-promise-by = { $who } does it, by { $day }.
matters-line-owners = { $after } does it now instead of { $before }.
matters-line-merged = See { $number }.
matters-line-absorbed = { $number } is the same thing; both go on together.
matters-line-reopened = It is done again, by the same handler.
matters-line-votes = { $for } for, { $against } against, { $abstain } abstained.
matters-line-needed = The rule asks for { $n } votes in favour.
matters-link-votes = See the arithmetic
matters-link-meeting = See the meeting
matters-link-resolution = See the promise
matters-link-merged = See the merged matter
matters-link-notice = See the public notice
matters-next-reported = Waiting for a social worker to pass it on
matters-next-assigned-council = Waiting for the council’s answer
matters-next-assigned-centre = Waiting for the service centre to take it on
matters-next-assigned-own-desk = Waiting for the community to take it on
matters-next-accepted-council = Waiting for the council to find a meeting for it
matters-next-accepted-centre = The service centre is working on it
matters-next-accepted-own-desk = The community is working on it
matters-next-waiting = Waiting for the reporter’s answer
matters-next-on-agenda = Waiting for the meeting
matters-next-in-meeting = Waiting for the vote
matters-next-resolved = Waiting for somebody to be named to do it
matters-next-executing = Waiting for the promise to be kept
matters-next-completed = Waiting for the reporter’s rating

## Why
matters-why-title-council = Why the council
matters-why-title-centre = Why the service centre
matters-why-title-own-desk = Why the community itself
matters-why-title-referral = Why somewhere else
matters-why-title-refusal = Why it is not issued
matters-why-words = The report mentions: { $words }.
matters-why-item = Item: { $item }.
matters-why-council = Neighbours settle this among themselves (a residential matter), under “{ $kind }”.
matters-why-no-council = No council member can take it here yet; a social worker leads for now.
matters-why-centre = “{ $item }” is handled at { $centre }.
matters-why-own-desk = “{ $item }” stays at the community’s desk.
matters-why-own-desk-plain = The community can do this itself.
matters-why-referral = “{ $item }” is handled by { $where }; please turn to them.
matters-why-referral-plain = This is handled by { $where }; please turn to them.
matters-why-refusal = By national rule communities no longer issue “{ $item }”. What to do instead: { $where }.

## Triage
matters-triage-title = Triage
matters-triage-search = Number or words
matters-triage-empty = Nothing in this queue
matters-triage-empty-text = Look at another queue, or take a breath.
matters-queues = Queues
matters-queue-label = Queue
matters-item-label = This matter
matters-back-to-queue = Back to the queue
matters-queue-new = New
matters-queue-mine = Mine
matters-queue-soon = Due soon
matters-queue-returned = Returned
matters-queue-callback = Call back
matters-queue-all = All
matters-suggest-label = Suggestion
matters-no-suggestion = Not sure enough to suggest
matters-no-suggestion-text = Please choose a way below, by the words and by what you know of the place.
matters-suggest-centre = Goes to { $centre }
matters-suggest-due = An answer or result is due by { $day }
matters-suggest-at-once = The resident is told at once
matters-adopt = Use it
matters-or-else = Or send it another way
matters-way-council = Residential matter
matters-way-council-hint = to the compound’s council
matters-way-centre = Regional service centre
matters-way-centre-hint = items that moved up
matters-way-own-desk = The community itself
matters-way-own-desk-hint = items that stay here
matters-way-referral = Another department
matters-way-referral-hint = say which one
matters-way-refusal = Certificate not issued
matters-way-refusal-hint = say where to go instead
matters-pick-kind = Which kind
matters-pick-item = Which item
matters-pick-none = Please choose
matters-department = Which department
matters-department-hint = If no item above fits, write the department and its telephone.
matters-send-note = A word to the resident
matters-send-to = Send: { $way }
matters-take = I look at this one
matters-merge = Merge
matters-unmerge = Part again
matters-keys-move = next, previous
matters-keys-adopt = use a suggestion
matters-keys-ways = five ways
matters-keys-advice = A suggestion is only advice; nothing is sent until you say so
matters-fact-place = Place
matters-fact-reporter = Reporter
matters-fact-phone = Call back
matters-contact-unreadable = Cannot be read
matters-fact-filed = Received
matters-fact-how = How
matters-to-procedure = Begin its procedure: { $how }
matters-how-route = by law: { $route }
matters-reporter-none = No account; only a telephone number or by word of mouth
matters-reporter-public = { $name } (not shown in public)
matters-reporter-private = { $name } (staff only)
matters-do-urgent = Mark as urgent
matters-do-calm = No longer urgent
matters-urgent-label = Why
matters-urgent-hint = Residents read it. What is urgent heads every list.
matters-flash-urgent = Noted.
matters-note-own = Note, seen by staff only
matters-note-add = Write a note
matters-note-label = Note
matters-note-save = Save
matters-flagged = Somebody reported this
matters-moderate = Hide what should not be public
matters-hidden-because = Hidden now. Reason: { $reason }
matters-hide-reason = Reason for hiding it
matters-hide-hint = The reason is public; the original is kept.
matters-hide-what = What to hide
matters-hide-text = Title and text
matters-hide = Hide
matters-show = Make public again

## Handling
matters-desk-centre = Service centre desk
matters-desk-council = The council’s matters
matters-desk-others = Led by other members
matters-desk-new = To take on
matters-desk-doing = In hand
matters-desk-done = Done
matters-desk-all = All
matters-desk-empty = Nothing here
matters-desk-empty-text = New ones appear here, and you are told.
matters-steps-label = Next step
matters-steps-none = Nothing for you to do now. You are told when it is your turn.
matters-kept = What you wrote (you can copy it)
matters-do-accept = Take it on
matters-do-complete = It is done
matters-complete-label = What was done, and with what result
matters-complete-hint = The resident reads this; say it plainly.
matters-after-photos = Photos of the result
matters-take-back-text = If the meeting decided nothing, take it back and find another time.
matters-do-take-back = Back to the council
matters-do-ask = Ask the resident
matters-ask-label = What do you need to know
matters-ask-hint = The clock stands still until the answer, and everybody can see why.
matters-do-extend = Take more time
matters-extend-until = Until which day
matters-extend-label = Why
matters-extend-hint = Before the deadline only; the resident reads the reason.
matters-do-return = Give it back
matters-return-reason = Reason
matters-return-label = Explain
matters-return-hint = Say why it cannot be done here. After two returns the sub-district decides.
matters-return-suggested = Who should have it
matters-return-not-ours = Not our business
matters-return-wrong-item = Wrong item
matters-return-more-facts = Facts are missing
matters-return-duplicate = A duplicate
matters-return-other = Something else
matters-do-answer-for = Note the resident’s answer
matters-answer-for-label = What the resident says
matters-callback-title = Call back

## Just done
matters-flash-following = You follow it and are told when it moves.
matters-flash-answered = Your answer was sent.
matters-flash-withdrawn = Withdrawn.
matters-flash-rated = Thank you for your rating.
matters-flash-rated-last = Noted; the matter is closed. If it is still not right, report it anew or call the social workers.
matters-flash-reopened = Opened again; the same handler does it once more.
matters-flash-flagged = Thank you, a social worker looks at it.
matters-flash-sent = { $number } sent: { $where }.
matters-flash-taken = Noted that you are on it.
matters-flash-merged = Merged into { $number }.
matters-flash-unmerged = Parted again.
matters-flash-noted = Note saved.
matters-flash-note-empty = The note was empty and was not saved.
matters-flash-hidden = Hidden; the original is kept.
matters-flash-shown = Public again.
matters-flash-accept = Taken on; the resident can see it.
matters-flash-return = Given back to be passed on anew.
matters-flash-take-back = Taken back; it can go on another agenda.
matters-flash-ask = The question was sent; the clock is paused.
matters-flash-extend = More time taken; the resident reads why.
matters-flash-complete = Done; the resident may rate it.

## Messages
matters-told-received = We received “{ $title }”, number { $number }. A social worker passes it on; working days for that: { $days }.
matters-told-marked-urgent = “{ $title }” ({ $number }) was marked as urgent; please look at once.
matters-told-calmed = “{ $title }” ({ $number }) is no longer marked as urgent.
matters-told-urgent = { $number } may be dangerous; please look at once.
matters-told-way-council = “{ $title }” ({ $number }) went to the compound’s council.
matters-told-way-centre = “{ $title }” ({ $number }) went to the service centre.
matters-told-way-own-desk = “{ $title }” ({ $number }) is handled by the community itself.
matters-told-way-referral = “{ $title }” ({ $number }) is another department’s business; the page says where to go.
matters-told-way-refusal = “{ $title }” ({ $number }) cannot be issued by the community; the page says whom to ask.
matters-told-yours = “{ $title }” ({ $number }) is yours.
matters-told-accepted = “{ $title }” ({ $number }) has been taken on.
matters-told-returned = “{ $title }” ({ $number }) came back and waits to be passed on.
matters-told-asked = The handler of “{ $title }” ({ $number }) has a question for you.
matters-told-answered = The reporter of “{ $title }” ({ $number }) has answered.
matters-told-extended = “{ $title }” ({ $number }) takes longer; the reason is on the page.
matters-told-completed = “{ $title }” ({ $number }) is done; please rate it.
matters-told-rated = “{ $title }” ({ $number }) was rated.
matters-told-reopened = “{ $title }” ({ $number }) was rated not satisfied; please do it again.
matters-told-withdrawn = “{ $title }” ({ $number }) was withdrawn by the reporter.
matters-told-merged = Your report “{ $title }” ({ $number }) and { $into } are one thing; they go on together and you are told as before.
matters-told-unmerged = Your report “{ $title }” ({ $number }) is handled by itself again.
matters-told-overdue = “{ $title }” ({ $number }) is past its agreed time.
matters-told-flagged = Somebody thinks { $number } shows something that should not be public; please look.
matters-told-hidden = Something in “{ $title }” ({ $number }) was hidden; the reason is on the page.
matters-told-on-agenda = “{ $title }” ({ $number }) is on the agenda of: { $meeting }.
matters-told-adopted = The vote on “{ $title }” ({ $number }) passed.
matters-told-not-adopted = The vote on “{ $title }” ({ $number }) did not pass.
matters-told-promised = It is settled who does “{ $title }” ({ $number }) and by when.
matters-told-promise-changed = The promise on “{ $title }” ({ $number }) changed.
matters-told-promise-moved = The promise on “{ $title }” ({ $number }) changed: { $what }. { $who } does it now, by { $day }.
matters-told-promise-kept = “{ $title }” ({ $number }) is done as promised; please rate it.

## Not like this
matters-refused-changed-meanwhile = { $who ->
    [none] This matter has just changed
   *[other] { $who } has just worked on this matter
  } ({ $what ->
    [triaged] passed on
    [taken] somebody is on it
    [merged] merged
    [absorbed] another one was merged into it
    [accepted] taken on
    [returned] given back
    [asked] a question was asked
    [answered] the reporter answered
    [extended] more time was taken
    [completed] done
    [rated] rated
    [withdrawn] withdrawn by the reporter
   *[other] something new happened
  }). What you wrote is still here; please look at the new state first.
matters-refused-not-now = This cannot be done any more at this point.
matters-refused-not-yours = This matter is not yours at present.
matters-refused-text-too-long = At most { $n } characters; please shorten it. Nothing you wrote is lost.
matters-refused-no-title = Please say it in one sentence of at most { $n } characters.
matters-refused-no-place = Please choose a community, a compound or a building.
matters-refused-no-reason = Please write a few words.
matters-refused-no-result = Please say what was done.
matters-refused-no-item = Please choose an item.
matters-refused-item-goes-elsewhere = This item does not go this way; choose another item or another way.
matters-refused-no-kind = Please choose a kind.
matters-refused-no-centre = No service centre is open at present.
matters-refused-no-department = Please name the department.
matters-refused-returned-often = It came back twice and the sub-district decided; it cannot be given back again.
matters-refused-too-late = The time is over; it can no longer be extended.
matters-refused-not-later = Please choose a later day.
matters-refused-too-far = All extensions together come to { $days } days at most.
matters-refused-same-matter = This is the same matter; there is nothing to merge.
matters-refused-merge-closed = That matter is finished; nothing can be merged into it.
matters-refused-merge-privacy = One is public and one is not; they cannot be merged.
matters-refused-other-community = That matter belongs to another community; they cannot be merged.
matters-refused-form-used = This form has been used; please fill in a new one.
matters-refused-not-found = There is no such number.
matters-refused-wrong-tail = The number and the last four digits do not fit together; please check both.
matters-refused-too-many-tries = Too many tries; please wait a while or telephone the social worker.
matters-refused-too-many-reports = Too many reports within an hour; please wait a while.
matters-refused-photo-quota = At most { $n } photos a day, and today's are used up. Send them tomorrow, or go on without.
matters-refused-photo-too-many = At most { $n } photos.
matters-refused-photo-too-large =
    { $which ->
        [0] A photo may have at most { $n } MB.
       *[other] Photo { $which } is too large: a photo may have at most { $n } MB. Those that are fine were kept.
    }
matters-refused-photo-too-wide =
    { $which ->
        [0] This photo has too many pixels; please make it smaller.
       *[other] Photo { $which } has too many pixels; please make it smaller. Those that are fine were kept.
    }
matters-refused-photo-kind =
    { $which ->
        [0] Only JPG, PNG and WebP photos are taken.
       *[other] Photo { $which }: only JPG, PNG and WebP photos are taken. Those that are fine were kept.
    }
matters-refused-photo-broken =
    { $which ->
        [0] This photo cannot be opened, perhaps it is incomplete; please choose it again.
       *[other] Photo { $which } cannot be opened, perhaps it is incomplete; please choose that one again. Those that are fine were kept.
    }
matters-refused-bad-phone = This mobile number is not right; please check it.
matters-refused-already-flagged = You reported this already; a social worker looks at it.
matters-role-party-reviewer = Community Party organisation
matters-event-pre-studied-agree = Pre-study: may go to residents
matters-event-pre-studied-amend = Pre-study: change it first
matters-event-pre-studied-not-yet = Pre-study: not yet
matters-told-pre-studied = “{ $title }” ({ $number }) has been pre-studied by the community Party organisation.
matters-flash-pre-studied = Noted on the matter’s timeline.
matters-study-title = Pre-study
matters-study-hint = Before residents decide on something important, the community Party organisation studies it first. Its opinion is public.
matters-study-opinion = Opinion
matters-study-agree = May go to residents
matters-study-amend = Change it first
matters-study-not-yet = Not yet
matters-study-text = Reasons and suggestions
matters-study-send = Write it down
matters-event-decision-voided = The vote was voided; back with the council
matters-link-voided = Read why it was voided
matters-told-decision-voided = The vote on “{ $title }” ({ $number }) was voided; the matter is back with the council.

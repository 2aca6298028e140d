# Meetings: drafting, announcing, attending, speaking
meetings-list-title = Meetings
meetings-running-now = Going on now
meetings-go-in = Go in
meetings-new = Hold a new meeting
meetings-drafts = Not announced yet
meetings-coming = Coming up
meetings-none-coming = No meeting is coming up
meetings-none-coming-hint = A new meeting appears here once it is announced.
meetings-past = Past meetings
meetings-join-by-code = Got a code? Join here
meetings-state-draft = Draft
meetings-state-announced = Announced
meetings-state-running = Going on
meetings-state-ended = Over
meetings-mode-both = In the hall or by phone
meetings-mode-hall = In the hall only
meetings-mode-online = By phone only
meetings-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
 }
meetings-item-now = under way
meetings-item-done = done
meetings-item-waiting = to come
meetings-when = When
meetings-where = Where
meetings-how = How
meetings-length = About
meetings-kind = Kind
meetings-office-chair = Chair
meetings-office-recorder = Recorder
meetings-office-teller = Teller
meetings-office-witness = Witness
meetings-office-short-chair = C
meetings-office-short-recorder = R
meetings-office-short-teller = T
meetings-office-short-witness = W
meetings-to-console = Open the chair’s console
meetings-results = Results of votes
meetings-question-open = Voting now
meetings-question-closed = To be published
meetings-question-published = Published
meetings-how-to-join = How to join
meetings-join-scan = Scan with your phone to go straight in.
meetings-join-type = Open { $address } and type the code:
meetings-join-come = Or simply come: { $venue }.
meetings-qr-alt = QR code to join the meeting, code { $code }
meetings-ics = Add to my calendar
meetings-print-notice = Print the notice
meetings-agenda = Agenda
meetings-principles = The spirit of the meeting
meetings-rules = Rules of order
meetings-advice-only = What the meeting settles is the neighbours’ opinion. Where the law asks owners or the residents’ assembly to decide, that step still follows.
meetings-for-council = For the council
meetings-door = Check-in at the door
meetings-offices = Who chairs and records
meetings-comma = ,{" "}
meetings-office-missing = An office is still empty: a chair and a recorder are needed before the start.
meetings-office-end = Step down
meetings-office-who = Who
meetings-office-which = As what
meetings-office-give = Settle it
meetings-choose = Please choose
meetings-f-template = What kind of meeting
meetings-f-place = For which place
meetings-f-title = Name of the meeting
meetings-f-title-hint = One line on what it is about, for example “Mending the leaking roofs”.
meetings-f-title-en = Name in English
meetings-f-day = Day
meetings-f-day-hint = People need time to prepare; the first possible day is filled in.
meetings-f-time = Starts at
meetings-f-mode = How people join
meetings-f-venue = Place to meet
meetings-f-venue-hint = May be left empty when it is by phone only.
meetings-begin = Next: the agenda
meetings-compose-title = Prepare the agenda
meetings-matters = Matters to discuss
meetings-matter-remove = Take off
meetings-matter-choose = Matters in the council’s hands
meetings-matter-add = Add to the agenda
meetings-matter-none = The council has no other matters in hand.
meetings-move-up = Earlier
meetings-move-down = Later
meetings-item-change = { $n ->
    [one] { $n } minute, change
   *[other] { $n } minutes, change
 }
meetings-item-minutes = Minutes
meetings-item-question = The question to be put
meetings-item-question-hint = One sentence that can be answered for or against. It can still be changed in the meeting.
meetings-item-question-en = In English
meetings-save = Save
meetings-details = Time and place
meetings-details-change = Change name, time or place
meetings-announce = Announce
meetings-notice-calendar = { $n ->
    [one] Announced { $n } day ahead
   *[other] Announced { $n } days ahead
 }
meetings-notice-working = { $n ->
    [one] Announced { $n } working day ahead
   *[other] Announced { $n } working days ahead
 }
meetings-earliest = Announced today, it can be held on { $day } at the earliest.
meetings-announce-now = Announce the meeting
meetings-announce-hint = After that the agenda stays as it is, and everybody on the roll is told.
meetings-join-title = Join a meeting
meetings-join-code = Code
meetings-join-code-hint = The 6 digits on the screen or the notice.
meetings-join-go = Go in
meetings-join-watch = Anyone with the code may watch. To speak or vote, sign in and be on the roll.
meetings-sign-in-first = Sign in first
meetings-notice-title = Notice of a meeting: { $title }
meetings-notice-greeting = To all neighbours of { $place },
meetings-notice-body = on { $when } we meet about “{ $title }”. Please come.{" "}
meetings-notice-office = Questions, or no phone at hand? Ring the social workers on { $phone }.
meetings-door-count = { $present } present, { $entitled } on the roll
meetings-door-search = Find a name
meetings-door-tick = Is here
meetings-door-none = Nobody on the roll has this name.
meetings-channel-online = by phone
meetings-channel-hall = in the hall
meetings-stance-for = for
meetings-stance-against = against
meetings-stance-neither = a remark
meetings-flash-drafted = The draft is there; now the agenda.
meetings-flash-saved = Saved.
meetings-flash-announced = Announced. Everybody on the roll is told.
meetings-told-announced = Notice of a meeting: { $title }. Open it for time, place and how to join.
meetings-refused-not-draft = The meeting is announced and can no longer be changed.
meetings-refused-not-announced = The meeting is not announced yet.
meetings-refused-not-running = The meeting has not started.
meetings-refused-ended = The meeting is over.
meetings-refused-no-title = Please give the meeting a name.
meetings-refused-title-long = The name is too long; 80 characters at most.
meetings-refused-no-venue = Please say where, or choose “by phone only”.
meetings-refused-venue-long = The place is too long; 120 characters at most.
meetings-refused-unknown-template = There is no such kind of meeting.
meetings-refused-not-your-place = You are not a council member here and cannot hold a meeting here.
meetings-refused-in-past = That time has passed; please choose a later one.
meetings-refused-notice-short = It must be announced { $days } { $unit ->
    [working] working days
   *[other] days
 } ahead. Announced today, it can be held on { $earliest } at the earliest. Please choose a later day.
meetings-refused-too-early = Too early: it can start half an hour before its time.
meetings-refused-no-such-matter = No such matter was found.
meetings-refused-matter-elsewhere = The matter is not in the council’s hands, or is on another agenda.
meetings-refused-matter-twice = The matter is already on the agenda.
meetings-refused-too-many-matters = At most 5 matters in one meeting.
meetings-refused-cannot-move = The six links keep their order; only matters within one link change places.
meetings-refused-office-empty = A chair and a recorder are needed. Please settle who.
meetings-refused-office-taken = This person already holds the office.
meetings-refused-witness-apart = A witness holds no other office.
meetings-refused-unknown-person = No such person was found.
meetings-refused-no-more-items = This is the last item of the agenda.
meetings-refused-items-left = The agenda is not finished, so the meeting cannot end.
meetings-refused-moved-on = The meeting has moved on; please look again before you press.
meetings-refused-nothing-to-undo = There is no step to take back.
meetings-refused-not-on-roll = You are not on the roll here, but you may watch. If you live here, please enrol first.
meetings-refused-no-such-code = There is no such code. Please compare it with the screen or the notice.
meetings-refused-too-many-codes = Too many tries. Please wait a minute, or ring the social workers.
meetings-refused-unknown-timer = There is no such length.
meetings-refused-already-waiting = You are already waiting to speak.
meetings-refused-turns-used = Your turns on this item are used; leave the floor to others.
meetings-refused-not-in-queue = Not in the queue of speakers.
meetings-refused-queue-empty = Nobody is waiting.
meetings-refused-queue-closed = No more names are taken on this item.

### Words used on every page. Short and plain.

common-brand = Linyue
common-comma = {", "}
common-skip = Skip to the content
common-sample = Sample data
common-larger = Text size
common-phone = Phone
common-back = Back
common-listen = Listen
common-listen-stop = Stop
common-print = Print
common-other-language = 中文
common-settings = Text and colours
common-privacy = Privacy
common-busy = Sending, please wait.
common-yes = Yes
common-no = No
common-save = Save
common-cancel = Cancel
common-close = Close
common-continue = Next
common-change = Change
common-see = View
common-see-all = All
common-none = None
common-sign-in = Sign in
common-sign-out = Sign out
common-search = Search
common-send = Send
common-confirm = Confirm
common-undo = Undo

common-tabs = Main pages
common-tab-home = Home
common-tab-matters = Matters
common-tab-report = Report
common-tab-me = Mine
common-trail = You are here
common-desk-nav = Work pages
common-desk-triage = Triage
common-desk-proxy = On behalf
common-desk-centre = Desk
common-desk-council = Council
common-desk-votes = Votes
common-desk-meetings = Meetings
common-desk-people = Residents
common-desk-claims = Claims
common-desk-calls = Calls
common-desk-visits = Visits
common-desk-board = Overview
common-desk-places = Admin

common-help = Rather talk? Call the social workers
common-sheet = Please confirm
common-optional = optional
common-errors = { $n ->
    [one] One thing to correct
   *[other] { $n } things to correct
}
common-chosen = Chosen
common-receipt = Vote code
common-steps = Progress
common-step-now = Step { $n } of { $total }: { $step }
common-steps-done = Every step is done
common-as-table = Show as a table
common-result-table = Result of the vote
common-result-choice = Choice
common-result-number = Votes
common-result-share = Share
common-pages = Pages
common-page-before = Previous
common-page-after = Next
common-page-of = Page { $n } of { $total }
common-draft-kept = Your words stay on this phone. They have not been sent.
common-draft-drop = Clear and start again
common-draft-back = What you had not finished is back.
common-photos-smaller = The photos were made smaller for sending.
common-photos-many = Too many photos: the first 4 are kept.

common-vote-for = For
common-vote-against = Against
common-vote-abstain = Abstain
common-vote-unvoted = Not voted

common-live-ok = Connected
common-live-again = Connecting again
common-live-off = No network. Your choice is kept
common-time-left = Time left
common-minutes-seconds = { $minutes } min { $seconds } s
common-seconds = { $seconds } s
common-time-over = Time is up

common-demo-title = Demo clock { $when }
common-demo-hint = Move it forward and see what happens at a deadline:
common-demo-hour = One hour
common-demo-day = One day
common-demo-deadline = To the next deadline

common-settings-title = Text and colours
common-settings-hint = Your choice is kept on this phone and holds for every page.
common-settings-mode = Page style
common-settings-mode-normal = Normal
common-settings-mode-care = Care mode
common-settings-mode-care-hint = Large text, large buttons, one column
common-settings-size = Text size
common-settings-size-1 = Standard
common-settings-size-2 = Large
common-settings-size-3 = Larger
common-settings-size-4 = Largest
common-settings-theme = Colours
common-settings-theme-auto = Same as this device
common-settings-theme-light = Light
common-settings-theme-dark = Dark
common-settings-theme-contrast = High contrast
common-settings-lang = Language
common-settings-save = Use this
common-settings-sample = How it looks: the water is off tomorrow at two, so fill a kettle first.

common-error-title = This step did not work
common-error-title-404 = There is no such page
common-error-title-403 = This page is not open to you
common-error-title-ours = Something went wrong on our side
common-error-then = Please go back and try again. If anything is unclear, call the social workers.
common-error-then-ours = It has been noted. Please try again later, or call if it is urgent.
common-error-not-found = This page was not found. The address may be wrong, or it is not open to you.
common-error-method = This page cannot be opened that way. Please use the buttons on the page.
common-error-request = Something is missing from what was sent.
common-error-failed = Error number { $number }. Please tell it to the social worker when you call.
common-error-home = Go to the home page
common-refused-too-many = That was too fast. Please wait a little and try again.
common-refused-forbidden = Someone else looks after this. You cannot see or change it.
common-refused-stale-form = This page was open for too long. Please reload it and send again.
common-refused-too-large = That is too large. Please choose fewer photos.
common-refused-bad-form = Something is missing from what was sent.
common-refused-not-same-site = This did not come from a page of Linyue, so nothing was done.
common-form-missing = Please fill this in
common-form-invalid = Please check this
common-form-string-too-short = { $min_length ->
    [one] Write at least one character
   *[other] Write at least { $min_length } characters
}
common-form-string-too-long = { $max_length ->
    [one] Write at most one character
   *[other] Write at most { $max_length } characters
}
common-form-string-pattern-mismatch = This does not have the right form. See the note above
common-form-extra-forbidden = Something was sent that is not on the page. Please reload
common-form-int-parsing = Please write a number
common-form-int-type = Please write a number
common-form-greater-than = This must be more than { $gt }
common-form-greater-than-equal = This must be { $ge } or more
common-form-less-than = This must be less than { $lt }
common-form-less-than-equal = This must be { $le } or less
common-form-date-parsing = Please give a date, such as 2026-11-30
common-form-date-from-datetime-parsing = Please give a date, such as 2026-11-30
common-form-time-parsing = Please give a time, such as 19:00
common-form-datetime-parsing = Please give a date and a time
common-form-datetime-from-date-parsing = Please give a date and a time
common-form-enum = Please choose one
common-form-literal-error = Please choose one
common-form-bool-parsing = Please choose one
common-form-too-short = { $min_length ->
    [one] Choose at least one
   *[other] Choose at least { $min_length }
}
common-form-too-long = { $max_length ->
    [one] Choose at most one
   *[other] Choose at most { $max_length }
}
common-clock-moved = The demo clock has been moved.
common-inbox = Messages
common-inbox-new = New
common-inbox-empty = No messages yet
common-inbox-empty-text = When something you reported moves on, you read it here.
common-demo-reset = Back to real time

common-kit-title = Look and parts
common-kit-type = Type
common-kit-icons = Icons
common-kit-buttons = Buttons
common-kit-status = Status
common-kit-time = Time limits
common-kit-lists = Lists
common-kit-forms = Forms
common-kit-votes = Votes and results
common-kit-messages = Messages
common-kit-thread = From report to kept promise
common-kit-tables = Tables
common-kit-sample = Repair the roofs of blocks 5 and 7 first
common-kit-sample-2 = No light on the stairs of entrance 3
common-kit-sample-3 = Shared facilities group, led by Old Chen
common-kit-word = A note for everyone to read.
common-kit-error = Please write which block it is
common-kit-left = 2 working days left
common-kit-by = done by the 30th
common-kit-late = Due today
common-kit-by-late = done by 17:30
common-kit-step-1 = Reported
common-kit-step-2 = Sorted
common-kit-step-3 = Discussed
common-kit-step-4 = Voted
common-kit-step-5 = Notice
common-kit-step-6 = Carried out
common-kit-step-7 = Rated
common-kit-live = Going on now
common-kit-arrived = 47 people are here. You can join from home.
common-kit-join = Join the meeting
common-kit-pass-line = Needed to pass: 32
common-kit-sum = 60 on the roll, 47 present: more than half, so the meeting counts.
common-kit-base = of 47 present
common-kit-people = people
common-kit-present = Present
common-kit-quorum = More than half (31) are needed. Reached.
common-kit-passed = Passed
common-kit-failed = Not passed
common-kit-verdict = 47 present, 38 in favour, at least 32 needed.
common-kit-why = Why it went to the council
common-kit-why-text = The roof belongs to all owners together, so the residents decide.
common-kit-month = Dec
common-kit-weekday = Thu
common-kit-when = Mon 9 Nov 20:14
common-kit-empty = No matters yet
common-kit-empty-text = If something is not right, tell the social workers.
common-kit-report = Report something
common-kit-open = Open the confirmation
common-kit-main = Main button
common-kit-line = Second button
common-kit-plain = Plain
common-kit-on = Joined
common-kit-quiet = Text button
common-kit-danger = Switch off
common-kit-doing = In progress
common-kit-soon = Due soon
common-kit-first = Speaks for the first time
common-kit-place = Which block
common-kit-story = What happened
common-kit-kind = What kind
common-kit-photo = Photos
common-kit-day = Which day
common-kit-agree = I have read the privacy notice
common-kit-todo = Waiting for your rating
common-kit-kept = Kept: the roof is repaired
common-kit-h2 = Heading 2
common-kit-h3 = Heading 3
common-kit-lead = Lead, buttons
common-kit-body = Body
common-kit-number = Number
common-desk-doubts = Doubts
common-desk-catalogue = List
common-workbook-old = This is an old .xls file. Save it as .xlsx in your spreadsheet program and upload it again.
common-workbook-broken = The file cannot be opened; it may be damaged or locked with a password. Save it as .xlsx again.
common-workbook-none = This is no spreadsheet. Please upload .xlsx or .csv.
common-workbook-too-much = Unpacked, the file is too large and was not read. Keep only the sheets that are needed.
common-workbook-far = Something stands in a cell far outside. Delete rows and columns outside the table.
common-workbook-formula = This cell is a formula. Paste it as a value.
common-workbook-cell-long = This cell is too long: at most { $n } characters.

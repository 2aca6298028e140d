### Overview, load, visits and call-backs.

boards-title = Overview
boards-month = Month
boards-area = Area
boards-show = Show
boards-dot = { " · " }
boards-total = Together
boards-percent = { $n } %
boards-few = { $n } of { $total }
boards-nothing = —
boards-range = { $low } to { $high } %
boards-days = { $n } d
boards-cases = { $n ->
    [one] 1 matter
   *[other] { $n } matters
}
boards-could-be = the true rate may lie between { $low } % and { $high } %
boards-too-few = { $n ->
    [one] only 1 case, too few for a percentage
   *[other] only { $n } cases, too few for a percentage
}
boards-no-cases = none this month yet
boards-rates = The three rates
boards-rates-about = As the 12345 hotline counts them. The pale bar is the possible range.
boards-response = Response
boards-response-formula = Of { $total } that were owed an answer, { $n } were sent on and the resident was told within the first due time.
boards-resolution = Resolution
boards-resolution-formula = Of { $total } who answered “is it really fixed?” a week after the end, { $n } said yes.
boards-satisfaction = Satisfaction
boards-satisfaction-formula = Of { $total } ratings: satisfied { $satisfied }, mostly { $mostly }, not satisfied { $unsatisfied }. The first two together, divided by all ratings.
boards-how = How it is counted
boards-how-text = “In” goes by the day of the report, without withdrawn and merged ones; “done” by the day of the last end, without what has been opened again. On time means that the end was no later than the due time of that moment. The median is in working days from report to end: half were faster, half slower. Fewer than 10 cases are told as numbers only. Ranges are 95 % intervals.
boards-to-load = See the load
boards-table = How the work goes
boards-sentence = { $reported } came in, { $done } were done, { $kept } of them on time.
boards-sentence-none = Nothing came in and nothing was done this month.
boards-by = Group by
boards-by-centre = By where it went
boards-by-community = By community
boards-by-item = By item
boards-head-name = Name
boards-head-in = In
boards-head-done = Done
boards-head-on-time = On time
boards-head-picture = Possible range of on time
boards-head-range = Possible range
boards-head-median = Median
boards-head-overdue = Late now
boards-head-returned = Returned
boards-head-reopened = Reopened
boards-head-satisfied = Satisfied
boards-no-rank = In the order of their codes; nobody is ranked. Few cases make a wide range. A number leads to its matters.
boards-empty = No figures for this month yet
boards-empty-text = Choose another month or another area.
boards-behind-empty = There are no such matters
boards-now = Now
boards-now-overdue = late now
boards-now-answers = answers to residents overdue
boards-now-disputes = mediations overdue
boards-now-soon = due within two days
boards-now-paused = with a stopped clock, each with its reason
boards-none-centre = Not sent anywhere yet
boards-none-community = Other communities
boards-none-item = Not sorted yet
boards-way-own-desk = Community’s own desk
boards-way-council = Council
boards-way-referral = Referred to a department
boards-way-refusal = Certificates not owed
boards-what-in = Matters that came in
boards-what-owed = Matters that were owed an answer
boards-what-answered = Matters answered in time
boards-what-done = Matters done
boards-what-late = Done, but late
boards-what-returned = Matters that were returned
boards-what-reopened = Matters opened again
boards-what-rated = Rated matters
boards-what-satisfied = Rated satisfied
boards-what-mostly = Rated mostly satisfied
boards-what-unsatisfied = Rated not satisfied
boards-what-asked = Answered a week later
boards-what-unreached = Not reached when called
boards-what-fixed = Fixed, as said a week later
boards-what-overdue = Matters late now
boards-what-soon = Matters due within two days
boards-what-paused = Matters with a stopped clock
boards-area-within = · { $name }
boards-base = Baseline month
boards-hours = { $n } h
boards-change-same = no change, 0 %
boards-change-more = { $n } % more
boards-change-less = { $n } % less
boards-change-range = may lie between { $low } % and { $high } %
boards-change-range-short = { $low } to { $high } %
boards-load-title = Load on communities
boards-load-so-far = { $n ->
    [one] 1 day so far
   *[other] { $n } days so far
}
boards-load-desk = Hours in a week
boards-load-quiet = { $n ->
    [one] 1 more community had no such matters and no visits this month; its platforms are in the sum.
   *[other] { $n } more communities had no such matters and no visits this month; their platforms are in the sum.
}
boards-load-sentence = { $n ->
    [one] 1 community
   *[other] { $n } communities
} now spend { $now } a week on government business; without floating it would be { $whole }.
boards-load-nothing = No governmental matters and no platforms to count this month.
boards-load-floating = What floating takes off
boards-load-floating-before = Without floating: { $hours } a week
boards-load-floating-now = Now: { $hours } a week
boards-load-baseline = Beside the baseline month
boards-load-baseline-before = Baseline: { $hours } a week
boards-load-baseline-now = This month: { $hours } a week
boards-load-visits = Home visits and time in compounds
boards-load-visits-before = Baseline: { $hours } a week
boards-load-visits-now = This month: { $hours } a week
boards-load-too-few = { $n ->
    [one] only 1 case, too few for a percentage
   *[other] only { $n } cases, too few for a percentage
}
boards-load-few = { $n ->
    [one] only 1 matter
   *[other] only { $n } matters
}
boards-load-is-base = { $month } is the baseline month itself; there is nothing to compare.
boards-load-formula = Load = governmental matters handled at the community’s own desk × minutes each + minutes a week for each platform × weeks. Government business only; residents’ own matters do not count.
boards-load-rule = Without floating: the same matters, worked out by the same rule again, with everything that went to a centre left at the community and every floating platform kept by it.
boards-load-base = The baseline is { $month }, counted by the catalogue of that time. Weeks are compared, so the number of days does not matter.
boards-load-sample = { $n } governmental matters in all: { $own } at communities, { $gone } at centres.
boards-base-laid = The district's baseline is { $month }, laid down by { $who } on { $day }.
boards-base-unlaid = The district has laid down no baseline yet; it is { $month }, the first with a matter.
boards-base-nobody = an administrator
boards-base-look = Another month is compared here: for looking only, no figure of the district
boards-load-no-base = nothing to compare with
boards-load-gone = What is saved in a week: { $matters } of handling, { $platforms } of platforms.
boards-load-measured = { $n } of them use measured minutes.
boards-load-assumed = { $n } of them use assumed minutes, and so do the platforms, until the district has measured its own.
boards-load-unsure = If each matter took half the time: { $half }; if it took half as long again: { $more }.
boards-load-unnamed = Another { $n } at own desks name no item; they have no minutes and are left out.
boards-load-merged = Communities merged into others: { $n }. Their matters and visits count where they went; platforms are counted by the communities of now, for earlier months too.
boards-load-no-catalogue = No catalogue was in force that month, so nothing can be worked out.
boards-load-range = Ranges are 95 % intervals for the chance in how many matters arrive, not for how good the minutes are. Fewer than 10 matters get no percentage.
boards-load-table = Communities
boards-load-table-about = All times are hours a week. In the order of their codes; nobody is ranked. A count leads to its matters.
boards-load-head-community = Community
boards-load-head-own = Own desk
boards-load-head-gone = Centre
boards-load-head-handling = Handling
boards-load-head-duty = Platforms
boards-load-head-now = Together
boards-load-head-unfloated = Unfloated
boards-load-head-saving = Saved
boards-load-head-range = Possible range
boards-load-head-visits = Visits
boards-visits-title = Visit log
boards-visits-change = Change a visit
boards-visits-about = How long you were out, in which compound, doing what. No household, no name.
boards-visits-kind = What for
boards-visits-place = Where
boards-visits-day = Which day
boards-visits-day-hint = Back to { $day } can still be noted.
boards-visits-start = From
boards-visits-end = Until
boards-visits-save = Note it
boards-visits-last = The last days
boards-visits-sum = { $hours } this month
boards-visits-remove = Remove
boards-visits-remove-one = Remove: { $what }, { $when }
boards-visits-none = Nothing noted in the last days
boards-visits-none-text = Back from a visit, it takes a minute.
boards-visit-home = Home visit
boards-visit-compound = Work in the compound
boards-visit-mediation = Mediation
boards-visit-patrol = Patrol
boards-visit-event = Activity
boards-visit-title = { $kind } ({ $place })
boards-visit-when = { $day } { $hours }, { $n } min
boards-flash-noted = Noted.
boards-flash-changed = Changed.
boards-flash-removed = Removed.
boards-refused-ends-before = The end must be after the beginning.
boards-refused-too-long = One visit lasts at most 12 hours; note a longer one in parts.
boards-refused-ahead = That time has not come yet; note it when you are back.
boards-refused-too-old = Only the last seven days can be noted or changed.
boards-refused-overlaps = You have already noted a visit at that time.
boards-refused-no-place = Choose a compound of your community, or the whole community.
boards-told-fixed = “{ $title }” was done a week ago. Is it really fixed?
boards-fixed-title = Is it really fixed?
boards-fixed-call-title = A call to ask
boards-fixed-done = { $number }, done on { $day }
boards-fixed-ask = It was done a week ago. How is it now?
boards-fixed-call-ask = Ask how it is now and press what the resident says. Nobody answers? Press “Nobody answered” and try another day.
boards-fixed-no-phone = { $name } left no telephone number. Ask when you visit or meet, then press what was said.
boards-fixed-hint = We ask only once. If it is not fixed, it can be opened again one time.
boards-fixed-call-hint = Only one of three answers is noted; nobody is judged. Looking at the number leaves a note.
boards-answer-fixed = Really fixed
boards-answer-partly = Partly
boards-answer-not = Not fixed
boards-said-fixed = The answer: really fixed
boards-said-partly = The answer: partly
boards-said-not = The answer: not fixed
boards-fixed-thanks = Thank you, it is noted.
boards-fixed-is-open = The matter has been opened again; its timeline shows it.
boards-fixed-back = Back to the matter
boards-reopen-title = Open it again?
boards-reopen-about = Each matter can be opened again once. The same people handle it, with a new due time.
boards-reopen-text = What is still not right
boards-reopen-send = Open it again
boards-reopen-used = This matter has been opened again once already. If something is still wrong, report it anew or call the social workers.
boards-calls-title = Residents to call
boards-calls-about = These residents have no account, and their matter was done a week ago. Please call and ask: is it really fixed?
boards-calls-sample = { $n } of { $total } were drawn, by their numbers; nobody picks.
boards-calls-tried = { $n } did not answer today and are on this list again tomorrow.
boards-calls-dropped = Of { $n } more nobody answered three times; they are not called again.
boards-not-reached = Nobody answered
boards-flash-not-reached = Noted; not again today.
boards-fixed-tried = Nobody answered, calls so far: { $n }, last { $when }
boards-refused-tried-today = They were called today; try another day.
boards-unreached = { $formula } Not reached in three calls: { $n }.
boards-calls-none = No calls to make now
boards-calls-none-text = Residents without an account appear here a week after their matter was done.
boards-calls-back = Back to the list
boards-flash-answered = Noted, thank you.
boards-flash-reopened = It is open again.
boards-refused-answered = This has been answered already.
boards-refused-reopened-once = This matter has been opened again once already.
boards-refused-own-work = You handled this one; a colleague makes this call.
boards-load-behind-own-desk = Government matters handled by the community itself
boards-load-behind-centre = Government matters a centre handled instead of the community

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
boards-what-fixed = Fixed, as said a week later
boards-what-overdue = Matters late now
boards-what-soon = Matters due within two days
boards-what-paused = Matters with a stopped clock

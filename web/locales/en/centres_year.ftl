centres-year-import = Take in the arrangement of { NUMBER($year, useGrouping: 0) }
centres-year-how = One line a day: the day, whether it is worked, and why. You see first which days would change; one faulty line, and nothing is taken in.
centres-year-start-text = Start from one of these files, change it and hand it over again.
centres-year-csv = Download CSV
centres-year-column-day = Day
centres-year-column-worked = How it is counted
centres-year-column-name-zh = Why, in Chinese
centres-year-column-name-en = Why, in English
centres-year-changes = { $of ->
    [one] { $of } day,
   *[other] { $of } days,
} { $n } of them counted otherwise so far
centres-year-otherwise = otherwise so far
centres-year-missing = The list leaves out { $day }, a statutory day of rest; so it is not the whole arrangement of { NUMBER($year, useGrouping: 0) }, and only days counted otherwise so far are taken.
centres-year-published = This is the whole arrangement of { NUMBER($year, useGrouping: 0) }, as the State Council published it
centres-year-published-hint = With this, due times in that year are provisional no longer.
centres-year-take = Take it in and work out due times again
centres-year-bad-day = “{ $text }” cannot be read; write a day as 2027-10-01.
centres-year-twice = { $day } is there twice.
centres-year-other-year = This day is not in { $year }.
centres-year-past = { $day } is past and cannot change.
centres-year-bad-worked = “{ $text }” cannot be read; write “day off” or “worked”.
centres-year-no-name = Say why, for example the name of the holiday.
centres-year-long-name = Too long; { $n } characters at most.
centres-refused-year-faulty = There is a fault in the file, or no day at all; nothing was taken in.
centres-refused-year-not-whole = { $day }, a statutory day of rest, is missing: this is not the whole year’s arrangement.
centres-flash-year-taken = { $n ->
    [one] Taken in; { $n } day is counted otherwise, and due times are being worked out again.
   *[other] Taken in; { $n } days are counted otherwise, and due times are being worked out again.
}

# Trying a change of the catalogue; refused certificates
matters-refused-item-retired = { $successor ->
    [none] This item is no longer taken and nothing follows it. Please pick another one.
   *[other] This item is no longer taken. Please pick { $successor } instead.
}
matters-trial-title = Try it on recent matters
matters-trial-lead = Had this change been in force: which would have gone elsewhere, which would be due at another time. Nothing is really changed.
matters-trial-on = On which matters
matters-trial-last = the last { $n }
matters-trial-run = Try it
matters-trial-stale = Changed since it was tried
matters-trial-stale-text = Please try it again.
matters-trial-moved = { $n } of { $of } would have gone elsewhere
matters-trial-retimed = { $n } would be due at another time
matters-trial-none-moved = None would have gone elsewhere.
matters-trial-none-retimed = None would be due at another time.
matters-trial-number = Number
matters-trial-item = Item
matters-trial-from = Went to
matters-trial-to = Would go to
matters-trial-why = Why
matters-trial-before = Before
matters-trial-after = After
matters-trial-nowhere = nowhere
matters-trial-no-days = no days set
matters-trial-why-retired = the item is retired and followed by another
matters-trial-why-gone = the item is retired and nothing follows
matters-trial-why-floated = it floats to the centre
matters-trial-why-sunk = it comes back to the community
matters-trial-why-listing = it stands in another list
matters-trial-why-kind = its kind changed
matters-trial-why-address = it names another office
matters-trial-open-title = Still open under retired items
matters-trial-open-text = Each keeps its owner and time, under the version it was sent.
matters-trial-open = { $n }
matters-trial-back = Back to the change
matters-flash-tried = Tried: { $n } of { $of } would have gone elsewhere.
matters-asked-by = Which office asks for it
matters-asked-by-hint = Only the office’s name; it is counted in public.
matters-certificates-title = Certificates communities refuse
matters-certificates-lead = By national rule these { $n } certificates are not issued by communities. Who still asks for them is counted here.
matters-certificates-offices = Which offices still ask
matters-certificates-offices-text = Refused { $n ->
    [one] once
   *[other] { $n } times
} in all; offices are counted where residents named them.
matters-certificates-office = Office
matters-certificates-times = Times
matters-certificates-nobody = No resident has named an office yet.
matters-offices-merge = Put two spellings together
matters-offices-merge-text = Two spellings of one office are counted as one. It is recorded and cannot be undone.
matters-offices-wrong = This spelling
matters-offices-right = becomes
matters-offices-choose = Choose one
matters-flash-offices = Put together; matters changed: { $n }.
matters-refused-no-office = There is no such name; please choose again.
matters-refused-same-office = Both spellings are the same.
matters-certificates-list = Certificates, and where to go
matters-certificates-n = { $n ->
    [one] once
   *[other] { $n } times
}

# ── measured desk time ──
matters-measured-title = Time it really takes
matters-measured-lead = Minutes of the last half year (the median): at a centre, visits with one item from the call to the end; at a community's own desk, what whoever completed the matter wrote down. From { $n } times on they may replace the minutes that the catalogue only assumes; the load is then counted by them.
matters-measured-ready = Measured and ready: { $n }
matters-measured-line = { $item }: catalogue { $old } min, { $where } { $new } min, { $n } times
matters-measured-take = Put into this draft
matters-measured-none = Nothing to replace now
matters-measured-none-text = Items appear here once they have been measured { $n } times.
matters-measured-rest = Measured too seldom, or replaced already
matters-measured-item = Item
matters-measured-old = Catalogue (min)
matters-measured-new = Measured (min)
matters-measured-visits = Times
matters-measured-where = How
matters-measured-window = timed at windows
matters-measured-desk = written down at own desks
matters-complete-minutes = How many minutes it took in all
matters-complete-minutes-hint = With talking, visiting and typing; roughly is enough, and you may leave it empty. It only tells how long this kind of matter takes: nobody sees who wrote it, and nobody is judged by it.
matters-flash-measured = { $n } items now have measured minutes. Try the draft, then hand it in.

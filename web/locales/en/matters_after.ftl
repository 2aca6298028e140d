### A report about another place, more said afterwards, and asking how it goes.

matters-move-title = Another place
matters-move-open = It is about another place
matters-move-now = It was filed for { $place }
matters-move-lead = Choose the right place. It then goes to whoever has such matters there, under the same number.
matters-move-to = From { $before } to { $after }
matters-move-with = Then with { $community }
matters-move-due = Its due time stays: { $day }. Whoever gets it has what is left.
matters-move-reason = Why it belongs there
matters-move-reason-hint = Everybody who reads this matter reads it. For example: “It is building 3 of the next compound.”
matters-move-send = Move it
matters-move-other = Choose another place
matters-move-over = It cannot be moved now
matters-move-over-text = Somebody has taken it on, or it is on an agenda. Tell whoever has it: say more on its page.
matters-flash-moved = Moved. Everybody who follows it has been told.

matters-event-moved = Went to another place
matters-line-place = From { $before } to { $after }.
matters-line-due-stays = The due time stays: { $day }.
matters-why-title-moved = Who has it now, and why
matters-why-moved-here = It stays with the desk of { $community }: the new place is theirs too.
matters-why-moved-desk = The new place lies in { $community }; its desk has it now.
matters-why-moved-officer = The new place lies in { $community }; the sub-district decides where it is sent.
matters-why-moved-no-centre = The new place lies in { $community }, for which no centre takes this now; its desk sends it on.
matters-why-moved-centre = The new place lies in { $community }, so the centre is the one for it.
matters-why-moved-council = The new place lies in { $community }, so the council is the one there.
matters-told-moved = “{ $title }” ({ $number }) went to another place: { $place }. Reason: { $reason }
matters-told-moved-away = “{ $title }” ({ $number }) turned out to be about another place; it is no longer with you.
matters-hand-moved = About another place
matters-refused-same-place = It is filed for this place already. Choose another one.
matters-refused-moved-often = It has been moved twice. Only the sub-district can move it once more.
matters-refused-part-beyond = One part of it is too far along to be moved. Report what is wrong at the new place by itself.
matters-refused-in-procedure = A procedure about it is under way, so it stays where it is.

matters-add-open = Say more, or add photos
matters-add-label = What is to be added
matters-add-hint = It stands below your report, for everybody who can read the report, and whoever has it is told.
matters-add-hint-private = It stands below your report, for staff only, and whoever has it is told.
matters-add-send = Add it
matters-flash-added = Added. Whoever has it has been told.
matters-flash-added-danger = Added, and marked as urgent. In danger, call at once: { $numbers }
matters-event-added = More from the reporter
matters-told-added = Something was added to “{ $title }” ({ $number }).
matters-refused-nothing-added = Write something, or choose a photo.
matters-refused-added-often = { $n } additions are the most. Answer when you are asked, or speak with whoever has it.

matters-nudge = Ask how it goes
matters-nudge-hint = Whoever has it is told, and it stands in the history. Once in { $days } days.
matters-nudge-later = You can ask again from { $day }.
matters-flash-nudged = Asked. Whoever has it has been told.
matters-event-nudged = The reporter asks how it goes
matters-line-nudged = { $n ->
        [one] The first time.
       *[other] { $n } times by now.
    }
matters-told-nudged = The reporter of “{ $title }” ({ $number }) asks how it goes. Due: { $day }.
matters-refused-nudge-early = Somebody asked, or it was reported, less than { $days } days ago. You can ask from { $day }.
matters-refused-nudge-answer = It waits for an answer from your side. Answer first; then the clock goes on.

# Agenda: legal base, items in and out, meetings called off
meetings-law = The law it follows
meetings-law-article = { $name }, article { $article }
meetings-law-in-villages = In villages: { $name }
meetings-law-in-communities = In communities: { $name }
meetings-notice-by-law = Set by: { $law }
meetings-notice-own = No law sets a number of days; this one is the template's own.
meetings-item-add = Add an item
meetings-item-add-kind = What kind
meetings-item-add-after = Behind which item
meetings-item-add-title = What it is called
meetings-item-add-title-hint = In Chinese, one line, for example “听物业说账”.
meetings-item-add-title-en = Its name in English
meetings-item-add-now = Add to the agenda
meetings-item-drop = Take off
meetings-item-report = Report: one person explains
meetings-item-hear = Hearing: those concerned speak one by one
meetings-item-talk = Discussion: everybody queues to speak
meetings-refused-cannot-add = Only reports, hearings and discussions can be added.
meetings-refused-cannot-drop = This kind of meeting needs this item; it stays.
meetings-refused-too-many-items = An agenda has { $most } items at most.
meetings-refused-no-item-title = Please write what the item is called.
meetings-refused-quorum-missed = Too few are here to go on. Wait a little, or call the meeting off and set another day.
meetings-refused-quorum-there = Enough people are here. Please go on.
meetings-picture = How this meeting goes
meetings-picture-line = One step after the other; below each stands what it waits for.
meetings-picture-label = The steps of the meeting as a drawing; the agenda above says the same
meetings-picture-end = Result and minutes published
meetings-picture-end-note = Open to everybody
meetings-picture-attend-none = Begins with whoever is here
meetings-picture-attend-third = Goes on when a third has come
meetings-picture-attend-half = Goes on when more than half came
meetings-picture-attend-two_thirds = Goes on when two thirds came
meetings-picture-vote-named = Named vote; on when published
meetings-picture-vote-secret = Secret ballot; on when published
meetings-days = { $n } { $n ->
    [one] day
   *[other] days
 }
meetings-matter-remove-why = Why is it taken off?
meetings-matter-remove-hint = { $n } neighbours support it; they are told the reason, and it stands in the record.
meetings-matter-remove-now = Take off and tell the supporters
meetings-refused-no-reason = A topic that neighbours support is taken off only with a reason.
meetings-item-names-hint = Those who are appraised, one name a line. A vote about each, one after the other.

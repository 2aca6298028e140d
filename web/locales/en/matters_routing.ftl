### Where it goes, hand-over, taking back, a change of owner.

matters-event-recalled = Taken back by the sub-district to be passed on anew
matters-event-forwarded = Forwarded to the home sub-district’s centre
matters-event-reassigned = Another desk has it now

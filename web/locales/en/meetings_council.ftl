# Meetings: the council there
meetings-council = The council here
meetings-council-back = Who stepped back
meetings-council-text = Counted by seats, vacant ones too; whoever has stepped back is left out.
meetings-council-see = See the roster
meetings-council-out = Stepped back: { $names }
meetings-council-chair-out = The chair has stepped back: another one, please
meetings-refused-chair-stepped-back = The chair has stepped back from the next matter; hand over the chair first.
meetings-refused-chair-is-out = The chair has stepped back from this matter; hand over the chair before the vote is opened.

### Who is called and who votes: whose roll it is, and how large.

meetings-roll = Who is called
meetings-roll-line =
    { $n ->
        [0] { $who }: nobody yet
        [one] { $who }: { $n } person
       *[other] { $who }: { $n } people
    }
meetings-roll-choose = Whom to call
meetings-roll-choose-hint = This kind of meeting can be held by different people; one way a meeting, and those called decide.
meetings-roll-scale = Who votes on this
meetings-roll-scale-hint = What touches one building or one stairwell can be put to the people there. The roll is frozen when the vote opens.
meetings-roll-all = Everybody of { $place }
meetings-roll-only = only { $place } votes
meetings-roll-voters =
    { $n ->
        [0] The voters are the { $who } of { $place }; nobody is on the roll yet
        [one] The voters are the { $who } of { $place }: { $n } person
       *[other] The voters are the { $who } of { $place }: { $n } people
    }
meetings-roll-whose = The voters are the { $who } of { $place }
meetings-roll-binds = The votes are counted as the law says; the articles stand above.
meetings-refused-no-such-scale = This is not part of the meeting’s place; please choose again.
meetings-refused-no-such-roll = This kind of meeting cannot be held by them; please choose again.
meetings-roll-called = Called: { $who }

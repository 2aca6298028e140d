### Lists of representatives, household delegates, committees and Party members; the scale of rolls.

people-bodies-title = Lists of representatives
people-bodies-lead = In meetings of representatives or household delegates only those on the list vote. It is kept here and frozen when a vote opens; later changes do not touch that vote.
people-bodies-none = Your communities have no lists yet
people-bodies-count =
    { $n ->
        [0] nobody yet
        [one] { $n } person
       *[other] { $n } people
    }
people-body-residents = Residents
people-body-households = Household delegates
people-body-owners = Owners
people-body-representatives = Residents’ representatives
people-body-council = Council (7+X)
people-body-council-seven = The seven standing members
people-body-owners-committee = Owners’ committee
people-body-committees = The community’s two committees
people-body-party-members = Party members
people-body-representatives-lead = Representatives are elected by households, normally one for 20 to 50. Whoever moves away no longer counts.
people-body-households-lead = Each household names one adult. Where only one adult lives, that is the one; nothing needs recording.
people-body-committees-lead = Members of the Party committee and of the residents’ committee. They discuss the second step of the four deliberations.
people-body-party-members-lead = The Party members review the third step of the four deliberations. Ask each person first; only social workers see the list, and those who vote see one another.
people-bodies-file = Bring a list
people-bodies-replaces = The file is the whole list: whoever is not in it no longer counts.
people-bodies-replaces-homes = Homes in the file get the person they name now; other homes stay as they are.
people-bodies-members = On the list ({ $n })
people-bodies-empty = Nobody yet. Bring a list to begin.
people-bodies-end = Take off
people-bodies-ended = Taken off the list.
people-bodies-preview = Look at the list
people-bodies-new = New
people-bodies-to-end = No longer counted
people-bodies-taken-in = The list is kept: { $new } new, { $same } unchanged, { $ended } no longer counted.
people-bodies-missing =
    { $n ->
        [one] { $n } home has named nobody
       *[other] { $n } homes have named nobody
    }
people-bodies-missing-hint = Where several adults live, they name one. Until they do, a vote of household delegates cannot open.
people-bodies-more = { $n } more are not listed.
people-bodies-refused-home = There is no such home here; please check the code.
people-bodies-refused-not-living-there = No adult of this name (or with this number) is enrolled in this home; please enrol them first.
people-bodies-refused-phone = Nobody has this number; please enrol them first.
people-bodies-refused-name-differs = This number is kept under another name; please check.
people-bodies-refused-twice = This person stands in the file twice; please remove one line.
people-bodies-refused-home-twice = This home names two people; a household names one.
people-bodies-refused-no-delegate = { $unit } has named no household delegate yet ({ $homes } homes in all); please let a social worker record it.

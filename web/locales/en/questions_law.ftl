# Rules of decision: who decides, and by which article
questions-decision-deliberation = Advice after deliberation
questions-decision-residents-assembly = Residents’ assembly (residents aged 18 and over)
questions-decision-household-delegates = Residents’ assembly (household delegates)
questions-decision-representatives = Residents’ representative meeting
questions-decision-residents-election = Residents’ election
questions-decision-residents-election-again = Residents’ election, voted again
questions-decision-village-assembly = Villagers’ assembly (villagers aged 18 and over)
questions-decision-village-households = Villagers’ assembly (household delegates)
questions-decision-village-representatives = Villagers’ representative meeting
questions-decision-owners-ordinary = Owners’ joint decision, ordinary matter
questions-decision-owners-special = Owners’ joint decision, special matter
questions-decision-owners-all = Consent of every interested owner
questions-decision-owners-committee = Owners’ committee
questions-law-kicker-deliberation = Vote, by name, advice only
questions-law-kicker-residents-law = Residents’ vote, by name, counted by the law
questions-law-kicker-owners-law = Owners’ vote, by name, counted by area and by heads
questions-law-source = By: { $source }
questions-law-who = Who decides: { $decision }
questions-law-call-second = Second call: too few took part in the first. It asks for what the first asked for.
questions-law-advice = This is advice. The law gives it no power to bind, and it does not replace the residents’ or villagers’ assembly or a joint decision of the owners. Using the maintenance fund still needs the owners’ joint decision.
questions-law-binds-residents-law = This is the residents’ decision and holds for the residents of this community. It may not break the law or harm anybody’s personal, democratic or property rights.
questions-law-binds-owners-law = A decision of the owners binds all owners. If it harms your lawful rights, you may ask the court within one year to revoke it.
questions-law-online-note = Whether a vote online is the legal form is for the district to say; until it does, use the prescribed platform or a vote in writing as well.
questions-law-title = Who decides, and by which article
questions-law-lead = Three systems, never mixed: deliberation, residents’ law, owners’ law. “At least” includes the number itself, “more than half” does not. Abstaining is taking part and is not consent.
questions-law-table = How many must take part, how many must agree
questions-law-body = Who decides
questions-law-quorum = Take part
questions-law-pass = Agree
questions-law-article = Article
questions-law-second-title = When too few come
questions-law-second-text = The meeting may be called again. No article asks for fewer people the second time, so a second call needs what the first needed. For deliberation the agenda template says how many.
questions-law-heads-title = How owners’ area and heads are counted
questions-law-heads-text = Areas are those of the property register, to 0.01 m²; parking places and garages count only where they are registered as exclusive parts. One unit is one head; one owner of several units is one; everything unsold or not handed over is the developer’s and together one; co-owners of a unit name one voter and are one. Roll and areas are frozen when the vote opens.
questions-law-own-quorum = as the agenda template says
questions-law-quorum-more-half-present = more than half present
questions-law-quorum-more-half-cast = more than half vote
questions-law-quorum-two-thirds-present = at least two thirds present
questions-law-quorum-two-thirds-cast = at least two thirds of the area and of the heads
questions-law-quorum-none = everybody
questions-law-pass-simple = as the agenda template says
questions-law-pass-third-cast = the most, and at least a third of the votes
questions-law-pass-absolute-present = more than half of those present
questions-law-pass-absolute-cast = more than half of those who vote
questions-law-pass-absolute-entitled = more than half of all members
questions-law-pass-owners-absolute = more than half of the participating area and heads
questions-law-pass-owners-three-quarters = at least three quarters of the participating area and heads
questions-law-pass-all-entitled = every single one

# The double count
questions-weighed-title = Both counts: area and heads
questions-weighed-what = Figure
questions-weighed-area = Area (m²)
questions-weighed-heads = Heads
questions-weighed-entitled = All owners
questions-weighed-cast = Took part
questions-weighed-needed-quorum = Must take part, at least
questions-weighed-needed = Must agree, at least
questions-step-owners-part-area = Area: { $cast } m² took part, of { $entitled } m². The rule asks for at least { $share ->
    [half] half
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
}: { $enough ->
    [yes] enough.
   *[no] not enough.
}
questions-step-owners-part-heads = Heads: { $cast } took part, of { $entitled }. The rule asks for at least { $share ->
    [half] half
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
}: { $enough ->
    [yes] enough.
   *[no] not enough.
}
questions-step-owners-consent-area = Area: { $ayes } m² agree, of { $cast } m² that took part. The rule asks for { $word ->
    [more] more than
   *[reach] at least
} { $share ->
    [half] half
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
}: { $enough ->
    [yes] enough.
   *[no] not enough.
}
questions-step-owners-consent-heads = Heads: { $ayes } agree, of { $cast } that took part. The rule asks for { $word ->
    [more] more than
   *[reach] at least
} { $share ->
    [half] half
    [two-thirds] two thirds
    [three-quarters] three quarters
   *[other] { $numerator }/{ $denominator }
}: { $enough ->
    [yes] enough.
   *[no] not enough.
}
questions-sum-owners-part-area = { $denominator } × { $cast } = { $left } { $sign } { $numerator } × { $entitled } = { $right }
questions-sum-owners-part-heads = { $denominator } × { $cast } = { $left } { $sign } { $numerator } × { $entitled } = { $right }
questions-sum-owners-consent-area = { $denominator } × { $ayes } = { $left } { $sign } { $numerator } × { $cast } = { $right }
questions-sum-owners-consent-heads = { $denominator } × { $ayes } = { $left } { $sign } { $numerator } × { $cast } = { $right }
questions-step-owners-both = Area and heads both suffice: passed. Abstaining is taking part and is not consent.
questions-step-owners-not-both = Area and heads must both suffice, and they do not: not passed. Abstaining is taking part and is not consent.
questions-step-owners-too-few = Area and heads must both suffice for the vote to be valid, and they do not: not valid. It may be called again, with the same figures.
questions-verdict-rule-owners = The rule asks for enough area and enough heads.

# Not like this
questions-law-refused-other-rule = The law says how many must take part and agree in this body; no other figures are possible. Please check the agenda template.
questions-law-refused-second-call = Only a vote that too few took part in can be called again, by the same rule.
questions-law-refused-no-areas = An owners’ vote needs area and heads for everybody on its roll; no other vote has areas.
questions-law-refused-no-area = { $unit } has no area yet; please add it in the list of units.
questions-law-refused-no-owner = { $unit } has no registered owner yet; please register one.
questions-law-refused-no-voter = { $unit } has several owners; please record whom they named to vote.
questions-law-refused-no-developer = { $unit } is not sold or handed over; please record who votes for the developer.

# Three systems
questions-system-deliberation = Deliberation (binds nobody)
questions-system-residents-law = Residents’ law
questions-system-owners-law = Owners’ law

# The owners' register
questions-owners-title = Owners: areas and voters
questions-owners-units = Units
questions-owners-ready = Ready
questions-owners-missing = Still missing
questions-owners-voter = Voter
questions-owners-save = Record the voter
questions-owners-flash = Recorded.
questions-owners-unit = Unit
questions-owners-kind = Kind
questions-owners-kind-home = Home or shop
questions-owners-kind-parking = Parking (registered)
questions-owners-apart = Parking that does not count
questions-owners-apart-text = A parking place or garage without a registered area on the list is no exclusive part: it adds neither area nor a head. Once it is registered as one, add its registered area to the list of homes and it counts.
questions-owners-ready-table = Ready for the roll
questions-law-refused-same-meeting = Too few took part, so nothing was decided. To vote again, call another meeting with its own notice; its console will offer "Vote once more".
questions-law-first-call = The first call's result
questions-owners-line = Before owners vote, complete the areas, and record who votes for homes owned together or not sold yet.
questions-owners-ask = Who votes for a home that is owned together or not sold yet is recorded by the social worker; only then can the vote open.
questions-law-refused-one-building = A home is turned to business use with the consent of the owners of its building: choose that building. Owners of other buildings who have shown harm are added to the roll by the social worker.
questions-harm-title = Owners of other buildings who are harmed
questions-harm-line = To turn a home to business use, every owner with an interest must consent: all owners of the building, and owners of other buildings who have shown that their home or life is affected. They are added before the vote opens, with what they have shown.
questions-harm-none = Nobody was added yet.
questions-harm-add = Add an owner
questions-harm-who = Which owner
questions-harm-reason = What harm was shown
questions-harm-reason-hint = For example: the fume outlet faces the bedroom window; there are photographs.
questions-harm-save = Add to the roll
questions-harm-drop = Take off the roll
questions-harm-dropped = Taken off.
questions-harm-building = Choose a building
questions-harm-ask = Owners of other buildings who have shown harm are added by the social worker before the vote opens.
questions-harm-refused-no-reason = Say what harm this owner has shown.
questions-harm-refused-long = The reason has at most 200 characters.
questions-harm-refused-not-an-owner = This person owns no home of this compound.
questions-harm-refused-opened = The vote has begun; its roll does not change any more.
questions-harm-refused-there = This owner is on the roll already.
questions-item = What the owners decide
questions-item-hint = Only for a decision of the owners (Civil Code 278). Items 6, 7 and 8 take the special rule, the others the ordinary one.
questions-item-none = Not a decision of the owners
questions-item-refused-none = For a decision of the owners, say which item of Civil Code 278 it is.
questions-item-refused-ordinary = Item ({ $item }) of Civil Code 278 is decided by the ordinary rule: choose "Owners' decision (ordinary)".
questions-item-refused-special = Item ({ $item }) of Civil Code 278 needs three quarters: choose "Owners' decision (special)".
questions-item-1 = (1) the owners' assembly's rules of procedure
questions-item-2 = (2) the covenant
questions-item-3 = (3) electing the owners' committee or changing its members
questions-item-4 = (4) hiring or dismissing the property service
questions-item-5 = (5) using the maintenance fund
questions-item-6 = (6) raising the maintenance fund
questions-item-7 = (7) rebuilding or altering buildings and facilities
questions-item-8 = (8) another use of common parts, or doing business with them
questions-item-9 = (9) other major matters of common property

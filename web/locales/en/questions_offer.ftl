## Which ways of voting a vote offers, and who votes where

questions-offer-open = How people may vote
questions-offer-title = How people may vote this time
questions-offer-hint = Leave it and all are offered. A secret vote has online and paper only; dots, scores, orders and money cannot be shown by a hand.
questions-offer-is = People may vote: { $ways }.
questions-offer-comma = {", "}
questions-refused-no-way-chosen = Keep at least one way of voting that everybody can use. A proxy needs another way beside it; a secret vote has online and paper only.
questions-refused-way-not-allowed = This vote cannot offer the way you chose.
questions-refused-not-online = This vote is not taken on phones. Please vote in the hall or at the desk.
questions-vote-elsewhere = Ways of voting: { $ways }. Come to the hall or the desk, or ring the social workers.

## The list of a named vote

questions-names-open = Show the whole list ({ $n })
questions-names-mine = You voted: { $choice }. Code { $code }.

## How many mandates one person may hold

questions-proxies-title = Proxies in writing
questions-proxies-short = For how many others one person may vote
questions-proxies-lead = The law sets the upper limit; the district may set fewer. A change holds for mandates handed in from now on; those on record stay.
questions-proxies-deliberation = Votes in deliberation
questions-proxies-residents-election = Election of the residents’ committee
questions-proxies-residents-assembly = Residents’ assembly, household delegates
questions-proxies-representatives = Residents’ representatives
questions-proxies-owners-assembly = Joint decisions of the owners
questions-proxies-owners-committee = Votes of the owners’ committee
questions-proxies-most = Most mandates one person may hold
questions-proxies-hint = Between 0 and { $cap }; 0 means no proxies
questions-proxies-none = The law names no proxies here, so there are none.
questions-proxies-source = Source: { $source }
questions-proxies-save = Save these numbers
questions-proxies-saved = Changed.
questions-proxies-same = Nothing was changed.
questions-refused-proxy-limit = Please type a number between 0 and { $cap }; the law allows { $cap } at most.

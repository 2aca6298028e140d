### The matter a procedure came from
procedures-f-matter = The matter it comes from
procedures-f-matter-hint = Every step of the procedure then stands on that matter’s timeline.
procedures-f-matter-none = It comes from no matter
procedures-from-matter = It came from:
procedures-refused-no-such-matter = The council has no such matter in hand; please choose again.
procedures-refused-matter-taken = This matter is in another procedure already.
procedures-where-villages = Only in villages
procedures-where-communities = Only in town
procedures-refused-villages-only = This kind follows the law on villagers' committees and is for villages only; please choose another in town.
procedures-refused-communities-only = This kind follows the law on urban residents' committees; in a village please choose the one for villages.

# The catalogue: versions, changes, import and export
centres-fault-missing = This must not be empty.
centres-fault-code = A code has letters, digits and hyphens, at most 12.
centres-fault-long = Too long: at most { $n } characters.
centres-fault-signs = No blanks at either end, no line breaks, no invisible characters.
centres-fault-minutes = Handling minutes are a whole number from 1 to { $n }.
centres-fault-days = Days are a whole number from 0 to { $n }, or nothing.
centres-fault-number = Must be a whole number from 0 to { $n }.
centres-fault-twice = “{ $name }” is there twice.
centres-fault-parts = “{ $name }” must not hold a semicolon or line break; those part the entries.
centres-fault-fields-unknown = There is no subject field “{ $name }”.
centres-fault-papers-unknown = The table of papers lacks “{ $name }”; add it there with its English name first.
centres-fault-words = Give at least { $n } words that residents use.
centres-fault-plus = A word beside the plus of “{ $name }” is missing.
centres-fault-handled-by = Items of the list are taken at a centre or in the community; referrals and refused certificates by a department.
centres-fault-residential = Residential items stay in the community.
centres-fault-goes-to = Say where to go instead, in Chinese and English.
centres-fault-goes-to-core = Only referrals and refused certificates say where to go instead.
centres-fault-kind = A residential item needs one of the seven kinds.
centres-fault-kind-governmental = Only residential items have one of the seven kinds.
centres-fault-residential-only = Only for residential items.
centres-fault-floats-only-centre = Only items taken at a centre have a day of floating.
centres-fault-floats-platform = Only a floating platform has a day of floating.
centres-fault-successor-living = Only a retired item names what follows it.
centres-fault-successor = “{ $name }”, which should follow, is not in the catalogue or is retired too.
centres-fault-platform = Say which platform it uses.
centres-fault-platform-core = Referrals and refused certificates have no platform.
centres-fault-platform-unknown = There is no platform “{ $name }”.
centres-fault-platform-unused = No item uses platform “{ $name }”: remove it or give it items.
centres-fault-float-together = Platform { $name } and its items float together.
centres-fault-floats-after-platform = Platform { $name } floats before this item; an item cannot float later than its platform.
centres-fault-code-twice = “{ $name }” is there twice.
centres-fault-kind-missing = Of the seven kinds “{ $name }” is missing.
centres-retired-title = This item is no longer taken
centres-retired-text = Please ask for “{ $name }” now. What is under way is finished in the time it was given.
centres-retired-alone = Nothing follows it yet; please ask a social worker. What is under way is finished in the time it was given.
matters-refused-item-retired = { $successor ->
    [none] This item is no longer taken and nothing follows it. Please pick another one.
   *[other] This item is no longer taken. Please pick { $successor } instead.
}
centres-refused-draft-changed = Somebody has just changed this draft; please reload.
centres-refused-draft-not-now = This cannot be done now; please reload to see where it stands.
centres-refused-draft-day-soon = A version begins tomorrow at the earliest; please pick a later day.
centres-refused-draft-day-taken = A version approved already begins on this day or later; please pick a later one.
centres-refused-draft-base = Another change was approved meanwhile. Press “Move onto the new version” first, then try it again.
centres-refused-draft-nothing = It is the same as the catalogue now; there is nothing to approve.
centres-refused-draft-not-tried = Try it on recent matters first, then hand it in.
centres-refused-draft-troubles = { $n ->
    [one] One place is still wrong; mend it before handing in.
   *[other] { $n } places are still wrong; mend them before handing in.
}
centres-refused-draft-own = Nobody approves what they changed themselves: ask another administrator or the supervisor.
centres-refused-draft-no-reason = Please say why in a sentence.
centres-refused-draft-code-known = This code is there already.
centres-refused-file-faulty = The file still has faults; not one line of it was taken.
centres-refused-file-none = Please pick a file.
centres-refused-draft-trouble = { $text }
centres-told-draft-waiting = The change of the catalogue “{ $name }” waits for approval.
centres-told-draft-back = The change of the catalogue “{ $name }” was sent back; please read why.
centres-told-draft-approved = The change of the catalogue “{ $name }” was approved and begins on its day.
centres-told-version-begun = Version { $n } of the catalogue is in force from today.

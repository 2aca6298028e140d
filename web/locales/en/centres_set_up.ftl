centres-new-title = New service centre
centres-new-name-zh = Name, in Chinese
centres-new-name-en = Name, in English
centres-new-code = Code
centres-new-code-hint = Letters and digits, for example C01. It stays as it is.
centres-new-subdistrict = The sub-district it stands in
centres-new-choose = Please choose
centres-new-address-zh = Address, in Chinese
centres-new-address-en = Address, in English
centres-new-hours-hint = For example: 周一至周五 8:30–17:00
centres-new-add = Set up, then choose communities
centres-new-no-places = There is no sub-district yet
centres-new-no-places-text = Take in sub-districts and communities first, then set up a centre.
centres-new-to-places = Take in places
centres-flash-added = The centre is set up. Choose the communities it serves.
centres-coverage-title = Communities it serves
centres-coverage-count = { $n ->
    [one] Serves 1 community now
   *[other] Serves { $n } communities now
}
centres-coverage-text = New floated matters of these communities come to this centre. What is being handled stays where it is.
centres-coverage-bare = { $n ->
    [one] 1 community has no centre yet
   *[other] { $n } communities have no centre yet
}
centres-coverage-bare-text = Their matters go to another open centre.
centres-coverage-of = { $n } of { $total }
centres-coverage-in = Communities of { $name }
centres-coverage-whole = All communities of this sub-district
centres-coverage-also = Also { $names }
centres-coverage-none = No centre yet
centres-coverage-save = Save
centres-flash-covers = { $n ->
    [one] Saved. It serves 1 community now.
   *[other] Saved. It serves { $n } communities now.
}
centres-coverage-items = Only these items
centres-coverage-items-hint = Empty: everything that floats. Codes with spaces between, for example HS-008 HS-049: these come here first, others do not.
centres-items-title = Single items of single communities
centres-items-text = These items of a community come here first, whichever centre serves it otherwise. One item of one community has one centre: adding it here takes it from any other.
centres-items-none = None.
centres-items-community = Community
centres-items-codes = Items
centres-items-codes-hint = Item codes, separated by spaces, for example HS-008 HS-049.
centres-items-add = Add
centres-items-drop = Stop taking those of { $name }
centres-flash-items = { $n ->
    [one] Saved. 1 item comes to this centre.
   *[other] Saved. { $n } items come to this centre.
}
centres-refused-no-items = Write the item codes, for example HS-008.
centres-refused-not-a-centre-item = No floated item has the code { $code }.
centres-refused-items-too-long = Too many. A centre that takes so many items needs no list.
centres-shut-until = Closed until { $day }
centres-shut-name = { $name } is closed until { $day }
centres-closures-ahead = Days it is closed

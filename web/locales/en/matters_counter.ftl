### Taking in at a centre's window.

matters-channel-counter = at a service centre’s window
matters-counter-title = What { $label } came for
matters-counter-items = Items of this visit
matters-counter-filed = Taken in
matters-counter-none = Nothing taken in yet.
matters-counter-take = Take one in
matters-counter-item = Item
matters-counter-community = Community they live in
matters-counter-text = Remark
matters-counter-phone = Mobile number
matters-counter-name = Name to call
matters-counter-known = The number was taken with an account; its owner is told of every step.
matters-counter-take-do = Take it in, start its clock
matters-counter-finish = Finished, next one
matters-counter-miss = Nobody came
matters-counter-home-hint = What the home sub-district decides is forwarded by itself; the resident sees it.
matters-flash-counter-taken = Taken in under { $number }.
matters-refused-not-called = Call this number first.
matters-refused-not-trained = You are not trained in this kind of item. Choose the colleague who stands by.
matters-counter-backed = Who stands by
matters-counter-backed-hint = It is written down who. Where nobody here is trained in it, choose yourself.

# Points of order, rulings and notes in the minutes
minutes-section-floor = Points of order and rulings
minutes-order = Rules of order
minutes-order-accepted = Version { $version }, accepted at entry by { $n }
minutes-floor-note = { $item }: { $text }
minutes-floor-struck = { $item }: { $text } (struck later: { $reason })
minutes-floor-own = { $item }: the chair ruled: { $ruling }
minutes-floor-upheld = { $item }: { $who } raised a point of order: “{ $text }”. Upheld by the chair: { $ruling }
minutes-floor-not-upheld = { $item }: { $who } raised a point of order: “{ $text }”. Not upheld by the chair: { $ruling }
minutes-floor-waits = { $item }: { $who } raised a point of order: “{ $text }”. There was no ruling before the close.
minutes-sitting-in = Sitting in
minutes-handed-in-floor = The turn of { $who } was asked for at the desk by { $by }
minutes-handed-in-topic = The topic of { $who }, “{ $text }”, was handed in at the desk by { $by }
minutes-handed-in-point = The point of { $who }, “{ $text }”, was handed in at the desk by { $by }

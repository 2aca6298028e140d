# By-elections to a council: which seat, who stands, the seat that the result fills
procedures-election = By-election
procedures-election-stage = Now: { $stage }
procedures-election-see = See how far it is
procedures-election-candidates = Candidates
procedures-election-nobody = Nobody stands yet.
procedures-election-none = The by-election has not begun.
procedures-election-stand = I stand
procedures-election-stand-down = I do not stand any more
procedures-election-words = Your words to the neighbours
procedures-election-words-hint = Everyone sees them, 300 letters at most
procedures-election-open = Open the by-election
procedures-election-open-text = The vacancy is announced, people stand, the list is posted, the ballot is secret, the result is posted. At the end of that time whoever is elected takes the seat.
procedures-flash-election = The by-election has begun; the vacancy is announced.
procedures-flash-standing = You stand for the seat.
procedures-flash-stood-down = You do not stand any more.
procedures-told-elected = You are elected to seat { $n } of the council
procedures-told-not-filled = The by-election to seat { $n } elected nobody; it stays vacant
procedures-election-refused-no-such-seat = There is no such seat.
procedures-election-refused-seat-held = Somebody holds this seat.
procedures-election-refused-runs-already = A by-election for this seat is under way.
procedures-election-refused-not-standing-now = Too late to stand.
procedures-election-refused-not-on-roll = Only registered neighbours who live here can stand.
procedures-election-refused-is-member = You are a standing member already.
procedures-election-refused-stands-already = You stand already.
procedures-election-refused-not-standing = You do not stand.
procedures-election-refused-no-words = Please write a few words, 300 letters at most.

# Putting a neighbour forward
procedures-election-nominate = Put a neighbour forward
procedures-election-nominate-text = They stand only once they have said yes themselves; until then nobody else sees it.
procedures-election-name = Their name here
procedures-election-name-hint = The name they use in Linyue, letter by letter
procedures-election-why = Why they
procedures-election-why-hint = Shown to them first; at most 300 characters
procedures-election-put-forward = put forward by { $who }
procedures-election-asked = { $who } puts you forward as a standing member
procedures-election-asked-text = If you are willing, write a few words for the neighbours. If not, you need give no reason.
procedures-election-accept = I am willing to stand
procedures-election-decline = Thank you, I do not stand
procedures-election-nomination-asked = Waiting for their answer
procedures-election-nomination-accepted = Stands
procedures-election-nomination-declined = Did not accept
procedures-flash-nominated = They have been told and will answer themselves.
procedures-flash-declined = You do not stand; whoever put you forward has been told.
procedures-told-nominated = { $who } puts you forward for seat { $n } of the council; please answer
procedures-told-nomination-declined = { $who } does not stand for seat { $n }
procedures-election-refused-list-full = { $most } people stand already; a ballot has no room for more.
procedures-election-refused-no-such-neighbour = No neighbour here goes by this name. Please write it as they do in Linyue.
procedures-election-refused-two-of-one-name = Two neighbours here go by this name; ask them to stand themselves.
procedures-election-refused-is-oneself = This is you: please stand yourself.
procedures-election-refused-sits-already = They are a standing member already.
procedures-election-refused-nominated-already = They have been put forward, or stand already.
procedures-election-refused-nominations-used = At most { $most } neighbours can be put forward in one by-election.
procedures-election-refused-not-asked = No nomination waits for your answer.
procedures-on-way = Failed: on, { $n } { $n ->
    [one] time
   *[other] times
} at most
procedures-passed-way = Passed
procedures-on = A failed vote leads on to “{ $to }”, { $n } { $n ->
    [one] time
   *[other] times
} at most; then the procedure ends.

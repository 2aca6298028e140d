# Secret votes
questions-secret-kicker = A secret vote, as advice only
questions-secret-sealed-here = Secret: your vote is sealed on this device before it goes into the box.
questions-secret-sealed-by-server = Secret: this device cannot seal, so the server seals your vote as soon as it arrives and keeps nothing else.
questions-secret-promises = What this vote promises, and what not
questions-secret-promise-nobody = Neither neighbours nor those who run the system, nor anybody with the database or a backup, can find out how you voted.
questions-secret-promise-change = You may change your vote until the close; only the last one in the box counts.
questions-secret-promise-once = After the close the box is opened once, shuffled, and its key destroyed.
questions-secret-promise-code = Every vote code is published with its choice. Only you know your code, so you can look for it yourself.
questions-secret-promise-few = Not used with fewer than { $roll } people on the roll; fewer than { $box } votes in the box are not opened alone.
questions-secret-not-promised = It cannot protect you from this:
questions-secret-limit-operator = Somebody who runs the server copies the key while the vote is open, or alters the page sent to you.
questions-secret-limit-coercion = Somebody forces you to show your vote code.
questions-secret-limit-phone = Somebody has tampered with your phone.
questions-secret-limit-unanimous = If everybody votes the same, the result tells how each of you voted.
questions-secret-voted-before = Your vote is in the box. You may vote again until the close; only the last one counts.
questions-secret-before-you-cast = First note your vote code
questions-secret-code-label = Your vote code
questions-secret-write-down = Please write it on paper. Once your vote is sent, the server does not have the code and cannot show it again.
questions-secret-received = Your vote is in the box
questions-secret-kept-here = The code is kept on this device and nowhere else. Please write it on paper too, and show it to nobody.
questions-secret-not-kept-here = Your code is the one you were shown when you voted. The server did not keep it, so it cannot be shown here.
questions-secret-forget = Remove the code from this device
questions-secret-code-use = When the result is published, find this code in the list and see whether it shows your choice.
questions-secret-in-the-box = sealed in the box
questions-secret-opening = The box is being opened. Please wait a moment.
questions-secret-too-few = Fewer than { $n } votes in the box could be read. Opened alone they would have shown who voted how, so the box was not opened; votes and key are destroyed. Please vote again on paper.
questions-secret-key-lost = The key of this box cannot be found. The votes cannot be read, so this vote cannot be counted; two people have to declare it void.
questions-secret-merged = Fewer than { $n } votes were in the box; they are counted together with the paper votes and not listed alone.
questions-secret-list = Every vote in the box
questions-secret-list-caption = In the order of the codes; no names, no times
questions-secret-list-open = { $n ->
    [one] See the one vote code
   *[other] See all { $n } vote codes
}
questions-secret-list-code = Vote code
questions-secret-list-choice = Choice
questions-secret-found = Your vote code {"{"}code{"}"} is in the list: {"{"}choice{"}"}
questions-secret-missing = The vote code on this device, {"{"}code{"}"}, is not in the list. Unless you changed your vote on another device, please tell the chair.
questions-secret-no-names = This was a secret vote: there is no list of who voted how, and no figures by building or age.
questions-secret-unanimous = All votes are the same, so this result also tells how each voter voted.
questions-secret-duds = Could not be read
questions-secret-kind = Kind of vote
questions-secret-kind-named = Once published, people on the roll see who voted how
questions-secret-kind-secret = Nobody sees who voted how
questions-secret-kind-template = As the agenda template says
questions-secret-kind-named-short = Named vote
questions-secret-kind-secret-short = Secret vote (at least { $n } on the roll)

questions-refused-secret-weighted = A vote counted by area cannot be secret: the areas would tell who voted how.
questions-refused-secret-roll-small = Fewer than 20 people are on the roll, so a secret could be guessed. Please use a named vote.
questions-refused-box-no-key = The place for the keys of boxes cannot be used, so the secret vote cannot open. Please ask the administrator.
questions-refused-not-sealed = This is a secret vote, and your vote was not sealed, so it was not recorded. Please open the voting page again.
questions-refused-bad-seal = The sealed vote is not complete and was not recorded. Please open the voting page again.
questions-refused-not-secret = This is a named vote; sealed votes are not taken. Please open the voting page again.
questions-refused-box-being-opened = The box is still being opened. Please publish in a moment.
questions-refused-box-gone = This box has no result to publish. The page of the vote says why.

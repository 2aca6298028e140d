records-title = Record of the vote
records-back = Back to the question
records-lead = Every step from opening to result is here, each tied to the one before, so that nothing earlier can be changed. There are no names in it.
records-find-title = Find my receipt
records-code = The eight signs on your receipt
records-code-hint = Letters and digits; spaces and capitals do not matter
records-find = Find
records-code-bad = A code has eight letters and digits. Please look at your receipt again.
records-found = Found: entry { $n } of the record
records-found-listed = Found: on the opened list
records-standing-counted = This vote counts.
records-standing-replaced = You changed your choice later; the later vote replaced this one.
records-standing-withdrawn = This vote was taken back at the desk and does not count.
records-standing-listed = This vote counts.
records-none = { $code } was not found
records-none-more = Please compare the code once more. If it is copied correctly, tell a social worker and keep your receipt.
records-none-secret-yet = The codes of a secret vote can be found only once its result is published.
records-proof = See the proof
records-checkpoint = Checkpoint
records-checkpoint-text = This line is the fingerprint of the whole record so far. Compare it with the big screen and the minutes, or scan it to keep it.
records-checkpoint-alt = The checkpoint as a QR code
records-checkpoint-save = Keep the checkpoint
records-device = My phone
records-device-first = This phone has kept today's checkpoint and compares it by itself the next time.
records-device-same = Compared: the record you saw last time is unchanged; it has only grown.
records-device-changed = Careful: the record was rewritten. What you saw last time is no longer in it. Keep the checkpoint below and tell a social worker or the oversight committee at once.
records-device-unsure = This phone cannot compare just now; it tries again the next time.
records-device-kept = The checkpoint you kept
records-scanned-same = The checkpoint you scanned is in this record
records-scanned-keep = Its first letters stand in this address: keep the address and come back to compare.
records-scanned-other = The checkpoint you scanned is not in this record
records-entries = The whole record
records-entry-no = No
records-entry-kind = What
records-entry-code = Code
records-entry-hash = Fingerprint
records-kind-open = Vote opened
records-kind-ballot = A vote
records-kind-withdrawn = A vote taken back
records-kind-sealed = Sealed votes
records-kind-batch = A batch of papers or hands
records-kind-close = Vote closed
records-kind-opened = Box opened
records-kind-result = Result published
records-kind-void = Voided
records-bundle = Check it at home
records-bundle-text = Download the whole record and count again on your own computer, without a network and without trusting us.
records-bundle-get = Download the record
records-bundle-later = Once the result is published, the whole record can be downloaded here.
records-bundle-void = This question was voided before a result was published; the choices in its record stay closed.
records-key = The public key of the signatures
records-key-title = Public key
records-key-lead = Every checkpoint and every record of this site is signed with this key. Note its number, compare it the next time, and with what your neighbours noted.
records-key-id = Key number
records-key-file = Key file
records-key-how = How to check
records-key-how-text = On a computer with this software run python -m linyue_verify and the name of the record. The form is described in server/RECORD.md of the software, so that anybody can write another program.
records-screen = Checkpoint of this vote
records-screen-scan = Scan to keep
records-refused-not-published = The result is not published yet, so the record cannot be downloaded.
records-refused-not-opened = This question has not been opened, so it has no record.
records-bundle-readme =
    The record of a vote in Linyue
    Question: { $text }
    Number: { $id }
    There are no names in these files; each person of the roll is only a mark.
    To check it: run python -m linyue_verify and the name of this file; to find your own vote add --receipt and your code; if you hold a checkpoint add --checkpoint and its file.
    manifest.json is what was frozen at opening: question, options, rule and roll. chain.jsonl is the record, one entry a line. opened.json is the opened list of a secret vote. checkpoints.txt holds the signed checkpoints. key.txt is the public key. seal.txt is the seal.

# Disclosures of procedures
oversight-procedure-preview = This is a preview: by its own template the procedure goes on after { $days } days; the notice stays for the { $least } days the law asks for, and objections are taken all that time.
oversight-procedure-newer = There is a newer text of the papers
oversight-procedure-vote = Vote on “{ $question }”: { $verdict }.
oversight-procedure-verdict-passed = passed
oversight-procedure-verdict-failed = did not pass
oversight-procedure-verdict-no_quorum = too few took part, nothing decided
oversight-procedure-verdict-tied = level, nothing decided
oversight-procedure-more = The whole course and all papers: procedure { $number }.
oversight-procedure-from = Posted in the course of a procedure
oversight-procedure-chosen = Chosen: { $chosen }.
oversight-meeting-held = { $kind }, held on { $day }.
oversight-meeting-outcome = Outcome
oversight-meeting-promise = To be done: { $text } (by { $day }).
oversight-meeting-more = The minutes are published; who does it, and how far it is, stands on the meeting’s page.
oversight-meeting-from = Read the minutes

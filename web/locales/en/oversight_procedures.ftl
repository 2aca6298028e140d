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

# Disclosure and oversight of a matter, on its timeline
matters-event-disclosed = Posted as a public notice
matters-event-disclosure-corrected = The notice was corrected
matters-event-disclosure-said-question = A resident asked about the notice
matters-event-disclosure-said-objection = A resident objected to the notice
matters-event-disclosure-said-sound = Appraisal: true and complete
matters-event-disclosure-said-lacking = Appraisal: something is missing
matters-event-disclosure-said-wrong = Appraisal: not what happened
matters-event-disclosure-answered-question = The question was answered
matters-event-disclosure-answered-objection = The objection was answered
matters-event-disclosure-answered-appraisal = The appraisal was answered
matters-of-council = Only matters of { $council }.
matters-to-council = Back to the council

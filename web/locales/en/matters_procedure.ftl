### Procedures: what the timeline of a matter says while it goes through one
matters-event-procedure-begun = A procedure began
matters-event-procedure-moved = The procedure moved on
matters-event-procedure-ended = The procedure ended
matters-link-procedure = See the procedure

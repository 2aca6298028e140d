"""Questions put to a vote inside a meeting: draft, open, closed, published.

Words: a *question* is put; its *roll* names who may vote; a *ballot* is one person's choice, and may be
replaced until the close; a *receipt* answers a stored ballot; the *chain* is its hash-chained record.
Flow: open_question freezes roll, text, options and rule -> cast_ballot hands the ballot to the one writer,
which stores it durably before anything is told -> close_question counts -> publish_result shows.
"""

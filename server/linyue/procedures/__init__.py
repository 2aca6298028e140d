"""Procedures: a template of several stages, run over days under one number.

Words: a *procedure* stands in one *stage* of its template; a *step* is one stay in a stage (a way back makes a new
one); a *paper* is a document that a step produced; a *voice* is what a resident sent in.
Flow: begin -> papers, voices, a sitting, a disclosure -> go on, guarded -> end.
"""

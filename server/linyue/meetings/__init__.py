"""A meeting from the draft agenda to the close: template, notice, offices, attendance, speakers.

Main flow: draft from a template -> add matters -> announce in time -> start -> link by link -> end.
"""

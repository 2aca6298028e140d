"""Resolutions: what was decided, who does it by when, and whether it was kept.

Main flow: a published result becomes a resolution with an owner and a date; changes of either and its completion are
entries of the matter's timeline.
"""

"""Matters: what residents report, from intake over triage and hand-over to the kept promise, under one number.

Main flow: reported → triaged one of five ways (council, centre, own desk, referral, refusal) → handled → completed →
rated, each step an entry of the matter's one timeline, always with exactly one owner and, until closed, one due time.
"""

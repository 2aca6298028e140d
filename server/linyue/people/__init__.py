"""People: accounts, sign-in by phone and code, roles, enrolment in a unit, rolls.

Main flow: a phone number gets a code, the code opens a session, a claim on a unit is confirmed, and the person is
on the roll of every place that holds the unit.
"""

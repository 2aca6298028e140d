"""Councils: the 7+X council of a compound. Words: council, seat, term, portfolio (one of seven kinds), X member.

Main flow: a council is set up for a place -> seats are filled for a term -> a matter's kind names its member.
"""

"""Councils: the 7+X council of a compound. Words: council, seat, term, portfolio (one of seven kinds), X member,
secretary (the community's social worker), open call.

Main flow: a council is set up for a place -> seats are filled for a term -> a matter's kind names its member.
X: open call, expertise or being affected -> somebody puts themselves forward -> admitted until a day.
"""

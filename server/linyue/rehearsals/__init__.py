"""Rehearsals: a chair tries an agenda against invented neighbours, and reads which rules held.

Main flow: troubles chosen -> job -> a process with an empty database of its own -> the real services -> an account.
Nothing of a rehearsal is in the district's database but who asked for it, on which agenda, and the account.
"""

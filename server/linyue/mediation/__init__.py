"""Disputes between neighbours (邻里小纠纷): a neighbour mediates, both consent, they meet, they sign, or they part.

Words: dispute (纠纷), party (当事人), mediator (调解人), agreement (协议), dissuasion record (劝阻记录).
Flow: ask_for_mediator -> take -> name_party -> consent of all -> call_meeting -> write_agreement -> sign by all.
Only the parties, the mediator and the community's social workers see what is said; everybody sees counts.
"""

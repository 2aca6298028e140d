"""The open space and the live room: topics, groups, notes, points brought back, console, big screen.

Words: a *topic* is what is posted in a meeting, a *group* forms around one, its *note* has versions, a
*point* is what a group brings back. Flow: post -> group -> note -> point -> question -> result, shown live.
"""

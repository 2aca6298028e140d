"""Centres: what residents may ask for and who takes it. Words: item, platform, way, service centre, coverage, promise.

Main flow: words of a complaint -> candidates from the catalogue -> one of five ways -> a centre and a due time.
"""

"""Linyue 邻约: from a neighbour's complaint to a kept promise, under one identifier."""

__version__ = "0.1.0"

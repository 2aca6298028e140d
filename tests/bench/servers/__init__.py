"""Servers that do the same work in different ways: `python -m tests.bench.servers.NAME PORT`. For measuring only."""

"""Measurements, not tests: `python -m tests.bench` prints a table and stores it with its goals in var/bench/latest.json."""

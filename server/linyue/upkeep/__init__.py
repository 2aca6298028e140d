"""Keeping a district well: copies of everything it stores, and a look at what must always hold."""

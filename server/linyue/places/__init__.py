"""Places: district > sub-district > community > compound > building > stairwell > unit, one tree with a path to each.

Everything that belongs somewhere is found, and guarded, by the beginning of that path.
"""

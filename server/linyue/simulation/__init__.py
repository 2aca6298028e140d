"""A year of a whole district, made from a seed through the services people use: for trying figures, not for real rows.

Knows every slice and decides nothing about the field. `linyue simulate-year` starts here.
"""

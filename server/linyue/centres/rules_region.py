"""Any centre takes any item; some things are decided where the resident is registered. Plain values in and out."""

HOME_BOUND = frozenset({"civil_affairs", "disability", "veterans", "housing"})
"""Subject fields whose matters the home sub-district decides, wherever they are handed in: relief and allowances go by
the household's registration (Interim Measures for Social Assistance, arts 11 and 13). A district sets its own."""


def is_home_bound(fields: tuple[str, ...]) -> bool:
    """Whether an item with these subject fields is passed on to the home sub-district's centre (收受分离)."""
    return bool(HOME_BOUND & set(fields))

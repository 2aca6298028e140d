"""The words an item of the catalogue is described with: who decides, how wide a matter is, which law it meets."""

from enum import StrEnum


class Level(StrEnum):
    """Who of the three decides an item, helps with it, or may not hand it down."""

    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"


class Scale(StrEnum):
    """How far a residential matter reaches: 楼道, 楼栋, 小区, 社区."""

    STAIRWELL = "stairwell"
    BUILDING = "building"
    COMPOUND = "compound"
    COMMUNITY = "community"


class LegalRoute(StrEnum):
    """The decision in law that a residential matter may need after neighbours have talked.

    Residents' Committee Law (2025) arts 26–29; Civil Code art. 278 (1)–(5), (9) ordinary and (6)–(8) special; Ningbo
    property rules art. 71 for the emergency reserve.
    """

    NONE = "none"
    RESIDENTS = "residents"
    OWNERS = "owners"
    OWNERS_SPECIAL = "owners_special"
    EMERGENCY_FUND = "emergency_fund"
    GOVERNMENT = "government"


class Method(StrEnum):
    """How neighbours deal with a residential matter by default."""

    MEDIATION = "mediation"
    DAILY = "daily"
    MAJOR = "major"
    URGENT = "urgent"
    OPEN_SPACE = "open_space"

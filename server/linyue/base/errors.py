"""Refusals: what a person may not do, said in words. Only services raise them; only the app's error pages show them."""

from enum import StrEnum


class Refused(Exception):
    """A request that was understood and turned down.

    `reason` is a member of a closed enum whose value is the translation key and the wire code; `field` names the input
    to mend, if one does; further keywords fill the sentence.
    """

    def __init__(self, reason: StrEnum, *, field: str | None = None, **args: object) -> None:
        super().__init__(str(reason.value))
        self.reason = reason
        self.field = field
        self.args_for_text = args


class NotFound(Exception):
    """There is no such thing, or this person may not know that there is."""


class BaseRefusal(StrEnum):
    """Refusals that every page shares."""

    TOO_MANY = "common-refused-too-many"
    FORBIDDEN = "common-refused-forbidden"
    STALE_FORM = "common-refused-stale-form"
    TOO_LARGE = "common-refused-too-large"
    BAD_FORM = "common-refused-bad-form"
    NOT_SAME_SITE = "common-refused-not-same-site"

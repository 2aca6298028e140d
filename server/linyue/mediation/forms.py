"""What people send about a dispute, form by form."""

from datetime import date, time
from typing import Literal

from pydantic import Field

from linyue.base.forms import FormModel, RowId
from linyue.mediation.rules import DisputeKind, Side


class NewForm(FormModel):
    """What a resident writes."""

    kind: DisputeKind
    other: str = Field(default="", max_length=80)
    text: str = Field(default="", max_length=1000)
    home: str = Field(max_length=200)


class StepForm(FormModel):
    """A step that needs no words."""

    version: RowId


class NameForm(FormModel):
    """Whom the mediator names."""

    who: str = Field(default="", max_length=40)
    version: RowId


class PaperNameForm(FormModel):
    """A neighbour of the other side without an account."""

    name: str = Field(default="", max_length=80)
    version: RowId


class PaperConsentForm(FormModel):
    """What a neighbour on paper said, and how."""

    party: RowId
    yes: Literal["yes", "no"]
    text: str = Field(default="", max_length=1000)
    version: RowId


class PaperSignForm(FormModel):
    """Who signed which text on paper, and how."""

    party: RowId
    agreement: int
    text: str = Field(default="", max_length=1000)
    version: RowId


class ForgetForm(FormModel):
    """Whose name is taken out, and where their request lies."""

    party: RowId
    text: str = Field(default="", max_length=1000)
    version: RowId


class AccountForm(FormModel):
    """How a side sees it."""

    side: Side
    text: str = Field(default="", max_length=1000)
    version: RowId


class ConsentForm(FormModel):
    """Whether one takes part."""

    yes: Literal["yes", "no"]
    version: RowId


class MeetForm(FormModel):
    """When and where they meet."""

    day: date
    time: time
    venue: str = Field(default="", max_length=80)
    version: RowId


class TextForm(FormModel):
    """An agreement, or the end of a mediation."""

    text: str = Field(default="", max_length=3000)
    version: RowId


class SignForm(FormModel):
    """The text that is signed."""

    agreement: int
    version: RowId


class DissuadeForm(FormModel):
    """A record of dissuasion."""

    day: date
    side: Side
    text: str = Field(default="", max_length=1000)
    version: RowId


FORMS: dict[str, type[FormModel]] = {
    "name": NameForm,
    "name-on-paper": PaperNameForm,
    "enter-consent": PaperConsentForm,
    "enter-signature": PaperSignForm,
    "forget-name": ForgetForm,
    "account": AccountForm,
    "consent": ConsentForm,
    "meet": MeetForm,
    "agreement": TextForm,
    "sign": SignForm,
    "fail": TextForm,
    "withdraw": StepForm,
}
"""Steps on the dispute's own page, by the last part of their address."""

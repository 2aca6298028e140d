"""The fields of a ballot in every way to vote, as a page without script sends them."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from linyue.base.forms import Form, FormModel
from linyue.questions.rules_ways import CHOICE_LIMIT, OPTION_KEYS

Number = Field(default="", max_length=3)


class ChoiceForm(FormModel):
    """`choice`: a whole ballot, one option, or the abstention; `pick`: boxes ticked; `o_a`, …: a number an option."""

    choice: str = Field(default="", max_length=CHOICE_LIMIT)
    pick: list[str] = Field(default_factory=list, max_length=len(OPTION_KEYS))
    o_a: str = Number
    o_b: str = Number
    o_c: str = Number
    o_d: str = Number
    o_e: str = Number
    o_f: str = Number
    o_g: str = Number
    o_h: str = Number
    o_i: str = Number
    o_j: str = Number
    o_k: str = Number
    o_l: str = Number
    o_m: str = Number
    o_n: str = Number
    o_o: str = Number
    o_p: str = Number


def fields_sent(form: Form[Any]) -> Mapping[str, list[str]]:
    """Every field of a ballot as it was sent, whatever is wrong with it."""
    names = ["choice", "pick", *(f"o_{key}" for key in OPTION_KEYS)]
    sent = {name: form.raw.get(name, "") for name in names}
    return {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in sent.items()
        if value
    }

"""The administrator's page of the usual days and of what home decides: the rules in force, a form, the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.centres import service_handling
from linyue.centres.model_handling import HandlingRow
from linyue.centres.routes_centre_new import district_scope
from linyue.centres.rules_handling import CALENDAR_DAYS, DAYS, USUAL, HandlingRules

ADDRESS = "/admin/handling"
GROUPS = {
    "work": ("triage_days", "centre_days", "own_desk_days", "answer_days", "council_days", "tell_days", "rating_days"),
    "late": ("silent_days", "escalate_days"),
    "pause": tuple(name for name in DAYS if name.startswith("pause_")),
    "extend": ("extend_days",),
    "after": ("nudge_days",),
}
"""The numbers under their headings; each stands once."""


class HandlingForm(FormModel):
    """The numbers and the fields that are ticked. Limits are the rules'."""

    seen: int = Field(default=0, ge=0)
    triage_days: int
    centre_days: int
    own_desk_days: int
    answer_days: int
    council_days: int
    tell_days: int
    rating_days: int
    silent_days: int
    escalate_days: int
    pause_answer_days: int
    pause_papers_days: int
    pause_access_days: int
    pause_appraisal_days: int
    pause_weather_days: int
    extend_days: int
    nudge_days: int
    baseline: str = Field(default="", max_length=20)
    home_bound: list[str] = []
    note: str = Field(default="", max_length=service_handling.NOTE_AT_MOST)

    def rules(self) -> HandlingRules:
        """What was typed, as the rules see it."""
        days = {name: getattr(self, name) for name in DAYS}
        return HandlingRules(**days, baseline=self.baseline.strip(), home_bound=frozenset(self.home_bound))


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the past: who, when, why, and each thing that became another."""

    at: datetime
    who: str
    note: str
    changes: list[str]


@dataclass(frozen=True, slots=True)
class HandlingPage:
    form: Form[Any]
    groups: list[tuple[str, list[tuple[str, str]]]]
    """Heading, and the numbers below it: name and hint."""
    fields: list[tuple[str, str, bool]]
    """Key, name, whether it is ticked."""
    history: list[ChangeLine]


async def handling_page(request: Request) -> Response:
    """The rules in force, as a form, and how they came about."""
    row = await service_handling.newest()
    now = service_handling.rules_of(row) if row else USUAL
    start = {name: str(getattr(now, name)) for name in DAYS}
    return await _page(request, empty(**start, baseline=now.baseline, seen=str(row.id if row else 0)), now.home_bound)


async def _page(request: Request, form: Form[Any], ticked: frozenset[str]) -> Response:
    lang = request.state.prefs.lang
    names = await _names(lang)
    shown = HandlingPage(
        form,
        [
            (t(lang, f"centres-handling-group-{group}"), [(name, _hint(lang, name)) for name in names_in])
            for group, names_in in GROUPS.items()
        ],
        [(key, name, key in ticked) for key, name in names.items()],
        _lines(await service_handling.history(), lang, names),
    )
    return render(request, "centres/handling.html", shown, status=422 if form.errors else 200)


def _hint(lang: str, name: str) -> str:
    least, most = DAYS[name]
    key = "centres-handling-hint-calendar" if name in CALENDAR_DAYS else "centres-handling-hint"
    return t(lang, key, least=least, most=most)


async def _names(lang: str) -> dict[str, str]:
    known = await service_handling.fields_known(await service_handling.handling())
    return {key: english if lang == "en" else chinese for key, (chinese, english) in known.items()}


def _lines(rows: list[HandlingRow], lang: str, names: dict[str, str]) -> list[ChangeLine]:
    found = []
    for at, row in enumerate(rows):
        before = service_handling.rules_of(rows[at + 1]) if at + 1 < len(rows) else USUAL
        changes = service_handling.changes_between(before, service_handling.rules_of(row))
        who = row.changed_by.display_name if row.changed_by else ""
        told = [_told(name, one, other, lang, names) for name, (one, other) in changes.items()]
        found.append(ChangeLine(row.changed_at, who, row.note, told))
    return found


def _told(name: str, before: object, after: object, lang: str, names: dict[str, str]) -> str:
    what = t(lang, f"centres-handling-{name.replace('_', '-')}")
    shown = [_shown(one, lang, names) for one in (before, after)]
    return t(lang, "centres-handling-changed", what=what, before=shown[0], after=shown[1])


def _shown(value: object, lang: str, names: dict[str, str]) -> str:
    if not isinstance(value, frozenset):
        return str(value) or t(lang, "common-none")
    return t(lang, "common-comma").join(names.get(key, key) for key in sorted(value)) or t(lang, "common-none")


async def change(request: Request) -> Response:
    """Lay down other rules."""
    form = await read_form(request, HandlingForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_handling.change_handling(actor_of(request), sent.rules(), sent.note, sent.seen)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(ADDRESS, flash="centres-flash-handling")
    return await _page(request, form, frozenset(form.raw.get("home_bound", [])))


ROUTES: list[BaseRoute] = [
    page(ADDRESS, handling_page, action="centres.handling.edit", scope=district_scope),
    post(ADDRESS, change, action="centres.handling.edit", scope=district_scope),
]

"""The administrator's page of what the district lays down for its councils: the rules in force, a form, the history."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page
from linyue.councils import service_rules
from linyue.councils.acting import acting
from linyue.councils.model import CouncilRules
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import DEFAULT, LIMITS, DistrictRules, Share
from linyue.councils.rules_rights import Act, Phase
from linyue.councils.service_rights import phase_anywhere
from linyue.places.model import Place


class RulesForm(FormModel):
    """The numbers, the quorum and who leads which kind; 0 for a kind: as given with the seat. Limits are the rules'."""

    seen: int = Field(default=0, ge=0)
    seats: int
    term_years: int
    x_days: int
    supports: int
    collect_days: int
    answer_days: int
    call_days: int
    nominations: int
    take_days: int
    settle_days: int
    question_days: int
    open_disputes: int
    objection_days: int
    appraisal_days: int
    suggestion_days: int
    street_days: int
    ending_days: int
    share: Share
    leads_relations: int = 0
    leads_environment: int = 0
    leads_facilities: int = 0
    leads_parking: int = 0
    leads_safety: int = 0
    leads_culture: int = 0
    leads_money: int = 0
    note: str = Field(default="", max_length=service_rules.NOTE_AT_MOST)

    def rules(self) -> DistrictRules:
        """What was typed, as the rules see it."""
        led = {kind: int(getattr(self, f"leads_{kind.value}")) for kind in MatterKind}
        return DistrictRules(
            **{name: getattr(self, name) for name in LIMITS},
            share=self.share,
            leads=MappingProxyType({kind: number for kind, number in led.items() if number}),
        )


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the past: who, when, why, and each thing that became another."""

    at: datetime
    who: str
    note: str
    changes: list[str]


@dataclass(frozen=True, slots=True)
class RulesPage:
    form: Form[Any]
    numbers: list[tuple[str, int, int]]
    shares: list[str]
    kinds: list[MatterKind]
    seats: list[tuple[int, str]]
    history: list[ChangeLine]


async def district_scope(_request: Request) -> Scope:
    """The whole district: who administers a part of it lays down nothing for all."""
    top = await Place.filter(depth=0).order_by("id").first()
    return Scope(place_path=top.path if top else "")


async def district_phase(_request: Request) -> Phase:
    """Whether there is a council yet."""
    return await phase_anywhere()


async def rules_page(request: Request) -> Response:
    """The rules in force, as a form, and how they came about."""
    row = await service_rules.newest()
    now = service_rules.rules_of(row) if row else DEFAULT
    start: dict[str, object] = {name: str(getattr(now, name)) for name in (*LIMITS, "share")}
    start |= {f"leads_{kind.value}": str(now.leads.get(kind, 0)) for kind in MatterKind}
    return await _page(request, empty(**start, seen=str(row.id if row else 0)))


async def _page(request: Request, form: Form[Any]) -> Response:
    lang = request.state.prefs.lang
    most = LIMITS["seats"][1]
    shown = RulesPage(
        form,
        [(name, least, top) for name, (least, top) in LIMITS.items()],
        [share.value for share in Share],
        list(MatterKind),
        [(0, t(lang, "councils-rules-as-given"))]
        + [(n, t(lang, "councils-seat-number", n=n)) for n in range(1, most + 1)],
        _lines(await service_rules.history(), lang),
    )
    return render(request, "councils/rules.html", shown, status=422 if form.errors else 200)


def _lines(rows: list[CouncilRules], lang: str) -> list[ChangeLine]:
    found = []
    for at, row in enumerate(rows):
        before = service_rules.rules_of(rows[at + 1]) if at + 1 < len(rows) else DEFAULT
        changes = service_rules.changes_between(before, service_rules.rules_of(row))
        who = row.changed_by.display_name if row.changed_by else ""
        told = [_told(name, one, other, lang) for name, (one, other) in changes.items()]
        found.append(ChangeLine(row.changed_at, who, row.note, told))
    return found


def _told(name: str, before: object, after: object, lang: str) -> str:
    if name == "leads":
        return t(lang, "councils-rules-changed-leads")
    shown = [t(lang, f"councils-share-{one.value}") if isinstance(one, Share) else str(one) for one in (before, after)]
    return t(lang, "councils-rules-changed", what=t(lang, f"councils-rule-{name}"), before=shown[0], after=shown[1])


async def change(request: Request) -> Response:
    """Lay down other rules."""
    form = await read_form(request, RulesForm)
    if form.value is not None:
        try:
            await service_rules.change_rules(
                actor_of(request), form.value.rules(), form.value.note, form.value.seen
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect("/admin/councils/rules", flash="councils-flash-rules")
    return await _page(request, form)


ROUTES: list[BaseRoute] = [
    page("/admin/councils/rules", rules_page, action="councils.rules.edit", scope=district_scope),
    acting("/admin/councils/rules", change, act=Act.RULES, scope=district_scope, phase=district_phase),
]

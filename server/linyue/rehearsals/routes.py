"""Pages of a rehearsal: choosing what goes wrong, the account, throwing it away. Only for who asked for it."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import has, t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.meetings import service as meetings
from linyue.meetings.model import Meeting
from linyue.rehearsals import rules, service
from linyue.rehearsals.model import Rehearsal
from linyue.rehearsals.rules import Trouble


class RehearseForm(FormModel):
    """What is to go wrong; nothing is a choice too. `presses`: whether the chair presses step by step."""

    troubles: list[Trouble] = Field(default_factory=list, max_length=len(Trouble))
    presses: Literal["me", "all"] = "all"


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form, and this reader's rehearsals of the agenda: address, troubles in words, state."""

    public_id: str
    title: str
    template: str
    troubles: list[tuple[str, str]]
    earlier: list[tuple[str, str, str]]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The account: of each rule how it fared, who was about it, and the services' own words."""

    public_id: str
    meeting: str
    title: str
    troubles: str
    state: str
    lines: list[tuple[str, str, str, str]]
    """(how it fared, rule, who, what the services answered)."""
    tried: int
    broken: int
    has_steps: bool


@dataclass(frozen=True, slots=True)
class WalkPage:
    """A rehearsal press by press: what followed the last press, and what is pressed next. `number` 0: none yet."""

    public_id: str
    meeting: str
    title: str
    troubles: str
    number: int
    total: int
    item: str
    pressed: str
    deeds: list[str]
    lines: list[tuple[str, str, str, str]]
    next_press: str
    next_item: str


async def find_draft(request: Request) -> Meeting:
    """The meeting of the address. Raises NotFound."""
    found = await Meeting.get_or_none(public_id=request.path_params["public_id"])
    if found is None:
        raise NotFound()
    return found


async def draft_scope(request: Request) -> Scope:
    """Who may compose it."""
    return await meetings.scope_of(await find_draft(request))


async def own_scope(request: Request) -> Scope:
    """Who asked for it."""
    return service.scope_of(await service.by_public_id(request.path_params["rehearsal_id"]))


async def ask_page(request: Request) -> Response:
    """What should go wrong?"""
    return await _ask(request, empty())


async def _ask(request: Request, form: Form[Any], status: int = 200) -> Response:
    meeting, lang = await find_draft(request), request.state.prefs.lang
    earlier = await service.mine(actor_of(request), meeting)
    shown = AskPage(
        public_id=meeting.public_id,
        title=meeting.title_in(lang),
        template=meeting.plan.title.pick(lang),
        troubles=[(one.value, t(lang, f"rehearsals-trouble-{one.value}")) for one in Trouble],
        earlier=[(f"/rehearsals/{one.public_id}", _troubles(lang, one), one.state.value) for one in earlier],
        form=form,
    )
    return render(request, "rehearsals/ask.html", shown, status=status)


def _troubles(lang: str, row: Rehearsal) -> str:
    """What went wrong, in words."""
    names = [t(lang, f"rehearsals-trouble-{one}") for one in row.troubles]
    return t(lang, "meetings-comma").join(names) or t(lang, "rehearsals-trouble-none")


async def ask(request: Request) -> Response:
    """Play it."""
    meeting, form = await find_draft(request), await read_form(request, RehearseForm)
    if form.value is not None:
        try:
            made = await service.ask_for(actor_of(request), meeting, form.value.troubles)
            return redirect(f"/rehearsals/{made.public_id}{'?step=0' if form.value.presses == 'me' else ''}")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _ask(request, form, 422)


async def account_page(request: Request) -> Response:
    """Which rules were kept, and which somebody tried to break."""
    row, lang = await service.by_public_id(request.path_params["rehearsal_id"]), request.state.prefs.lang
    lines, steps = rules.lines_from(row.account or []), rules.steps_from(row.account or [])
    number = request.query_params.get("step", "")
    if steps and number.isdecimal() and len(number) < 4 and int(number) <= len(steps):
        return render(request, "rehearsals/walk.html", _walk(lang, row, steps, int(number)))
    shown = AccountPage(
        public_id=row.public_id,
        meeting=row.meeting_public_id,
        title=_title(lang, row),
        troubles=_troubles(lang, row),
        state=row.state.value,
        lines=[_told(lang, one) for one in lines],
        tried=sum(one.held is rules.Held.TRIED for one in lines),
        broken=sum(one.held is rules.Held.BROKEN for one in lines),
        has_steps=bool(steps),
    )
    return render(request, "rehearsals/account.html", shown)


def _told(lang: str, line: rules.Line) -> tuple[str, str, str, str]:
    """A rule in words: how it fared, itself, who was about it, what the services answered."""
    return (
        line.held.value,
        t(lang, f"rehearsals-rule-{line.rule.value}"),
        t(lang, f"rehearsals-who-{line.by.value}"),
        t(lang, line.reason) if line.reason and has(lang, line.reason) else "",
    )


def _walk(lang: str, row: Rehearsal, steps: list[rules.Step], number: int) -> WalkPage:
    """So many presses of the chair, the last with what followed it."""
    last = steps[number - 1] if number else None
    ahead = steps[number] if number < len(steps) else None
    return WalkPage(
        public_id=row.public_id,
        meeting=row.meeting_public_id,
        title=_title(lang, row),
        troubles=_troubles(lang, row),
        number=number,
        total=len(steps),
        item=_item(lang, last),
        pressed=t(lang, f"rehearsals-press-{last.press.value}") if last else "",
        deeds=[t(lang, f"rehearsals-deed-{one.value}") for one in last.deeds] if last else [],
        lines=[_told(lang, one) for one in last.lines] if last else [],
        next_press=t(lang, f"rehearsals-press-{ahead.press.value}") if ahead else "",
        next_item=_item(lang, ahead) if ahead and ahead.press is rules.Press.NEXT_ITEM else "",
    )


def _item(lang: str, step: rules.Step | None) -> str:
    if step is None:
        return ""
    return step.en if lang == "en" and step.en else step.zh


def _title(lang: str, row: Rehearsal) -> str:
    return str(row.plan_data["title"]["en" if lang == "en" else "zh"])


async def throw_away(request: Request) -> Response:
    """Delete it."""
    row = await service.by_public_id(request.path_params["rehearsal_id"])
    await service.throw_away(actor_of(request), row.id)
    return redirect(f"/meetings/{row.meeting_public_id}/rehearse", flash="rehearsals-flash-gone")


ROUTES: list[BaseRoute] = [
    page("/meetings/{public_id}/rehearse", ask_page, action="rehearsal.ask", scope=draft_scope),
    post("/meetings/{public_id}/rehearse", ask, action="rehearsal.ask", scope=draft_scope),
    page("/rehearsals/{rehearsal_id}", account_page, action="rehearsal.read", scope=own_scope),
    post("/rehearsals/{rehearsal_id}/delete", throw_away, action="rehearsal.delete", scope=own_scope),
]

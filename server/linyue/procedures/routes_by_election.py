"""The page of a council's seat: its by-election, who stands, and the form of a neighbour who does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.meetings.service_roll import is_on_roll
from linyue.procedures import service, service_by_election, service_nominate
from linyue.procedures.acting import acting
from linyue.procedures.rules_by_election import STAND_STAGES
from linyue.procedures.rules_rights import Act


class WordsForm(FormModel):
    """A few words of a candidate. Text limits are the rules' business."""

    words: str = Field(default="", max_length=2000)


class NominateForm(FormModel):
    """A neighbour's chosen name, and why they."""

    name: str = Field(default="", max_length=200)
    why: str = Field(default="", max_length=2000)


class NoForm(FormModel):
    """A button."""


@dataclass(frozen=True, slots=True)
class SeatPage:
    """One seat: who holds it, or its by-election."""

    council: Council
    number: int
    kinds: tuple[MatterKind, ...]
    holder: str
    ends_at: datetime | None
    procedure: str
    stage: str
    candidates: list[tuple[str, str, str]]
    """Name on the ballot, words, and who put them forward (empty: nobody)."""
    asked: tuple[str, str] | None
    """Who puts the reader forward, and in which words, while the reader has not answered."""
    nominated: list[tuple[str, str]]
    """Whom the reader put forward, and what became of it."""
    may_nominate: bool
    nominate: Form[Any]
    stands: bool
    may_open: bool
    may_stand: bool
    form: Form[Any]


async def _council(request: Request) -> Council:
    return await councils.council_by_code(request.path_params["code"])


async def council_scope(request: Request) -> Scope:
    """The place of a council."""
    return Scope(place_path=(await _council(request)).place.path)


async def seat_page(request: Request) -> Response:
    """One seat."""
    return await _page(request, empty())


async def _page(request: Request, form: Form[Any], nominating: Form[Any] | None = None) -> Response:
    actor, lang = actor_of(request), request.state.prefs.lang
    number = int(request.path_params["number"])
    roster = await councils.roster_of(request.path_params["code"])
    term = next((term for seat, _, term in roster.seats if seat == number), None)
    if number not in roster.leads:
        raise NotFound()
    election = await service_by_election.running_for(roster.council.id, number)
    step = await service.step_now(election.procedure_id) if election else None
    standing = await service_by_election.candidates_of(election.id) if election else []
    names = await service_by_election.names_on_ballot(election.id) if election else {}
    by = await service_nominate.nominators_of(election.id) if election else {}
    asked = await service_nominate.asked_of(election.id, actor.person_id) if election and actor.person_id else None
    mine = await service_nominate.made_by(election.id, actor.person_id) if election else []
    nominating = nominating or empty()
    stands = any(one.person_id == actor.person_id for one in standing)
    is_open = step is not None and step.stage in STAND_STAGES
    is_here = actor.person_id is not None and await is_on_roll(actor.person_id, roster.council.place)
    sits = actor.person_id is not None and await councils.is_member(roster.council.id, actor.person_id)
    may = allow(actor, "procedures.run", Scope(place_path=roster.council.place.path))
    shown = SeatPage(
        council=roster.council,
        number=number,
        kinds=roster.leads[number],
        holder=term.person.display_name if term else "",
        ends_at=term.ends_at if term else None,
        procedure=election.procedure.number if election else "",
        stage=election.procedure.plan.stage(step.stage).title.pick(lang) if election and step else "",
        candidates=[(names[one.person_id], one.words, by.get(one.person_id, "")) for one in standing],
        asked=(asked.nominated_by.display_name, asked.words) if asked and is_open else None,
        nominated=[(one.person.display_name, one.state.value) for one in mine],
        may_nominate=is_open and is_here and len(mine) < roster.rules.nominations,
        nominate=nominating,
        stands=stands,
        may_open=term is None and election is None and may,
        may_stand=is_open and is_here and not sits and not stands,
        form=form,
    )
    return render(request, "procedures/seat.html", shown, status=422 if form.errors or nominating.errors else 200)


def _here(request: Request) -> str:
    return f"/council/{request.path_params['code']}/seats/{request.path_params['number']}"


async def open_election(request: Request) -> Response:
    """Open the by-election."""
    council = await _council(request)
    await read_form(request, NoForm)
    await service_by_election.open_by_election(actor_of(request), council, int(request.path_params["number"]))
    return redirect(_here(request), flash="procedures-flash-election")


async def stand(request: Request) -> Response:
    """Put oneself forward."""
    council, form = await _council(request), await read_form(request, WordsForm)
    election = await service_by_election.running_for(council.id, int(request.path_params["number"]))
    if election is None:
        raise NotFound()
    if form.value is not None:
        try:
            await service_by_election.stand(actor_of(request), election.procedure, form.value.words)
            return redirect(_here(request), flash="procedures-flash-standing")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _page(request, form)


async def stand_down(request: Request) -> Response:
    """Stand no more."""
    council = await _council(request)
    await read_form(request, NoForm)
    election = await service_by_election.running_for(council.id, int(request.path_params["number"]))
    if election is None:
        raise NotFound()
    await service_by_election.stand_down(actor_of(request), election.procedure)
    return redirect(_here(request), flash="procedures-flash-stood-down")


async def nominate(request: Request) -> Response:
    """Put a neighbour forward."""
    council, form = await _council(request), await read_form(request, NominateForm)
    election = await service_by_election.running_for(council.id, int(request.path_params["number"]))
    if election is None:
        raise NotFound()
    if form.value is not None:
        try:
            sent = form.value
            await service_nominate.nominate(actor_of(request), election.procedure, sent.name, sent.why)
            return redirect(_here(request), flash="procedures-flash-nominated")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _page(request, empty(), form)


async def decline(request: Request) -> Response:
    """Thank you, no."""
    council = await _council(request)
    await read_form(request, NoForm)
    election = await service_by_election.running_for(council.id, int(request.path_params["number"]))
    if election is None:
        raise NotFound()
    await service_nominate.decline(actor_of(request), election.procedure)
    return redirect(_here(request), flash="procedures-flash-declined")


_AT = "/council/{code}/seats/{number:int}"
ROUTES: list[BaseRoute] = [
    page(_AT, seat_page, action="procedures.read"),
    acting(f"{_AT}/open", open_election, act=Act.OPEN_ELECTION, scope=council_scope),
    acting(f"{_AT}/stand", stand, act=Act.STAND),
    acting(f"{_AT}/nominate", nominate, act=Act.NOMINATE),
    acting(f"{_AT}/decline", decline, act=Act.DECLINE),
    acting(f"{_AT}/stand-down", stand_down, act=Act.STAND_DOWN),
]

"""Pages of disputes: a council's figures, asking for a mediator, one dispute, the mediator's desk. Only translation."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.forms import Form, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.centres import service as centres
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.mediation import service, service_paper, service_views
from linyue.mediation.forms import FORMS, DissuadeForm, NewForm, StepForm
from linyue.mediation.model import Dispute, DisputeAgreement, DisputeEntry, DisputeParty, PaperParty
from linyue.mediation.rules import (
    DisputeKind,
    DisputeState,
    Side,
    Step,
    all_consent,
    confirm_until,
    refuse_account,
    steps_open,
)
from linyue.places import service as places


@dataclass(frozen=True, slots=True)
class Line:
    """A dispute in a list: no names, no words. `href` only where it may be opened."""

    number: str
    kind: str
    state: str
    place: Any
    filed_at: datetime
    due_at: datetime | None
    is_late: bool
    href: str
    public_id: str
    version: int


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """Figures of a council's disputes, and the reader's own ones."""

    council: Council
    states: list[tuple[str, int]]
    kinds: list[tuple[str, int]]
    total: int
    own: list[Line]


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form to ask for a mediator."""

    council: Council
    homes: list[tuple[str, str]]
    kinds: list[str]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party as those who may see the dispute read it."""

    name: str
    side: str
    has_consented: bool | None
    signed: bool
    signed_at: datetime | None
    is_me: bool
    paper_id: int = 0
    """Of a neighbour without an account: what they say is entered for them."""
    is_forgotten: bool = False
    """A neighbour without an account, whose name was taken out."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """One thing that happened."""

    kind: str
    at: datetime
    text: str
    happened_on: date | None
    side: str
    author: str = ""
    """Of a dissuasion, an account and what was entered for a neighbour on paper: who wrote it down."""
    capacity: str = ""
    is_on_paper: bool = False
    """The word or signature of a neighbour without an account, which somebody else entered."""


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One dispute, for its parties, its mediator and the community's desk."""

    line: Line
    other: str
    mediator: str
    parties: list[PartyView]
    entries: list[EntryView]
    may_consent: bool
    my_side: str
    """Empty for whoever is no party."""
    speaks_for: list[str]
    """Sides for which the reader may write down how they see it."""
    is_other_heard: bool
    steps: frozenset[str]
    """Steps the reader can take now."""
    meets_at: datetime | None
    venue: str
    has_met: bool
    agreement: str
    agreement_number: int
    may_sign: bool
    settled_at: datetime | None
    confirm_until: datetime | None
    form: Form[Any]
    sent: str
    """Which of its forms was refused: what was typed goes back into that one."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Disputes to take on, those one mediates, and the rest of the community's."""

    waiting: list[Line]
    mine: list[Line]
    others: list[Line]
    to_dissuade: list[Line]
    may_take: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class DissuadePage:
    """The form for whoever dissuaded somebody and reads nothing else of the dispute."""

    line: Line
    form: Form[Any]


def _line(row: Dispute, *, can_open: bool) -> Line:
    return Line(
        number=row.number,
        kind=row.kind.value,
        state=row.state.value,
        place=row.place,
        filed_at=row.filed_at,
        due_at=row.due_at,
        is_late=row.due_at is not None and row.due_at < clock.now(),
        href=service.link_of(row) if can_open else "",
        public_id=row.public_id,
        version=row.version,
    )


async def council_page(request: Request) -> Response:
    """How many disputes there were, and the way in."""
    actor, council = actor_of(request), await _council(request)
    figures = await service_views.figures_of(council.place)
    own = await service_views.own(actor.person_id) if actor.person_id is not None else []
    shown = CouncilPage(
        council=council,
        states=[(state.value, n) for state, n in figures.states.items()],
        kinds=[(kind.value, n) for kind, n in figures.kinds.items() if n],
        total=figures.total,
        own=[_line(row, can_open=True) for row in own],
    )
    return render(request, "mediation/council.html", shown)


async def new_page(request: Request) -> Response:
    """The form to ask for a mediator."""
    return await _new(request, empty())


async def _new(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor, council = actor_of(request), await _council(request)
    here = [home for home in actor.homes if home.startswith(council.place.path)]
    labels = await places.addresses_of(here, actor.lang)
    shown = NewPage(council, [(home, labels[home]) for home in here], [kind.value for kind in DisputeKind], form)
    return render(request, "mediation/new.html", shown, status=status)


async def ask(request: Request) -> Response:
    """Ask for a mediator."""
    form = await read_form(request, NewForm)
    if form.value is not None:
        sent = form.value
        try:
            row = await service.ask_for_mediator(actor_of(request), sent.kind, sent.other, sent.text, sent.home)
            return redirect(service.link_of(row), flash="mediation-flash-filed", number=row.number)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _new(request, form, 422)


async def one_page(request: Request) -> Response:
    """One dispute."""
    return await _one(request, await _dispute(request), empty())


async def sheet_page(request: Request) -> Response:
    """The record of a dispute on paper, with lines to sign."""
    shown = await _page(request, await _dispute(request), empty())
    return render(request, "mediation/sheet.html", shown)


async def _one(request: Request, row: Dispute, form: Form[Any], status: int = 200, sent: str = "") -> Response:
    return render(request, "mediation/dispute.html", await _page(request, row, form, sent), status=status)


async def _page(request: Request, row: Dispute, form: Form[Any], sent: str = "") -> DisputePage:
    actor, now = actor_of(request), clock.now()
    parties = await DisputeParty.filter(dispute_id=row.id).order_by("id").select_related("person")
    on_paper = await PaperParty.filter(dispute_id=row.id).order_by("id")
    facts = [party.facts() for party in parties] + [party.facts() for party in on_paper]
    mine = next((party for party in parties if party.person_id == actor.person_id), None)
    entries = await DisputeEntry.filter(dispute_id=row.id).order_by("id").select_related("author")
    doers = service.doers_of(actor, row, mine)
    steps = steps_open(row.state, doers)
    text = await DisputeAgreement.get_or_none(dispute_id=row.id, number=row.agreement_version)
    is_settled = row.state is DisputeState.SETTLED and row.ended_at is not None
    return DisputePage(
        line=_line(row, can_open=True),
        other=row.other,
        mediator=row.mediator.display_name if row.mediator_id is not None and row.mediator else "",
        parties=[*(_party(actor, party, row) for party in parties), *(_paper(actor, party, row) for party in on_paper)],
        entries=[_entry(one) for one in entries],
        may_consent=Step.AGREE in steps and mine is not None and mine.has_consented is None,
        my_side=mine.side.value if mine else "",
        speaks_for=[
            side.value
            for side in Side
            if Step.HEAR in steps and refuse_account(facts, mine.side if mine else None, side, "…") is None
        ],
        is_other_heard=Side.OTHER in await service.heard_in(row),
        steps=frozenset(step.value for step in steps),
        meets_at=row.meets_at,
        venue=row.venue,
        has_met=row.meets_at is not None and row.meets_at <= now and all_consent(facts),
        agreement=text.text if text else "",
        agreement_number=row.agreement_version,
        may_sign=Step.SIGN in steps and text is not None and mine is not None and mine.signed_version != text.number,
        settled_at=row.ended_at if is_settled else None,
        confirm_until=confirm_until(row.ended_at, await centres.calendar()) if is_settled and row.ended_at else None,
        form=form,
        sent=sent,
    )


def _party(actor: Actor, party: DisputeParty, row: Dispute) -> PartyView:
    signed = row.agreement_version > 0 and party.signed_version == row.agreement_version
    return PartyView(
        name=party.person.display_name,
        side=party.side.value,
        has_consented=party.has_consented,
        signed=signed,
        signed_at=party.signed_at if signed else None,
        is_me=party.person_id == actor.person_id,
    )


def _paper(actor: Actor, party: PaperParty, row: Dispute) -> PartyView:
    signed = row.agreement_version > 0 and party.signed_version == row.agreement_version
    at = party.signed_at if signed else None
    return PartyView(
        name=party.name or t(actor.lang, "mediation-paper-forgotten"),
        side=party.side.value,
        has_consented=party.has_consented,
        signed=signed,
        signed_at=at,
        is_me=False,
        paper_id=party.id,
        is_forgotten=not party.name,
    )


def _entry(one: DisputeEntry) -> EntryView:
    # A refusal of one's own bears no side: only one that was entered for somebody does.
    is_entered = one.kind in (Step.ENTER_CONSENT.value, Step.ENTER_SIGNATURE.value)
    is_on_paper = is_entered or (one.kind == Step.DECLINE.value and one.side != "")
    is_named = is_on_paper or one.kind in (Step.DISSUADE.value, Step.HEAR.value)
    author = one.author.display_name if is_named and one.author is not None else ""
    return EntryView(one.kind, one.at, one.text, one.happened_on, one.side, author, one.capacity, is_on_paper)


async def take(request: Request) -> Response:
    """Become the mediator."""
    row, form = await _dispute(request), await read_form(request, StepForm)
    if form.value is not None:
        try:
            await service.take(actor_of(request), row.id, form.value.version)
            return redirect(service.link_of(row), flash="mediation-flash-taken")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _desk(request, form, 422)


async def step(request: Request) -> Response:
    """Whatever a party or the mediator does on the dispute's own page; the last part of the address says what."""
    row, actor = await _dispute(request), actor_of(request)
    kind = request.url.path.rsplit("/", 1)[1]
    form: Form[Any] = await read_form(request, FORMS[kind])
    if form.value is not None:
        try:
            await _take_step(actor, row, kind, form.value)
            return redirect(service.link_of(row), flash=f"mediation-flash-{kind}")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            row = await _dispute(request)
    return await _one(request, row, form, 422, kind)


async def _take_step(actor: Actor, row: Dispute, kind: str, sent: Any) -> None:
    match kind:
        case "name":
            await service.name_party(actor, row.id, sent.who, sent.version)
        case "name-on-paper":
            await service_paper.name_on_paper(actor, row.id, sent.name, sent.version)
        case "enter-consent":
            yes = sent.yes == "yes"
            await service_paper.enter_consent(actor, row.id, sent.party, sent.version, sent.text, yes=yes)
        case "enter-signature":
            await service_paper.enter_signature(actor, row.id, sent.party, sent.agreement, sent.version, sent.text)
        case "forget-name":
            await service_paper.forget_on_paper(actor, row.id, sent.party, sent.version, sent.text)
        case "account":
            await service.give_account(actor, row.id, sent.side, sent.text, sent.version)
        case "consent":
            await service.consent(actor, row.id, sent.version, yes=sent.yes == "yes")
        case "meet":
            starts_at = datetime.combine(sent.day, sent.time, clock.SHANGHAI)
            await service.call_meeting(actor, row.id, starts_at, sent.venue, sent.version)
        case "agreement":
            await service.write_agreement(actor, row.id, sent.text, sent.version)
        case "sign":
            await service.sign(actor, row.id, sent.agreement, sent.version)
        case "fail":
            await service.fail(actor, row.id, sent.text, sent.version)
        case _:
            await service.withdraw(actor, row.id, sent.version)


async def dissuade_page(request: Request) -> Response:
    """The form for a record of dissuasion; the dispute's words stay with those who may read it."""
    return _dissuade(request, await _dispute(request), empty())


def _dissuade(request: Request, row: Dispute, form: Form[Any], status: int = 200) -> Response:
    shown = DissuadePage(_line(row, can_open=False), form)
    return render(request, "mediation/dissuade.html", shown, status=status)


async def dissuade(request: Request) -> Response:
    """Write down a dissuasion; whoever may read the dispute comes back to it."""
    actor, row = actor_of(request), await _dispute(request)
    form = await read_form(request, DissuadeForm)
    may_read = allow(actor, "mediation.read", await service_views.scope_of(row))
    if form.value is not None:
        sent = form.value
        try:
            await service.dissuade(actor, row.id, sent.day, sent.side, sent.text, sent.version)
            back = service.link_of(row) if may_read else "/desk/disputes"
            return redirect(back, flash="mediation-flash-dissuade")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            row = await _dispute(request)
    if may_read:
        return await _one(request, row, form, 422, "dissuade")
    return _dissuade(request, row, form, 422)


async def desk_page(request: Request) -> Response:
    """What waits for a mediator, and what the reader mediates."""
    return await _desk(request, empty())


async def _desk(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor = actor_of(request)
    shown = DeskPage(
        waiting=[_line(row, can_open=False) for row in await service_views.to_take(actor)],
        to_dissuade=[_line(row, can_open=False) for row in await service_views.to_dissuade(actor)],
        may_take=allow(actor, "mediation.take", None),
        mine=[_line(row, can_open=True) for row in await service_views.mediated(actor)],
        others=[_line(row, can_open=True) for row in await service_views.of_desk(actor)],
        form=form,
    )
    return render(request, "mediation/desk.html", shown, status=status)


async def _dispute(request: Request) -> Dispute:
    return await service_views.dispute_by_public_id(request.path_params["public_id"])


async def _council(request: Request) -> Council:
    return await councils.council_by_code(request.path_params["code"])


async def _scope(request: Request) -> Scope:
    return await service_views.scope_of(await _dispute(request))


AT = "/disputes/{public_id}"
ROUTES: list[BaseRoute] = [
    page("/council/{code}/disputes", council_page, action="mediation.figures"),
    page("/council/{code}/disputes/new", new_page, action="mediation.ask"),
    post("/council/{code}/disputes/new", ask, action="mediation.ask"),
    page("/desk/disputes", desk_page, action="mediation.desk"),
    page(AT, one_page, action="mediation.read", scope=_scope),
    page(f"{AT}/sheet", sheet_page, action="mediation.read", scope=_scope),
    post(f"{AT}/take", take, action="mediation.take", scope=_scope),
    page(f"{AT}/dissuade", dissuade_page, action="mediation.dissuade", scope=_scope),
    post(f"{AT}/dissuade", dissuade, action="mediation.dissuade", scope=_scope),
    *(post(f"{AT}/{kind}", step, action="mediation.step", scope=_scope) for kind in FORMS),
]

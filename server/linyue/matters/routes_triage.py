"""The triage desk: queues, one matter with its suggestion, five ways, merging, notes, hiding."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form, row_id
from linyue.base.i18n import t
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import Actor
from linyue.base.routing import actor_of, page, post
from linyue.base.workdays import Calendar
from linyue.centres import service as centres
from linyue.centres.rules import Way, route_of
from linyue.centres.rules_handling import HandlingRules
from linyue.centres.rules_quote import passages, readable
from linyue.centres.rules_suggest import Candidate, Reason, ReasonKind
from linyue.councils.rules import MatterKind
from linyue.matters import service_desk, service_triage, service_views
from linyue.matters.model import Matter
from linyue.matters.model_appeals import Appeal
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.routes_templates import choices, fill
from linyue.matters.routes_work import WorkPage, work_page
from linyue.matters.rules import NUMBER_AT_MOST, TEXT_AT_MOST, MatterState
from linyue.matters.rules_desk import AT_ONCE
from linyue.matters.rules_due import due_for_way
from linyue.matters.rules_parts import Side, side_of
from linyue.matters.service_centre import waiting_at_centres, why_centre
from linyue.matters.service_inbox import PER_PAGE, Queue, communities_of, pages_of, queue_of
from linyue.matters.service_refused import offices_noted
from linyue.matters.service_templates import of_community, owners_for, with_template
from linyue.matters.service_triage import Sending
from linyue.matters.service_views import RowView, reason_lines

KEYS = {Way.COUNCIL: "R", Way.CENTRE: "G", Way.OWN_DESK: "C", Way.REFERRAL: "D", Way.REFUSAL: "N"}


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One suggestion: where to, how sure, why."""

    title: str
    sub: str
    sure: str
    reasons: tuple[str, ...]
    due: str
    way: str
    item_code: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class WayView:
    """One of the five ways with what can be chosen on it."""

    way: str
    key: str
    title: str
    hint: str
    options: list[tuple[str, str]]
    """Items of the catalogue that go this way: code and name."""


@dataclass(frozen=True, slots=True)
class BulkView:
    """What was picked and filled in for many at once, when it came back to be changed."""

    form: Form[Any] | None
    numbers: frozenset[str]
    """Numbers of the picked."""
    elsewhere: list[tuple[str, str]]
    """Of these, those that are not on this page: value and number."""


@dataclass(frozen=True, slots=True)
class TriagePage:
    """The three panes."""

    tabs: list[tuple[str, str, bool, int | None]]
    queue: str
    rows: list[RowView]
    number: str
    """Number of the matter shown; empty when the queue is."""
    is_chosen: bool
    """The reader picked this one, so a phone shows it instead of the list."""
    work: WorkPage | None
    marked: list[tuple[str, bool]]
    candidates: list[CandidateView]
    ways: list[WayView]
    kinds: list[tuple[str, str]]
    office_items: list[tuple[str, str]]
    """Items of the governmental side, for a matter that is both."""
    next_number: str
    held: str
    """Who else has this one open."""
    undo: str
    """Number that was sent just now and may be taken back."""
    bulk: BulkView
    templates: list[tuple[str, str]]
    """Answers often given that can go to many at once."""
    offices: list[str]
    """Names under which offices that ask for certificates were noted."""
    all_items: list[tuple[str, str]]
    all_kinds: list[tuple[str, str]]
    appeals: int
    """Appeals that wait for an answer in these communities."""
    is_suggesting: bool
    current: int
    last: int
    q: str


class SendForm(FormModel):
    """Where a matter is sent."""

    version: int
    way: Way
    item: str = ""
    kind: str = ""
    department: str = Field(default="", max_length=80)
    asked_by: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=TEXT_AT_MOST)
    words: str = ""
    template: str = Field(default="", max_length=40)
    fill: str = ""
    anyway: bool = False
    queue: str = "new"
    next: str = ""


async def inbox(request: Request) -> Response:
    """The queue, and one matter of it."""
    return await show_inbox(request, empty())


async def show_inbox(
    request: Request,
    form: Form[Any],
    *,
    opened: str = "",
    number: str = "",
    bulk: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    """The inbox with one form as it was sent: of the matter shown (`opened`), or of many at once (`bulk`)."""
    actor = actor_of(request)
    query = form.raw if opened else bulk.raw if bulk else request.query_params
    queue = queue_named(str(query.get("queue", "")))
    communities = await communities_of(actor)
    tabs = [
        (t(actor.lang, f"matters-queue-{one.value}"), f"/triage?queue={one.value}", one is queue,
         # How many there ever were is nobody's work, and takes longer to count every year.
         None if one is Queue.ALL else await queue_of(one, actor, communities).count())
        for one in Queue
    ]  # fmt: skip
    found = queue_of(queue, actor, communities)
    words = str(query.get("q", "")).strip()[:40]
    if words:
        found = queue_of(Queue.ALL, actor, communities).filter(service_views.search(words))
    current, last = await pages_of(found, row_id(query.get("page", "")) or 1, is_open_ended=queue is Queue.ALL)
    matters = await found.offset((current - 1) * PER_PAGE).limit(PER_PAGE).select_related("place", "community")
    wanted = number or str(query.get("m", ""))
    shown = await _shown(wanted, matters, communities)
    href = f"/triage?{urlencode({'queue': queue.value, **({'q': words} if words else {})})}&m="
    result = TriagePage(
        tabs=tabs,
        queue=queue.value,
        rows=await service_views.rows_of(actor.lang, matters, href=href, is_staff=True),
        number=shown.number if shown else "",
        is_chosen=bool(wanted),
        work=await work_page(request, shown, form, back="/triage", opened=opened) if shown else None,
        marked=[],
        candidates=[],
        ways=[],
        kinds=[],
        office_items=[],
        next_number=_next(shown, matters),
        held=await _look(actor, shown if wanted else None),
        undo=str(query.get("undo", ""))[:NUMBER_AT_MOST],
        bulk=_bulk_view(bulk, {one.number for one in matters}),
        templates=await choices(actor.lang, [of_community(place_id) for place_id in communities]),
        offices=[],
        all_items=await _all_items(actor.lang),
        all_kinds=[(kind.value, t(actor.lang, f"councils-kind-{kind.value}")) for kind in MatterKind],
        appeals=await Appeal.filter(answered_at=None, matter__community_id__in=communities).count(),
        is_suggesting=request.app.state.settings.suggest,
        current=current,
        last=last,
        q=words,
    )
    if shown is not None and shown.state is MatterState.REPORTED:
        result = await _with_ways(actor.lang, result, shown)
    return render(request, "matters/triage.html", result, status=status)


def _bulk_view(form: Form[Any] | None, here: set[str]) -> BulkView:
    values = [str(one) for one in form.raw.get("picked", [])][:AT_ONCE] if form is not None else []
    numbered = [(value, value.rpartition(":")[0][:NUMBER_AT_MOST]) for value in values]
    elsewhere = [(value, number) for value, number in numbered if number and number not in here]
    return BulkView(form, frozenset(number for _, number in numbered), elsewhere)


async def _look(actor: Actor, shown: Matter | None) -> str:
    """Who else has the picked report open, while it waits to be sorted."""
    if shown is None or shown.state is not MatterState.REPORTED:
        return ""
    return await service_desk.look(actor, shown.id)


async def _all_items(lang: str) -> list[tuple[str, str]]:
    try:
        items = (await centres.catalogue_index()).catalogue.items
    except NotFound:
        return []
    return [(one.code, service_views.name_of(lang, one.name)) for one in items]


def queue_named(text: str) -> Queue:
    return Queue(text) if text in set(Queue) else Queue.NEW


async def _shown(number: str, matters: list[Matter], communities: list[int]) -> Matter | None:
    """The one that was asked for, else the first of the queue. Raises NotFound for one of another community."""
    if not number:
        return matters[0] if matters else None
    found = await Matter.get_or_none(number=number, community_id__in=communities).select_related("place", "community")
    if found is None:
        raise NotFound()
    return found


def onward(queue: str, following: str, done: str) -> str:
    """The address of the next matter of the queue after one was dealt with."""
    return f"/triage?queue={queue_named(queue).value}" + (f"&m={following}" if following not in ("", done) else "")


def _next(shown: Matter | None, matters: list[Matter]) -> str:
    """Which comes after this one."""
    ids = [m.id for m in matters]
    if shown is None or shown.id not in ids or len(ids) < 2:
        return ""
    at = ids.index(shown.id)
    return matters[at + 1].number if at + 1 < len(matters) else matters[at - 1].number


async def _with_ways(lang: str, base: TriagePage, matter: Matter) -> TriagePage:
    try:
        index = await centres.catalogue_index()
    except NotFound:  # no catalogue yet: the ways are open all the same, without items to pick
        index = None
    found = await service_triage.suggest(matter)
    words = [
        part
        for c in found[:1]
        for r in c.reasons
        if r.kind is ReasonKind.WORDS
        for w in r.words
        for part in w.split("+")
    ]
    options: dict[Way, list[tuple[str, str]]] = {way: [] for way in Way}
    for item in index.taken if index else ():
        options[route_of(item)].append((item.code, service_views.name_of(lang, item.name)))
    calendar, rules, told = await centres.calendar(), await centres.handling(), f"{matter.title} {matter.text}"
    named = {
        one.target: await _centre(lang, matter, one.item_code or "") if one.way is Way.CENTRE else () for one in found
    }
    candidates = [_candidate(lang, index, one, calendar, rules, told) for one in found] if index else []
    values = {name: getattr(base, name) for name in base.__dataclass_fields__}
    values.update(
        marked=service_views.marked(matter.text, words),
        candidates=[
            replace(shown, reasons=(*shown.reasons, *named[one.target]))
            for shown, one in zip(candidates, found, strict=False)
        ],
        ways=[_way(lang, way, options[way]) for way in Way],
        offices=await offices_noted([matter.community_id]),
        office_items=[pair for way in Way if side_of(way) is Side.GOVERNMENTAL for pair in options[way]],
        kinds=[(kind.value, t(lang, f"councils-kind-{kind.value}")) for kind in MatterKind],
    )
    return TriagePage(**values)


def _way(lang: str, way: Way, options: list[tuple[str, str]]) -> WayView:
    title, hint = t(lang, f"matters-way-{_dash(way)}"), t(lang, f"matters-way-{_dash(way)}-hint")
    return WayView(way.value, KEYS[way], title, hint, options)


def _dash(way: Way) -> str:
    return way.value.replace("_", "-")


async def _centre(lang: str, matter: Matter, item_code: str) -> tuple[str, ...]:
    """The centre it would go to, and why that one; it is worked out again when the matter is sent."""
    assigned = await centres.centre_for(matter.community, await waiting_at_centres(), item_code)
    if assigned is None:
        return ()
    name = service_views.name_of(lang, assigned.centre)
    return (t(lang, "matters-suggest-centre", centre=name), *reason_lines(lang, why_centre(matter.community, assigned)))


def _candidate(
    lang: str, index: centres.CatalogueIndex, one: Candidate, calendar: Calendar, rules: HandlingRules, told: str
) -> CandidateView:
    item = index.by_code.get(one.item_code or "")
    kind = index.kinds.get(one.matter_kind.value) if one.matter_kind else None
    name = service_views.name_of(lang, item.name) if item else service_views.name_of(lang, kind.name) if kind else ""
    words = [w for r in one.reasons if r.kind is ReasonKind.WORDS for w in r.words]
    due = due_for_way(one.way, item.days if item else None, clock.now(), calendar, rules)
    shown = tuple(_reason(lang, index, reason, told) for reason in one.reasons)
    return CandidateView(
        title=name,
        sub=t(lang, f"matters-way-{_dash(one.way)}"),
        sure=t(lang, one.confidence.value),
        reasons=shown,
        due=t(lang, "matters-suggest-due", day=day_text(lang, due.at)) if due else t(lang, "matters-suggest-at-once"),
        way=one.way.value,
        item_code=one.item_code or "",
        kind=one.matter_kind.value if one.matter_kind else "",
        words="、".join(passages(told, words)),
    )


def _reason(lang: str, index: centres.CatalogueIndex, reason: Reason, told: str) -> str:
    """One reason in words; pairs of characters are quoted only where a person can read them."""
    key, found = reason.kind.value, passages(told, reason.words)
    if reason.kind in (ReasonKind.LEARNED, ReasonKind.NAME):
        found = readable(told, reason.words, index.suggest.lexicon)
        key = key if found else f"{key}-plain"
    words = ("、" if lang == "zh-CN" else ", ").join(found)
    return t(lang, key, words=words, count=reason.count, of=reason.of)


async def send(request: Request) -> Response:
    """Send it on, and go to the next."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, SendForm)
    owners = owners_for(actor, matter)
    if await fill(actor.lang, form, "note", owners):
        status = 422 if form.errors else 200
        return await show_inbox(
            request, form, opened=str(form.get("way")) or "way", number=matter.number, status=status
        )
    if form.value is not None:
        told = form.value
        words = tuple(w for w in told.words.split("、") if w and w in f"{matter.title} {matter.text}")
        try:
            await service_desk.refuse_if_held(actor, matter.id, anyway=told.anyway)
            note = await with_template(owners, told.template, told.note)
            sending = Sending(told.way, told.item, told.kind, told.department, note, words, told.asked_by)
            sent = await service_triage.send(actor, matter.id, told.version, sending)
            target = onward(told.queue, told.next, matter.number)
            where = t(actor.lang, f"matters-way-{_dash(sending.way)}")
            target += f"&undo={sent.number}"
            return redirect(target, flash="matters-flash-sent", number=sent.number, where=where)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await show_inbox(request, form, opened=str(form.get("way")) or "way", number=matter.number, status=422)


ROUTES: list[BaseRoute] = [
    page("/triage", inbox, action="matters.inbox"),
    post("/m/{number}/triage", send, action="matters.triage", scope=matter_scope),
]

"""Requests and their updates as anybody may read them: public matters, public words, no reporter."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.service import CatalogueIndex
from linyue.matters import service_timeline, service_views
from linyue.matters.model import Matter, MatterEvent, MatterPhoto
from linyue.matters.rules import NUMBER_AT_MOST, MatterState, Step
from linyue.matters.rules_parts import state_of_whole, whole_number
from linyue.open311.rules import CLOSED, OTHER, Wanted
from linyue.open311.service import in_lang
from linyue.places import service as places
from linyue.places.model import Place

HANDOVER = frozenset({Step.REPORT, Step.TRIAGE, Step.ACCEPT, Step.RETURN, Step.MOVE, Step.MERGE, Step.UNMERGE})
NOT_LISTED = (MatterState.MERGED, MatterState.WITHDRAWN)


def zoned(moment: datetime | None) -> str | None:
    """2026-11-23T16:30:00+08:00, on the district's wall clock."""
    return clock.local(moment).isoformat(timespec="seconds") if moment else None


async def one(lang: str, number: str, origin: str) -> dict[str, Any]:
    """One public request with the extensions. Raises NotFound, also for a private one."""
    found = await _public().get_or_none(number=number[:NUMBER_AT_MOST])
    if found is None or found.number != number:
        raise NotFound()
    return (await _requests(lang, [found], origin, is_long=True))[0]


async def search(lang: str, wanted: Wanted, origin: str) -> list[dict[str, Any]]:
    """Public requests, newest first."""
    if wanted.numbers:
        rows = _public().filter(number__in=[n for n in wanted.numbers if len(n) <= NUMBER_AT_MOST])
    else:
        rows = _public().exclude(state__in=NOT_LISTED)
        rows = rows.filter(reported_at__gte=wanted.since, reported_at__lte=wanted.until)
        if wanted.services:
            rows = rows.filter(_asked(wanted.services))
        if wanted.is_closed is not None:
            going = Subquery(_seconds().exclude(state__in=CLOSED).values("root_id"))
            is_over = Q(state__in=CLOSED) & ~Q(id__in=going)
            rows = rows.filter(is_over if wanted.is_closed else ~Q(state__in=CLOSED) | Q(id__in=going))
    first = (wanted.page - 1) * wanted.page_size
    found = await rows.order_by("-id").offset(first).limit(wanted.page_size)
    return await _requests(lang, found, origin, is_long=wanted.is_long)


def _public() -> Any:
    """Numbers, each once: a second part is told under its number."""
    return Matter.filter(is_public=True, root_id=None).select_related("place", "community")


def _seconds() -> QuerySet[Matter]:
    """The second parts of numbers that have two."""
    return Matter.filter(root_id__isnull=False).exclude(state=MatterState.MERGED)


def _asked(codes: Collection[str]) -> Q:
    """Sorted under one of the items; not sorted yet, filed under one of them."""
    named = [code for code in codes if code != OTHER]
    found = Q(item_code__in=named) | Q(item_code="", asked_code__in=named)
    return found | Q(item_code="", asked_code="") if OTHER in codes else found


async def _requests(lang: str, matters: Sequence[Matter], origin: str, *, is_long: bool) -> list[dict[str, Any]]:
    ids = [m.id for m in matters]
    paths = {m.id: service_views.public_path(m.place.path) for m in matters}
    addresses = await places.addresses_of(paths.values(), lang)
    codes = await _codes(paths.values())
    events: dict[int, list[MatterEvent]] = defaultdict(list)
    for event in await MatterEvent.filter(matter_id__in=ids, is_public=True).order_by("matter_id", "seq"):
        events[event.matter_id].append(event)
    photos: dict[int, str] = {}
    shown = MatterPhoto.filter(matter_id__in=ids, hidden_reason="", is_after=False)
    for photo in await shown.order_by("-id"):
        photos[photo.matter_id] = photo.public_id
    seconds = await service_views.second_parts(matters)
    others = [m.id for found in seconds.values() for m in found]
    for event in await MatterEvent.filter(matter_id__in=others, is_public=True).order_by("matter_id", "seq"):
        events[event.matter_id].append(event)
    names = {c.id: c for c in await ServiceCentre.filter(id__in={m.centre_id for m in matters if m.centre_id})}
    index = await _index()
    made = []
    for matter in matters:
        whole = [matter, *seconds.get(matter.id, [])]
        told = _request(lang, whole, index, names)
        path = paths[matter.id]
        told["address"], told["address_id"] = addresses[path], codes.get(path, "")
        told["media_url"] = f"{origin}/photos/{photos[matter.id]}" if matter.id in photos else None
        told["updated_datetime"] = zoned(max([e.at for m in whole for e in events[m.id]], default=matter.reported_at))
        if is_long:
            told["extended_attributes"] = _extended(lang, whole, events, f"{origin}/m/{matter.number}")
        made.append(told)
    return made


async def _codes(paths: Collection[str]) -> dict[str, str]:
    """Code of the place that each path ends in."""
    ids = {int(path.rstrip("/").rsplit("/", 1)[1]) for path in paths}
    return {p.path: p.code for p in await Place.filter(id__in=ids)}


async def _index() -> CatalogueIndex | None:
    try:
        return await centres.catalogue_index()
    except NotFound:
        return None


def _request(
    lang: str, whole: Sequence[Matter], index: CatalogueIndex | None, names: dict[int, ServiceCentre]
) -> dict[str, Any]:
    matter = whole[0]
    code = matter.item_code or matter.asked_code or OTHER
    item = index.by_code.get(code) if index else None
    chip, _ = service_views.whole_chip(lang, whole)
    last_due = max((m.due_at for m in whole if m.due_at is not None), default=None)
    return {
        "service_request_id": whole_number(matter.number),
        "status": "closed" if state_of_whole([m.state for m in whole]) in CLOSED else "open",
        "status_notes": chip,
        "service_name": in_lang(lang, item.name) if item else t(lang, "open311-other"),
        "service_code": code,
        "description": public_words(lang, matter),
        "agency_responsible": _agency(lang, matter, names),
        "service_notice": None,
        "requested_datetime": zoned(matter.reported_at),
        "updated_datetime": None,
        "expected_datetime": zoned(last_due),
        "address": "",
        "address_id": "",
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def public_words(lang: str, matter: Matter) -> str:
    """Heading and text as everybody may read them."""
    if matter.hidden_reason:
        return t(lang, "matters-hidden-text", reason=matter.hidden_reason)
    if not matter.text or matter.text.startswith(matter.title.removesuffix("…")):
        return matter.text or matter.title
    return f"{matter.title}\n\n{matter.text}"


def _agency(lang: str, matter: Matter, names: dict[int, ServiceCentre]) -> str:
    """Who has it now: the centre, the department it was referred to, or the desk of the community."""
    if matter.department and matter.state is MatterState.REFERRED:
        return matter.department
    if matter.owner_role == "centre_clerk" and matter.centre_id in names:
        return service_views.name_of(lang, names[matter.centre_id])
    community = service_views.name_of(lang, matter.community)
    return t(lang, "open311-agency", community=community, role=_role(lang, matter.owner_role))


def _role(lang: str, role: str) -> str:
    return t(lang, f"matters-role-{role.replace('_', '-')}") if role else ""


def _extended(
    lang: str, whole: Sequence[Matter], events: Mapping[int, Sequence[MatterEvent]], page: str
) -> dict[str, Any]:
    """What the specification has no place for: hand-overs, clock, rating; of each part, where it has two."""
    told = [_of_part(lang, matter, events[matter.id]) for matter in whole]
    return {**told[0], "page": page, "parts": told if len(told) > 1 else []}


def _of_part(lang: str, matter: Matter, events: Sequence[MatterEvent]) -> dict[str, Any]:
    handovers = []
    owner: tuple[str, int | None] = ("", None)
    for event in events:
        is_moved = bool(event.owner_role_after) and (event.owner_role_after, event.owner_id_after) != owner
        if event.owner_role_after:
            owner = (event.owner_role_after, event.owner_id_after)
        if is_moved or event.kind in HANDOVER:
            view = service_timeline.public_entry(lang, matter, event)
            handovers.append({
                "datetime": zoned(event.at),
                "step": event.kind,
                "by": _role(lang, event.actor_role),
                "to": _role(lang, event.owner_role_after),
                "due_datetime": zoned(event.due_after),
                "description": view.title,
            })  # fmt: skip
    return {
        "side": matter.part,
        "state": matter.state.value,
        "handovers": handovers,
        "clock": {
            "due_datetime": zoned(matter.due_at),
            "days": matter.due_days,
            "unit": matter.due_unit,
            "is_provisional": matter.is_due_provisional,
            "is_late": matter.overdue_at is not None,
            "is_paused": matter.paused_at is not None,
            "paused_since": zoned(matter.paused_at),
            "paused_for": t(lang, f"matters-paused-{matter.pause_reason or 'answer'}") if matter.paused_at else None,
        },
        "rating": matter.rating.value if matter.rating else None,
        "times_reopened": matter.reopened_count,
    }


async def updates(lang: str, wanted: Wanted) -> list[dict[str, Any]]:
    """What happened to public requests, newest first: each public entry of their timelines."""
    rows = MatterEvent.filter(is_public=True, matter__is_public=True).select_related("matter")
    if wanted.numbers:
        numbers = [n for n in wanted.numbers if len(n) <= NUMBER_AT_MOST]
        wanted_ids = Subquery(Matter.filter(number__in=numbers).values("id"))
        rows = rows.filter(Q(matter_id__in=wanted_ids) | Q(matter__root_id__in=wanted_ids))
    else:
        rows = rows.filter(at__gte=wanted.since, at__lte=wanted.until)
    first = (wanted.page - 1) * wanted.page_size
    found = await rows.order_by("-at", "-id").offset(first).limit(wanted.page_size)
    others = await _other_parts({event.matter.thread_id for event in found if event.matter.part})
    return [_update(lang, event, others.get(event.matter.thread_id, [])) for event in found]


async def _other_parts(threads: Collection[int]) -> dict[int, list[MatterEvent]]:
    """What happened to every part of these numbers, oldest first; a part that was joined again is none."""
    found: dict[int, list[MatterEvent]] = defaultdict(list)
    if threads:
        standing = Matter.filter(Q(id__in=threads) | Q(root_id__in=threads)).exclude(state=MatterState.MERGED)
        events = MatterEvent.filter(matter_id__in=Subquery(standing.values("id"))).select_related("matter")
        for event in await events.order_by("at", "id"):
            found[event.matter.thread_id].append(event)
    return found


def _state_then(event: MatterEvent, others: Sequence[MatterEvent]) -> MatterState:
    """Where the number stood after an entry: a number with two parts is over when both are."""
    states = {event.matter_id: MatterState(event.state_after)}
    for other in others:
        if other.matter_id != event.matter_id and (other.at, other.id) <= (event.at, event.id):
            states[other.matter_id] = MatterState(other.state_after)
    return state_of_whole(list(states.values()))


def _update(lang: str, event: MatterEvent, others: Sequence[MatterEvent]) -> dict[str, Any]:
    matter = event.matter
    view = service_timeline.public_entry(lang, matter, event)
    words = public_words(lang, matter) if event.kind == Step.REPORT.value else "\n".join(filter(None, (view.text,)))
    return {
        "update_id": f"{matter.number}-{event.seq}",
        "service_request_id": whole_number(matter.number),
        "status": "closed" if _state_then(event, others) in CLOSED else "open",
        "state": event.state_after,
        "updated_datetime": zoned(event.at),
        "description": "\n".join([view.title, *view.lines, *filter(None, (words,))]),
        "media_url": None,
    }

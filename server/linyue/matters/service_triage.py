"""What the desk does with a report: take it, send it one of five ways, note, suggest. Duplicates: service_merge."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from linyue.base.db import settings_in_use, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Named, Way, route_of
from linyue.centres.rules_suggest import Candidate, suggest_items
from linyue.councils import service as councils
from linyue.councils.rules import MatterKind
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, SENDING, Doer, MatterRefusal, Step
from linyue.matters.rules_parts import refuse_way, side_of
from linyue.matters.rules_text import office_name
from linyue.matters.service_centre import waiting_at_centres, why_centre
from linyue.matters.service_due import answer_by, item_of, owner_ids, sent_due
from linyue.matters.service_learn import recall
from linyue.matters.service_recusal import recused_in
from linyue.matters.service_step import Change, claim, link_of, stop, take_step, tell_followers


@dataclass(frozen=True, slots=True)
class Sending:
    """Where a social worker sends a matter, and why. Fields that the way does not need stay empty."""

    way: Way
    item_code: str = ""
    kind: str = ""
    department: str = ""
    note: str = ""
    """The worker's own words, shown on the timeline."""
    words: tuple[str, ...] = ()
    """Words of the report that the accepted suggestion went by."""
    asked_by: str = ""
    """Office that asked the resident for a certificate that is refused."""


@dataclass(frozen=True, slots=True)
class Target:
    """A sending worked out: columns, owner and the reasons in words."""

    columns: dict[str, Any]
    owner: tuple[str, int | None]
    reasons: list[dict[str, Any]]


async def take(actor: Actor, matter_id: int, version: int) -> None:
    """Say "I am on it", so that a colleague sees it."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        owner = (matter.owner_role, actor.person_id)
        await take_step(actor, matter, Step.TAKE, Change(matter.state, owner=owner, is_public=False))


async def send(actor: Actor, matter_id: int, version: int, sending: Sending) -> Matter:
    """Send a reported matter one of five ways, with an owner, a due time and the reason everybody can read."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        await send_claimed(actor, matter, sending)
        way = sending.way.value.replace("_", "-")
        await tell_followers(actor, matter, f"matters-told-way-{way}", is_urgent=True)
    return matter


async def send_claimed(
    actor: Actor,
    matter: Matter,
    sending: Sending,
    step: Step = Step.TRIAGE,
    doers: Iterable[Doer] | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """The step itself, on a row that was claimed; tells whoever has it now, and leaves the followers to the caller."""
    item = await item_of(sending.item_code)
    _check(sending, item)
    others = [(m.part, m.state) for m in await matter.family() if m.id != matter.id]
    stop(refuse_way(sending.way, others), field="way")
    target = await _target(actor, matter, sending, item)
    due = await sent_due(matter, sending.way, item)
    columns = {
        "way": sending.way,
        "item_code": item.code if item else "",
        "kind": "",
        "centre_id": None,
        "department": "",
        "asked_by": office_name(sending.asked_by) if sending.way is Way.REFUSAL else "",
        "closed_at": None,
        "catalogue_id": await _catalogue_id(),
        "answer_at": await answer_by(sending.way, due.at if due else matter.due_at),
        "silent_at": None,
        "reason": target.reasons,
        "part": side_of(sending.way).value if matter.part else "",
        **target.columns,
    }
    data = {
        "way": sending.way.value,
        "reasons": target.reasons,
        "centre": target.columns.get("centre_id"),
        **(facts or {}),
    }
    change = Change(SENDING[sending.way], owner=target.owner, due=due, text=sending.note, data=data, columns=columns)
    await take_step(actor, matter, step, change, doers=doers)
    if matter.state not in FINAL:
        told = await owner_ids(matter) - {actor.person_id or 0}
        await tell(told, "matters-told-yours", link=link_of(matter), number=matter.number, title=matter.title)


async def sending_for(item_code: str) -> Sending:
    """The way an item of the catalogue goes by itself. Raises Refused: NO_ITEM."""
    item = await item_of(item_code)
    if item is None:
        raise Refused(MatterRefusal.NO_ITEM, field="item")
    return Sending(route_of(item), item_code=item.code)


def _check(sending: Sending, item: ItemEntry | None) -> None:
    """The catalogue decides where an item goes; without an item the worker must say more."""
    if sending.item_code and item is None:
        raise Refused(MatterRefusal.NO_ITEM, field="item")
    if item is not None and item.is_retired:
        raise Refused(MatterRefusal.ITEM_RETIRED, field="item", successor=item.successor or "none")
    if item is not None and route_of(item) is not sending.way:
        raise Refused(MatterRefusal.ITEM_GOES_ELSEWHERE, field="item")
    if item is None and sending.way in (Way.CENTRE, Way.REFUSAL):
        raise Refused(MatterRefusal.NO_ITEM, field="item")
    if item is None and sending.way is Way.OWN_DESK and not sending.note.strip():
        raise Refused(MatterRefusal.NO_OWN_DESK_WORDS, field="note")


async def _catalogue_id() -> int | None:
    """The version in force now, which the matter keeps."""
    try:
        return (await centres.catalogue_index()).file_id
    except NotFound:
        return None


async def _target(actor: Actor, matter: Matter, sending: Sending, item: ItemEntry | None) -> Target:
    match sending.way:
        case Way.COUNCIL:
            target = await to_council(matter, sending, item)
        case Way.CENTRE:
            assert item is not None
            target = await _to_centre(matter, item)
        case Way.OWN_DESK:
            args: dict[str, Any] = {"item": _both(item.name) if item else {"zh": "", "en": ""}}
            key = "matters-why-own-desk" if item else "matters-why-own-desk-plain"
            target = Target({}, (Role.SOCIAL_WORKER.value, None), [{"key": key, "args": args}])
        case Way.REFERRAL | Way.REFUSAL:
            target = _away(actor, sending, item)
    if sending.words:
        words = {"zh": "、".join(sending.words), "en": ", ".join(sending.words)}
        target.reasons.insert(0, {"key": "matters-why-words", "args": {"words": words}})
    return target


async def to_council(matter: Matter, sending: Sending, item: ItemEntry | None) -> Target:
    """Who of the council has a matter of this kind in hand, and why. `matter.place` must be loaded."""
    wanted = item.matter_kind.value if item and item.matter_kind else sending.kind
    if wanted not in {kind.value for kind in MatterKind}:
        raise Refused(MatterRefusal.NO_KIND, field="kind")
    kind = MatterKind(wanted)
    name = {"zh": t("zh-CN", f"councils-kind-{kind.value}"), "en": t("en", f"councils-kind-{kind.value}")}
    reasons: list[dict[str, Any]] = [{"key": "matters-why-council", "args": {"kind": name}}]
    if item is not None:
        reasons.insert(0, {"key": "matters-why-item", "args": {"item": _both(item.name)}})
    council = await councils.council_of(matter.place)
    member = await councils.member_for_kind(council.id, kind, await recused_in(matter.id)) if council else None
    if member is None:
        reasons.append({"key": "matters-why-no-council", "args": {}})
        return Target({"kind": kind.value}, (Role.SOCIAL_WORKER.value, None), reasons)
    reasons.append({"key": member.why.value, "args": {"kind": name, "seat": member.seat_number}})
    return Target({"kind": kind.value}, (Role.STANDING_MEMBER.value, member.person_id), reasons)


async def _to_centre(matter: Matter, item: ItemEntry) -> Target:
    assigned = await centres.centre_for(matter.community, await waiting_at_centres(), item.code)
    if assigned is None:
        raise Refused(MatterRefusal.NO_CENTRE, field="item")
    name = {"zh": assigned.centre.name_zh, "en": assigned.centre.name_en}
    reasons: list[dict[str, Any]] = [
        {"key": "matters-why-centre", "args": {"item": _both(item.name), "centre": name}},
        *why_centre(matter.community, assigned),
    ]
    return Target({"centre_id": assigned.centre.id}, (Role.CENTRE_CLERK.value, None), reasons)


def _away(actor: Actor, sending: Sending, item: ItemEntry | None) -> Target:
    """Referral and refusal end here: the resident is told where to go instead, at once."""
    where = item.goes_to if item and item.goes_to else Named(sending.department.strip(), sending.department.strip())
    if not where.zh:
        raise Refused(MatterRefusal.NO_DEPARTMENT, field="department")
    args: dict[str, Any] = {"item": _both(item.name) if item else {"zh": "", "en": ""}, "where": _both(where)}
    if sending.way is Way.REFUSAL:
        key = "matters-why-refusal"
    else:
        key = "matters-why-referral" if item else "matters-why-referral-plain"
    owner = (Role.SOCIAL_WORKER.value, actor.person_id)
    return Target({"department": where.zh[:80]}, owner, [{"key": key, "args": args}])


def _both(name: Named) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


async def suggest(matter: Matter) -> tuple[Candidate, ...]:
    """Up to three candidates for a matter; none when nothing speaks clearly, or suggesting is switched off."""
    return await suggest_for_text(f"{matter.title} {matter.text}", but=matter.id)


async def suggest_for_text(text: str, but: int = 0) -> tuple[Candidate, ...]:
    """The same for a report that is not filed yet, so that it can say who will receive it."""
    if not settings_in_use().suggest:
        return ()
    try:
        index = await centres.catalogue_index()
    except NotFound:
        return ()
    learned, past = await recall(text, but)
    followed = _followed(index)
    past = [replace(one, target=followed.get(one.target, one.target)) for one in past]
    taught = {followed.get(target, target): points for target, points in learned.items()}
    return suggest_items(text, index.suggest, past, taught | learned)


def _followed(index: centres.CatalogueIndex) -> dict[str, str]:
    """Retired items and what follows them: what went to one of them speaks for the other now."""
    retired = [item for item in index.catalogue.items if item.is_retired]
    return {item.code: follower.code for item in retired if (follower := index.living(item.code))}

"""What the desk does with a report: take it, send it one of five ways, merge and part duplicates, note, suggest."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tortoise.functions import Count

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Named, Way, route_of
from linyue.centres.rules_suggest import Candidate, PastDecision, past_decision, suggest_items
from linyue.councils import service as councils
from linyue.councils.rules import MatterKind
from linyue.matters.model import Matter, MatterEvent, MatterFollower, MatterNote
from linyue.matters.rules import FINAL, SENDING, MatterRefusal, MatterState, Step
from linyue.matters.service_due import answer_by, item_of, owner_ids, sent_due
from linyue.matters.service_step import Change, claim, link_of, take_step, tell_followers, tell_reporter

PAST_DAYS = timedelta(days=90)
PAST_AT_MOST = 300


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
        item = await item_of(sending.item_code)
        _check(sending, item)
        target = await _target(actor, matter, sending, item)
        due = await sent_due(matter, sending.way, item)
        columns = {
            "way": sending.way,
            "item_code": item.code if item else "",
            "kind": "",
            "centre_id": None,
            "department": "",
            "catalogue_id": await _catalogue_id(),
            "reason": target.reasons,
            "answer_at": await answer_by(sending.way, due.at if due else matter.due_at),
            "silent_at": None,
            **target.columns,
        }
        data = {"way": sending.way.value, "reasons": target.reasons}
        change = Change(
            SENDING[sending.way], owner=target.owner, due=due, text=sending.note, data=data, columns=columns
        )
        await take_step(actor, matter, Step.TRIAGE, change)
        await tell_followers(actor, matter, f"matters-told-way-{sending.way.value.replace('_', '-')}", is_urgent=True)
        if matter.state not in FINAL:
            told = await owner_ids(matter) - {actor.person_id or 0}
            await tell(told, "matters-told-yours", link=link_of(matter), number=matter.number, title=matter.title)
    return matter


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
        raise Refused(MatterRefusal.NO_REASON, field="note")


async def _catalogue_id() -> int | None:
    """The version in force now, which the matter keeps."""
    try:
        return (await centres.catalogue_index()).file_id
    except NotFound:
        return None


async def _target(actor: Actor, matter: Matter, sending: Sending, item: ItemEntry | None) -> Target:
    match sending.way:
        case Way.COUNCIL:
            target = await _to_council(matter, sending, item)
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
        target.reasons.insert(0, {"key": "matters-why-words", "args": {"words": "、".join(sending.words)}})
    return target


async def _to_council(matter: Matter, sending: Sending, item: ItemEntry | None) -> Target:
    wanted = item.matter_kind.value if item and item.matter_kind else sending.kind
    if wanted not in {kind.value for kind in MatterKind}:
        raise Refused(MatterRefusal.NO_KIND, field="kind")
    kind = MatterKind(wanted)
    name = {"zh": t("zh-CN", f"councils-kind-{kind.value}"), "en": t("en", f"councils-kind-{kind.value}")}
    reasons: list[dict[str, Any]] = [{"key": "matters-why-council", "args": {"kind": name}}]
    if item is not None:
        reasons.insert(0, {"key": "matters-why-item", "args": {"item": _both(item.name)}})
    council = await councils.council_of(matter.place)
    member = await councils.member_for_kind(council.id, kind) if council else None
    if member is None:
        reasons.append({"key": "matters-why-no-council", "args": {}})
        return Target({"kind": kind.value}, (Role.SOCIAL_WORKER.value, None), reasons)
    reasons.append({"key": member.why.value, "args": {"kind": name, "seat": member.seat_number}})
    return Target({"kind": kind.value}, (Role.STANDING_MEMBER.value, member.person_id), reasons)


async def _to_centre(matter: Matter, item: ItemEntry) -> Target:
    assigned = await centres.centre_for(matter.community, await _waiting())
    if assigned is None:
        raise Refused(MatterRefusal.NO_CENTRE, field="item")
    name = {"zh": assigned.centre.name_zh, "en": assigned.centre.name_en}
    community = {"zh": matter.community.name_zh, "en": matter.community.name_en or matter.community.name_zh}
    closed = {"zh": assigned.closed.name_zh, "en": assigned.closed.name_en} if assigned.closed else {"zh": "", "en": ""}
    reasons: list[dict[str, Any]] = [
        {"key": "matters-why-centre", "args": {"item": _both(item.name), "centre": name}},
        {"key": assigned.why.value, "args": {"community": community, "closed": closed}},
    ]
    return Target({"centre_id": assigned.centre.id}, (Role.CENTRE_CLERK.value, None), reasons)


async def _waiting() -> dict[int, int]:
    """Open matters by centre."""
    rows = (
        await Matter.filter(centre_id__isnull=False)
        .exclude(state__in=list(FINAL))
        .annotate(n=Count("id"))
        .group_by("centre_id")
        .values("centre_id", "n")
    )
    return {int(row["centre_id"]): int(row["n"]) for row in rows}


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
    """Up to three candidates for a matter; none when nothing speaks clearly or no catalogue is loaded."""
    try:
        index = await centres.catalogue_index()
    except NotFound:
        return ()
    return suggest_items(f"{matter.title} {matter.text}", index.suggest, await _past(matter))


async def suggest_for_text(text: str) -> tuple[Candidate, ...]:
    """The same for a report that is not filed yet, so that it can say who will receive it."""
    try:
        index = await centres.catalogue_index()
    except NotFound:
        return ()
    return suggest_items(text, index.suggest)


async def _past(matter: Matter) -> list[PastDecision]:
    since = clock.now() - PAST_DAYS
    rows = Matter.filter(reported_at__gte=since, way__isnull=False).exclude(id=matter.id).order_by("-id")
    found = await rows.limit(PAST_AT_MOST).values_list("title", "text", "item_code", "kind")
    followed = await _followed()
    past = [(f"{title} {text}", followed.get(code, code) or kind) for title, text, code, kind in found]
    return [past_decision(words, target) for words, target in past if target]


async def _followed() -> dict[str, str]:
    """Retired items and what follows them: what went to one of them speaks for the other now."""
    index = await centres.catalogue_index()
    retired = [item for item in index.catalogue.items if item.is_retired]
    return {item.code: follower.code for item in retired if (follower := index.living(item.code))}


async def merge(actor: Actor, matter_id: int, version: int, other_number: str) -> Matter:
    """Put two reports of one thing together: the older number stays and everybody follows it. Returns that one."""
    async with unit_of_work():
        other = await Matter.get_or_none(number=other_number.strip())
        if other is None:
            raise Refused(MatterRefusal.NOT_FOUND, field="into")
        if other.id == matter_id:
            raise Refused(MatterRefusal.SAME_MATTER, field="into")
        first, second = sorted((matter_id, other.id))  # always the same order, so that two merges cannot wait in a ring
        claimed = {i: await claim(i, version if i == matter_id else None) for i in (first, second)}
        older, newer = claimed[first], claimed[second]
        _check_merge(older, newer)
        await take_step(
            actor, newer, Step.MERGE,
            Change(MatterState.MERGED, data={"into": older.number}, columns={"merged_into_id": older.id}),
        )  # fmt: skip
        await take_step(
            actor, older, Step.ABSORB, Change(older.state, data={"number": newer.number}, is_public=newer.is_public)
        )
        await tell_reporter(actor, newer, "matters-told-merged", into=older.number)
        for row in await MatterFollower.filter(matter_id=newer.id):
            await MatterFollower.bulk_create(
                [MatterFollower(matter_id=older.id, person_id=row.person_id, is_reporter=row.is_reporter)],
                ignore_conflicts=True,
            )
    return older


def _check_merge(older: Matter, newer: Matter) -> None:
    if older.community_id != newer.community_id:
        raise Refused(MatterRefusal.OTHER_COMMUNITY, field="into")
    if older.is_public is not newer.is_public:
        raise Refused(MatterRefusal.MERGE_PRIVACY, field="into")
    if older.state in FINAL:
        raise Refused(MatterRefusal.MERGE_CLOSED, field="into")


async def unmerge(actor: Actor, matter_id: int, version: int) -> Matter:
    """Part a merged report again: it stands where it stood, with the owner and due time it had."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        if matter.state is not MatterState.MERGED:
            raise Refused(MatterRefusal.NOT_NOW)
        merged = await MatterEvent.filter(matter_id=matter_id, kind=Step.MERGE.value).order_by("-seq").first()
        assert merged is not None
        before = await MatterEvent.filter(matter_id=matter_id, seq__lt=merged.seq).order_by("-seq").first()
        assert before is not None
        change = Change(
            MatterState(before.state_after),
            owner=(before.owner_role_after, before.owner_id_after),
            columns={"merged_into_id": None, "due_at": before.due_after},
        )
        survivor_id = matter.merged_into_id
        await take_step(actor, matter, Step.UNMERGE, change)
        if survivor_id is not None and matter.reporter_id is not None:
            await MatterFollower.filter(matter_id=survivor_id, person_id=matter.reporter_id).update(is_reporter=False)
        await tell_reporter(actor, matter, "matters-told-unmerged")
    return matter


async def add_note(actor: Actor, matter_id: int, text: str) -> None:
    """Write a remark that only staff see."""
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field="note")
    assert actor.person_id is not None
    async with unit_of_work() as work:
        await MatterNote.create(matter_id=matter_id, author_id=actor.person_id, text=text[:2000], at=clock.now())
        await work.audit(actor, "matter.note", f"matter:{matter_id}")

"""What a matter goes through at a council's meeting and after it: called by meetings, questions and resolutions.

Each function is one step in one unit of work and joins the caller's. Residents' and desks' steps stand in
service_report, service_triage and service_handle.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.pages import day_text
from linyue.base.policy import Actor, Scope
from linyue.base.workdays import Unit, day_end, local_day
from linyue.centres import service as centres
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.rules import BEFORE_AGENDA, DECISIONS, Doer, MatterState, Step, Way
from linyue.matters.rules_due import DueTime, due_in, due_on
from linyue.matters.service_due import work_due
from linyue.matters.service_photos import attach_photos, drafts_of
from linyue.matters.service_step import PROMISE_OWNER, Change, claim, take_step, tell_followers
from linyue.people.service import names_of
from linyue.people.service_own import plug_eraser
from linyue.places.model import Place

NAMING_DAYS = 5
"""Working days the council has to name an owner and a date after a decision."""
AT_MEETING = (Doer.MEETING,)


async def scope_of(matter: Matter) -> Scope:
    """What the policy needs to know of a matter: its owner is its handler, merged reporters are parties.

    Whoever has one part of a number may see the other.
    """
    community = await Place.get(id=matter.community_id)
    parties = await MatterFollower.filter(matter_id=matter.thread_id, is_reporter=True).values_list(
        "person_id", flat=True
    )
    family = await matter.family()
    centre_ids = [one.centre_id for one in (matter, *family) if one.centre_id is not None]
    return Scope(
        place_path=community.path,
        centre_id=centre_ids[0] if centre_ids else None,
        person_ids=frozenset(int(i) for i in parties),  # type: ignore[call-overload]
        offices={"handler": frozenset(one.owner_id for one in family if one.owner_id)},
        is_public=matter.is_public,
    )


@asynccontextmanager
async def _step() -> AsyncIterator[None]:
    """A unit of work that leaves the caller's one clean when the step is refused: a savepoint inside it."""
    async with unit_of_work(), in_transaction("default"):
        yield


async def _council_due(matter: Matter) -> DueTime:
    """A council has it in hand again: the time that its item promises, else the district's, from now."""
    return await work_due(matter, Way.COUNCIL)


async def _due_named(at: datetime) -> DueTime:
    return due_on(at, clock.now(), await centres.calendar())


async def put_on_agenda(
    actor: Actor,
    matter_id: int,
    *,
    meeting_public_id: str,
    meeting_title: str,
    meeting_title_en: str = "",
    meets_at: datetime | None = None,
) -> None:
    """The council puts a matter on a meeting's agenda; due at the end of that day, else within the council's time."""
    async with _step():
        matter = await claim(matter_id, None)
        due = await _council_due(matter) if meets_at is None else await _due_named(day_end(local_day(meets_at)))
        data = {"meeting": meeting_public_id, "title": meeting_title, "title_en": meeting_title_en}
        change = Change(MatterState.ON_AGENDA, due=due, data=data, columns={"meeting_public_id": meeting_public_id})
        await take_step(actor, matter, Step.PUT_ON_AGENDA, change, doers=AT_MEETING)
        titles: dict[str, Any] = {"meeting_zh": meeting_title, "meeting_en": meeting_title_en}
        await tell_followers(actor, matter, "matters-told-on-agenda", is_urgent=True, **titles)


async def note_procedure(actor: Actor, matter_id: int, step: Step, *, number: str, line: str, line_en: str) -> None:
    """A procedure about the matter begins, reaches a stage (`line`) or ends; the matter's own state stays."""
    async with _step():
        matter = await claim(matter_id, None)
        change = Change(matter.state, text=line, data={"procedure": number, "text_en": line_en})
        await take_step(actor, matter, step, change, doers=AT_MEETING)


async def meeting_moved(matter_id: int, meets_at: datetime) -> None:
    """The draft that holds the matter was given another time; the matter is due at the end of that day now."""
    async with _step():
        matter = await claim(matter_id, None)
        due = await _due_named(day_end(local_day(meets_at)))
        warns = {"warn_at": due.warns[0] if due.warns else None, "warn_last_at": due.warns[-1] if due.warns else None}
        await Matter.filter(id=matter.id, state=MatterState.ON_AGENDA).update(due_at=due.at, overdue_at=None, **warns)


async def take_off_agenda(actor: Actor, matter_id: int, reason: str = "") -> None:
    """The matter is not heard at this meeting after all; it goes back to the council's list.

    With a reason everybody who follows it (all who supported it among them) is told.
    """
    async with _step():
        matter = await claim(matter_id, None)
        change = Change(
            MatterState.ACCEPTED, due=await _council_due(matter), text=reason, columns={"meeting_public_id": ""}
        )
        await take_step(actor, matter, Step.TAKE_OFF_AGENDA, change, doers=AT_MEETING)
        if reason:
            await tell_followers(actor, matter, "matters-told-off-agenda", reason=reason)


async def meeting_started(actor: Actor, matter_id: int, *, meeting_public_id: str = "") -> None:
    """The meeting that hears the matter has begun."""
    async with _step():
        matter = await claim(matter_id, None)
        data = {"meeting": meeting_public_id or matter.meeting_public_id}
        await take_step(actor, matter, Step.START_MEETING, Change(MatterState.IN_MEETING, data=data), doers=AT_MEETING)


async def apply_decision(
    actor: Actor,
    matter_id: int,
    *,
    is_adopted: bool,
    question_public_id: str,
    title: str,
    title_en: str = "",
    numbers: dict[str, Any] | None = None,
) -> None:
    """A published result: adopted, the council names an owner and a date; not adopted, it answers the reporter.

    `numbers` are counts for the timeline's sentence (for, against, abstain, present, needed). Repeats do nothing.
    """
    async with _step():
        matter = await claim(matter_id, None)
        if await _is_decided(matter_id, question_public_id):
            return
        calendar = await centres.calendar()
        due = due_in(NAMING_DAYS, Unit.WORKING, clock.now(), calendar) if is_adopted else await _council_due(matter)
        change = Change(
            MatterState.RESOLVED if is_adopted else MatterState.ACCEPTED,
            due=due,
            text=title,
            data={"question": question_public_id, "adopted": is_adopted, "numbers": numbers or {}, "text_en": title_en},
        )
        await take_step(actor, matter, Step.DECIDE, change, doers=AT_MEETING)
        key = "matters-told-adopted" if is_adopted else "matters-told-not-adopted"
        await tell_followers(actor, matter, key, is_urgent=True)


async def decision_voided(
    actor: Actor, matter_id: int, *, question_public_id: str, reason: str, is_heard_still: bool
) -> None:
    """The vote on this matter was voided: what it decided falls, and the council has the matter in hand again.

    `is_heard_still`: its meeting goes on and may put the question anew; else a matter in a meeting comes back too.
    """
    async with _step():
        matter = await claim(matter_id, None)
        data = {"question": question_public_id}
        stays = matter.state in (*BEFORE_AGENDA, MatterState.ON_AGENDA)
        if stays or (matter.state is MatterState.IN_MEETING and is_heard_still):
            change = Change(matter.state, text=reason, data=data)
        else:
            change = Change(
                MatterState.ACCEPTED,
                owner=await _owner_before_promise(matter, question_public_id),
                due=await _council_due(matter),
                text=reason,
                data=data,
                columns={"completed_at": None, "closed_at": None, "resolution_public_id": "", "result_text": ""},
            )
        await take_step(actor, matter, Step.VOID_DECISION, change, doers=AT_MEETING)
        await tell_followers(actor, matter, "matters-told-decision-voided", is_urgent=True)


async def _owner_before_promise(matter: Matter, question_public_id: str) -> tuple[str, int | None]:
    """Who had the matter in hand when the voided question decided it."""
    for row in await MatterEvent.filter(matter_id=matter.id, kind__in=DECISIONS).order_by("-seq"):
        if row.data.get("question") == question_public_id:
            return row.owner_role_after, row.owner_id_after
    return matter.owner_role, matter.owner_id


async def _is_decided(matter_id: int, question_public_id: str) -> bool:
    rows = await MatterEvent.filter(matter_id=matter_id, kind__in=DECISIONS)
    return any(row.data.get("question") == question_public_id for row in rows)


async def record_promise(
    actor: Actor,
    matter_id: int,
    *,
    resolution_public_id: str,
    text: str,
    text_en: str = "",
    owner_id: int,
    due_at: datetime,
) -> None:
    """The resolution names who does it and by when: that person owns the matter until it is done."""
    async with _step():
        matter = await claim(matter_id, None)
        change = Change(
            MatterState.EXECUTING,
            owner=(PROMISE_OWNER, owner_id),
            due=await _due_named(due_at),
            text=text,
            data={"resolution": resolution_public_id, "due": due_at.isoformat(), "text_en": text_en},
            columns={"resolution_public_id": resolution_public_id},
        )
        await take_step(actor, matter, Step.PROMISE, change, doers=AT_MEETING)
        await tell_followers(actor, matter, "matters-told-promised", is_urgent=True)


async def promise_changed(
    actor: Actor,
    matter_id: int,
    *,
    what: tuple[str, str],
    owner_id: int,
    due_at: datetime,
    reason: str,
    but_not: Collection[int] = (),
) -> None:
    """Another owner or another date, with the reason, for everybody to read.

    `what`: the promise in Chinese and English; `but_not`: followers who are told in words of their own.
    """
    async with _step():
        matter = await claim(matter_id, None)
        data = {
            "from": matter.due_at.isoformat() if matter.due_at else "",
            "to": due_at.isoformat(),
            "is_new_owner": owner_id != matter.owner_id,
        }
        change = Change(
            MatterState.EXECUTING,
            owner=(PROMISE_OWNER, owner_id),
            due=await _due_named(due_at),
            text=reason,
            data=data,
        )
        await take_step(actor, matter, Step.CHANGE_PROMISE, change, doers=AT_MEETING)
        await _tell_moved(actor, matter, what, owner_id, due_at, but_not)


async def _tell_moved(
    actor: Actor, matter: Matter, what: tuple[str, str], owner_id: int, due_at: datetime, but_not: Collection[int]
) -> None:
    """By text message too, like the promise itself: what it said of owner and day must not be the last word."""
    await tell_followers(
        actor,
        matter,
        "matters-told-promise-moved",
        is_urgent=True,
        but_not=but_not,
        what_zh=what[0],
        what_en=what[1],
        who=(await names_of([owner_id]))[owner_id],
        day_zh=day_text("zh-CN", due_at),
        day_en=day_text("en", due_at),
    )


async def line_changed(
    actor: Actor,
    matter_id: int,
    *,
    line: str,
    owners: tuple[int, int],
    days: tuple[datetime, datetime],
    reason: str,
) -> None:
    """A further line of the plan behind a decision has another owner or day, with the reason, for everybody to read."""
    async with _step():
        matter = await claim(matter_id, None)
        data = {
            "line": line,
            "from": days[0].isoformat(),
            "to": days[1].isoformat(),
            "is_new_owner": owners[0] != owners[1],
            "owners": list(owners),
        }
        change = Change(matter.state, text=reason, data=data)
        await take_step(actor, matter, Step.CHANGE_LINE, change, doers=AT_MEETING)
        await _tell_moved(actor, matter, (line, line), owners[1], days[1], owners)


async def promise_kept(actor: Actor, matter_id: int, *, text: str, form_id: str = "") -> None:
    """What was decided is done, with photos of it (those kept under `form_id`); the reporter may now rate it."""
    async with _step():
        matter = await claim(matter_id, None)
        now = clock.now()
        pictures = [one.public_id for one in await drafts_of(actor, form_id)] if form_id else []
        await attach_photos(actor, matter, form_id, is_after=True)
        change = Change(
            MatterState.COMPLETED,
            due=due_in((await centres.handling()).rating_days, Unit.WORKING, now, await centres.calendar()),
            text=text,
            data={
                "promised": matter.due_at.isoformat() if matter.due_at else "",
                "resolution": matter.resolution_public_id,
                "pictures": pictures,
            },
            columns={"result_text": text, "completed_at": now},
        )
        await take_step(actor, matter, Step.KEEP_PROMISE, change, doers=AT_MEETING)
        await tell_followers(actor, matter, "matters-told-promise-kept", is_urgent=True)


async def forget_person(person_id: int) -> None:
    """Somebody erased their data: their matters stay, but their number no longer finds them."""
    await Matter.filter(reporter_id=person_id).update(tail_hash="")


plug_eraser(forget_person)

"""The agenda: matters and items in and out, order, the words of a question. Its only writer before the start."""

from collections.abc import Mapping, Sequence
from typing import Any

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Way
from linyue.matters.service_topics import supporters_of_matters
from linyue.meetings import rules
from linyue.meetings.events import MeetingMoved
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import ItemState, MeetingRefusal
from linyue.meetings.rules_plan import VOTING, Link
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_roll import scale_meant
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

QUESTION_LIMIT = 200


async def matters_to_choose(meeting: Meeting) -> list[Matter]:
    """Public matters the council has in hand for this meeting's community and that are on no agenda yet."""
    place = await Place.get(id=meeting.place_id)
    return (
        await Matter.filter(
            way=Way.COUNCIL,
            state__in=[MatterState.ASSIGNED, MatterState.ACCEPTED],
            community_id__in=place.ancestor_ids,
            is_public=True,
        )
        .order_by("reported_at")
        .limit(50)
    )


async def add_matter(actor: Actor, meeting_id: int, number: str) -> None:
    """Put a matter of the council on the agenda: it gets its own item in the consensus link."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        matter = await Matter.get_or_none(number=number)
        place = await Place.get(id=meeting.place_id)
        if matter is None or matter.community_id not in place.ancestor_ids:
            raise Refused(MeetingRefusal.NO_SUCH_MATTER, field="number")
        items = await AgendaItem.of(meeting_id)
        votes = [item for item in items if item.link in VOTING]
        stop(_refuse_matter(matter, votes), field="number")
        await matters.put_on_agenda(
            actor,
            matter.id,
            meeting_public_id=meeting.public_id,
            meeting_title=meeting.title,
            meeting_title_en=meeting.title_en,
            meets_at=meeting.starts_at,
        )
        free = next((item for item in votes if item.matter_id is None), None)
        if free is not None:
            await AgendaItem.filter(id=free.id).update(matter_id=matter.id)
        else:
            await _insert_after(votes[-1], matter.id)
        await uow.audit(actor, "meeting.add_matter", f"meeting:{meeting_id}", matter=matter.id)


def _refuse_matter(matter: Matter, votes: list[AgendaItem]) -> MeetingRefusal | None:
    if any(item.matter_id == matter.id for item in votes):
        return MeetingRefusal.MATTER_TWICE
    if not matter.is_public:
        return MeetingRefusal.MATTER_PRIVATE  # an agenda is read by everybody
    if matter.way is not Way.COUNCIL or matter.state not in (MatterState.ASSIGNED, MatterState.ACCEPTED):
        return MeetingRefusal.MATTER_ELSEWHERE
    if sum(item.matter_id is not None for item in votes) >= rules.MOST_MATTERS:
        return MeetingRefusal.TOO_MANY_MATTERS
    return None


async def _insert_after(item: AgendaItem, matter_id: int) -> None:
    for later in await AgendaItem.of(item.meeting_id).filter(position__gt=item.position):
        await AgendaItem.filter(id=later.id).update(position=later.position + 1)
    await AgendaItem.create(
        meeting_id=item.meeting_id,
        position=item.position + 1,
        link=item.link,
        plan_link=item.plan_link,
        title_zh=item.title_zh,
        title_en=item.title_en,
        minutes=item.minutes,
        matter_id=matter_id,
    )


async def remove_matter(actor: Actor, meeting_id: int, number: str, reason: str = "") -> None:
    """Take a matter off the agenda; it goes back to the council's list. One that neighbours support needs a reason."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        item = await AgendaItem.get_or_none(meeting_id=meeting_id, matter__number=number)
        if item is None or item.matter_id is None:
            raise Refused(MeetingRefusal.NO_SUCH_MATTER, field="number")
        supported = await supporters_of_matters([item.matter_id])
        stop(rules.refuse_removal(supported.get(item.matter_id, 0), reason))
        await matters.take_off_agenda(actor, item.matter_id, reason.strip())
        others = await AgendaItem.filter(meeting_id=meeting_id, link=item.link).exclude(id=item.id).count()
        if others:
            await AgendaItem.filter(id=item.id).delete()
            await _close_gaps(meeting_id)
        else:
            await AgendaItem.filter(id=item.id).update(matter_id=None, question_zh="", question_en="")
        await uow.audit(actor, "meeting.remove_matter", f"meeting:{meeting_id}", matter=item.matter_id)


async def _close_gaps(meeting_id: int) -> None:
    for position, item in enumerate(await AgendaItem.of(meeting_id)):
        if item.position != position:
            await AgendaItem.filter(id=item.id).update(position=position)


async def move_item(actor: Actor, meeting_id: int, item_id: int, step: int) -> None:
    """Move an item one place up (-1) or down (+1) among the items of its link."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        items = await AgendaItem.of(meeting_id)
        index = next((n for n, item in enumerate(items) if item.id == item_id), None)
        if index is None:
            raise NotFound()
        stop(rules.refuse_move([item.link for item in items], index, step))
        here, there = items[index], items[index + step]
        await AgendaItem.filter(id=here.id).update(position=there.position)
        await AgendaItem.filter(id=there.id).update(position=here.position)
        await uow.audit(actor, "meeting.move_item", f"meeting:{meeting_id}", item=item_id)


async def add_item(
    actor: Actor, meeting_id: int, *, link: Link, title: str, title_en: str = "", minutes: int, after: int
) -> None:
    """Put a report, a hearing of parties or a discussion on the agenda of a draft, behind the item `after`."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        items = await AgendaItem.of(meeting_id)
        stop(rules.refuse_add(link, len(items), title), field="new_title", most=rules.MOST_ITEMS)
        place = next((item.position for item in items if item.id == after), items[-1].position)
        for later in items:
            if later.position > place:
                await AgendaItem.filter(id=later.id).update(position=later.position + 1)
        await AgendaItem.create(
            meeting_id=meeting_id,
            position=place + 1,
            link=link,
            title_zh=title.strip(),
            title_en=title_en.strip(),
            minutes=minutes,
        )
        await uow.audit(actor, "meeting.add_item", f"meeting:{meeting_id}", link=link.value)


async def drop_item(actor: Actor, meeting_id: int, item_id: int) -> None:
    """Take a report, a hearing of parties or a discussion off the agenda of a draft."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        item = await AgendaItem.get_or_none(id=item_id, meeting_id=meeting_id)
        if item is None:
            raise NotFound()
        stop(rules.refuse_drop(item.link))
        await AgendaItem.filter(id=item.id).delete()
        await _close_gaps(meeting_id)
        await uow.audit(actor, "meeting.drop_item", f"meeting:{meeting_id}", item=item_id)


async def reorder_waiting(actor: Actor, meeting_id: int, item_id: int, step: int) -> None:
    """During the meeting the chair moves an item that is still to come one place up (-1) or down (+1)."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        agenda = await AgendaItem.of(meeting_id)
        here = next((item.link for item in agenda if item.state is ItemState.NOW), None)
        stop(rules.refuse_running(meeting.state) or refuse_act(Act.REORDER, meeting.state, here))
        items = [item for item in agenda if item.state is ItemState.WAITING]
        index = next((n for n, item in enumerate(items) if item.id == item_id), None)
        stop(MeetingRefusal.CANNOT_MOVE if index is None else None)
        assert index is not None
        stop(rules.refuse_move([item.link for item in items], index, step))
        one, other = items[index], items[index + step]
        await AgendaItem.filter(id=one.id).update(position=other.position)
        await AgendaItem.filter(id=other.id).update(position=one.position)
        # A step back would bring the old order's positions with it.
        await Meeting.filter(id=meeting_id).update(undo=None)
        await uow.audit(actor, "meeting.reorder", f"meeting:{meeting_id}", item=item_id)
        uow.publish(topic_of(meeting_id), MeetingMoved(meeting_id, meeting.version))


async def change_item(
    actor: Actor,
    meeting_id: int,
    item_id: int,
    *,
    minutes: int,
    question_zh: str = "",
    question_en: str = "",
    kind: str = "",
    roll_place_id: int | None = None,
) -> None:
    """Set an item's minutes and, where it votes, the words that will be put, how it is voted and for whom.

    `roll_place_id`: the stairwell, building, compound or community whose roll it is; None: the whole meeting's.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        item = await AgendaItem.get_or_none(id=item_id, meeting_id=meeting_id)
        if item is None:
            raise NotFound()
        is_vote = item.link in VOTING
        where = await scale_meant(meeting, roll_place_id)
        stop(MeetingRefusal.NO_SUCH_SCALE if where is None else None, field="roll_place")
        await AgendaItem.filter(id=item.id).update(
            minutes=minutes,
            question_zh=question_zh.strip() if is_vote else "",
            question_en=question_en.strip() if is_vote else "",
            question_kind=kind if is_vote else "",
            roll_place_id=where.id if is_vote and where is not None and where.id != meeting.place_id else None,
        )
        await uow.audit(actor, "meeting.change_item", f"meeting:{meeting_id}", item=item_id)


AGENDA_KEYS = ("link", "plan_link", "title_zh", "title_en", "minutes", "question_zh", "question_en", "question_kind")


async def agenda_data(meeting_id: int) -> list[dict[str, Any]]:
    """The agenda as composed, as plain data: no matter, no place but the kind of it whose roll votes ("" for all)."""
    items = await AgendaItem.of(meeting_id).select_related("roll_place")
    return [
        {
            **{key: getattr(item, key) for key in AGENDA_KEYS},
            "link": item.link.value,
            "scale": item.roll_place.kind.value if item.roll_place is not None else "",
        }
        for item in items
    ]


async def lay_agenda(
    actor: Actor, meeting_id: int, rows: Sequence[Mapping[str, Any]], scales: Mapping[PlaceKind, int]
) -> None:
    """Give a draft the agenda of another one, as `agenda_data` tells it.

    `scales`: the place here for each smaller roll; a kind that is not among them votes with all of the meeting's place.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        await AgendaItem.of(meeting_id).delete()
        for position, row in enumerate(rows):
            await AgendaItem.create(
                meeting_id=meeting_id,
                position=position,
                **{key: row[key] for key in AGENDA_KEYS},
                roll_place_id=scales.get(PlaceKind(row["scale"])) if row["scale"] else None,
            )
        await uow.audit(actor, "meeting.lay_agenda", f"meeting:{meeting_id}")

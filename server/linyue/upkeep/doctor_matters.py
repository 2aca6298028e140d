"""Invariants of matters: one owner, one due time, a history that leads to the present, links that lead somewhere."""

from collections.abc import Sequence
from datetime import timedelta

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules import FINAL, RETURNS_AT_MOST, SECOND_RETURN_OWNER, TRANSITIONS, MatterState, Step
from linyue.upkeep.doctor_check import Answer, Check
from linyue.upkeep.doctor_votes import rows

SWEPT_WITHIN = timedelta(seconds=60)


def _named(numbers: Sequence[object], words: str) -> list[str]:
    return [f"matter {number}: {words}" for number in numbers]


async def one_owner(_settings: Settings) -> Answer:
    """A desk or a person owns every matter; an open one has a due time, or stands still for a named reason."""
    ownerless = await Matter.filter(owner_role="").values_list("number", flat=True)
    timeless = (
        await Matter.exclude(state__in=FINAL).filter(due_at=None, paused_at=None).values_list("number", flat=True)
    )
    late = await Matter.filter(state__in=FINAL).exclude(due_at=None).values_list("number", flat=True)
    return await Matter.all().count(), [
        *_named(list(ownerless), "nobody owns it"),
        *_named(list(timeless), "open and without a due time"),
        *_named(list(late), "over, yet with a due time"),
    ]


async def history_leads_here(_settings: Settings) -> Answer:
    """Entries are numbered from 1 without a gap, and the last that names state and owner names the present ones."""
    faults = [
        f"matter {row['number']}: {row['n']} entries, the last is {row['last']}, the matter says {row['last_seq']}"
        for row in await rows(
            "SELECT m.number, m.last_seq, COUNT(e.id) AS n, MAX(e.seq) AS last FROM matters m LEFT JOIN matter_events e"
            " ON e.matter_id = m.id GROUP BY m.id, m.number, m.last_seq"
            " HAVING COUNT(e.id) <> MAX(e.seq) OR MAX(e.seq) <> m.last_seq OR MAX(e.seq) IS NULL"
        )
    ]
    faults += [
        f"matter {row['number']}: its history says {row['state_after']}, it is {row['state']}"
        for row in await rows(
            "SELECT m.number, m.state, e.state_after FROM matters m JOIN matter_events e ON e.matter_id = m.id"
            " WHERE e.seq = (SELECT MAX(f.seq) FROM matter_events f WHERE f.matter_id = m.id AND f.state_after <> '')"
            " AND e.state_after <> m.state"
        )
    ]
    faults += await _illegal_steps()
    return await Matter.all().count(), faults


async def _illegal_steps() -> list[str]:
    """Each entry is a step that the table allows from the state before it."""
    faults, before, state = [], 0, MatterState.REPORTED
    events = MatterEvent.all().order_by("matter_id", "seq").values_list("matter_id", "seq", "kind", "state_after")
    async for matter_id, seq, kind, state_after in events:
        if matter_id != before:
            before, state = matter_id, MatterState.REPORTED
            continue  # how it began: reported, or split from another part
        move = TRANSITIONS.get((state, Step(kind))) if kind in set(Step) else None
        after = MatterState(state_after or state)
        if move is None or (after not in move.to and after is not state):
            faults.append(f"matter id {matter_id}, entry {seq}: {kind} does not lead from {state} to {after}")
        state = after
    return faults


async def handed_over(_settings: Settings) -> Answer:
    """A hand-over leaves one owner, and the timeline names the same one."""
    faults = [
        f"matter {row['number']}: its history says {row['owner_role_after']}, it belongs to {row['owner_role']}"
        for row in await rows(
            "SELECT m.number, m.owner_role, e.owner_role_after FROM matters m"
            " JOIN matter_events e ON e.matter_id = m.id WHERE e.seq = (SELECT MAX(f.seq) FROM matter_events f"
            " WHERE f.matter_id = m.id AND f.owner_role_after <> '')"
            " AND (e.owner_role_after <> m.owner_role OR COALESCE(e.owner_id_after, 0) <> COALESCE(m.owner_id, 0))"
        )
    ]
    return await MatterEvent.exclude(owner_role_after="").count(), faults


async def swept(_settings: Settings) -> Answer:
    """Every due time, warning, silence, end of a pause and time of an appeal that passed was noticed in a minute."""
    before = clock.now() - SWEPT_WITHIN
    missed = Matter.exclude(state__in=FINAL).filter(due_at__lt=before, overdue_at=None, paused_at=None)
    numbers = [str(n) for n in await missed.values_list("number", flat=True)]
    running = Matter.filter(paused_at=None)
    for late in (running.filter(warn_at__lt=before), running.filter(answer_at__lt=before)):
        numbers += [str(n) for n in await late.values_list("number", flat=True)]
    numbers += [str(n) for n in await Matter.filter(pause_ends_at__lt=before).values_list("number", flat=True)]
    late_appeals = Appeal.filter(answered_at=None, late_at=None, due_at__lt=before)
    numbers += [str(n) for n in await late_appeals.values_list("matter__number", flat=True)]
    return (
        await Matter.exclude(due_at=None).count(),
        _named(
            sorted(set(numbers)),
            "something of its clock has passed and nobody noticed (is a server or worker running?)",
        ),
    )


async def merges_lead_on(_settings: Settings) -> Answer:
    """A merged matter leads to another one that is not merged into itself; nothing else leads anywhere."""
    faults = [
        f"matter {row['number']}: merged, but into nothing"
        for row in await rows(
            "SELECT m.number FROM matters m LEFT JOIN matters t ON t.id = m.merged_into_id"
            " WHERE m.state = 'merged' AND (t.id IS NULL OR t.id = m.id)"
        )
    ]
    faults += [
        f"matter {row['number']}: leads to another and is not merged"
        for row in await rows("SELECT number FROM matters WHERE merged_into_id IS NOT NULL AND state <> 'merged'")
    ]
    return await Matter.filter(state="merged").count(), faults


async def numbers_fit(_settings: Settings) -> Answer:
    """As many matters as numbers were given out, merged ones among them: none has vanished."""
    faults = [
        f"{row['year']}: {row['last_number']} numbers were given out, there are {row['n']} matters"
        for row in await rows(
            "SELECT s.year, s.last_number, COUNT(m.id) AS n FROM matter_numbers s"
            " LEFT JOIN matters m ON m.number LIKE CAST(s.year AS VARCHAR(8)) || '-%'"
            " AND m.root_id IS NULL"
            " GROUP BY s.year, s.last_number HAVING COUNT(m.id) <> s.last_number"
        )
    ]
    return await Matter.all().count(), faults


async def merges_and_numbers(settings: Settings) -> Answer:
    """Merged matters lead on, and no matter has vanished."""
    looked, faults = await merges_lead_on(settings)
    number, more = await numbers_fit(settings)
    return max(looked, number), [*faults, *more]


async def returns_end(_settings: Settings) -> Answer:
    """No matter wanders between desks for ever: after the second return the officer decides."""
    more = await Matter.filter(returned_count__gt=RETURNS_AT_MOST).values_list("number", flat=True)
    faults = _named(list(more), "returned more often than allowed")
    for matter in await Matter.filter(returned_count__gte=RETURNS_AT_MOST):
        events = MatterEvent.filter(matter_id=matter.id, kind=Step.RETURN.value)
        if not await events.filter(owner_role_after=SECOND_RETURN_OWNER).exists():
            faults.append(f"matter {matter.number}: returned {matter.returned_count} times, the officer never got it")
    return await Matter.filter(returned_count__gt=0).count(), faults


async def parts_agree(_settings: Settings) -> Answer:
    """A number has one second part at most, of a first part that is none itself; both name their sides."""
    faults = [
        f"matter {row['number']}: {row['why']}"
        for row in await rows(
            "SELECT p.number, 'a part of nothing' AS why FROM matters p LEFT JOIN matters r ON r.id = p.root_id WHERE"
            " p.root_id IS NOT NULL AND (r.id IS NULL OR r.root_id IS NOT NULL OR r.community_id <> p.community_id)"
            " UNION ALL SELECT r.number, 'named a part, yet has no second' FROM matters r WHERE r.part <> '' AND"
            " r.root_id IS NULL AND NOT EXISTS (SELECT 1 FROM matters p WHERE p.root_id = r.id AND p.state <> 'merged')"
            " UNION ALL SELECT r.number, 'has a second part and does not say so' FROM matters r JOIN matters p"
            " ON p.root_id = r.id WHERE p.state <> 'merged' AND (r.part = '' OR p.part = '')"
        )
    ]
    for part in await Matter.exclude(root_id=None).exclude(state__in=FINAL):
        if await Matter.filter(id=part.root_id, part=part.part).exclude(state__in=FINAL).exists():
            faults.append(f"matter {part.number}: both parts are open on one side")
    return await Matter.exclude(root_id=None).count(), faults


async def appeals_answered_by_others(_settings: Settings) -> Answer:
    """An appeal is answered by neither who decided what it is about, nor who appeals."""
    own = await rows(
        "SELECT a.id, m.number FROM matter_appeals a JOIN matters m ON m.id = a.matter_id"
        " WHERE a.answered_by_id = a.decided_by_id OR a.answered_by_id = a.person_id"
    )
    faults = [f"matter {row['number']}: appeal {row['id']} was answered by who decided or who appealed" for row in own]
    return await Appeal.all().count(), faults


MATTERS: list[tuple[str, str, Check]] = [
    ("M1", "one owner and one due time", one_owner),
    ("M2", "history leads to the present state", history_leads_here),
    ("M3", "hand-overs leave one owner, named by the history", handed_over),
    ("M4", "passed due times were noticed", swept),
    ("M5", "merged matters lead on, none has vanished", merges_and_numbers),
    ("M6", "returns have an end", returns_end),
    ("M7", "two parts of a number agree", parts_agree),
    ("M8", "appeals are answered by others", appeals_answered_by_others),
]

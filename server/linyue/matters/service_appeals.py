"""Appeals against where a matter was sent: made once a decision, answered by somebody else, handed up when late."""

from dataclasses import replace

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.centres.rules import Way
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules import Doer, MatterRefusal, Step
from linyue.matters.rules_appeals import (
    APPEAL_DAYS,
    LADDER,
    AppealRefusal,
    Outcome,
    owner_of_appeal,
    refuse_answer,
    refuse_appeal,
)
from linyue.matters.rules_due import due_in
from linyue.matters.service_due import holders
from linyue.matters.service_step import (
    CLOCK,
    Change,
    claim,
    doers_of,
    stop,
    take_step,
    tell_reporter,
    work_of,
)
from linyue.matters.service_triage import Sending, send_claimed
from linyue.people.service_own import plug_eraser

DECIDING = (Step.TRIAGE.value, Step.APPEAL_MOVE.value)


async def decision_of(matter: Matter) -> MatterEvent | None:
    """The entry that sent the matter where it is."""
    return await MatterEvent.filter(matter_id=matter.id, kind__in=DECIDING).order_by("-seq").first()


async def may_appeal(matter: Matter) -> bool:
    """Whether the page offers it: sent somewhere, still changeable, and this decision not appealed yet."""
    decision = await decision_of(matter)
    return refuse_appeal(matter.state, decision.seq if decision else None, await _appealed(matter.id)) is None


async def _appealed(matter_id: int) -> list[int]:
    return [int(row.decided_seq) for row in await Appeal.filter(matter_id=matter_id)]


async def appeal(actor: Actor, matter_id: int, reason: str) -> Appeal:
    """Say that a matter went the wrong way, with a reason; somebody else answers within five working days.

    Raises Refused: NO_REASON, NOT_SENT, ONCE, NOT_YOURS.
    """
    if not reason.strip():
        raise Refused(MatterRefusal.NO_REASON, field="reason")
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        decision = await decision_of(matter)
        stop(refuse_appeal(matter.state, decision.seq if decision else None, await _appealed(matter.id)))
        assert decision is not None
        is_reporter = await _is_reporter(actor, matter)
        doers = doers_of(actor, matter) | ({Doer.REPORTER} if is_reporter else set())
        barred = {i for i in (decision.actor_id, actor.person_id if is_reporter else None) if i is not None}
        due = due_in(APPEAL_DAYS, Unit.WORKING, clock.now(), await centres.calendar())
        try:
            made = await Appeal.create(
                matter_id=matter.id,
                decided_seq=decision.seq,
                decided_by_id=decision.actor_id,
                person_id=actor.person_id if is_reporter else None,
                filed_by_id=None if is_reporter else actor.person_id,
                reason=reason.strip(),
                at=clock.now(),
                owner_role=owner_of_appeal(await _holders(matter), barred),
                due_at=due.at,
                is_due_provisional=due.is_provisional,
            )
        except IntegrityError as error:
            stop(refuse_appeal(matter.state, decision.seq, [decision.seq]))
            raise AssertionError("the rule refuses a second appeal") from error
        change = Change(matter.state, data={"appeal": made.id, "answer_by": due.at.isoformat()})
        await take_step(actor, matter, Step.APPEAL, change, doers=doers)
        await _tell_desk(made, matter, "matters-told-appeal", barred)
    return made


async def _is_reporter(actor: Actor, matter: Matter) -> bool:
    mine = MatterFollower.filter(matter_id=matter.thread_id, person_id=actor.person_id or 0, is_reporter=True)
    return await mine.exists()


async def _holders(matter: Matter) -> dict[str, set[int]]:
    return {role: await holders(Role(role), matter) for role in LADDER}


async def _tell_desk(made: Appeal, matter: Matter, key: str, barred: set[int]) -> None:
    told = await holders(Role(made.owner_role), matter) - barred
    link = f"/triage/appeals/{made.id}"
    await tell(told, key, link=link, is_urgent=True, number=matter.number, title=matter.title)


async def tell_new_desk(matter: Matter) -> None:
    """The matter is in another community now: whoever answers its open appeal there is told. Inside the step."""
    for made in await Appeal.filter(matter_id=matter.id, answered_at=None):
        await _tell_desk(made, matter, "matters-told-appeal", _barred(made))


def _barred(made: Appeal) -> set[int]:
    return {i for i in (made.decided_by_id, made.person_id) if i is not None}


def roles_over(actor: Actor, matter: Matter) -> set[str]:
    """The desks of the ladder at which the actor sits for this matter. `matter.community` must be loaded."""
    path = matter.community.path
    return {g.role.value for g in actor.grants if g.role.value in LADDER and path.startswith(g.place_path)}


def check_outcome(outcome: str, item: str, way: str) -> None:
    """An answer says whether it stays; and where it goes, by an item or a way, when it does not. Raises NO_ANSWER."""
    if outcome not in ("kept", "moved"):
        raise Refused(AppealRefusal.NO_ANSWER, field="outcome")
    if outcome == "moved" and not item and way not in set(Way):
        raise Refused(AppealRefusal.NO_ANSWER, field="way")


async def answer(actor: Actor, appeal_id: int, words: str, sending: Sending | None) -> Appeal:
    """Answer an appeal: it stays where it is, or `sending` says where it goes instead. The reporters are told why.

    Raises Refused: NO_ANSWER, ANSWERED, SAME_PERSON, OTHER_DESK, and what sending may.
    """
    if not words.strip():
        raise Refused(MatterRefusal.NO_REASON, field="words")
    assert actor.person_id is not None
    async with unit_of_work():
        row = await Appeal.get_or_none(id=appeal_id)
        if row is None:
            raise NotFound()
        matter = await claim(row.matter_id, None, is_quiet=sending is None)
        made = await Appeal.get(id=appeal_id)  # again, now that the matter's row is held
        roles = roles_over(actor, matter)
        stop(refuse_answer(made.owner_role, roles, actor.person_id, _barred(made), made.answered_at is not None))
        outcome = Outcome.KEPT if sending is None else Outcome.MOVED
        if sending is None:
            change = Change(matter.state, text=words.strip(), data={"appeal": made.id})
            await take_step(actor, matter, Step.APPEAL_KEEP, change, doers=(Doer.APPEAL,))
        else:
            await send_claimed(actor, matter, replace(sending, note=words.strip()), Step.APPEAL_MOVE, (Doer.APPEAL,))
        await Appeal.filter(id=made.id).update(
            answered_at=clock.now(), answered_by_id=actor.person_id, outcome=outcome, answer=words.strip()
        )
        await tell_reporter(actor, matter, f"matters-told-appeal-{outcome.value}")
    return await Appeal.get(id=appeal_id)


async def sweep_appeals() -> int:
    """Hand up every appeal whose time has passed, once; the matter's timeline says so. Safe to repeat."""
    late = Appeal.filter(answered_at=None, late_at=None, due_at__lte=clock.now()).order_by("due_at").limit(200)
    handed = 0
    for made in await late:
        handed += await _hand_up(made.id)
    return handed


async def _hand_up(appeal_id: int) -> int:
    async with unit_of_work():
        matter_id = (await Appeal.get(id=appeal_id)).matter_id
        matter = await claim(matter_id, None, is_quiet=True)
        made = await Appeal.get(id=appeal_id)
        if made.answered_at is not None or made.late_at is not None or made.due_at > clock.now():
            await Matter.filter(id=matter.id).update(last_seq=matter.last_seq - 1)
            return 0
        barred = _barred(made)
        made.owner_role = owner_of_appeal(await _holders(matter), barred, above=made.owner_role)
        await Appeal.filter(id=made.id).update(late_at=clock.now(), owner_role=made.owner_role)
        change = Change(matter.state, data={"appeal": made.id, "role": made.owner_role})
        await take_step(CLOCK, matter, Step.APPEAL_LATE, change)
        await _tell_desk(made, matter, "matters-told-appeal-late", barred)
    return 1


async def reckon_appeals() -> int:
    """The working calendar changed: work out the due times of open appeals again. Returns how many moved."""
    moved = 0
    calendar = await centres.calendar()
    for made in await Appeal.filter(answered_at=None, late_at=None):
        due = due_in(APPEAL_DAYS, Unit.WORKING, made.at, calendar)
        if due.at != made.due_at:
            async with unit_of_work():
                columns = {"due_at": due.at, "is_due_provisional": due.is_provisional}
                moved += await Appeal.filter(id=made.id, answered_at=None).update(**columns)
    return moved


async def lapse(matter_id: int) -> None:
    """The matter was withdrawn, merged or joined: nobody owes an answer any more. Inside the caller's step."""
    work_of()
    await Appeal.filter(matter_id=matter_id, answered_at=None).update(answered_at=clock.now(), outcome=Outcome.LAPSED)


async def forget_reasons(person_id: int) -> None:
    """Somebody erased their data: their words in answered appeals go."""
    await Appeal.filter(person_id=person_id, answered_at__isnull=False).update(reason="")


plug_eraser(forget_reasons)

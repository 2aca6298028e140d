"""What people do about a dispute. The only writer of its tables; each function claims the row by its version.

ask_for_mediator(actor, kind, other, text, home_path) -> Dispute
take(actor, dispute_id, version)          name_party(actor, dispute_id, who, version)
consent(actor, dispute_id, version, yes)  call_meeting(actor, dispute_id, starts_at, venue, version)
give_account(...)  write_agreement(...)  sign(...)  dissuade(...)  fail(...)  withdraw(...)
Neighbours without an account: service_paper.
"""

import secrets
from datetime import date, datetime

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from linyue.base import clock, ratelimit
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.base.workdays import local_day
from linyue.centres import service as centres
from linyue.councils import service as councils
from linyue.councils.rules import MatterKind
from linyue.councils.service_rules import rules_now
from linyue.mediation.model import Dispute, DisputeAgreement, DisputeEntry, DisputeParty, PaperParty
from linyue.mediation.rules import (
    DISSUADE_EACH,
    FINAL,
    Capacity,
    DisputeKind,
    DisputeState,
    Doer,
    MediationRefusal,
    PartyFacts,
    Side,
    Step,
    is_settled,
    refuse_account,
    refuse_agreement,
    refuse_day,
    refuse_meeting,
    refuse_signature,
    refuse_step,
    refuse_text,
    settle_due,
    state_after_consent,
    take_due,
)
from linyue.people.model import Person
from linyue.people.service import claim_person, find_by_phone, homes_of
from linyue.people.service_own import plug_eraser
from linyue.people.service_roles import holders_of
from linyue.places import service as places
from linyue.places.model import Place

LIMIT = "10/hour"
NAME_LIMIT = "20/day"
"""Numbers a mediator may try in a day: a lookup of accounts by telephone must not become a directory."""
DISSUADE_LIMIT = "20/day"
"""Records of dissuasion somebody may try to add in a day: most who may read nothing of the dispute."""


COUNCIL = (Role.STANDING_MEMBER, Role.X_MEMBER)
DISSUADERS = (Role.GRID_WORKER, Role.PROPERTY_FIRM, Role.OWNERS_COMMITTEE)
CAPACITIES = (
    (Role.SOCIAL_WORKER, Capacity.WORKER),
    (Role.GRID_WORKER, Capacity.GRID),
    (Role.PROPERTY_FIRM, Capacity.PROPERTY),
    (Role.OWNERS_COMMITTEE, Capacity.OWNERS),
)
"""As what somebody with several roles dissuades: the first of these; else as a member of the council."""


async def ask_for_mediator(actor: Actor, kind: DisputeKind, other: str, text: str, home_path: str) -> Dispute:
    """A resident asks for a neighbour to mediate. Whoever leads neighbours' relations and the desk are told.

    The same words sent again before anybody took it on are the dispute that is there. Raises Refused.
    """
    assert actor.person_id is not None
    await ratelimit.check(LIMIT, "dispute", str(actor.person_id), reason=MediationRefusal.TOO_FAST)
    stop(refuse_text(text))
    if not other.strip():
        raise Refused(MediationRefusal.NO_OTHER, field="other")
    if home_path not in actor.homes:
        raise Refused(MediationRefusal.NO_HOME, field="home")
    async with unit_of_work() as work:
        await claim_person(actor.person_id)
        place = await _compound(home_path)
        earlier = await _asked_before(actor.person_id, place, kind, other, text)
        if earlier is not None:
            return earlier
        running = DisputeParty.filter(person_id=actor.person_id, side=Side.OPENER).exclude(dispute__state__in=FINAL)
        laid_down = await rules_now()
        if await running.count() >= laid_down.open_disputes:
            raise Refused(MediationRefusal.TOO_MANY, most=laid_down.open_disputes)
        now = clock.now()
        row = await Dispute.create(
            public_id=secrets.token_urlsafe(12),
            place_id=place.id,
            kind=kind,
            other=other.strip()[:80],
            filed_at=now,
            due_at=take_due(now, laid_down.take_days, await centres.calendar()),
            is_sample=place.is_sample,
        )
        await DisputeParty.create(
            dispute_id=row.id, person_id=actor.person_id, side=Side.OPENER, has_consented=True, consent_at=now
        )
        await note(work, actor, row, Step.FILE, text.strip())
        await tell(await _candidates(place), "mediation-told-filed", link="/desk/disputes", number=row.number)
    return row


async def _asked_before(person_id: int, place: Place, kind: DisputeKind, other: str, text: str) -> Dispute | None:
    words = DisputeEntry.filter(author_id=person_id, kind=Step.FILE.value, text=text.strip())
    same = words.filter(dispute__place_id=place.id, dispute__state=DisputeState.FILED, dispute__kind=kind)
    found = await same.filter(dispute__other=other.strip()[:80]).order_by("id").first().select_related("dispute")
    return found.dispute if found is not None else None


async def take(actor: Actor, dispute_id: int, version: int) -> None:
    """A member of the council, or the community's worker, becomes the mediator; the month begins."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.TAKE)
        opener = await DisputeParty.get(dispute_id=row.id, side=Side.OPENER)
        if opener.person_id == actor.person_id:
            raise Refused(MediationRefusal.IS_PARTY)
        homes = await _homes_of(opener.person_id)
        if homes & set(actor.homes):
            raise Refused(MediationRefusal.SAME_HOME)
        due_at = settle_due(clock.now(), (await rules_now()).settle_days, await centres.calendar())
        await Dispute.filter(id=row.id).update(
            state=DisputeState.CONSENT, mediator_id=actor.person_id, due_at=due_at, overdue_at=None
        )
        await note(work, actor, row, Step.TAKE)
        await tell_parties(actor, row, "mediation-told-taken")


async def name_party(actor: Actor, dispute_id: int, who: str, version: int) -> None:
    """The mediator names the other side's account, by telephone number or account number; they are asked to consent."""
    assert actor.person_id is not None
    await ratelimit.check(NAME_LIMIT, "dispute-name", str(actor.person_id), reason=MediationRefusal.TOO_FAST)
    try:
        async with unit_of_work() as work:
            row = await claim(actor, dispute_id, version, Step.NAME)
            person = await find_by_phone(who) or await Person.get_or_none(public_id=who.strip()[:40])
            if person is None or not person.is_active:
                raise Refused(MediationRefusal.NO_PERSON, field="who")
            if person.id == row.mediator_id:
                raise Refused(MediationRefusal.IS_PARTY, field="who")
            await DisputeParty.create(dispute_id=row.id, person_id=person.id, side=Side.OTHER)
            await note(work, actor, row, Step.NAME)
            await tell([person.id], "mediation-told-named", link=link_of(row), is_urgent=True, number=row.number)
    except IntegrityError as error:
        raise Refused(MediationRefusal.NAMED_ALREADY, field="who") from error


async def consent(actor: Actor, dispute_id: int, version: int, *, yes: bool) -> DisputeState:
    """A party says whether they take part; a refusal, also later on, ends the mediation. Returns the state after it."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.AGREE if yes else Step.DECLINE)
        mine = DisputeParty.filter(dispute_id=row.id, person_id=actor.person_id)
        if yes and not await mine.filter(has_consented__isnull=True).exists():
            raise Refused(MediationRefusal.SAID_ALREADY)
        await mine.update(has_consented=yes, consent_at=clock.now())
        after = state_after_consent(await facts_of(row))
        await go(row, after)
        await note(work, actor, row, Step.AGREE if yes else Step.DECLINE)
        await tell_all(actor, row, "mediation-told-consented" if yes else "mediation-told-declined")
    return after


async def give_account(actor: Actor, dispute_id: int, side: Side, text: str, version: int) -> None:
    """A party says how their side sees it, or the mediator writes down what a side said; both sides read it."""
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.HEAR)
        mine = await DisputeParty.get_or_none(dispute_id=row.id, person_id=actor.person_id or 0)
        stop(refuse_account(await facts_of(row), mine.side if mine else None, side, text))
        await note(work, actor, row, Step.HEAR, text.strip(), side=side)
        await tell_all(actor, row, "mediation-told-heard")


async def call_meeting(actor: Actor, dispute_id: int, starts_at: datetime, venue: str, version: int) -> None:
    """The mediator says when and where they meet; only after both sides have consented and have been heard."""
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.CALL)
        stop(refuse_meeting(await facts_of(row), await heard_in(row), starts_at, venue, clock.now()))
        await Dispute.filter(id=row.id).update(meets_at=starts_at, venue=venue.strip())
        await note(work, actor, row, Step.CALL, venue.strip())
        await tell_parties(actor, row, "mediation-told-called")


async def write_agreement(actor: Actor, dispute_id: int, text: str, version: int) -> None:
    """The mediator writes down what was agreed; a new text takes the old one's place and wants signing anew."""
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.WRITE)
        stop(refuse_agreement(await facts_of(row), row.meets_at, text, clock.now()))
        number = row.agreement_version + 1
        await DisputeAgreement.create(dispute_id=row.id, number=number, text=text.strip(), written_at=clock.now())
        await Dispute.filter(id=row.id).update(agreement_version=number)
        await note(work, actor, row, Step.WRITE)
        await tell_parties(actor, row, "mediation-told-written")


async def sign(actor: Actor, dispute_id: int, agreement: int, version: int) -> DisputeState:
    """A party signs the newest text; the last signature settles the dispute. Returns the state after it."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.SIGN)
        mine = await DisputeParty.get(dispute_id=row.id, person_id=actor.person_id)
        refusal = refuse_signature(mine.facts(), agreement, row.agreement_version)
        if refusal is not None:
            raise Refused(refusal)
        await DisputeParty.filter(id=mine.id).update(signed_version=agreement, signed_at=clock.now())
        await note(work, actor, row, Step.SIGN)
        return await settle_if_signed(work, actor, row)


async def settle_if_signed(work: UnitOfWork, actor: Actor, row: Dispute) -> DisputeState:
    """After a signature: the last one settles the dispute. Returns the state after it."""
    if not is_settled(await facts_of(row), row.agreement_version):
        await tell_all(actor, row, "mediation-told-signed")
        return row.state
    await go(row, DisputeState.SETTLED)
    await note(work, actor, row, Step.SETTLE)
    await tell_all(actor, row, "mediation-told-settled")
    return row.state


async def dissuade(actor: Actor, dispute_id: int, day: date, side: Side, text: str, version: int) -> None:
    """Write down that somebody was dissuaded that day: by whom and as what, whom, how. It is never changed.

    The dispute keeps its version, so that no party's open form is refused for it; the same record sent again is the
    one that is there. Raises Refused, NotFound.
    """
    await ratelimit.check(DISSUADE_LIMIT, "dispute-dissuade", str(actor.person_id), reason=MediationRefusal.TOO_FAST)
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.DISSUADE, keeps_version=True)
        stop(refuse_text(text))
        refusal = refuse_day(day, local_day(clock.now()))
        if refusal is not None:
            raise Refused(refusal, field="day")
        if await lives_with_party(actor, row):
            raise Refused(MediationRefusal.LIVES_WITH_PARTY)
        own = DisputeEntry.filter(dispute_id=row.id, author_id=actor.person_id, kind=Step.DISSUADE.value)
        if await own.filter(happened_on=day, side=side.value, text=text.strip()).exists():
            return
        if await own.count() >= DISSUADE_EACH:
            raise Refused(MediationRefusal.DISSUADED_OFTEN)
        capacity = capacity_of(actor, row)
        await note(work, actor, row, Step.DISSUADE, text.strip(), day=day, side=side, capacity=capacity)
        await tell_all(actor, row, "mediation-told-dissuaded", is_urgent=False)


async def fail(actor: Actor, dispute_id: int, text: str, version: int) -> None:
    """The mediator ends what leads nowhere, and says which ways are open now."""
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.FAIL)
        stop(refuse_text(text))
        await go(row, DisputeState.FAILED)
        await note(work, actor, row, Step.FAIL, text.strip())
        await tell_parties(actor, row, "mediation-told-failed")


async def withdraw(actor: Actor, dispute_id: int, version: int) -> None:
    """Whoever asked for it takes it back."""
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.WITHDRAW)
        await go(row, DisputeState.WITHDRAWN)
        await note(work, actor, row, Step.WITHDRAW)
        await tell_all(actor, row, "mediation-told-withdrawn")


async def sweep(now: datetime) -> int:
    """Tell mediator, desk and supervisor of what is late, once; the number only, never what it is about."""
    late = await Dispute.filter(due_at__lt=now, overdue_at__isnull=True).limit(50).select_related("place")
    for row in late:
        async with unit_of_work() as work:
            if not await Dispute.filter(id=row.id, overdue_at__isnull=True).update(overdue_at=now):
                continue
            told = {*await holders_of(Role.SOCIAL_WORKER, row.place.path)}
            told |= {row.mediator_id} if row.mediator_id is not None else set()
            await note(work, Actor(name="clock"), row, Step.LATE)
            await tell(told, "mediation-told-late", link="/desk/disputes", number=row.number)
            above = await holders_of(Role.SUPERVISOR, row.place.path)
            await tell(above, "mediation-told-late", link="/board", number=row.number)
    return len(late)


def doers_of(actor: Actor, row: Dispute, party: DisputeParty | None) -> frozenset[Doer]:
    """What the actor is to a dispute. `row.place` is loaded; `party` is their own row, if they have one."""
    found: set[Doer] = set()
    path = row.place.path
    if actor.person_id is None:
        return frozenset()
    if party is not None:
        return frozenset({Doer.PARTY, Doer.OPENER} if party.side is Side.OPENER else {Doer.PARTY})
    if row.mediator_id == actor.person_id:
        found.add(Doer.MEDIATOR)
    if any(g.role is Role.SOCIAL_WORKER and path.startswith(g.place_path) for g in actor.grants):
        found.add(Doer.DESK)
    if any(g.role in COUNCIL and path.startswith(g.place_path) for g in actor.grants):
        found.add(Doer.CANDIDATE)
    if any(g.role in DISSUADERS and path.startswith(g.place_path) for g in actor.grants):
        found.add(Doer.DISSUADER)
    return frozenset(found)


def capacity_of(actor: Actor, row: Dispute) -> Capacity:
    """As what somebody dissuades at a dispute. `row.place` is loaded; the actor has been let in by the table."""
    if row.mediator_id == actor.person_id:
        return Capacity.MEDIATOR
    held = {grant.role for grant in actor.grants if row.place.path.startswith(grant.place_path)}
    return next((capacity for role, capacity in CAPACITIES if role in held), Capacity.COUNCIL)


def link_of(row: Dispute) -> str:
    """The dispute's own page."""
    return f"/disputes/{row.public_id}"


def stop(refusal: tuple[MediationRefusal, str] | None) -> None:
    """Raise the refusal at its field, if there is one."""
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1] or None)


async def claim(actor: Actor, dispute_id: int, version: int, step: Step, *, keeps_version: bool = False) -> Dispute:
    """Take the row for one step, if nobody changed it since `version`. Raises Refused, NotFound.

    A step that `keeps_version` still waits for its turn at the row, but leaves forms that are open elsewhere valid.
    """
    more = 0 if keeps_version else 1
    if not await Dispute.filter(id=dispute_id, version=version).update(version=F("version") + more):
        known = await Dispute.exists(id=dispute_id)
        raise Refused(MediationRefusal.CHANGED_MEANWHILE) if known else NotFound
    row = await Dispute.get(id=dispute_id).select_related("place")
    party = await DisputeParty.get_or_none(dispute_id=row.id, person_id=actor.person_id or 0)
    refusal = refuse_step(row.state, step, doers_of(actor, row, party))
    if refusal is not None:
        raise Refused(refusal)
    return row


async def facts_of(row: Dispute) -> list[PartyFacts]:
    """Every party of a dispute as the rules see it, those on paper too."""
    own = [party.facts() for party in await DisputeParty.filter(dispute_id=row.id)]
    return own + [party.facts() for party in await PaperParty.filter(dispute_id=row.id)]


async def heard_in(row: Dispute) -> frozenset[Side]:
    """The sides that have said how they see it, in words still there; the opener did when they asked for a mediator."""
    words = DisputeEntry.filter(dispute_id=row.id).exclude(text="")
    said = {Side(str(side)) for side in await words.filter(kind=Step.HEAR.value).values_list("side", flat=True)}
    return frozenset(said | {Side.OPENER} if await words.filter(kind=Step.FILE.value).exists() else said)


async def go(row: Dispute, after: DisputeState) -> None:
    """Put a dispute into a state; an end needs no due time."""
    columns: dict[str, object] = {"state": after}
    if after in FINAL:
        columns |= {"due_at": None, "ended_at": clock.now()}
    await Dispute.filter(id=row.id).update(**columns)
    row.state = after


async def note(
    work: UnitOfWork,
    actor: Actor,
    row: Dispute,
    step: Step,
    text: str = "",
    *,
    day: date | None = None,
    side: Side | None = None,
    capacity: Capacity | None = None,
) -> None:
    """Write what happened among the dispute's entries and, without its words, into the audit trail."""
    await DisputeEntry.create(
        dispute_id=row.id,
        kind=step.value,
        author_id=actor.person_id,
        at=clock.now(),
        happened_on=day,
        side=side.value if side else "",
        capacity=capacity.value if capacity else "",
        text=text,
    )
    await work.audit(actor, f"mediation.{step.value}", f"dispute:{row.id}")


async def tell_parties(actor: Actor, row: Dispute, key: str, *, is_urgent: bool = True) -> None:
    """Tell every party with an account but the actor, by number only."""
    people = await DisputeParty.filter(dispute_id=row.id).values_list("person_id", flat=True)
    others = {int(str(one)) for one in people} - {actor.person_id or 0}
    await tell(others, key, link=link_of(row), is_urgent=is_urgent, number=row.number)


async def tell_all(actor: Actor, row: Dispute, key: str, *, is_urgent: bool = True) -> None:
    """Tell the parties, by text message too where it is urgent, and the mediator."""
    await tell_parties(actor, row, key, is_urgent=is_urgent)
    if row.mediator_id is not None and row.mediator_id != actor.person_id:
        await tell([row.mediator_id], key, link=link_of(row), number=row.number)


async def _candidates(place: Place) -> set[int]:
    """Who is told first: the member who leads neighbours' relations, and the community's desk."""
    found = set(await holders_of(Role.SOCIAL_WORKER, place.path))
    council = await councils.council_of(place)
    choice = await councils.member_for_kind(council.id, MatterKind.RELATIONS) if council is not None else None
    return found | ({choice.person_id} if choice is not None else set())


async def _compound(home_path: str) -> Place:
    ids = [int(part) for part in home_path.strip("/").split("/") if part]
    unit = await Place.get_or_none(id=ids[-1]) if ids else None
    if unit is None:
        raise Refused(MediationRefusal.NO_HOME, field="home")
    return await places.compound_of(unit) or await places.community_of(unit) or unit


async def _homes_of(person_id: int) -> set[str]:
    return {home.unit_path for home in await homes_of(person_id)}


async def lives_with_party(actor: Actor, row: Dispute) -> bool:
    """Whether the actor shares a home with a party: they enter nothing for anybody in this dispute."""
    for party in await DisputeParty.filter(dispute_id=row.id):
        if await _homes_of(party.person_id) & set(actor.homes):
            return True
    return False


FOR_OTHERS = (Step.ENTER_CONSENT, Step.ENTER_SIGNATURE, Step.DECLINE, Step.HEAR, Step.FORGET_ON_PAPER)
"""Steps whose words, from somebody who is no party, are what others said or asked: not the writer's to take along."""


async def forget_person(person_id: int) -> None:
    """What somebody wrote goes with them, and what was written down for their side once nobody of it is left.

    Records of dissuasion and agreements stay, for the other side needs them; so does what a mediator or the desk wrote
    down of what others said (`FOR_OTHERS`).
    """
    parties = await DisputeParty.filter(person_id=person_id)
    of_own = [party.dispute_id for party in parties]
    written = DisputeEntry.filter(author_id=person_id).exclude(kind=Step.DISSUADE.value)
    await written.filter(dispute_id__in=of_own).update(text="")
    await written.exclude(kind__in=[step.value for step in FOR_OTHERS]).update(text="")
    for party in parties:
        await forget_side(party.dispute_id, party.side, but=person_id)


async def forget_side(dispute_id: int, side: Side, *, but: int | None = None) -> None:
    """Once nobody of a side is left to be known: how it saw the matter goes, and what the opener called the other side.

    `but` is a person who is leaving just now. Whoever is suspended is still there.
    """
    accounts = DisputeParty.filter(dispute_id=dispute_id, side=side, person__erased_at__isnull=True)
    if (
        await accounts.exclude(person_id=but or 0).exists()
        or await PaperParty.filter(dispute_id=dispute_id, side=side).exclude(name="").exists()
    ):
        return
    await DisputeEntry.filter(dispute_id=dispute_id, side=side.value, kind=Step.HEAR.value).update(text="")
    await Dispute.filter(id=dispute_id).update(other="—")


plug_eraser(forget_person)

"""Putting a neighbour forward for a vacant seat: they are asked, and stand only once they have said yes themselves.

nominate(actor, procedure, name, words) -> Nomination    decline(actor, procedure)    accepting is standing
"""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.councils import service as councils
from linyue.councils.service_rules import rules_now
from linyue.meetings.service_roll import is_on_roll, on_roll_of
from linyue.people.model import Person
from linyue.people.rules_bodies import Body
from linyue.people.service import names_of
from linyue.places.model import Place
from linyue.procedures import service
from linyue.procedures.model import Procedure
from linyue.procedures.model_by_election import Candidate, Nomination
from linyue.procedures.rules_by_election import (
    ByElectionRefusal,
    NominationState,
    pick_neighbour,
    refuse_nomination,
)
from linyue.procedures.rules_rights import Act, refuse_act
from linyue.procedures.service_by_election import of_procedure


async def _called(name: str, place: Place) -> list[int]:
    """Everybody with a voice at the place who goes by this chosen name."""
    rows = await Person.filter(display_name=name.strip(), is_active=True)
    return sorted(await on_roll_of([one.id for one in rows], place, Body.RESIDENTS))


async def nominate(actor: Actor, procedure: Procedure, name: str, words: str) -> Nomination:
    """A neighbour puts another forward, by the name neighbours know. Whoever it is is asked, and decides alone."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        procedure = await service.claim(procedure.id)
        election = await of_procedure(procedure)
        if election is None:
            raise NotFound()
        place: Place = election.council.place
        service.stop(refuse_act(Act.NOMINATE, await service.phase_now(procedure)))
        step = await service.step_now(procedure.id)
        is_here = await is_on_roll(actor.person_id, place)
        found = await _called(name, place) if is_here else []
        if is_here:  # who does not live here is not told who does
            service.stop(pick_neighbour(found, actor.person_id), field="name")
        meant = found[0] if found else 0
        mine = Nomination.filter(by_election_id=election.id)
        most = (await rules_now()).nominations
        refusal = refuse_nomination(
            procedure.state,
            step.stage if step else "",
            words,
            nominator_on_roll=is_here,
            is_member=await councils.is_member(election.council_id, meant),
            stands=await Candidate.exists(by_election_id=election.id, person_id=meant, withdrawn_at=None),
            is_asked=await mine.filter(person_id=meant, state=NominationState.ASKED).exists(),
            made=await mine.filter(nominated_by_id=actor.person_id).count(),
            most=most,
        )
        about_words = refusal is ByElectionRefusal.NO_WORDS
        service.stop(refusal, field="why" if about_words else "name", most=most)
        made = await Nomination.create(
            by_election_id=election.id,
            person_id=meant,
            nominated_by_id=actor.person_id,
            words=words.strip(),
            nominated_at=clock.now(),
        )
        who = (await names_of([actor.person_id]))[actor.person_id]
        link = f"/council/{place.code}/seats/{election.number}"
        await tell([meant], "procedures-told-nominated", link=link, n=election.number, who=who)
        await work.audit(actor, "council.by_election.nominate", f"election:{election.id}", nomination=made.id)
    return made


async def decline(actor: Actor, procedure: Procedure) -> None:
    """Whoever was put forward does not want to; whoever asked is told."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        await service.claim(procedure.id)
        election = await of_procedure(procedure)
        asked = await asked_of(election.id, actor.person_id) if election is not None else None
        if election is None or asked is None:
            service.stop(ByElectionRefusal.NOT_ASKED)
            return
        await Nomination.filter(id=asked.id).update(state=NominationState.DECLINED, answered_at=clock.now())
        who = (await names_of([actor.person_id]))[actor.person_id]
        link = f"/council/{election.council.place.code}/seats/{election.number}"
        told = [asked.nominated_by_id]
        await tell(told, "procedures-told-nomination-declined", link=link, n=election.number, who=who)
        await work.audit(actor, "council.by_election.decline", f"election:{election.id}", nomination=asked.id)


async def asked_of(by_election_id: int, person_id: int | None) -> Nomination | None:
    """The nomination that waits for this person's answer."""
    mine = Nomination.filter(by_election_id=by_election_id, person_id=person_id, state=NominationState.ASKED)
    return await mine.first().select_related("nominated_by")


async def made_by(by_election_id: int, person_id: int | None) -> list[Nomination]:
    """Whom this person has put forward, and what became of it: for their eyes alone."""
    if person_id is None:
        return []
    mine = Nomination.filter(by_election_id=by_election_id, nominated_by_id=person_id).order_by("id")
    return await mine.select_related("person")


async def nominators_of(by_election_id: int) -> dict[int, str]:
    """Person id of each candidate who was put forward -> the chosen name of whoever did."""
    rows = Nomination.filter(by_election_id=by_election_id, state=NominationState.ACCEPTED).order_by("id")
    return {one.person_id: one.nominated_by.display_name for one in await rows.select_related("nominated_by")}

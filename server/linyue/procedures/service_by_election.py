"""By-elections: opening one for a vacant seat, standing, and the seat that the result fills.

The procedure itself runs by its template like any other; when it has come to its end, the elected candidate is seated.
"""

from collections.abc import Mapping
from datetime import timedelta

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.base.workdays import day_end, local_day
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.rules import CouncilRefusal, MatterKind
from linyue.councils.service_rules import rules_now
from linyue.meetings.model import Meeting
from linyue.meetings.service_roll import is_on_roll
from linyue.people.service_own import plug_eraser
from linyue.procedures import service
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.procedures.model_by_election import ByElection, Candidate, Nomination
from linyue.procedures.rules import ProcedureState
from linyue.procedures.rules_by_election import (
    MOST_CANDIDATES,
    TEMPLATE,
    NominationState,
    ballot_names,
    elected,
    refuse_candidate,
    refuse_opening,
)
from linyue.procedures.rules_rights import Act, refuse_act
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.service_proxy import plug_candidates
from linyue.rounds.service_given import Given, plug_given

CANDIDATES = "candidates"
"""The paper of the template that lists who stands."""


async def running_for(council_id: int, number: int) -> ByElection | None:
    """The by-election under way for a seat."""
    found = ByElection.filter(council_id=council_id, number=number, procedure__state=ProcedureState.RUNNING)
    return await found.order_by("-id").first().select_related("procedure")


async def running_around(path: str) -> list[ByElection]:
    """By-elections under way at the councils of a place and of those around it, the oldest first."""
    ids = [int(part) for part in path.strip("/").split("/") if part]
    found = ByElection.filter(council__place_id__in=ids, procedure__state=ProcedureState.RUNNING)
    return await found.order_by("id").select_related("council__place", "procedure")


async def open_by_election(actor: Actor, council: Council, number: int) -> ByElection:
    """The council opens a by-election for a vacant seat. `council.place` must be loaded."""
    async with unit_of_work() as work:
        await councils.claim(council.id)
        roster = await councils.roster_of(council.place.code)
        held = {seat for seat, _, term in roster.seats if term is not None}
        running = await running_for(council.id, number) is not None
        service.stop(refuse_opening(number, roster.rules.seats, number in held, running))
        kind = next(kind for seat, kind, _ in roster.seats if seat == number)
        procedure = await service.begin(
            actor,
            place_id=council.place_id,
            template=TEMPLATE,
            title=f"{council.name_zh}：补选{number}号席"[:80],
            title_en=f"{council.name_en}: by-election to seat {number}"[:160] if council.name_en else "",
        )
        made = await ByElection.create(
            procedure_id=procedure.id, council_id=council.id, number=number, kind=MatterKind(kind)
        )
        await work.audit(actor, "council.by_election.open", f"council:{council.id}", number=number, election=made.id)
    made.procedure = procedure
    return made


async def of_procedure(procedure: Procedure) -> ByElection | None:
    """The by-election a procedure is; None for any other."""
    return await ByElection.get_or_none(procedure_id=procedure.id).select_related("council__place")


async def candidates_of(by_election_id: int) -> list[Candidate]:
    """Who stands, in the order they put themselves forward."""
    standing = Candidate.filter(by_election_id=by_election_id, withdrawn_at=None)
    return await standing.order_by("id").select_related("person")


async def list_of(procedure: Procedure) -> str:
    """The list of candidates as its paper begins: everybody who stands now, with their words. Empty elsewhere."""
    election = await ByElection.get_or_none(procedure_id=procedure.id)
    if election is None:
        return ""
    names = await names_on_ballot(election.id)
    standing = await candidates_of(election.id)
    return "\n".join(f"{names[one.person_id]}：{one.words}" for one in standing)


async def stand(actor: Actor, procedure: Procedure, words: str) -> Candidate:
    """A neighbour puts themselves forward for the seat."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        procedure = await service.claim(procedure.id)
        election = await of_procedure(procedure)
        if election is None:
            raise NotFound()
        service.stop(refuse_act(Act.STAND, await service.phase_now(procedure)))
        step = await service.step_now(procedure.id)
        stands = await Candidate.exists(by_election_id=election.id, person_id=actor.person_id, withdrawn_at=None)
        refusal = refuse_candidate(
            procedure.state,
            step.stage if step else "",
            words,
            await is_on_roll(actor.person_id, election.council.place),
            await councils.is_member(election.council_id, actor.person_id),
            stands,
            await Candidate.filter(by_election_id=election.id, withdrawn_at=None).count(),
        )
        service.stop(refusal, field="words", most=MOST_CANDIDATES)
        made = await Candidate.create(
            by_election_id=election.id, person_id=actor.person_id, words=words.strip(), stood_at=clock.now()
        )
        asked = Nomination.filter(by_election_id=election.id, person_id=actor.person_id, state=NominationState.ASKED)
        await asked.update(state=NominationState.ACCEPTED, answered_at=clock.now())
        await work.audit(actor, "council.by_election.stand", f"election:{election.id}", candidate=made.id)
    return made


async def stand_down(actor: Actor, procedure: Procedure) -> None:
    """Somebody does not stand any more, whatever step it has come to."""
    async with unit_of_work() as work:
        await service.claim(procedure.id)
        mine = Candidate.filter(by_election__procedure_id=procedure.id, person_id=actor.person_id, withdrawn_at=None)
        await mine.update(withdrawn_at=clock.now())
        await work.audit(actor, "council.by_election.stand_down", f"procedure:{procedure.id}")


async def names_on_ballot(by_election_id: int) -> dict[int, str]:
    """Person id -> name on the ballot of everybody who stands, in their order."""
    return ballot_names([(one.person_id, one.person.display_name) for one in await candidates_of(by_election_id)])


async def given_for(meeting: Meeting) -> Given | None:
    """What the sitting of a by-election votes on: its candidates, each of whom stands by their own word."""
    step = await ProcedureStep.get_or_none(meeting_id=meeting.id)
    election = await ByElection.get_or_none(procedure_id=step.procedure_id) if step is not None else None
    if election is None:
        return None
    names = list((await names_on_ballot(election.id)).values())
    if len(names) == 1:
        return Given(
            f"同意{names[0]}当选{election.number}号席常任理事吗？",
            f"Is {names[0]} elected to seat {election.number}?",
            names,
        )
    return Given(f"{election.number}号席常任理事，您选谁？", f"Whom do you choose for seat {election.number}?", names)


async def standing_in(question: Question) -> set[int]:
    """Who stands in a by-election's vote: none of them votes for somebody else there."""
    step = await ProcedureStep.get_or_none(meeting_id=question.meeting_id)
    election = await ByElection.get_or_none(procedure_id=step.procedure_id) if step is not None else None
    return {one.person_id for one in await candidates_of(election.id)} if election is not None else set()


async def _winner(election: ByElection) -> int | None:
    """Whom the last vote that stands elected."""
    steps = ProcedureStep.filter(procedure_id=election.procedure_id, meeting_id__isnull=False).order_by("-id")
    names = await names_on_ballot(election.id)
    for step in await steps:
        votes = Question.filter(meeting_id=step.meeting_id, state=QuestionState.PUBLISHED).order_by("-id")
        for question in await votes:
            result = question.result or {}
            named: Mapping[str, str] = {one["key"]: one["zh"] for one in question.options if one.get("zh")}
            chosen = [named[key] for key in result.get("chosen", ()) if key in named]
            return elected(names, chosen, result.get("verdict") == "passed")
    return None


async def fill_seat(actor: Actor, procedure: Procedure) -> None:
    """The procedure has come to its end: whoever was elected sits from now on, for the district's longest term.

    Where nobody can be named for sure, or the seat was filled otherwise, it stays as it is and the council is told.
    """
    election = await of_procedure(procedure)
    if election is None or election.seat_id is not None or procedure.state is not ProcedureState.DONE:
        return
    person_id, now = await _winner(election), clock.now()
    council: Council = election.council
    link = f"/procedures/{procedure.number}"
    async with unit_of_work() as work:
        if person_id is not None:
            last = local_day(now + (await rules_now()).longest_term) - timedelta(days=1)
            try:
                seat = await councils.give_seat(
                    actor, council.id, election.number, election.kind, person_id, now, day_end(last)
                )
            except Refused as refused:
                if not isinstance(refused.reason, CouncilRefusal):
                    raise
            else:
                await ByElection.filter(id=election.id).update(seat_id=seat.id)
                await tell([person_id], "procedures-told-elected", link=link, n=election.number)
                await work.audit(actor, "council.by_election.filled", f"council:{council.id}", seat=seat.id)
                return
        held = {seat.person_id for seat in await councils.seats_now(council.id)}
        await tell(held, "procedures-told-not-filled", link=link, n=election.number)
        await work.audit(actor, "council.by_election.unfilled", f"council:{council.id}", election=election.id)


async def _erase(person_id: int) -> None:
    """Who is forgotten stands no more, and their words go."""
    mine = Candidate.filter(person_id=person_id)
    await mine.filter(withdrawn_at=None).update(withdrawn_at=clock.now())
    await mine.update(words="")
    await Nomination.filter(Q(person_id=person_id) | Q(nominated_by_id=person_id)).update(words="")
    asked = Nomination.filter(person_id=person_id, state=NominationState.ASKED)
    await asked.update(state=NominationState.DECLINED, answered_at=clock.now())


plug_eraser(_erase)
plug_given(given_for)
plug_candidates(standing_in)
service.plug_ended(fill_seat)

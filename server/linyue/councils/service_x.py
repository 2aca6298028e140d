"""Open calls, putting oneself forward, admitting and declining X members. The only writer of those."""

from datetime import datetime
from typing import Any

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.councils import service
from linyue.councils.model import Council, Seat, XApplication, XCall, XMember
from linyue.councils.rules_rights import Act, Phase, phase_of_application, phase_of_call, phase_of_person
from linyue.councils.rules_x import (
    WORDS_AT_MOST,
    ApplicationState,
    Way,
    XRefusal,
    refuse_application,
    refuse_call,
    refuse_words,
)
from linyue.councils.service_rights import stop_act
from linyue.councils.service_rules import rules_now
from linyue.people import service as people
from linyue.people.service_own import plug_eraser
from linyue.people.service_roles import holders_of


async def secretaries_of(council: Council) -> list[int]:
    """The council's secretaries: the community's social workers. `council.place` must be loaded."""
    return await holders_of(Role.SOCIAL_WORKER, council.place.path)


async def council_people(council: Council) -> set[int]:
    """Whoever looks after what comes in to a council: its standing members and its secretaries."""
    held = await Seat.held_at(council.id, clock.now())
    return {seat.person_id for seat in held} | set(await secretaries_of(council))


async def open_call(
    actor: Actor, council: Council, *, topic: str, text: str, wanted: int, closes_at: datetime
) -> XCall:
    """A council asks openly for people for a topic; everybody of its place is told.

    The same call sent again while it runs is the one that is there. Raises Refused.
    """
    refusal = refuse_words(topic, text)
    if refusal is not None:
        raise Refused(refusal[0], field={"words": "text"}.get(refusal[1], refusal[1]), n=WORDS_AT_MOST)
    now = clock.now()
    days = (await rules_now()).call_days
    wrong_day = refuse_call(closes_at, now, days)
    if wrong_day is not None:
        raise Refused(wrong_day, field="closes", days=days)
    assert actor.person_id is not None
    async with unit_of_work() as work:
        await service.claim(council.id)
        words: dict[str, Any] = {"topic": topic.strip(), "text": text.strip(), "wanted": wanted, "closes_at": closes_at}
        earlier = await XCall.filter(council_id=council.id, closes_at__gt=now, **words).order_by("id").first()
        if earlier is not None:
            return earlier
        call = await XCall.create(
            council_id=council.id,
            opened_by_id=actor.person_id,
            opened_at=now,
            **words,
        )
        told = {one.person_id for one in await people.roll_of(council.place)} - {actor.person_id}
        await tell(told, "councils-told-call", link=f"/council/{council.place.code}/join", topic=call.topic)
        await work.audit(actor, "council.call.open", f"council:{council.id}", call=call.id)
    return call


async def close_call(actor: Actor, council: Council, call_id: int) -> None:
    """End a call before its day; who has put themselves forward still gets an answer."""
    now = clock.now()
    async with unit_of_work() as work:
        call = XCall.filter(id=call_id, council_id=council.id)
        known = await call.first()
        stop_act(Act.CLOSE_CALL, phase_of_call(known.closes_at, now) if known is not None else Phase.CLOSED)
        if not await call.filter(closes_at__gt=now).update(closes_at=now):
            raise Refused(XRefusal.CALL_OVER)
        await work.audit(actor, "council.call.close", f"council:{council.id}", call=call_id)


async def put_forward(
    actor: Actor, council: Council, *, way: Way, topic: str, words: str, call_id: int | None = None
) -> XApplication:
    """Somebody puts themselves forward for the X of a council; its members and secretaries are told."""
    assert actor.person_id is not None
    now = clock.now()
    async with unit_of_work() as work:
        call = await XCall.get_or_none(id=call_id, council_id=council.id) if call_id else None
        if call_id and call is None:
            raise Refused(XRefusal.NO_CALL, field="call")
        runs = call.closes_at > now if call is not None else None
        refused = refuse_application(way, await people.is_on_roll(actor, council.place.path), runs)
        if refused is not None:
            raise Refused(refused, field="call" if refused in (XRefusal.NO_CALL, XRefusal.CALL_OVER) else "way")
        topic = call.topic if call is not None else topic
        refusal = refuse_words(topic, words)
        if refusal is not None:
            raise Refused(refusal[0], field=refusal[1], n=WORDS_AT_MOST)
        await service.claim(council.id)
        await _stop_forward(actor.person_id, council.id)
        sent = await XApplication.create(
            council_id=council.id,
            call_id=call.id if call else None,
            person_id=actor.person_id,
            way=way,
            topic=topic.strip(),
            words=words.strip(),
            sent_at=now,
        )
        told = await council_people(council) - {actor.person_id}
        await tell(told, "councils-told-application", link=f"/council/{council.place.code}/desk", topic=sent.topic)
        await work.audit(actor, "council.x.apply", f"council:{council.id}", application=sent.id, way=way.value)
    return sent


async def _stop_forward(person_id: int, council_id: int) -> None:
    sent = await XApplication.filter(council_id=council_id, person_id=person_id).values_list("state", flat=True)
    is_member = await service.is_member(council_id, person_id)
    states = [ApplicationState(str(one)) for one in sent]
    stop_act(Act.PUT_FORWARD, phase_of_person(states, is_member=is_member))


async def withdraw(actor: Actor, council: Council, application_id: int) -> None:
    """Take one's own application back while it waits."""
    async with unit_of_work() as work:
        mine = XApplication.filter(id=application_id, council_id=council.id, person_id=actor.person_id)
        known = await mine.first()
        stop_act(Act.WITHDRAW, phase_of_application(known.state) if known is not None else Phase.ANSWERED)
        if not await mine.filter(state=ApplicationState.WAITING).update(
            state=ApplicationState.WITHDRAWN, decided_at=clock.now()
        ):
            raise Refused(XRefusal.ANSWERED_ALREADY)
        await work.audit(actor, "council.x.withdraw", f"council:{council.id}", application=application_id)


async def admit(
    actor: Actor, council: Council, application_id: int, ends_at: datetime, answer: str = "", matter: str = ""
) -> XMember:
    """The council takes somebody in from now until a day, a year away at most; nobody decides about themselves.

    `matter`: number of the one matter they decide; empty: whatever the council decides.
    """
    async with unit_of_work() as work:
        sent = await _answered(actor, council, application_id, ApplicationState.ADMITTED, answer)
        member = await service.invite_x_member(
            actor, council.id, sent.person_id, sent.topic, clock.now(), ends_at, sent.way, matter
        )
        await XApplication.filter(id=sent.id).update(member_id=member.id)
        await tell([sent.person_id], "councils-told-admitted", link=_link(council), topic=sent.topic)
        await work.audit(actor, "council.x.admit", f"council:{council.id}", application=sent.id, x=member.id)
    return member


async def decline(actor: Actor, council: Council, application_id: int, answer: str) -> None:
    """The council says no, with words for the one who asked."""
    if not answer.strip() or len(answer) > WORDS_AT_MOST:
        raise Refused(XRefusal.NO_ANSWER, field="answer", n=WORDS_AT_MOST)
    async with unit_of_work() as work:
        sent = await _answered(actor, council, application_id, ApplicationState.DECLINED, answer)
        await tell([sent.person_id], "councils-told-declined", link=f"{_link(council)}/join", topic=sent.topic)
        await work.audit(actor, "council.x.decline", f"council:{council.id}", application=sent.id)


def _link(council: Council) -> str:
    return f"/council/{council.place.code}"


async def _answered(
    actor: Actor, council: Council, application_id: int, state: ApplicationState, answer: str
) -> XApplication:
    sent = await XApplication.get_or_none(id=application_id, council_id=council.id)
    if sent is None:
        raise NotFound
    if sent.person_id == actor.person_id:
        raise Refused(XRefusal.OWN_APPLICATION)
    stop_act(Act.DECIDE, phase_of_application(sent.state))
    waiting = XApplication.filter(id=sent.id, state=ApplicationState.WAITING)
    if not await waiting.update(
        state=state, answer=answer.strip()[:WORDS_AT_MOST], decided_by_id=actor.person_id, decided_at=clock.now()
    ):
        raise Refused(XRefusal.ANSWERED_ALREADY)
    return sent


async def waiting_for(council_id: int) -> list[XApplication]:
    """Applications without an answer, oldest first."""
    found = XApplication.filter(council_id=council_id, state=ApplicationState.WAITING)
    return await found.order_by("id").select_related("person", "call")


async def own_applications(person_id: int, council_id: int) -> list[XApplication]:
    """What somebody sent to a council, newest first."""
    return await XApplication.filter(council_id=council_id, person_id=person_id).order_by("-id").limit(20)


async def _erase(person_id: int) -> None:
    """Words of somebody who is forgotten; what waits is withdrawn."""
    mine = XApplication.filter(person_id=person_id)
    await mine.filter(state=ApplicationState.WAITING).update(state=ApplicationState.WITHDRAWN, decided_at=clock.now())
    await mine.update(words="", answer="")


plug_eraser(_erase)

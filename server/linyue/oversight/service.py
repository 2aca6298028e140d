"""What is posted, corrected and rated. The only writer of notices.

post_notice(actor, place_id, kind, title, text, days=, matter_number=) -> Notice
correct_notice(actor, notice_id, text, reason, version)     the old words stay; the period begins anew
rate_notice(actor, notice_id, rating)
"""

import secrets

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role, Scope, allow
from linyue.centres import service as centres
from linyue.matters.model import Matter
from linyue.matters.rules import Doer, Rating, Step
from linyue.matters.rules_parts import whole_number
from linyue.matters.service_step import Change, claim, take_step
from linyue.oversight.model import Notice, NoticeCorrection, NoticeRating, Voice
from linyue.oversight.rules import (
    NoticeKind,
    OversightRefusal,
    Refusal,
    Standing,
    VoiceState,
    ends_at,
    refuse_correction,
    refuse_notice,
    refuse_rating,
)
from linyue.people import service as people
from linyue.people.service_own import plug_eraser
from linyue.people.service_roles import holders_of
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

PLACES = (PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
"""Where notices are posted: the committee's, and those of one compound."""


def stop(refusal: Refusal | None, **args: object) -> None:
    """Raise the refusal at its field, if there is one."""
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1] or None, **args)


async def post_notice(
    actor: Actor, place_id: int, kind: NoticeKind, title: str, text: str, *, days: int, matter_number: str = ""
) -> Notice:
    """Disclose something to a place for so many days. Raises Refused(OversightRefusal).

    The same words of the same author sent again while they are posted are the notice that is there.
    """
    assert actor.person_id is not None
    stop(refuse_notice(title, text, days))
    async with unit_of_work() as work:
        place = await Place.get_or_none(id=place_id)
        if place is None or place.kind not in PLACES or not allow(actor, "oversight.post", scope_of_place(place)):
            raise Refused(OversightRefusal.NOT_YOUR_PLACE, field="place")
        matter = await _matter(matter_number, place) if matter_number.strip() else None
        matter_id = matter.id if matter else None
        await people.claim_person(actor.person_id)
        words = {"kind": kind, "title": title.strip(), "text": text.strip(), "days": days, "matter_id": matter_id}
        posted = Notice.filter(author_id=actor.person_id, place_id=place.id, ends_at__gt=clock.now(), **words)
        earlier = await posted.order_by("id").first()
        if earlier is not None:
            return earlier
        return await put_up(actor, work, place, kind, title, text, days=days, matter_id=matter_id)


async def put_up(
    actor: Actor,
    work: UnitOfWork,
    place: Place,
    kind: NoticeKind,
    title: str,
    text: str,
    *,
    days: int,
    matter_id: int | None,
    public_id: str = "",
) -> Notice:
    """Store a notice that nothing stands against any more; its matter's timeline tells of it, and the overseers hear.

    In a unit of work.
    """
    assert actor.person_id is not None
    now = clock.now()
    notice = await Notice.create(
        public_id=public_id or secrets.token_urlsafe(9),
        place_id=place.id,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        matter_id=matter_id,
        author_id=actor.person_id,
        days=days,
        posted_at=now,
        ends_at=ends_at(now, days, await centres.calendar()),
        is_sample=place.is_sample,
    )
    await on_matter(actor, notice, Step.DISCLOSE, notice.title)
    overseers = set(await holders_of(Role.OVERSIGHT_COMMITTEE, place.path)) - {actor.person_id}
    link = f"/notices/{notice.public_id}"
    await tell(overseers, "oversight-told-notice", link=link, number=notice.number, about=notice.title)
    await work.audit(actor, "oversight.post", f"notice:{notice.id}", kind=kind.value, days=days)
    return notice


async def correct_notice(actor: Actor, notice_id: int, text: str, reason: str, version: int) -> None:
    """Say what is right instead, and why. Raises Refused(OversightRefusal), CHANGED_MEANWHILE among them."""
    assert actor.person_id is not None
    stop(refuse_correction(text, reason))
    now = clock.now()
    async with unit_of_work() as work:
        if not await Notice.filter(id=notice_id, version=version).update(version=F("version") + 1):
            raise Refused(OversightRefusal.CHANGED_MEANWHILE) if await Notice.exists(id=notice_id) else NotFound
        notice = await Notice.get(id=notice_id)
        await NoticeCorrection.create(
            notice_id=notice.id, author_id=actor.person_id, text=text.strip(), reason=reason.strip(), at=now
        )
        anew = ends_at(now, notice.days, await centres.calendar())
        await Notice.filter(id=notice.id).update(ends_at=max(anew, notice.ends_at))
        await on_matter(actor, notice, Step.CORRECT_DISCLOSED, reason.strip())
        await work.audit(actor, "oversight.correct", f"notice:{notice.id}")


async def rate_notice(actor: Actor, notice_id: int, rating: Rating) -> None:
    """Say whether one is satisfied with what was disclosed; the last word counts."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        notice = await claimed(notice_id)
        refusal = refuse_rating(await standing_of(actor, notice))
        if refusal is not None:
            raise Refused(refusal)
        mine = NoticeRating.filter(notice_id=notice_id, person_id=actor.person_id)
        if not await mine.update(rating=rating, at=clock.now()):
            await NoticeRating.create(notice_id=notice_id, person_id=actor.person_id, rating=rating, at=clock.now())
        await work.audit(actor, "oversight.rate", f"notice:{notice_id}")


async def claimed(notice_id: int) -> Notice:
    """Take the notice's row before reading it, without making open forms stale. Raises NotFound."""
    if not await Notice.filter(id=notice_id).update(version=F("version")):
        raise NotFound
    return await Notice.get(id=notice_id).select_related("place")


async def standing_of(actor: Actor, notice: Notice) -> Standing:
    """What this person is to a notice. `notice.place` is loaded."""
    waiting = Voice.of(notice.id).filter(person_id=actor.person_id or 0, state=VoiceState.OPEN)
    path = notice.place.path
    return Standing(
        on_roll=await people.is_on_roll(actor, path),
        is_overseer=any(g.role is Role.OVERSIGHT_COMMITTEE and path.startswith(g.place_path) for g in actor.grants),
        is_author=actor.person_id == notice.author_id,
        is_posted=clock.now() <= notice.ends_at,
        waiting=await waiting.count(),
    )


async def on_matter(actor: Actor, notice: Notice, step: Step, text: str, **data: str) -> None:
    """Note on the timeline of the linked matter what happened to the notice. Only inside a unit of work."""
    if notice.matter_id is None:
        return
    matter = await claim(notice.matter_id, None, is_quiet=True)
    change = Change(matter.state, text=text, data={"notice": notice.public_id, **data})
    await take_step(actor, matter, step, change, doers={Doer.DISCLOSURE})


async def _matter(number: str, place: Place) -> Matter:
    """A public matter of the place or of its community, by the number people write. Raises Refused: NO_MATTER."""
    matter = await Matter.get_or_none(number=whole_number(number.strip()[:16])).select_related("place")
    is_near = matter is not None and (
        matter.place.path.startswith(place.path) or matter.community_id in place.ancestor_ids
    )
    if matter is None or not is_near or not matter.is_public or matter.hidden_reason:
        raise Refused(OversightRefusal.NO_MATTER, field="matter")
    return matter


def scope_of_place(place: Place) -> Scope:
    """What the policy needs to know of a place where notices are posted."""
    return Scope(place_path=place.path)


async def notice_by_public_id(public_id: str) -> Notice:
    """The notice of an address, with its place, author and matter. Raises NotFound."""
    row = await Notice.get_or_none(public_id=public_id).select_related("place", "author", "matter")
    if row is None:
        raise NotFound
    return row


async def places_to_post(actor: Actor) -> list[Place]:
    """Communities and compounds for which this person may disclose something, in reading order."""
    paths = [grant.place_path for grant in actor.grants if grant.place_path]
    found: dict[int, Place] = {}
    for path in paths:
        for place in await Place.filter(path__startswith=path, kind__in=PLACES).order_by("path").limit(400):
            if allow(actor, "oversight.post", scope_of_place(place)):
                found[place.id] = place
    return list(found.values())


async def forget_person(person_id: int) -> None:
    """Ratings carry no words and go with the person."""
    await NoticeRating.filter(person_id=person_id).delete()


plug_eraser(forget_person)

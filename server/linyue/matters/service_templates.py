"""Answers often given: a community's and a service centre's, who keeps which, and putting one into a form."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from tortoise.exceptions import IntegrityError

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.centres.model import ServiceCentre
from linyue.matters.model import Matter
from linyue.matters.model_desk import AnswerTemplate, CentreAnswer
from linyue.matters.rules import Doer
from linyue.matters.rules_desk import DeskRefusal
from linyue.matters.service_inbox import communities_of
from linyue.matters.service_step import doers_of
from linyue.places.model import Place

TEMPLATES_AT_MOST = 50
TITLE_AT_MOST, TEXT_AT_MOST = 40, 500


class Keeper(StrEnum):
    """What kind of desk keeps answers."""

    COMMUNITY = "community"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """One desk that keeps answers of its own: a community (its place's id) or a service centre."""

    keeper: Keeper
    id: int

    @property
    def key(self) -> str:
        """As it stands in a form."""
        return f"{self.keeper.value}-{self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, of whichever desk; `key` names it in a form."""

    id: int
    owner: Owner
    title: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.owner.key}-{self.id}"


def of_community(place_id: int) -> Owner:
    """The desk of a community."""
    return Owner(Keeper.COMMUNITY, place_id)


def of_centre(centre_id: int) -> Owner:
    """The clerks of a centre."""
    return Owner(Keeper.CENTRE, centre_id)


async def owners_of(actor: Actor) -> list[Owner]:
    """Desks whose answers this actor keeps: the communities of their inbox, the clerk's centres, and those of the
    officer's sub-district, whether they are open or closed."""
    found = {of_community(place_id) for place_id in await communities_of(actor)}
    found |= {of_centre(g.centre_id) for g in actor.grants if g.role is Role.CENTRE_CLERK and g.centre_id is not None}
    for path in {g.place_path for g in actor.grants if g.role is Role.SUBDISTRICT_OFFICER}:
        for centre in await ServiceCentre.filter(place__path__startswith=path):
            found.add(of_centre(centre.id))
    return sorted(found)


def owners_for(actor: Actor, matter: Matter) -> list[Owner]:
    """Desks whose answers the actor may use for this matter: the community's at its desk, the centre's as its clerk.

    `matter.community` must be loaded. A council's member is a neighbour and is offered none.
    """
    found = []
    if doers_of(actor, matter) & {Doer.DESK, Doer.OFFICER}:
        found.append(of_community(matter.community_id))
    clerks_of = {g.centre_id for g in actor.grants if g.role is Role.CENTRE_CLERK}
    if matter.centre_id is not None and matter.centre_id in clerks_of:
        found.append(of_centre(matter.centre_id))
    return found


async def templates_of(owners: Collection[Owner]) -> list[Answer]:
    """The answers of these desks, desk by desk, by title."""
    communities = [one.id for one in owners if one.keeper is Keeper.COMMUNITY]
    centres = [one.id for one in owners if one.keeper is Keeper.CENTRE]
    found = [
        Answer(row.id, of_community(row.community_id), row.title, row.text)
        for row in await AnswerTemplate.filter(community_id__in=communities).order_by("community_id", "title", "id")
    ]
    return found + [
        Answer(row.id, of_centre(row.centre_id), row.title, row.text)
        for row in await CentreAnswer.filter(centre_id__in=centres).order_by("centre_id", "title", "id")
    ]


async def names_of(owners: Collection[Owner]) -> dict[Owner, tuple[str, str]]:
    """What these desks are called, in Chinese and in English, communities first."""
    communities = [one.id for one in owners if one.keeper is Keeper.COMMUNITY]
    centres = [one.id for one in owners if one.keeper is Keeper.CENTRE]
    places = await Place.filter(id__in=communities).order_by("position", "id")
    rows = await ServiceCentre.filter(id__in=centres).order_by("position", "code")
    named = {of_community(place.id): (place.name_zh, place.name_en) for place in places}
    return named | {of_centre(centre.id): (centre.name_zh, centre.name_en) for centre in rows}


async def with_template(owners: Collection[Owner], key: str, words: str) -> str:
    """One's own words after the answer that was picked; alone, where none of these desks' was."""
    if not key:
        return words
    found = next((one for one in await templates_of(owners) if one.key == key), None)
    return "\n".join(filter(None, (found.text if found else "", words)))


async def save_template(actor: Actor, owner: Owner, template_id: int | None, title: str, text: str) -> None:
    """Keep an answer under a title, new or changed. Raises Refused: NO_TEMPLATE, TEMPLATE_TAKEN, TEMPLATES_FULL."""
    title, text = " ".join(title.split())[:TITLE_AT_MOST], text.strip()[:TEXT_AT_MOST]
    if not title or not text:
        raise Refused(DeskRefusal.NO_TEMPLATE, field="title" if not title else "text")
    await _check_owner(actor, owner)
    try:
        async with unit_of_work() as work:
            if template_id is not None:
                if not await _change(owner, template_id, title, text):
                    raise NotFound()
            elif len(await templates_of([owner])) >= TEMPLATES_AT_MOST:
                raise Refused(DeskRefusal.TEMPLATES_FULL)
            elif owner.keeper is Keeper.COMMUNITY:
                await AnswerTemplate.create(community_id=owner.id, title=title, text=text)
            else:
                await CentreAnswer.create(centre_id=owner.id, title=title, text=text)
            await work.audit(actor, "matters.template.save", _named(owner), title=title)
    except IntegrityError as error:
        raise Refused(DeskRefusal.TEMPLATE_TAKEN, field="title") from error


async def _change(owner: Owner, template_id: int, title: str, text: str) -> int:
    if owner.keeper is Keeper.COMMUNITY:
        return await AnswerTemplate.filter(id=template_id, community_id=owner.id).update(title=title, text=text)
    return await CentreAnswer.filter(id=template_id, centre_id=owner.id).update(title=title, text=text)


async def drop_template(actor: Actor, owner: Owner, template_id: int) -> None:
    """Throw an answer away."""
    await _check_owner(actor, owner)
    async with unit_of_work() as work:
        if owner.keeper is Keeper.COMMUNITY:
            gone = await AnswerTemplate.filter(id=template_id, community_id=owner.id).delete()
        else:
            gone = await CentreAnswer.filter(id=template_id, centre_id=owner.id).delete()
        if not gone:
            raise NotFound()
        await work.audit(actor, "matters.template.drop", _named(owner))


async def _check_owner(actor: Actor, owner: Owner) -> None:
    """Another desk's answers are not there for this actor. Raises NotFound."""
    if owner not in await owners_of(actor):
        raise NotFound()


def _named(owner: Owner) -> str:
    return f"place:{owner.id}" if owner.keeper is Keeper.COMMUNITY else f"centre:{owner.id}"

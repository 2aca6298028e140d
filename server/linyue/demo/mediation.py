"""Disputes of the sample district, each as far as the data file says, and its policy cards."""

from datetime import datetime, timedelta
from typing import Any

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.centres import service_cards
from linyue.centres.service_cards import CardWords
from linyue.demo.data import read_data
from linyue.demo.diary import Diary, Story
from linyue.demo.people import People
from linyue.mediation import service, service_paper
from linyue.mediation.model import Dispute
from linyue.mediation.rules import DisputeKind, Side

WRITTEN = timedelta(days=60)
"""How long ago the cards were written."""
STAGES = ("filed", "consent", "ready", "settled")


async def make_disputes(people: People, today: datetime) -> None:
    """Everything of the data file, in the order of time; the clock ends at `today`."""
    diary, data = Diary(), read_data("mediation")
    for one in data["cards"]:
        diary.add(today - WRITTEN, _card(one, people, today))
    for one in data["disputes"]:
        diary.add(today - timedelta(days=one["day"], hours=4), _dispute(one, people))
    await diary.run(today)
    await diary.close()


async def _card(one: dict[str, Any], people: People, today: datetime) -> Story:
    review_on = clock.local(today).date() + timedelta(days=one["days"])
    words = CardWords(one["title"], one["text"], one["source"], one["item"], review_on)
    await service_cards.write_card(await people.actor("social_worker"), words)
    yield clock.now()


async def _dispute(one: dict[str, Any], people: People) -> Story:
    opener, other = await people.actor(one["opener"]), await people.actor(one["other"])
    row = await service.ask_for_mediator(opener, DisputeKind(one["kind"]), one["door"], one["text"], opener.homes[0])
    yield clock.now() + timedelta(hours=8)
    far = STAGES.index(one["to"])
    if far < 1:
        return
    mediator = await people.actor(one["by"])
    await service.take(mediator, row.id, await _version(row))
    await service.name_party(mediator, row.id, people.by_key[one["other"]].public_id, await _version(row))
    if far < 2:
        return
    party = None
    if "on_paper" in one:
        party = (await service_paper.name_on_paper(mediator, row.id, one["on_paper"], await _version(row))).id
        told = "上门问过，本人说愿意，女儿在场。"
        await service_paper.enter_consent(mediator, row.id, party, await _version(row), told, yes=True)
    yield clock.now() + timedelta(days=1)
    await service.consent(other, row.id, await _version(row), yes=True)
    await service.give_account(other, row.id, Side.OTHER, one["view"], await _version(row))
    starts_at = clock.now() + timedelta(days=2)
    await service.call_meeting(mediator, row.id, starts_at, "邻舍家小会议室", await _version(row))
    if "dissuaded" in one:
        day = clock.local(clock.now()).date()
        await service.dissuade(mediator, row.id, day, Side.OTHER, one["dissuaded"], await _version(row))
    if far < 3:
        return
    yield starts_at + timedelta(hours=2)
    await service.write_agreement(mediator, row.id, one["agreement"], await _version(row))
    if party is not None:
        signed = "在会议室当面签的，双方都在。"
        await service_paper.enter_signature(mediator, row.id, party, 1, await _version(row), signed)
    await _signed(row, opener, other)


async def _signed(row: Dispute, *parties: Actor) -> None:
    for party in parties:
        await service.sign(party, row.id, 1, await _version(row))


async def _version(row: Dispute) -> int:
    return (await Dispute.get(id=row.id)).version

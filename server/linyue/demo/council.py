"""The 7+X councils of the three compounds: terms, portfolios, enthusiasts."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.centres.rules import Way
from linyue.councils import service as councils
from linyue.councils import service_rules, service_terms, service_x
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import DistrictRules
from linyue.councils.rules_x import Way as XWay
from linyue.demo.data import read_data
from linyue.demo.diary import move_to
from linyue.demo.people import People
from linyue.matters import service_recusal, service_topics
from linyue.matters.model import Matter
from linyue.matters.rules import BEFORE_AGENDA, MatterState
from linyue.matters.rules_recusal import RecusalReason
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.procedures import service_by_election, service_nominate

TERM = timedelta(days=3 * 365)
SINCE = timedelta(days=210)
"""How long the present terms have run."""
X_TERM = timedelta(days=365)


async def make_councils(administrator: Actor, tree: dict[str, Place], people: People) -> dict[str, Council]:
    """Every council with its seats, by the code of its compound; the large one also shows a term that has ended."""
    found: dict[str, Council] = {}
    began = clock.now() - SINCE
    for one in read_data("people")["councils"]:
        place = tree[one["place"]]
        council = await councils.found_council(
            administrator, place.id, one["zh"], one["en"], began - TERM, is_sample=True
        )
        found[place.code] = council
        for number, kind, person in _seats(one, people):
            await councils.give_seat(
                administrator, council.id, number, MatterKind(kind), person.id, began, began + TERM
            )
        for topic, key in one["x_members"].items():
            starts = clock.now() - timedelta(days=10)
            person = people.by_key[key]
            await councils.invite_x_member(
                administrator, council.id, person.id, topic, starts, starts + X_TERM, XWay.EXPERTISE
            )
    await _earlier_term(administrator, found["guiyu"], people, began)
    return found


def _seats(one: dict[str, Any], people: People) -> list[tuple[int, str, Person]]:
    """(number, kind, who). Where the data file names nobody, every fifth owner of the compound is asked."""
    if "seats" in one:
        return [(number, kind, people.by_key[key]) for number, (kind, key) in one["seats"].items()]
    owners = list({person.id: person for person, _ in people.residents[one["place"]]}.values())
    return [(number + 1, kind, owners[number * 5 + 2]) for number, kind in enumerate(one["kinds"])]


async def _earlier_term(administrator: Actor, council: Council, people: People, until: datetime) -> None:
    """Before the present member, somebody else led shared facilities."""
    person, _unit = people.residents["guiyu"][40]
    await councils.give_seat(administrator, council.id, 3, MatterKind.FACILITIES, person.id, until - TERM, until)


TOPICS = [
    # Title, why, kind, days since it was proposed, who supports it, what the council answered
    ("给快递柜装个雨棚", "下雨取快递，人和包裹都湿。想在东门快递柜上装一个小雨棚。", "facilities", 6, 6, ""),
    ("周末晚上广场舞早点结束", "周末跳到九点半，孩子睡不着。能不能商量个时间。", "relations", 12, 10, ""),
    ("门口加一个宠物便袋箱", "遛狗的多，草地上常有。放个箱子，大家方便。", "environment", 50, 3,
     "物业下个月在三个门口各放一个，费用在日常保洁里。用得不好再议。"),
    ("小区里开一家早餐车", "老人早上买早点要走很远。", "culture", 45, 2, ""),
]  # fmt: skip
CALL = ("屋顶漏水与外墙维修", "要两位懂防水或者看得懂图纸的邻居，帮着验收，一个月两个晚上。")


STANDING = ("管过单位的账，愿意每季度把公共收益贴出来。", "退休了，有时间，账要看得懂。")


async def make_council_life(people: People, today: datetime) -> None:
    """What neighbours and the council do between meetings: rules, a call, who answers it, topics, stepping back."""
    administrator = await people.actor("administrator")
    move_to(today - timedelta(days=60))
    await service_rules.change_rules(administrator, DistrictRules(answer_days=15), "先给理事会多一点时间", 0)
    council = await councils.council_by_code("guiyu")
    chair = await people.actor("chair")
    neighbours = list({person.id: person for person, _ in people.residents["guiyu"]}.values())[45:]
    await _topics(council, people, neighbours, today)
    move_to(today - timedelta(days=4))
    call = await service_x.open_call(
        chair, council, topic=CALL[0], text=CALL[1], wanted=2, closes_at=today + timedelta(days=10)
    )
    move_to(today - timedelta(days=2))
    words = "在建筑公司做过二十年防水，周末有空。"
    await service_x.put_forward(
        await people.actor(neighbours[20]), council, way=XWay.CALL, topic="", words=words, call_id=call.id
    )
    await service_x.put_forward(
        await people.actor(neighbours[21]), council, way=XWay.AFFECTED, topic="停车", words="我家窗口正对车位。"
    )
    await _by_election(people, today)
    move_to(today)
    await _step_back(people)
    await service_terms.end_terms()


async def _topics(council: Council, people: People, neighbours: list[Person], today: datetime) -> None:
    """Topics on their way: collecting, with the council, answered, waiting for an answer; the oldest first."""
    for n, (title, text, kind, days, supports, answer) in sorted(enumerate(TOPICS), key=lambda one: -one[1][3]):
        move_to(today - timedelta(days=days))
        proposer = await people.actor(neighbours[n])
        topic = await service_topics.propose(
            proposer, council, form_id=secrets.token_urlsafe(18), title=title, text=text, kind=kind
        )
        for person in neighbours[5 : 5 + supports]:
            await service_topics.support(await people.actor(person), topic.id)
        if days > 30:
            move_to(today - timedelta(days=days - 36))
            await service_topics.sweep_topics()
        if answer:
            await service_topics.answer(await people.actor("social_worker"), topic.id, answer)


async def _step_back(people: People) -> None:
    """A member whose own home a matter touches steps back from it."""
    chair = await people.actor("chair")
    mine = Matter.filter(way=Way.COUNCIL, state__in=list(BEFORE_AGENDA), owner_id=chair.person_id)
    matter = await mine.exclude(state=MatterState.WAITING).order_by("-id").first()
    if matter is not None:
        seat = await people.actor("seat_5")
        await service_recusal.recuse(seat, matter.id, matter.version, RecusalReason.OWN_INTEREST)


async def _by_election(people: People, today: datetime) -> None:
    """The vacant seat of Taying Lane: announced nine days ago, two neighbours stand."""
    move_to(today - timedelta(days=9))
    council = await councils.council_by_code("taying")
    seats = await councils.seats_now(council.id)
    opener = await people.actor(seats[0].person_id)
    election = await service_by_election.open_by_election(opener, council, 7)
    sitting = {seat.person_id for seat in seats}
    others = [
        person for person in {p.id: p for p, _ in people.residents["taying"]}.values() if person.id not in sitting
    ]
    move_to(today - timedelta(days=6))
    for person, words in zip(
        others, ["管过单位的账，愿意每季度把公共收益贴出来。", "退休了，有时间，账要看得懂。"], strict=False
    ):
        await service_by_election.stand(await people.actor(person), election.procedure, words)
    first, asked = others[0], others[2:3]
    for person in asked:  # asked by a neighbour, and has not answered yet
        who = await people.actor(first)
        await service_nominate.nominate(who, election.procedure, person.display_name, "热心，认得全小区的人。")

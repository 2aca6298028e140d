"""Which ways of voting a vote offers: chosen on the console, frozen with the question, kept by every door."""

import secrets
from collections.abc import Callable

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.model import AuditEntry
from linyue.base.policy import Role
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.questions import service_channels, service_proxy, writer
from linyue.questions.model import Ballot, Question
from linyue.questions.rules import System
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.questions.rules_channels import Channel, ChannelRefusal, offered, refuse_offer
from linyue.questions.rules_proxy import PROXY_RULES, ProxyMatter, ProxyRefusal, refuse_limit
from linyue.questions.rules_secret import Kind
from linyue.questions.writer_batch import Declined, Send, takes_phones
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import Hall, make_meeting
from tests.make.people import make_person
from tests.make.places import make_tree
from tests.make.questions import make_question

pytestmark = pytest.mark.anyio
QUESTION = {"text_zh": "是否同意装充电位？", "text_en": "", "kind": "named", "way": "for_against", "asked": "ways"}


@pytest.mark.parametrize(
    ("chosen", "kind", "reason"),
    [
        (["paper", "hands"], "named", None),
        (["online"], "secret", None),
        (["proxy", "desk"], "named", None),
        (["proxy"], "named", ChannelRefusal.NONE_CHOSEN),
        ([], "named", ChannelRefusal.NONE_CHOSEN),
        (["online", "hands"], "secret", ChannelRefusal.NOT_ALLOWED),
        (["pigeon"], "named", ChannelRefusal.NOT_ALLOWED),
    ],
)
def test_what_may_be_offered(chosen: list[str], kind: str, reason: ChannelRefusal | None) -> None:
    assert refuse_offer(chosen, offered(System.DELIBERATION, kind)) is reason


@pytest.mark.parametrize(
    ("stored", "takes"), [(None, True), ("null", True), ('["online", "paper"]', True), ('["paper"]', False)]
)
def test_a_stored_list_without_phones_takes_no_phones(stored: str | None, takes: bool) -> None:
    assert takes_phones(stored) is takes


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", [Kind.NAMED, Kind.SECRET])
async def test_no_phone_gets_past_a_vote_without_phones(kind: Kind) -> None:
    put = await make_question(people=20, kind=kind, channels=["paper"])
    sealed = secrets.token_bytes(384) if kind is Kind.SECRET else None
    choice = "" if sealed else "for"
    store = writer.make_store()
    try:
        send = Send(put.question.id, put.people[0], choice, secrets.token_hex(8), 0, Via.SOCKET, sealed=sealed)
        (answer,) = (await store.record([send], clock.now)).answers
    finally:
        await store.stop()
    assert isinstance(answer, Declined) and answer.reason is BallotRefusal.NOT_ONLINE
    assert await Ballot.all().count() == 0 and (await Question.get(id=put.question.id)).ballots_cast == 0
    await service_channels.hand_out(put.chair, put.question.id, put.people[0])
    assert (await Question.get(id=put.question.id)).manifest_data["channels"] == ["paper"]


async def asking(client: Client, neighbours: int = 3) -> tuple[Hall, str]:
    """A chair at the console, at the step that puts a question."""
    hall = await make_meeting(MeetingState.RUNNING, neighbours)
    await hall.go_to(Link.CONSENSUS)
    await client.sign_in_as(hall.chair.person_id, is_staff=True)
    return hall, f"/run/{hall.meeting.public_id}"


async def test_the_chair_ticks_what_is_offered_and_phones_are_told_where_to_vote(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    clock.move(days=-4)
    chair, voter = new_client(), new_client()
    hall, run = await asking(chair)
    console = (await chair.get(run)).text
    assert console.count('name="ways"') == len(Channel) and "可以怎么来投" in console
    assert (await chair.send_form(f"{run}/put-question", QUESTION | {"ways": ["paper", "hands"]})).status_code == 303
    assert "这次可以用：纸票、举手。" in (await chair.get(run)).text
    question = await Question.get(meeting_id=hall.meeting.id)
    assert question.channels == ["paper", "hands"]
    await chair.send_form(f"{run}/open-question", {"seen": question.id})
    await voter.sign_in_as(hall.neighbours[0].person_id)
    live, q = f"/live/{hall.meeting.join_code}", f"/q/{question.public_id}"
    room = (await voter.get(live)).text
    assert "这次不在手机上投" in room and "可以用：纸票、举手" in room and f"{live}/ballot" not in room
    assert "可以用：纸票、举手" in (await voter.get(f"{q}/ballot")).text
    sent = {"choice": "for", "client_id": secrets.token_hex(8), "replaces": "0", "manifest": ""}
    refused = await voter.send_form(f"{q}/ballot", sent)
    assert refused.status_code == 409 and "这次表决不在手机上投" in refused.text and await Ballot.all().count() == 0
    await chair.send_form(f"{run}/close-question", {"seen": question.id, "sure": "yes"})


async def test_nothing_to_vote_with_is_refused_and_nothing_typed_is_lost(client: Client, clock: MovableClock) -> None:
    clock.move(days=-4)
    hall, run = await asking(client)
    for ways in ([], ["proxy"]):
        refused = await client.send_form(f"{run}/put-question", QUESTION | {"ways": ways})
        assert refused.status_code == 422 and "至少留一种" in refused.text and "是否同意装充电位？" in refused.text
        assert refused.text.count(" checked") == 1 + len(ways)  # the kind of vote, and what was ticked
    assert await Question.filter(meeting_id=hall.meeting.id).count() == 0


async def test_what_a_secret_shuts_out_falls_away(client: Client, clock: MovableClock) -> None:
    clock.move(days=-4)
    hall, run = await asking(client, neighbours=20)
    every = [one.value for one in Channel]
    await client.send_form(f"{run}/put-question", QUESTION | {"kind": "secret", "ways": every})
    assert (await Question.get(meeting_id=hall.meeting.id)).channels == ["online", "paper"]


@pytest.mark.usefixtures("db")
async def test_an_offer_the_rule_shuts_out_is_refused_in_the_service() -> None:
    with pytest.raises(Refused) as caught:
        await make_question(people=20, kind=Kind.SECRET, channels=["hands"])
    assert (caught.value.reason, caught.value.field) == (ChannelRefusal.NOT_ALLOWED, "ways")


# ---- the district's number of mandates


@pytest.mark.parametrize("matter", list(ProxyMatter))
def test_a_district_goes_as_far_as_the_law_and_no_further(matter: ProxyMatter) -> None:
    cap = PROXY_RULES[matter].cap
    assert refuse_limit(matter, 0) is None and refuse_limit(matter, cap) is None
    assert refuse_limit(matter, cap + 1) is refuse_limit(matter, -1) is ProxyRefusal.LIMIT


async def test_an_administrator_sets_the_numbers(client: Client) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    shown = (await client.get("/admin/proxies")).text
    assert "城市居民委员会组织法（2025年修订） 14-19" in shown and shown.count('inputmode="numeric"') == 3
    numbers = {"deliberation": 2, "residents_election": 3, "owners_assembly": 3}
    assert (await client.send_form("/admin/proxies", numbers)).status_code == 303
    assert (await service_proxy.limits())[ProxyMatter.DELIBERATION] == 2
    assert await AuditEntry.filter(action="question.proxy_limit").count() == 1
    for wrong in ({"owners_assembly": 11}, {"owners_assembly": "many"}, {"deliberation": -1}):
        answer = await client.send_form("/admin/proxies", numbers | {"residents_election": 0} | wrong)
        assert answer.status_code == 422 and f'id="f-{next(iter(wrong))}-error"' in answer.text, wrong
    assert (await service_proxy.limits())[ProxyMatter.RESIDENTS_ELECTION] == 3  # all or none

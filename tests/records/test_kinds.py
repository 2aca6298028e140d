"""Bundles of secret votes and of votes in many ways, made by the services, in the verifier's eyes."""

import random

import pytest

from linyue.base.policy import NOBODY, Actor
from linyue.questions import service as questions
from linyue.questions import service_secret
from linyue.questions.model import Question
from linyue.records import service, service_views
from linyue.records.rules import Standing
from linyue_verify import Verdict, check
from tests.make.questions import make_meeting, make_people
from tests.questions.boxes import make_secret, voters_of
from tests.questions.test_channels_count import Hall, Voter, drawn, run_through_services
from tests.verify_js.recount import recount

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_a_secret_vote_is_proved_and_the_voter_finds_the_code() -> None:
    put = await make_secret(24)
    people = await voters_of(put)
    for n, one in enumerate(people[:13]):
        await one.cast("against" if n % 3 else "for")
    await people[0].cast("abstain", replaces=1)
    await people[20].send(await people[20].seal_bytes(b"nothing that can be read"))
    await questions.close_question(put.chair, put.question.id)
    code = people[0].code
    closed = await Question.get(id=put.question.id)
    assert await service_views.find(closed, code) is None
    await service_secret.finish_box(put.question.id)
    opened = await Question.get(id=put.question.id)
    assert await service_views.find(opened, code) is None, "nothing of the box before the result"
    await questions.publish_result(put.chair, put.question.id)
    question = await Question.get(id=put.question.id)
    found = await service_views.find(question, f"{code[:4]} {code[4:].lower()}")
    assert found is not None and found.standing is Standing.LISTED
    report = check(await service.export_bundle(question), receipt=code)
    assert [(one.number, one.en) for one in report.findings if one.verdict is not Verdict.PROVED] == []
    assert report.counts == {"for": 4, "against": 8, "abstain": 1} and report.is_secret


async def test_a_secret_bundle_holds_nothing_that_names_a_voter() -> None:
    put = await make_secret(20)
    people = await voters_of(put)
    for one in people[:12]:
        await one.cast("for")
    await questions.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    await questions.publish_result(put.chair, put.question.id)
    content = (await service.export_bundle(await Question.get(id=put.question.id))).decode("utf-8", errors="replace")
    assert [one for one in people if one.salt in content or f"邻居{one.person_id}" in content] == []
    assert all(one.code in content for one in people[:12])


async def test_votes_in_every_way_are_proved_by_both_verifiers() -> None:
    """Phones, mandates, the desk, door and telephone, paper by name and by number, hands, ballots taken back."""
    chair, *tellers = await make_people(3)
    hall = Hall(await make_meeting(chair), await make_people(5), [Actor(person_id=one) for one in tellers])
    lots, bundles, told = random.Random(2031), [], []
    for _ in range(24):
        vote = drawn(lots, 5, may_be_secret=False)
        for voter in vote.voters:  # one holder has one mandate at most
            if voter.way == "proxy" and sum(one.way == "proxy" for one in vote.voters) > 1:
                voter.way = "door"
        vote.voters += [Voter(is_here=False) for _ in range(5 - len(vote.voters))]
        told.append(await run_through_services(hall, vote, lots))
        question = await Question.filter(state="closed").order_by("-id").first()
        assert question is not None
        question = await questions.publish_result(NOBODY, question.id)
        bundles.append(await service.export_bundle(question))
        report = check(bundles[-1])
        assert [(one.number, one.en) for one in report.findings if one.verdict is not Verdict.PROVED] == []
        assert report.counts == told[-1]["counts"]
    assert [one.verdict for one in recount(bundles)] == ["proved"] * len(bundles)

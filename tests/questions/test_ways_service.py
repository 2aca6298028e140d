"""Random elections in every way through the services, on both databases: the oracle's outcome, both verifiers agree.

A short form runs with the tests; `make bench-ways` runs two hundred a way on each database.
"""

import os
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from linyue.base.db import settings_in_use
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY, Actor
from linyue.questions import service, service_channels, service_secret
from linyue.questions.model import Ballot, ChainEntry, Question
from linyue.questions.rules import QUORUMS, Base, Majority, QuestionRefusal, QuestionState, RuleSpec, rule_from_template
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.rules_channels import Channel
from linyue.questions.rules_law import Decision, rule_for
from linyue.questions.rules_owners import Weight
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_ways import AYE_OR_NO, BallotForm, Tie, Way
from linyue.questions.service_views import verify_chain
from linyue.records import service as records
from linyue.upkeep.doctor import examine, report
from linyue_verify import Verdict, check
from tests.make.questions import Put, make_meeting, make_people, make_question
from tests.questions import oracles
from tests.questions.boxes import voters_of
from tests.verify_js.recount import recount

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]
VOTES = int(os.environ.get("LINYUE_TEST_VOTES", "3"))


def drawn_rule(rng: random.Random, way: Way) -> RuleSpec:
    if way in AYE_OR_NO:
        majority, base, quorum = (rng.choice(list(words)) for words in (Majority, Base, QUORUMS))
        return replace(rule_from_template(majority=majority, base=base, quorum=quorum), form=BallotForm(way=way))
    options = rng.randint(2, 5)
    keys = oracles.KEYS[:options]
    form: dict[str, object] = {"seats": rng.randint(1, options - 1), "tie": rng.choice(list(Tie))}
    if way is Way.MONEY:
        budget = rng.randint(1000, 100_000)
        costs = {key: rng.randint(1, budget) for key in keys}
        form = {"budget": budget, "costs": costs, "most": options, "tie": Tie.LOT}
    elif way is Way.SEVERAL:
        form["most"] = rng.randint(1, options)
    elif way is Way.DOTS:
        form |= {"dots": rng.randint(3, 5), "most": 3}
    elif way is Way.SCORE:
        form["most"] = rng.randint(1, 10)
    return RuleSpec(choices=tuple(keys), form=BallotForm(way=way, **form))  # type: ignore[arg-type]


def expected(rule: RuleSpec, ballots: list[str], seed: str) -> tuple[set[str], set[str]]:
    options, form, is_lot = len(rule.choices), rule.form, rule.form.tie is Tie.LOT
    if form.way is Way.MONEY:
        return set(oracles.by_shares(ballots, dict(form.costs), form.budget, seed)), set()
    if form.way is Way.RANKED:
        _, chosen, tied = oracles.by_schulze(ballots, options, form.seats, is_lot, seed)
    else:
        _, chosen, tied = oracles.by_points(ballots, options, form.seats, 1, is_lot, seed)
    return set(chosen), tied


async def finished(put: Put) -> tuple[Question, bytes]:
    await service.close_question(put.chair, put.question.id)
    question = await service.publish_result(NOBODY, put.question.id)
    assert await verify_chain(question.id) == []
    return question, await records.export_bundle(question)


def verdict_of(rule: RuleSpec, ballots: list[str], present: int, entitled: int, close: str) -> str:
    """The verdict by the oracles: shares of for and against, or whether anybody stands out among the options."""
    if rule.form.way in AYE_OR_NO:
        quorum = next(word for word, one in QUORUMS.items() if one.share == rule.quorum.share)
        ayes, noes = (ballots.count(one) for one in ("for", "against"))
        return oracles.aye_or_no(rule.majority, rule.base, quorum, ayes, noes, entitled, present, len(ballots))
    chosen, tied = expected(rule, ballots, close)
    return "tied" if tied else "passed" if chosen else "failed"


@pytest.mark.parametrize("way", list(Way))
async def test_votes_agree_with_the_oracle_and_both_verifiers(way: Way) -> None:
    rng = random.Random(f"service-{way}-{VOTES}")
    chair, *_ = await make_people(1)
    meeting, bundles = await make_meeting(chair), []
    for _ in range(VOTES):
        rule = drawn_rule(rng, way)
        voters = rng.randint(1, 7)
        attending = rng.randint(0, voters)
        put = await make_question(people=voters, rule=rule, meeting=meeting, present=attending)
        last: dict[int, str] = {}
        for who in rng.sample(range(voters), rng.randint(1, voters)):
            for revision in range(rng.choice([1, 1, 2])):
                last[who] = (
                    rng.choice(["for", "for", "for", "against", "abstain"])
                    if way in AYE_OR_NO
                    else oracles.random_ballot(
                        rng, way.value, len(rule.choices), most=rule.form.most, dots=rule.form.dots
                    )
                )
                await put.cast(who, last[who], replaces=revision)
        question, bundle = await finished(put)
        assert question.result is not None
        close = next(one for one in await closing_hashes(question))
        present = len(set(range(attending)) | set(last))
        ballots = list(last.values())
        assert question.result["verdict"] == verdict_of(rule, ballots, present, voters, close)
        if way not in AYE_OR_NO:
            found = set(question.result["chosen"]), set(question.result["tied"])
            assert found == expected(rule, ballots, close)
        report = check(bundle)
        assert [(one.number, one.en) for one in report.findings if one.verdict is not Verdict.PROVED] == []
        bundles.append(bundle)
    assert [one.verdict for one in recount(bundles)] == ["proved"] * len(bundles)
    await is_sound()


async def is_sound() -> None:
    """The doctor finds nothing wrong, and looked at the results."""
    findings = await examine(settings_in_use())
    assert not [one for one in findings if one.faults], report(findings)
    assert {one.name for one in findings if one.looked_at} >= {"I3", "I10", "I14"}


async def closing_hashes(question: Question) -> list[str]:
    return [row.hash for row in await ChainEntry.filter(question_id=question.id, kind="CLOSE")]


async def test_owners_agree_with_exact_fractions_and_both_verifiers() -> None:
    rng = random.Random(f"owners-{VOTES}")
    chair, *_ = await make_people(1)
    meeting, bundles = await make_meeting(chair), []
    for n in range(2 * VOTES):
        decision, share = [(Decision.OWNERS_ORDINARY, Fraction(1, 2)), (Decision.OWNERS_SPECIAL, Fraction(3, 4))][n % 2]
        size = rng.randint(3, 8)
        weights = [
            Weight(rng.choice([8973, 12_000, rng.randint(1, 30_000)]), rng.choice([1, 1, 2])) for _ in range(size)
        ]
        rule = rule_for(decision, ("for", "against", "abstain"), BallotForm())
        put = await make_question(people=size, rule=rule, meeting=meeting, weights=weights)
        votes: list[str | None] = [rng.choice(["for", "for", "for", "against", "abstain", None]) for _ in range(size)]
        for who, vote in enumerate(votes):
            if vote is not None:
                await put.cast(who, vote)
        question, bundle = await finished(put)
        told = oracles.owners(list(rule.choices), [w.area for w in weights], [w.heads for w in weights], votes, share)
        assert question.result is not None and question.result["verdict"] == told
        report = check(bundle)
        assert [(one.number, one.en) for one in report.findings if one.verdict is not Verdict.PROVED] == []
        bundles.append(bundle)
    assert [one.verdict for one in recount(bundles)] == ["proved"] * len(bundles)
    await is_sound()
    assert question.result is not None
    await Question.filter(id=question.id).update(result=lighter(question.result))
    found = {one.name: one.faults for one in await examine(settings_in_use())}
    assert "counted by area" in found["I10"][0] and "by area the rolls and ballots have" in found["I14"][0]


def lighter(result: dict[str, Any]) -> dict[str, Any]:
    """The same result with an area that is not the roll's."""
    weighed = result["weighed"]
    return result | {"weighed": weighed | {"area": weighed["area"] | {"entitled": 1}}}


@pytest.mark.parametrize("majority", [Majority.THIRD, Majority.ALL])
async def test_every_share_there_is_is_looked_up(majority: Majority) -> None:
    put = await make_question(people=3, rule=RuleSpec(majority=majority))
    await put.cast(0, "for")
    question, _ = await finished(put)
    await is_sound()
    assert question.result is not None
    turned = {"passed": "failed", "failed": "passed"}[question.result["verdict"]]
    await Question.filter(id=question.id).update(result=question.result | {"verdict": turned})
    found = {one.name for one in await examine(settings_in_use()) if one.faults}
    assert found == {"I3", "I14"}  # by its rule, and by what the record announced


async def test_another_winner_than_the_rules_is_named() -> None:
    put = await make_question(people=3, rule=RuleSpec(choices=("a", "b"), form=BallotForm(way=Way.SINGLE)))
    await put.cast(0, "a")
    question, _ = await finished(put)
    assert question.result is not None
    await Question.filter(id=question.id).update(result=question.result | {"chosen": ["b"]})
    found = {one.name: one.faults for one in await examine(settings_in_use())}
    assert found["I14"] == [f"question {question.id}: by its rule chosen a, the result says chosen b"]


async def test_a_secret_ranking_is_sealed_opened_and_counted() -> None:
    rule = RuleSpec(choices=("a", "b", "c"), form=BallotForm(way=Way.RANKED))
    put = await make_question(people=20, rule=rule, kind=Kind.SECRET)
    people = await voters_of(put)
    for n, one in enumerate(people[:12]):
        await one.cast("a>b=c" if n % 3 else "c>b")
    await people[12].cast("a>a")  # reads as no ballot: a dud
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    assert question.result is not None
    assert (question.result["chosen"], question.duds) == (["a"], 1)
    assert check(await records.export_bundle(question), receipt=people[0].code).verdict is Verdict.PROVED


async def test_the_longest_ballots_fit_every_column() -> None:
    keys = oracles.KEYS
    form = BallotForm(way=Way.SCORE, most=10)
    put = await make_question(rule=RuleSpec(choices=tuple(keys), form=form))
    longest = "+".join(f"{key}:10" for key in keys)
    await put.cast(0, longest)
    worker, *_ = await make_people(1)
    await service_channels.enter_vote(
        Actor(person_id=worker), put.question.id, put.people[1], Channel.TELEPHONE, longest, "send-id-12", 0
    )
    assert await Ballot.current(put.question.id).filter(choice=longest).count() == 2


async def test_what_is_no_ballot_is_refused_and_the_vote_before_it_stays() -> None:
    put = await make_question(rule=RuleSpec(choices=("a", "b", "c"), form=BallotForm(way=Way.RANKED)))
    await put.cast(0, "a>b")
    for wrong in ("a>a", "b=a", "d", "for", "a>"):
        with pytest.raises(Refused) as refused:
            await put.cast(0, wrong, replaces=1)
        assert refused.value.reason is BallotRefusal.UNKNOWN_CHOICE
    assert (await Ballot.current(put.question.id).get()).choice == "a>b"


async def test_a_vote_by_law_keeps_the_laws_figures() -> None:
    law = rule_for(Decision.REPRESENTATIVES, ("for", "against", "abstain"), BallotForm())
    eased = RuleSpec(**{**{name: getattr(law, name) for name in RuleSpec.__slots__}, "majority": Majority.SIMPLE})
    with pytest.raises(Refused) as refused:
        await make_question(rule=eased)
    assert refused.value.reason is QuestionRefusal.NOT_BY_LAW


async def test_owners_without_areas_cannot_open_and_others_have_none() -> None:
    rule = rule_for(Decision.OWNERS_ORDINARY, ("for", "against", "abstain"), BallotForm())
    for wrong, weights in ((rule, []), (RuleSpec(), [Weight(1, 1)] * 3)):
        with pytest.raises(Refused) as refused:
            await make_question(people=3, rule=wrong, weights=weights)
        assert refused.value.reason is QuestionRefusal.NO_AREAS


async def test_called_again_only_after_too_few_took_part() -> None:
    rule = rule_for(Decision.RESIDENTS_ASSEMBLY, ("for", "against", "abstain"), BallotForm())
    first = await make_question(QuestionState.PUBLISHED, people=4, rule=rule, present=2)
    assert first.question.result is not None and first.question.result["verdict"] == "no_quorum"
    again = rule_for(Decision.RESIDENTS_ASSEMBLY, rule.choices, BallotForm(), call=2, call_of=first.question.public_id)
    with pytest.raises(Refused) as refused:
        await make_question(people=4, rule=again, meeting=first.meeting, present=0)
    assert refused.value.reason is QuestionRefusal.SAME_MEETING
    later = await make_meeting(first.people[0])
    later.place_id = first.meeting.place_id
    await later.save()
    second = await make_question(people=4, rule=again, meeting=later, present=0)
    assert second.question.rule_spec.call == 2
    elsewhere = rule_for(Decision.RESIDENTS_ASSEMBLY, rule.choices, BallotForm(), call=2, call_of="nowhere")
    with pytest.raises(Refused) as refused:
        await make_question(rule=elsewhere)
    assert refused.value.reason is QuestionRefusal.NO_SECOND_CALL

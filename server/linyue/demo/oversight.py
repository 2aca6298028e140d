"""Notices of the sample district with questions, objections, ratings and appraisals, and suggestions with answers."""

from datetime import datetime, timedelta
from typing import Any

from linyue.base import clock, ratelimit
from linyue.demo.data import read_data
from linyue.demo.diary import Diary, Story
from linyue.demo.people import People
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Rating
from linyue.oversight import service, service_voices
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import Desk, Finding, NoticeKind, Verdict, VoiceKind
from linyue.places.model import Place


async def make_notices(people: People, tree: dict[str, Place], today: datetime) -> None:
    """Everything of the data file, in the order of time; the clock ends at `today`."""
    diary, data = Diary(), read_data("oversight")
    for one in data["notices"]:
        diary.add(today - timedelta(days=one["day"], hours=3), _notice(one, people, tree))
    for one in data["suggestions"]:
        diary.add(today - timedelta(days=one["day"], hours=2), _suggestion(one, people, tree))
    await diary.run(today)
    await diary.close()


async def _notice(one: dict[str, Any], people: People, tree: dict[str, Place]) -> Story:
    place, posted_at = tree[one["place"]], clock.now()
    number = await _matter(place, one["matter"]) if "matter" in one else ""
    author = await people.actor(one["by"])
    notice = await service.post_notice(
        author, place.id, NoticeKind(one["kind"]), one["title"], one["text"], days=one["days"], matter_number=number
    )
    steps = [(said["after"], "say", said) for said in one["said"]]
    if one["rated"]:
        steps.append((1, "rate", {"ratings": one["rated"]}))
    if "corrected" in one:
        steps.append((one["corrected"]["after"], "correct", one["corrected"]))
    for after, what, facts in sorted(steps, key=lambda step: step[0]):
        yield posted_at + timedelta(days=after)
        await _STEPS[what](notice, facts, people)


async def _say(notice: Notice, said: dict[str, Any], people: People) -> None:
    await ratelimit.reset()
    actor = await people.actor(said["who"])
    if "verdict" in said:
        verdict = Verdict(said["verdict"])
        await service_voices.raise_voice(actor, notice.id, VoiceKind.APPRAISAL, said["text"], verdict)
        return
    row = await service_voices.raise_voice(actor, notice.id, VoiceKind(said["kind"]), said["text"])
    if "answer" in said:
        await _answer(row, said, people)


async def _answer(row: Voice, said: dict[str, Any], people: People) -> None:
    who = "social_worker" if row.desk is Desk.COMMUNITY else "officer"
    await service_voices.answer_voice(
        await people.actor(who), row.id, Finding(said["finding"]), said["answer"], show_text=said["shown"], version=1
    )


async def _rate(notice: Notice, facts: dict[str, Any], people: People) -> None:
    raters = people.residents["guiyu"]
    for n, rating in enumerate(facts["ratings"]):
        await service.rate_notice(await people.actor(raters[n * 3][0]), notice.id, Rating(rating))


async def _correct(notice: Notice, facts: dict[str, Any], people: People) -> None:
    worker = await people.actor("social_worker")
    await service.correct_notice(worker, notice.id, facts["text"], facts["reason"], 1)


_STEPS = {"say": _say, "rate": _rate, "correct": _correct}


async def _suggestion(one: dict[str, Any], people: People, tree: dict[str, Place]) -> Story:
    begun = clock.now()
    row = await service_voices.suggest(
        await people.actor(one["who"]), tree[one["place"]].id, Desk(one["to"]), one["text"]
    )
    if "answer" in one:
        yield begun + timedelta(days=one["answered"])
        await _answer(row, one, people)
    else:
        yield begun


async def _matter(place: Place, kind: str) -> str:
    """A public matter of the compound and kind that the council finished."""
    rows = Matter.filter(place__path__startswith=place.path, is_public=True, root_id=None, kind=kind)
    over = rows.filter(state=MatterState.CLOSED, closed_at__lt=clock.now())
    row = await over.filter(hidden_reason="").order_by("-id").first()
    return row.number if row else ""

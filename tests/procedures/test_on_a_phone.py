"""Every kind of meeting from its choice to a published result, through the pages alone, and its pages on a phone.

The council member's steps are the forms of the pages, sent as a browser without script sends them; neighbours vote
through the services. A browser of a phone's size then looks at the pages, which the same app answers.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.async_api import Route

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.base.workdays import published_calendar
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_stages import StageKind, has_stages
from linyue.meetings.templates import load_data, template_ids
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.procedures import rules, service
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.procedures.rules import ProcedureState
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from tests.browser import Browsers
from tests.client import ORIGIN, Client
from tests.conftest import MovableClock
from tests.make.procedures import cast_all, make_electorate, one_building
from tests.security.crawl import Page

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
SECRET = ("major", "by-election", "appraisal")
MAIN = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(?:(?!</form>).)*?go-main', re.DOTALL)
AREA = "平方米"


@dataclass
class Walk:
    """A council member with a phone, and the neighbours around: `people[0]` is the council member."""

    client: Client
    place: Place
    people: list[Actor]
    seen: list[str] = field(default_factory=list)
    """Addresses of pages to look at on a phone."""

    async def read(self, path: str) -> Page:
        answer = await self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return Page(path, answer.text)

    async def send(self, page: Page, ending: str, **typed: str) -> str:
        """Fill in the form whose address ends so, send it, and say where it leads."""
        action, fields = next((a, f) for a, f in page.forms if a.endswith(ending))
        answer = await self.client.send_form(action, fields | typed)
        assert answer.status_code == 303, f"{action}: {answer.status_code} {answer.text[-400:]}"
        return answer.headers["location"].split("?")[0]

    async def procedure(self, name: str) -> Procedure:
        """From the kind to the end of its last stage."""
        new = await self.read(f"/procedures/new?kind={name}")
        at = await self.send(new, "/procedures/new", template=name, place_id=str(self.place.id), title="小区大门")
        number = at.rsplit("/", 1)[1]
        while (now := await Procedure.get(number=number)).state is ProcedureState.RUNNING:
            await self.stage(now, at)
        self.seen.append(at)
        return now

    async def stage(self, procedure: Procedure, at: str) -> None:
        """Papers, the sitting, the shortest time, and on."""
        step = await service.step_now(procedure.id)
        assert step is not None
        stage = procedure.plan.stage(step.stage)
        for paper in stage.gives:
            await self.send(await self.read(at), f"/papers/{paper}", text="写好了。")
        if stage.kind is StageKind.SITTING:
            page = await self.read(at)
            day = next(fields["day"] for action, fields in page.forms if action.endswith("/sitting"))
            compose = await self.send(page, "/sitting", day=day, time="23:30", mode="both", venue="议事厅")
            await self.meeting(compose)
        until = rules.earliest_end(stage, step.began_at, published_calendar())
        if until is not None and until > clock.now():
            # A minute past midnight, so that the day a page offers is still the day when its form comes back.
            clock.set_offset(clock.offset() + (until - clock.now()) + timedelta(minutes=1))
        await self.send(await self.read(at), "/go-on")

    async def meeting(self, compose: str) -> None:
        """From a draft to the close: offices, notice, the door, the console's one main button."""
        at = compose.removesuffix("/compose")
        recorder = await Person.get(id=self.people[1].person_id)
        await self.send(await self.read(compose), "/offices", person=recorder.public_id, office="recorder")
        await self.send(await self.read(compose), "/announce")
        meeting = await Meeting.get(public_id=at.rsplit("/", 1)[1])
        clock.set_offset(clock.offset() + (meeting.starts_at - clock.now()))
        for number in range(len(self.people)):
            page = await self.read(f"{at}/door")
            if number == 0:
                self.seen += [at, f"{at}/door"]
            ticks = [fields for action, fields in page.forms if action.endswith("/door")]
            if ticks:
                await self.send(page, "/door")
        for _ in range(60):
            page = await self.read(f"/run/{meeting.public_id}")
            main = MAIN.search(page.text)
            if main is None:
                break
            await self.press(meeting, page, main[1].rsplit("/", 1)[1])
        assert (await Meeting.get(id=meeting.id)).state is MeetingState.ENDED

    async def press(self, meeting: Meeting, page: Page, step: str) -> None:
        """The console's main button, and what it asks for."""
        if step == "put-question":
            where = await one_building(meeting, self.people)
            scale = {} if where is None else {"roll_place": str(where)}
            await self.send(page, step, text_zh="这样办，同意吗？", **scale)
        elif step == "close-question":
            question = await Question.get(meeting_id=meeting.id, state=QuestionState.OPEN)
            await self.vote(question)
            await self.send(await self.read(f"/run/{meeting.public_id}?sure=close"), step)
            self.seen.append(f"/q/{question.public_id}")
        elif step == "end":
            await self.send(page, step)
            await self.send(await self.read(f"/run/{meeting.public_id}?sure=end"), step)
        else:
            await self.send(page, step)

    async def vote(self, question: Question) -> None:
        """The council member on the ballot's pages, asked once more; everybody else through the service."""
        page = await self.read(f"/q/{question.public_id}/ballot")
        action, fields = next((a, f) for a, f in page.forms if f"/q/{question.public_id}/" in a)
        answer = await self.client.send_form(action, fields | {"choice": "for"})
        assert answer.status_code == 200
        await self.send(Page(action, answer.text), "/ballot")
        await cast_all(self.people[1:], question, "for")


@pytest.mark.parametrize("name", template_ids())
async def test_a_kind_of_meeting_from_its_choice_to_its_result(
    name: str, client: Client, clock: MovableClock, browsers: Browsers
) -> None:
    place, people = await make_electorate(20 if name in SECRET else 3)
    await client.sign_in_as(people[0].person_id)
    walk = Walk(client, place, people, [f"/kinds/{name}"])
    if has_stages(load_data(name)):
        done = await walk.procedure(name)
        assert done.state is ProcedureState.DONE
        sittings = await ProcedureStep.filter(procedure_id=done.id, meeting_id__isnull=False).count()
    else:
        new = await walk.read(f"/meetings/new?kind={name}")
        day = (clock.now() + timedelta(days=9)).date().isoformat()
        typed = {"template": name, "place_id": str(place.id), "title": "小区大门", "day": day, "venue": "议事厅"}
        await walk.meeting(await walk.send(new, "/meetings/new", **typed))
        sittings = 1
    questions = await Question.all()
    assert len(questions) == sittings and {one.state for one in questions} == {QuestionState.PUBLISHED}
    for question in questions:
        assert question.result is not None and question.result["verdict"] == "passed"
        text = (await walk.read(f"/q/{question.public_id}")).text
        assert ("weighed" in question.result) == name.startswith("owners") == (AREA in text)
        assert (question.rule_spec.decision != "deliberation") == (question.rule_spec.source in text)
    await looked_at(walk, browsers)


async def looked_at(walk: Walk, browsers: Browsers) -> None:
    """The pages on a phone: whole, and nothing beside the screen."""
    phone = await browsers.visitor("phone", ORIGIN, script=False)

    async def answer(route: Route) -> None:
        got = await walk.client.get(route.request.url)
        headers = {"content-type": got.headers.get("content-type", "text/plain")}
        await route.fulfill(status=got.status_code, headers=headers, body=got.content)

    await phone.context.route("**/*", answer)
    for path in dict.fromkeys(walk.seen):
        await phone.page.goto(path)
        assert await phone.page.locator("h1").is_visible()
        await phone.fits()

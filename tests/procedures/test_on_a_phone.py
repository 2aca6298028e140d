"""Every kind of meeting from its choice to a published result, in a browser of a phone's size, without script.

The council member reads, types, ticks and presses in Chromium; the app of this process answers, so that the clock can be
moved. Neighbours vote through the services. Afterwards the pages are looked at: whole, and nothing beside the screen.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Route

from linyue.base import clock
from linyue.base.policy import Actor, Role
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
from tests.browser import Browsers, Visitor
from tests.client import ORIGIN, Client
from tests.conftest import MovableClock
from tests.make.people import actor_for, make_person
from tests.make.procedures import ITEMS, cast_all, fit_place, make_electorate, one_building
from tests.security.crawl import Page

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
SECRET = ("major", "village-major", "by-election", "appraisal")
MAIN = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(?:(?!</form>).)*?go-main', re.DOTALL)
AREA = "平方米"
BY_HAND = 3
"""People ticked off at the door in the browser; a longer roll's rest only sends the same form."""


@dataclass
class Walk:
    """A council member with a phone, and the neighbours around: `people[0]` is the council member."""

    client: Client
    phone: Visitor
    place: Place
    people: list[Actor]
    seen: list[str] = field(default_factory=list)
    """Addresses of pages to look at once more when all is over."""
    _landed: str = ""

    async def answer(self, route: Route) -> None:
        """The app's answer to what the browser asks. Where a form leads is noted; `send` goes there."""
        asked = route.request
        if asked.method == "POST":
            kind = {"content-type": asked.headers["content-type"]}
            got = await self.client.post(asked.url, content=asked.post_data_buffer or b"", headers=kind)
        else:
            got = await self.client.get(asked.url)
        status = got.status_code
        if status == 303:  # a page made up here cannot send the browser on
            self._landed, status = got.headers["location"], 200
        headers = {"content-type": got.headers.get("content-type", "text/plain")}
        await route.fulfill(status=status, headers=headers, body=got.content)

    async def read(self, path: str) -> Page:
        answer = await self.phone.page.goto(path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        return Page(path, await self.phone.page.content())

    async def fetched(self, path: str) -> Page:
        """A page without the browser."""
        return Page(path, (await self.client.get(path)).text)

    async def send(self, page: Page, ending: str, **typed: str) -> str:
        """Fill in the form whose address ends so, press its button, and say where it leads."""
        action, _ = next((a, f) for a, f in page.forms if a.endswith(ending))
        status = await self.submit(action, **typed)
        assert self._landed, f"{action}: {status} {(await self.phone.page.locator('main').inner_text())[:400]}"
        return self._landed.split("?")[0]

    async def submit(self, action: str, **typed: str) -> int:
        """Type, tick and press; the status of the answer."""
        form = self.phone.page.locator(f'form[method="post"][action="{action}"]').first
        await form.evaluate("(e) => { for (let d = e; (d = d.closest('details:not([open])')); ) d.open = true; }")
        for name, value in typed.items():
            await fill_in(form, name, value)
        self._landed = ""
        async with self.phone.page.expect_response(lambda got: got.request.method == "POST") as answer:
            await form.locator("button:not([type=button])").first.click()
        got = await answer.value
        await got.finished()
        await self.phone.page.wait_for_load_state()
        return got.status

    async def procedure(self, name: str) -> Procedure:
        """From the kind to the end of its last stage."""
        new = await self.read(f"/procedures/new?kind={name}")
        typed = {
            "template": name,
            "place_id": str(self.place.id),
            "title": "小区大门",
            "item": str(ITEMS.get(name, "")),
        }
        at = await self.send(new, "/procedures/new", **typed)
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
            if by := procedure.plan.paper(paper).by:  # another body's: not the council member's to send
                holder = await actor_for(await make_person(role=Role(min(by)), place=self.place))
                await service.give_paper(holder, procedure.id, paper, "写好了。")
                continue
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
        self.seen += [at, f"{at}/door"]
        for number in range(len(self.people)):
            page = await self.read(f"{at}/door") if number < BY_HAND else await self.fetched(f"{at}/door")
            ticks = [(action, fields) for action, fields in page.forms if action.endswith("/door")]
            if ticks and number < BY_HAND:
                await self.send(page, "/door")
            elif ticks:
                assert (await self.client.send_form(*ticks[0])).status_code == 303
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
        action = next(a for a, _ in page.forms if f"/q/{question.public_id}/" in a)
        choice = "for" if question.rule_spec.is_aye_or_no else question.rule_spec.choices[0]
        assert await self.submit(action, choice=choice) == 200
        await self.send(Page(action, await self.phone.page.content()), "/ballot")
        await cast_all(self.people[1:], question, "for")


async def fill_in(form: Locator, name: str, value: str) -> None:
    """One field, whatever it is. What a page fills in by itself must be what was to be filled in."""
    one = form.locator(f'[name="{name}"]').first
    match await one.evaluate("(e) => e.type"):
        case "radio" | "checkbox":
            await form.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        case "select-one":
            await one.select_option(value)
        case "hidden":
            assert await one.input_value() == value, name
        case _:
            await one.fill(value)


@pytest.mark.parametrize("name", template_ids())
async def test_a_kind_of_meeting_from_its_choice_to_its_result(
    name: str, client: Client, clock: MovableClock, browsers: Browsers
) -> None:
    place, people = await make_electorate(20 if name in SECRET else 3)
    await fit_place(place, name)
    await client.sign_in_as(people[0].person_id)
    phone = await browsers.visitor("phone", ORIGIN, script=False)
    walk = Walk(client, phone, place, people, [f"/kinds/{name}"])
    await phone.context.route("**/*", walk.answer)
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
    await looked_at(walk)


async def looked_at(walk: Walk) -> None:
    """The pages on a phone: whole, and nothing beside the screen."""
    for path in dict.fromkeys(walk.seen):
        await walk.read(path)
        assert await walk.phone.page.locator("h1").is_visible()
        await walk.phone.fits()

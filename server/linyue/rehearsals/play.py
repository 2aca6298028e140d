"""A whole sitting, played by invented neighbours through the real services; what they tried, and what held."""

import asyncio
import secrets
from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.workdays import published_calendar
from linyue.meetings import service as meetings
from linyue.meetings import service_agenda, service_floor, service_room, service_speakers
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, Mode, earliest_day
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import VOTING, Link, Office
from linyue.meetings.rules_speakers import Stance
from linyue.people.model import Person
from linyue.places.rules import PlaceKind
from linyue.questions import service as questions
from linyue.questions import service_secret, service_views
from linyue.questions.model import Question
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_setup import Typed
from linyue.questions.rules_ways import AYE_OR_NO, Way
from linyue.questions.service_interested import asks_consent_of_all
from linyue.rehearsals.rules import (
    Deed,
    Held,
    Line,
    Press,
    Step,
    Trouble,
    Watched,
    Who,
    ballot_text,
    choices_of,
    deed_of_vote,
    invented_options,
    judge,
)
from linyue.rehearsals.stage import Cast, join, make_cast
from linyue.rounds import rules as round_rules
from linyue.rounds import service as rounds
from linyue.rounds import service_chair, service_merge
from linyue.rounds.model import Group, GroupNote, Topic
from linyue.rounds.rules import TopicState

BUDGET = 60_000
"""Fen to share out in a rehearsal: enough for two of the invented projects."""
OFFICES = {Office.RECORDER: 1, Office.TELLER: 2, Office.WITNESS: 3}


class Play:
    """One sitting: who is there, what goes wrong, and the account as it grows."""

    def __init__(self, cast: Cast, meeting: Meeting, troubles: Collection[Trouble]) -> None:
        self.cast = cast
        self.meeting = meeting
        self.troubles = [Trouble(one) for one in troubles]
        self.lines: list[Line] = []
        self.steps: list[Step] = []
        self.has_spoken = False

    def press(self, press: Press, item: AgendaItem | None = None) -> None:
        """The chair presses: what is told from here on follows from it."""
        before = self.steps[-1] if self.steps else None
        zh, en = (item.title_zh, item.title_en) if item is not None else (before.zh, before.en) if before else ("", "")
        self.steps.append(Step(press, zh, en, [], []))

    def does(self, deed: Deed) -> None:
        """The neighbours do something, told once a step."""
        if self.steps and deed not in self.steps[-1].deeds:
            self.steps[-1].deeds.append(deed)

    def say(self, rule: Watched, held: bool, by: Who, *, tried: bool = False, reason: str = "") -> None:
        """Put a rule into the account, once; a breach replaces what was said of it before."""
        state = (Held.TRIED if tried else Held.KEPT) if held else Held.BROKEN
        if self.steps:
            self.steps[-1].lines.append(Line(rule, state, by, reason))
        before = next((line for line in self.lines if line.rule is rule), None)
        if before is not None and (held or before.held is Held.BROKEN):
            return
        self.lines = [line for line in self.lines if line.rule is not rule]
        self.lines.append(Line(rule, state, by, reason))

    async def tries(self, rule: Watched, by: Who, deed: Awaitable[object]) -> None:
        """Somebody does what the rule forbids; it holds when the services refuse."""
        try:
            await deed
        except Refused as refusal:
            self.say(rule, True, by, tried=True, reason=str(refusal.reason.value))
        else:
            self.say(rule, False, by)

    async def run(self) -> list[Line]:
        """From the notice to the close. What the services refuse on the way is told as the place where it stopped."""
        try:
            await self.call()
            if await self.open():
                await self.sit()
        except Refused as refusal:
            self.say(Watched.STOPPED, False, Who.CHAIR, reason=str(refusal.reason.value))
        return self.lines

    async def call(self) -> None:
        """Announce, first too late on purpose, then in time; let the time come."""
        chair, at, notice = self.cast.chair, self.meeting.id, self.meeting.plan.notice
        self.press(Press.ANNOUNCE)
        local = clock.local(clock.now())
        day = earliest_day(local.date(), notice, published_calendar())
        if day > local.date() + timedelta(days=1):
            await self.move_to(timedelta(hours=3))
            await self.tries(Watched.NOTICE, Who.CHAIR, meetings.announce(chair, at))
        await self.move_to((day - local.date()) + timedelta(hours=3))
        await meetings.announce(chair, at)
        meeting = await Meeting.get(id=at)
        clock.set_offset(clock.offset() + (meeting.starts_at - clock.now()))
        self.press(Press.START, (await AgendaItem.of(at))[0])
        needed = [role for role in meeting.plan.roles if role.needed and role.office in OFFICES]
        if needed:
            await self.tries(Watched.OFFICES, Who.CHAIR, service_room.start(chair, at))
        for role in needed:
            person = await Person.get(id=self.cast.neighbours[OFFICES[role.office]].person_id)
            await meetings.give_office(chair, at, person.public_id, role.office)

    async def move_to(self, ahead: timedelta) -> None:
        """Give the draft another time."""
        await meetings.change_details(
            self.cast.chair,
            self.meeting.id,
            title=self.meeting.title,
            title_en="",
            starts_at=clock.now() + ahead,
            mode=Mode.BOTH,
            venue=self.meeting.venue,
        )

    async def open(self) -> bool:
        """People come in; False when too few came to begin, and the chair called it off."""
        at, chair = self.meeting.id, self.cast.chair
        await self.tries(Watched.ROLL, Who.STRANGER, service_room.check_in(self.cast.stranger, at, Channel.ONLINE))
        few = Trouble.NO_QUORUM in self.troubles
        self.does(Deed.FEW_COME if few else Deed.COME)
        for who in self.cast.neighbours[: 2 if few else None]:
            await self.come_in(who)
        await service_room.start(chair, at)
        if few and self.meeting.plan.attendance != "none":
            self.press(Press.NEXT_ITEM)
            await self.tries(Watched.OPENING, Who.CHAIR, service_chair.next_item(chair, at, 0))
            self.press(Press.ADJOURN)
            await service_room.adjourn(chair, at)
            return False
        return True

    async def come_in(self, *people: Actor) -> None:
        """People enter and accept the rules; those who are there already stay as they are."""
        for who in people:
            await service_floor.enter(who, self.meeting.id, rules_version(self.meeting.plan_data), Channel.HALL)

    async def sit(self) -> None:
        """Every step of the agenda, then the close."""
        items = await AgendaItem.of(self.meeting.id)
        for item, following in zip(items, [*items[1:], None], strict=True):
            await self.step(item)
            if following is not None:
                self.press(Press.NEXT_ITEM, following)
                await service_chair.next_item(self.cast.chair, self.meeting.id, item.position)
        self.press(Press.END)
        await service_chair.end_meeting(self.cast.chair, self.meeting.id)

    async def step(self, item: AgendaItem) -> None:
        """What happens in one step."""
        parts = {Link.CALL: self.post, Link.TOPICS: self.settle, Link.MARKET: self.sit_down, Link.GROUPS: self.write}
        if item.link in parts:
            await parts[item.link]()
        if item.link in round_rules.SPEAKING and Trouble.HECKLER in self.troubles and not self.has_spoken:
            self.has_spoken = True
            await self.heckle()
        if item.link in VOTING:
            await self.vote(item)

    async def post(self) -> None:
        """Topics go up; the heckler would put up more than their share."""
        self.does(Deed.POST)
        await self.come_in(self.cast.heckler, *self.cast.neighbours[6:12])
        for n, who in enumerate(self.cast.neighbours[6:9]):
            await rounds.post_topic(who, self.meeting.id, f"演练的题目{n + 1}")
        if Trouble.HECKLER in self.troubles:
            self.does(Deed.POST_MANY)
            for n in range(round_rules.TOPICS_EACH):
                await rounds.post_topic(self.cast.heckler, self.meeting.id, f"我的题目{n + 1}")
            more = rounds.post_topic(self.cast.heckler, self.meeting.id, "再来一个")
            await self.tries(Watched.TOPICS_EACH, Who.HECKLER, more)

    async def settle(self) -> None:
        """The chair would join two topics; an author says no; the others become groups."""
        at, chair = self.meeting.id, self.cast.chair
        topics = await Topic.filter(meeting_id=at).order_by("id")
        self.does(Deed.SAY_NO)
        asked = await service_merge.ask_merge(chair, at, topics[1].id, topics[0].id)
        await service_merge.answer_merge(self.cast.neighbours[6], at, asked.id, False)
        apart = (await Topic.get(id=topics[1].id)).state is TopicState.POSTED
        self.say(Watched.CONSENT, apart, Who.CHAIR, tried=True)
        self.press(Press.FORM_GROUPS)
        for topic in topics[: min(2, self.meeting.plan.most_groups)]:
            await service_chair.form_group(chair, at, topic.id, "演练")

    async def sit_down(self) -> None:
        """Everybody takes a seat."""
        groups = await Group.of(self.meeting.id)
        self.does(Deed.SIT_DOWN)
        for n, who in enumerate(self.cast.neighbours[6:12]):
            await rounds.join_group(who, self.meeting.id, groups[n % len(groups)].id)

    async def write(self) -> None:
        """Three write one note at once: nothing may be lost."""
        group = (await Group.of(self.meeting.id))[0]
        self.does(Deed.WRITE)
        seated = [who for who in self.cast.neighbours if await rounds.is_member(group.id, who.person_id)]
        writers = {f"{who.name}写的一行": who for who in seated}
        save = rounds.save_note
        await asyncio.gather(*(save(who, self.meeting.id, group.id, 0, text) for text, who in writers.items()))
        note = await GroupNote.newest(group.id).first()
        whole = note is not None and set(writers) <= set(note.text.split("\n"))
        self.say(Watched.NOTES, whole, Who.EVERYBODY)

    async def heckle(self) -> None:
        """One talks as often as they may, then once more; one who has not spoken comes first; the chair rules."""
        at, heckler, chair = self.meeting.id, self.cast.heckler, self.cast.chair
        await self.come_in(heckler, self.cast.neighbours[7])
        plan = self.meeting.plan.speaking
        self.press(Press.NEXT_SPEAKER)
        self.does(Deed.TALK_OVER)
        ask = service_speakers.ask_to_speak
        for turn in range(plan.turns):
            await ask(heckler, at, Stance.FOR)
            if turn and plan.newcomers_first and turn == plan.turns - 1:
                newcomer = self.cast.neighbours[7]
                await ask(newcomer, at, Stance.FOR)
                first = (await service_speakers.queue_in_order(await Meeting.get(id=at)))[0][0]
                self.say(Watched.NEWCOMERS, first.person_id == newcomer.person_id, Who.HECKLER, tried=True)
                await service_speakers.next_speaker(chair, at)
            await service_speakers.next_speaker(chair, at)
            await service_speakers.end_speech(chair, at)
        await self.tries(Watched.TURNS, Who.HECKLER, ask(heckler, at, Stance.FOR))
        self.press(Press.RULE)
        await service_floor.rule_unasked(chair, at, "请坐下，让别人说。")
        self.say(Watched.RULING, True, Who.CHAIR)

    async def vote(self, item: AgendaItem) -> None:
        """A question from its words to its result, with the troubles that were chosen."""
        at, chair = self.meeting.id, self.cast.chair
        words, typed = item.question_zh or "演练：同意吗？", self.typed_for(item)
        one_building = self.cast.scales[PlaceKind.BUILDING] if asks_consent_of_all(self.meeting) else None
        where = item.roll_place_id or one_building
        self.press(Press.PUT_QUESTION)
        put = await service_chair.put_question(chair, at, words, typed=typed, roll_place_id=where)
        self.press(Press.OPEN_QUESTION)
        question = await service_chair.open_question(chair, at, put.id)
        await self.tries(Watched.NO_LEAVING, Who.CHAIR, service_chair.next_item(chair, at, item.position))
        form, keys = question.rule_spec.form, question.rule_spec.choices
        choices = [ballot_text(form, keys, one) for one in choices_of(self.troubles, len(self.cast.neighbours))]
        outsider = self.cast.stranger if question.roll_place_id is None else self.cast.elsewhere
        stranger = self.cast_one(outsider, question, choices[0])
        await self.tries(Watched.STRANGER_BALLOT, Who.STRANGER, stranger)
        dead = Trouble.DEAD_NETWORK in self.troubles
        self.does(deed_of_vote(self.troubles))
        for who, choice in zip(self.cast.neighbours, choices, strict=False):
            if dead and who is self.cast.lost:
                await self.send_twice(question, choice)
            else:
                await self.cast_one(who, question, choice)
        self.press(Press.CLOSE_QUESTION)
        await service_chair.close_question(chair, at, question.id)
        if dead:
            self.does(Deed.SEND_LATE)
            late = self.cast_one(self.cast.neighbours[-1], question, choices[0])
            await self.tries(Watched.LATE_BALLOT, Who.LOST, late)
        self.press(Press.PUBLISH_RESULT)
        published = await service_chair.publish_result(chair, at, question.id)
        await self.judge(published)

    async def cast_one(self, who: Actor, question: Question, choice: str, send: str = "") -> object:
        """One ballot, named or sealed; `send` where it is sent again."""
        send = send or secrets.token_hex(8)
        if question.kind is Kind.SECRET:
            code = service_secret.new_code()
            return await service_secret.seal_and_cast(who.person_id or 0, question, choice, code, send, 0)
        return await questions.cast_ballot(who.person_id or 0, question.id, choice, send, 0, Via.POST)

    async def send_twice(self, question: Question, choice: str) -> None:
        """The answer is lost on the way back, so the phone sends the same ballot again."""
        self.does(Deed.SEND_TWICE)
        send = secrets.token_hex(8)
        before = (await Question.get(id=question.id)).ballots_cast
        for _ in range(2):
            await self.cast_one(self.cast.lost, question, choice, send)
        counted = (await Question.get(id=question.id)).ballots_cast - before
        self.say(Watched.ONE_BALLOT, counted == 1, Who.LOST, tried=True)

    def typed_for(self, item: AgendaItem) -> Typed:
        """Invented options, where the item's way of voting needs some; what they are about does not matter here."""
        plan = service_chair.plan_of(self.meeting, item)
        if plan is None or Way(plan.way) in AYE_OR_NO:
            return Typed()
        way = Way(plan.way)
        return Typed(options=invented_options(way, plan.seats, plan.least), budget=BUDGET if way is Way.MONEY else 0)

    async def judge(self, question: Question) -> None:
        """What came of the vote, judged by the question's own rule."""
        result = (await service_views.result_view(question)).outcome
        told = judge(self.troubles, question.rule_spec, result)
        if told is not None:
            self.say(told[0], told[1], Who.EVERYBODY, reason=result.verdict.value)


async def play(
    template: str,
    plan: dict[str, Any],
    troubles: Collection[Trouble],
    agenda: Sequence[Mapping[str, Any]] | None = None,
) -> list[Line]:
    """What `play_through` tells of the rules."""
    return (await play_through(template, plan, troubles, agenda))[0]


async def play_through(
    template: str,
    plan: dict[str, Any],
    troubles: Collection[Trouble],
    agenda: Sequence[Mapping[str, Any]] | None = None,
) -> tuple[list[Line], list[Step]]:
    """Play one sitting in the database that is open, which must be empty and thrown away afterwards.

    The rules of the account, and the chair's presses with what followed each.
    `agenda`: the items as composed (service_agenda.agenda_data); None: those of the plan.
    """
    cast = await make_cast()
    meeting = await meetings.draft_meeting(
        cast.chair,
        place_id=cast.place.id,
        template=template,
        title="演练",
        starts_at=clock.now() + timedelta(days=90),
        mode=Mode.BOTH,
        venue="演练",
        data=plan,
    )
    if agenda is not None:
        await service_agenda.lay_agenda(cast.chair, meeting.id, agenda, cast.scales)
    await join(cast, meeting.roll)
    sitting = Play(cast, meeting, troubles)
    return await sitting.run(), sitting.steps

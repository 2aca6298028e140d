"""Minutes for tests: a meeting that was talked, voted and ended, made through the services."""

import secrets
from dataclasses import dataclass

from linyue.base.policy import Actor
from linyue.meetings import service_room, service_speakers
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_speakers import Stance
from linyue.minutes import service
from linyue.minutes.model import Minutes
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules_ballot import Via
from linyue.rounds import service as rounds
from linyue.rounds import service_chair
from tests.make.meetings import Hall, make_meeting


@dataclass(frozen=True, slots=True)
class Held:
    """An ended meeting with its minutes. `question` was put and published."""

    hall: Hall
    minutes: Minutes
    question: Question

    @property
    def chair(self) -> Actor:
        return self.hall.chair

    @property
    def recorder(self) -> Actor:
        return self.hall.recorder

    async def fresh(self) -> Minutes:
        """The minutes as they are stored now."""
        return await Minutes.get(id=self.minutes.id)


async def make_held() -> Held:
    """Two came by phone and one to the hall; one group wrote, one spoke, all voted for; the chair closed the meeting."""
    hall = await make_meeting()
    meeting_id, first, second = hall.meeting.id, hall.neighbours[0], hall.neighbours[1]
    third = hall.neighbours[2].person_id
    await service_room.check_in(hall.chair, meeting_id, Channel.HALL, third)
    await hall.go_to(Link.TOPICS)
    await hall.enter(first, second)
    topic = await rounds.post_topic(first, meeting_id, "先修5幢还是7幢")
    group = await service_chair.form_group(hall.chair, meeting_id, topic.id)
    await hall.go_to(Link.GROUPS)
    await rounds.join_group(first, meeting_id, group.id)
    await rounds.save_note(first, meeting_id, group.id, 0, "5幢漏得最重\n先修5幢")
    await rounds.bring_back(first, meeting_id, group.id, "天沟也要一起清", Stance.FOR)
    await hall.go_to(Link.CONSENSUS)
    await service_speakers.ask_to_speak(second, meeting_id, Stance.FOR)
    await service_speakers.next_speaker(hall.chair, meeting_id)
    await service_speakers.end_speech(hall.chair, meeting_id)
    question = await service_chair.put_question(hall.chair, meeting_id, "先修5幢的屋顶？", "Mend the roof of 5 first?")
    question = await service_chair.open_question(hall.chair, meeting_id, question.id)
    for voter in (first, second):
        assert voter.person_id is not None
        await questions.cast_ballot(voter.person_id, question.id, "for", secrets.token_hex(8), 0, Via.POST)
    await service_chair.close_question(hall.chair, meeting_id, question.id)
    question = await service_chair.publish_result(hall.chair, meeting_id, question.id)
    await hall.go_to((await AgendaItem.of(meeting_id))[-1].link)
    await service_chair.end_meeting(hall.chair, meeting_id)
    minutes = await service.draft_minutes(hall.chair, meeting_id)
    fresh = Hall(
        await Meeting.get(id=meeting_id), hall.place, hall.chair, hall.recorder, hall.neighbours, hall.stranger
    )
    return Held(fresh, minutes, await Question.get(id=question.id))

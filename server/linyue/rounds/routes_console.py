"""The chair's console: one main button for the next step, and what the chair may need beside it."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor, Scope
from linyue.base.routing import Handler, actor_of, page
from linyue.councils.rules_district import Count, refuse_decision
from linyue.meetings import rules as meeting_rules
from linyue.meetings import service as meetings
from linyue.meetings import service_agenda, service_floor, service_room, service_speakers
from linyue.meetings.acting import acting
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.pages import place_name, place_name_of
from linyue.meetings.rules import ItemState
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import Act
from linyue.meetings.service_council import out_of_roll, stepped_back
from linyue.meetings.service_guests import guests_of
from linyue.meetings.service_rights import stop_act
from linyue.meetings.service_roll import roll_ids, scales_of
from linyue.people.service_factor import needs_sign_in_again
from linyue.places.rules import PlaceKind
from linyue.questions import service_call, service_paper_views
from linyue.questions.model import Question
from linyue.questions.pages import out_words, voters_words
from linyue.questions.pages_desk import left_lines
from linyue.questions.pages_ways import listed_ways
from linyue.questions.rules import NO_QUORUM, Measure, QuestionState, System
from linyue.questions.rules_channels import Channel, offered
from linyue.questions.rules_law import Decision
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_setup import Typed, system_of, ways_for
from linyue.questions.service_channels import ways_of
from linyue.questions.service_opening import roll_place
from linyue.rounds import rules, rules_space, service, service_again, service_chair, service_merge, service_motions
from linyue.rounds.finding import acts_of, find_meeting
from linyue.rounds.model import PostReport
from linyue.rounds.pages import AgainLine, ConsolePage, room_view
from linyue.rounds.routes_record import kept_lines
from linyue.rounds.rules import MainStep, PostKind
from linyue.rounds.service_given import given_for, names_left
from linyue.rounds.service_state import RoomState, room_state
from linyue.rounds.service_walls import Data


class QuestionForm(FormModel):
    """The words to be put to the vote."""

    text_zh: str = Field(default="", max_length=1000)
    text_en: str = Field(default="", max_length=1000)
    kind: Literal["", "named", "secret"] = ""
    way: Literal["", "for_against", "roll_call", "single", "several", "dots", "score", "ranked", "money"] = ""
    options: str = Field(default="", max_length=2000)
    seats: str = Field(default="", max_length=2)
    budget: str = Field(default="", max_length=9)
    ways: list[str] = Field(default_factory=list, max_length=len(Channel))
    asked: Literal["", "ways"] = ""
    """Says that the ways were shown, so that none ticked is an answer."""
    roll_place: RowId | None = None
    motion: int = 0

    @field_validator("roll_place", mode="before")
    @classmethod
    def _own(cls, value: object) -> object:
        return None if value in ("", "0") else value


class StepForm(FormModel):
    """A step, and what the chair saw when pressing: a question, an item, a topic, a speaker."""

    seen: int = 0
    sure: str = Field(default="", max_length=4)
    into: int = 0
    place: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=400)
    seconds: int = 0
    ruling: str = Field(default="", max_length=1000)
    upheld: str = Field(default="", max_length=4)


Step = Callable[[Actor, int, StepForm], Awaitable[object]]


async def run_scope(request: Request) -> Scope:
    """Who chairs the meeting of the address."""
    return await meetings.scope_of(await find_meeting(request))


async def console_page(request: Request) -> Response:
    """The console; taking it asks for a sign-in of today (never in a demo)."""
    meeting = await find_meeting(request)
    if not request.app.state.settings.demo and needs_sign_in_again(request.state.session):
        return redirect(f"/sign-in?again=1&next=/run/{meeting.public_id}")
    sure = request.query_params.get("sure", "")
    return render(request, "rounds/console.html", await _console(request, meeting, None, sure=sure))


async def _console(request: Request, meeting: Meeting, form: Form[Any] | None, *, sure: str = "") -> ConsolePage:
    lang = request.state.prefs.lang
    state = await room_state(meeting.id)
    meeting = await Meeting.get(id=meeting.id).select_related("place")
    room = room_view(meeting, state, lang)
    question = await service_chair.question_now(meeting)
    item = await AgendaItem.get_or_none(meeting_id=meeting.id, state=ItemState.NOW).select_related("matter")
    following = [one for one in room.items if one["position"] > room.position]
    hint = (item.question_zh, item.question_en) if item is not None else ("", "")
    waiting = [one for one in room.motions if one["state"] == "moved" and one["hidden"] is None]
    motion = waiting[0] if waiting and (question is not None or not hint[0]) else None
    if motion is not None:
        hint = (motion["text"]["zh"], motion["text"]["en"])
    left = await names_left(meeting, item)
    given = await given_for(meeting, item) if question is None or left else None
    if given is not None and (left or not hint[0]):
        hint = (given.text_zh, given.text_en)
    reports = await PostReport.filter(meeting_id=meeting.id, settled_at__isnull=True).order_by("id")
    taken = service_room.noted_at(meeting)
    undo = meeting.undo["step"] if meeting.undo and not meeting_rules.refuse_undo(taken, clock.now()) else ""
    return ConsolePage(
        room=room,
        acts=await acts_of(request, meeting, room, is_on_roll=False),
        step=_step(meeting, item, state, question, len(waiting) + len(left)).value,
        next_title=following[0]["words"] if following else "",
        undo=undo,
        screen=meetings.screen_path(meeting),
        is_blank=meeting.screen_blank,
        has_clock=meeting.timer_ends_at is not None or meeting.timer_left is not None,
        is_paused=meeting.timer_left is not None,
        reports=[(one.kind.value, one.post_id, one.reason, await service.text_of_post(one)) for one in reports],
        hidden=[(one.kind.value, one.post_id, one.reason, one.text) for one in await service.hidden_posts(meeting.id)],
        shown_again=[(one.kind.value, one.hidden_reason, one.reason) for one in await service.shown_again(meeting.id)],
        kept=await kept_lines(meeting.id),
        question_id=question.id if question else 0,
        question_hint=hint,
        desk=f"/q/{question.public_id}/desk" if question else "",
        guests=[one.name for one in await guests_of(meeting.id)],
        call=f"/q/{question.public_id}/call" if question and service_call.is_called(question) else "",
        left=await _left(lang, question),
        question_kind=service_chair.kind_of(meeting, item).value,
        question_ways=_ways(lang, meeting, item) if given is None else [],
        candidates=list(given.options) if given is not None else None,
        is_fixed=given is not None and bool(given.english),
        channels=_channels(lang, meeting, item),
        offered=listed_ways(lang, ways_of(question)) if question is not None else "",
        scales=await _scales(lang, meeting, item) if question is None else [],
        scale=item.roll_place_id or meeting.place_id if item is not None else meeting.place_id,
        voters=await _voters(lang, meeting, item, question),
        may_dot=question is None and item is not None and _may_dot(item, state),
        motion=motion,
        topics_open=_by_dots(
            [one for one in room.topics if one["state"] == "posted" and one["hidden"] is None], room.question
        ),
        now=clock.now(),
        sure=sure,
        waits_for=_waits_for(lang, state, question),
        may_adjourn=item is not None
        and item.link is Link.OPENING
        and state.turnout["present"] < state.turnout["quorum"],
        register=meeting.place.code if _is_weighed(question) else "",
        consent=meeting.public_id if _is_consent(question) else "",
        again=await _again(lang, meeting),
        form=form,
    )


def _is_weighed(question: Question | None) -> bool:
    """Whether the vote on the table will be counted by area and by heads, and is not open yet."""
    if question is None or question.state is not QuestionState.DRAFT:
        return False
    return question.rule_spec.measure is Measure.AREA_AND_HEADS


def _is_consent(question: Question | None) -> bool:
    """Whether the vote on the table needs every interested owner, and is not open yet."""
    return (
        question is not None
        and question.state is QuestionState.DRAFT
        and question.rule_spec.decision == Decision.OWNERS_ALL
    )


async def _again(lang: str, meeting: Meeting) -> AgainLine | None:
    """The vote that can be called again here, or has to wait for another meeting, with what it will ask for."""
    found = await service_again.to_call_again(meeting)
    if found is None:
        return None
    result = found.first.result or {}
    figures = {"came": result["present"], "of": result["entitled"]}
    if found.refusal is not None:
        return AgainLine(0, found.first.text_in(lang), [t(lang, found.refusal.value)])
    by_law = found.rule.system is not System.DELIBERATION
    bar = t(lang, "rounds-again-law" if by_law else "rounds-again-advice")
    return AgainLine(found.first.id, found.first.text_in(lang), [t(lang, "rounds-again-was", **figures), bar])


def _ways(lang: str, meeting: Meeting, item: AgendaItem | None) -> list[tuple[str, str]]:
    """Ways to vote the chair may choose from for the item, the template's first; none for an item without a vote."""
    plan = service_chair.plan_of(meeting, item)
    ways = ways_for(service_chair.words_of(plan, meeting.roll)) if plan is not None else ()
    return [(way.value, t(lang, f"questions-way-to-vote-{way.value.replace('_', '-')}")) for way in ways]


def _channels(lang: str, meeting: Meeting, item: AgendaItem | None) -> list[tuple[str, str]]:
    """Where people may vote: every way the rule of the item allows in some form; none for an item without a vote."""
    plan = service_chair.plan_of(meeting, item)
    if plan is None:
        return []
    allowed = offered(system_of(service_chair.words_of(plan, meeting.roll)), Kind.NAMED)
    return [(one.value, t(lang, f"questions-way-{one.value}")) for one in allowed]


async def _scales(lang: str, meeting: Meeting, item: AgendaItem | None) -> list[tuple[int, str]]:
    """Whose votes it can be: everybody of the meeting first, then each place inside its own.

    Where every interested owner must consent, one building has to be chosen.
    """
    plan = service_chair.plan_of(meeting, item)
    if plan is not None and plan.decision == Decision.OWNERS_ALL:
        blocks = await scales_of(meeting, lang, only=PlaceKind.BUILDING)
        return [(0, t(lang, "questions-harm-building")), *((one.place_id, one.name) for one in blocks)]
    inside = await scales_of(meeting, lang)
    everybody = t(lang, "meetings-roll-all", place=place_name(meeting, lang))
    return [(meeting.place_id, everybody), *((one.place_id, one.name) for one in inside)] if inside else []


async def _voters(lang: str, meeting: Meeting, item: AgendaItem | None, question: Question | None) -> list[str]:
    """Before a vote is opened: whose roll will be frozen, how many that is now, and who has stepped back."""
    if question is None or question.state is not QuestionState.DRAFT:
        return []
    matter_id = item.matter_id if item is not None else None
    where = await roll_place(question)
    out = await out_of_roll(meeting.id, question.body, matter_id)
    number = len(set(await roll_ids(where, question.body)) - out)
    names = await stepped_back(meeting, question.body, matter_id, None)
    return [
        voters_words(lang, question.body, place_name_of(where, lang), number),
        *([out_words(lang, names, number)] if names else []),
    ]


def _waits_for(lang: str, state: RoomState, question: Question | None) -> str:
    """What the council's vote waits for before it can be opened."""
    told = state.turnout["council"]
    if told is None or question is None or question.state is not QuestionState.DRAFT:
        return ""
    seven = Count(**told["seven"])
    refusal = refuse_decision(seven, asks_quorum=question.rule_spec.quorum != NO_QUORUM)
    words = {"came": seven.present, "of": seven.entitled, "needed": seven.needed}
    return t(lang, refusal.value, **words) if refusal is not None else ""


async def _left(lang: str, question: Question | None) -> list[str]:
    """What would stay uncounted if the vote closed now."""
    if question is None or question.state is not QuestionState.OPEN:
        return []
    call = await service_call.call_now(question)
    uncalled = [t(lang, "questions-call-left", n=call.left)] if call is not None and call.left else []
    return [*left_lines(lang, await service_paper_views.outstanding(question.id)), *uncalled]


def _step(
    meeting: Meeting, item: AgendaItem | None, state: RoomState, question: Question | None, motions: int
) -> MainStep:
    last = max((one["position"] for one in state.room["items"]), default=-1)
    return rules.main_step(
        meeting.state,
        item.link if item else None,
        item is not None and item.position == last,
        _topics_open(state),
        len(state.room["groups"]),
        question.state if question else None,
        motions,
    )


def _by_dots(topics: list[Data], question: Data | None) -> list[Data]:
    """Topics in the order of their dots once these are published: groups form of what is supported most."""
    if question is None or not question["chosen"]:
        return topics
    words = {one["key"]: one["zh"] for one in question["options"]}
    ranks = {words.get(key): n for n, key in enumerate(question["chosen"])}
    return sorted(topics, key=lambda one: ranks.get(one["text"], len(ranks)))


def _topics_open(state: RoomState) -> int:
    return sum(one["state"] == "posted" and one["hidden"] is None for one in state.room["topics"])


def _may_dot(item: AgendaItem, state: RoomState) -> bool:
    return rules_space.may_ask_dots(item.link, _topics_open(state), len(state.room["groups"]))


async def put_question(request: Request) -> Response:
    """Put the question on the table; its words can still be mended when refused."""
    meeting, form = await find_meeting(request), await read_form(request, QuestionForm)
    sent = form.value or QuestionForm()
    typed = Typed(sent.way, sent.options, _number(sent.seats), _number(sent.budget) * 100)
    try:
        ways = sent.ways if sent.asked else None
        texts = (sent.text_zh, sent.text_en)
        await stop_act(actor_of(request), Act.PUT_QUESTION, meeting)
        await service_motions.put_motion(
            actor_of(request), meeting.id, sent.motion, *texts, sent.kind, typed, ways, sent.roll_place
        )
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return render(request, "rounds/console.html", await _console(request, meeting, form), status=422)
    return redirect(f"/run/{meeting.public_id}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def button(act: Act, step: Step, *, flash: str = "") -> tuple[Act, Handler]:
    """A handler for one button of the console: ask the table, take the step, show the console again.

    A refusal is shown on the console in words, since the state there is what the chair has to look at.
    """

    async def handler(request: Request) -> Response:
        meeting, form = await find_meeting(request), await read_form(request, StepForm)
        if form.value is None:
            return render(request, "rounds/console.html", await _console(request, meeting, form), status=422)
        try:
            await stop_act(actor_of(request), act, meeting)
            await step(actor_of(request), meeting.id, form.value)
        except Refused as refusal:
            shown: Form[Any] = empty(**form.raw)
            shown.refuse(request.state.prefs.lang, refusal)
            return render(request, "rounds/console.html", await _console(request, meeting, shown), status=409)
        return redirect(f"/run/{meeting.public_id}", flash=flash)

    handler.__name__ = act.value
    return act, handler


async def close(request: Request) -> Response:
    """Close the vote; without a script the console asks once more first."""
    meeting, form = await find_meeting(request), await read_form(request, StepForm)
    if form.value is None or form.value.sure != "yes":
        return redirect(f"/run/{meeting.public_id}?sure=close")
    return await _close(request)


_, _close = button(Act.CLOSE_QUESTION, lambda who, at, form: service_chair.close_question(who, at, form.seen))


async def end(request: Request) -> Response:
    """End the meeting, which cannot be taken back; the console asks once more first."""
    meeting, form = await find_meeting(request), await read_form(request, StepForm)
    if form.value is None or form.value.sure != "yes":
        return redirect(f"/run/{meeting.public_id}?sure=end")
    return await _end(request)


_, _end = button(Act.END, lambda who, at, form: service_chair.end_meeting(who, at))


async def hide(request: Request) -> Response:
    """Take a post from view, with a reason, or let it stand."""
    meeting, form = await find_meeting(request), await read_form(request, StepForm)
    try:
        kind = PostKind(request.path_params["kind"])
    except ValueError as error:
        raise NotFound() from error
    post_id, sent = request.path_params["post_id"], form.value or StepForm()
    if sent.sure == "no":
        await service_chair.leave_post(actor_of(request), meeting.id, kind, post_id)
    else:
        await service_chair.hide_post(actor_of(request), meeting.id, kind, post_id, sent.reason)
    return redirect(f"/run/{meeting.public_id}", flash="rounds-flash-settled")


async def show_again(request: Request) -> Response:
    """Show a hidden post again, with a reason."""
    meeting, form = await find_meeting(request), await read_form(request, StepForm)
    try:
        kind = PostKind(request.path_params["kind"])
    except ValueError as error:
        raise NotFound() from error
    reason = form.value.reason if form.value is not None else ""
    await service_chair.show_post(actor_of(request), meeting.id, kind, request.path_params["post_id"], reason)
    return redirect(f"/run/{meeting.public_id}", flash="rounds-flash-shown-again")


async def _rule(actor: Actor, meeting_id: int, form: StepForm) -> None:
    """Rule on the point that was seen; on none: a ruling of the chair's own."""
    if form.seen:
        await service_floor.rule(actor, meeting_id, form.seen, form.ruling, is_upheld=form.upheld == "yes")
    else:
        await service_floor.rule_unasked(actor, meeting_id, form.ruling)


async def _put_dots(actor: Actor, meeting_id: int, _form: StepForm) -> None:
    """Ask with dots which topics are talked over first, in the words of the site."""
    await service_motions.put_dots(
        actor, meeting_id, t("zh-CN", "rounds-dots-question"), t("en", "rounds-dots-question")
    )


STEPS: dict[str, tuple[Act, Handler]] = {
    "put-dots": button(Act.DOT_TOPICS, _put_dots),
    "start": button(Act.START, lambda who, at, form: service_room.start(who, at)),
    "next-item": button(Act.MOVE_ON, lambda who, at, form: service_chair.next_item(who, at, form.seen)),
    "form-group": button(
        Act.SETTLE_TOPICS, lambda who, at, form: service_chair.form_group(who, at, form.seen, form.place)
    ),
    "move-up": button(Act.REORDER, lambda who, at, form: service_agenda.reorder_waiting(who, at, form.seen, -1)),
    "move-down": button(Act.REORDER, lambda who, at, form: service_agenda.reorder_waiting(who, at, form.seen, 1)),
    "adjourn": button(Act.ADJOURN, lambda who, at, form: service_room.adjourn(who, at)),
    "rule": button(Act.RULE, lambda who, at, form: _rule(who, at, form), flash="rounds-flash-ruled"),
    "dissolve-group": button(Act.SETTLE_TOPICS, lambda who, at, form: service_chair.dissolve_group(who, at, form.seen)),
    "merge-topic": button(
        Act.SETTLE_TOPICS, lambda who, at, form: service_merge.ask_merge(who, at, form.seen, form.into)
    ),
    "separate-topic": button(Act.SETTLE_TOPICS, lambda who, at, form: service_chair.separate_topic(who, at, form.seen)),
    "call-again": button(Act.CALL_AGAIN, lambda who, at, form: service_again.call_again(who, at, form.seen)),
    "open-question": button(Act.OPEN_QUESTION, lambda who, at, form: service_chair.open_question(who, at, form.seen)),
    "publish-result": button(
        Act.PUBLISH_RESULT, lambda who, at, form: service_chair.publish_result(who, at, form.seen)
    ),
    "undo": button(Act.UNDO, lambda who, at, form: service_room.undo(who, at), flash="rounds-flash-undone"),
    "next-speaker": button(
        Act.CALL_SPEAKER, lambda who, at, form: service_speakers.next_speaker(who, at, form.seen or None)
    ),
    "end-speech": button(Act.CALL_SPEAKER, lambda who, at, form: service_speakers.end_speech(who, at)),
    "close-queue": button(Act.CLOSE_QUEUE, lambda who, at, form: service_speakers.close_queue(who, at, True)),
    "open-queue": button(Act.CLOSE_QUEUE, lambda who, at, form: service_speakers.close_queue(who, at, False)),
    "set-timer": button(Act.SET_CLOCK, lambda who, at, form: service_room.set_timer(who, at, form.seconds)),
    "add-time": button(Act.SET_CLOCK, lambda who, at, form: service_room.add_time(who, at)),
    "pause-timer": button(Act.SET_CLOCK, lambda who, at, form: service_room.pause_timer(who, at)),
    "blank": button(Act.SET_SCREEN, lambda who, at, form: service_room.blank_screen(who, at, True)),
    "unblank": button(Act.SET_SCREEN, lambda who, at, form: service_room.blank_screen(who, at, False)),
    "renew-screen": button(Act.SET_SCREEN, lambda who, at, form: meetings.renew_screen_link(who, at)),
}

ROUTES: list[BaseRoute] = [
    page("/run/{public_id}", console_page, action="rounds.run", scope=run_scope),
    acting("/run/{public_id}/put-question", put_question, act=Act.PUT_QUESTION, scope=run_scope),
    acting("/run/{public_id}/close-question", close, act=Act.CLOSE_QUESTION, scope=run_scope),
    acting("/run/{public_id}/end", end, act=Act.END, scope=run_scope),
    acting(
        "/run/{public_id}/posts/{kind}/{post_id:int}", hide, act=Act.HIDE_POST, meeting=find_meeting, scope=run_scope
    ),
    acting(
        "/run/{public_id}/posts/{kind}/{post_id:int}/show",
        show_again,
        act=Act.HIDE_POST,
        meeting=find_meeting,
        scope=run_scope,
    ),
    *(
        acting(f"/run/{{public_id}}/{name}", handler, act=act, scope=run_scope)
        for name, (act, handler) in STEPS.items()
    ),
]

"""Pages of topics that residents propose: a council's list, the form, one topic with its supporters and its answer."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import DistrictRules
from linyue.councils.service_rules import rules_now
from linyue.matters import service_topics
from linyue.matters.model import Matter
from linyue.matters.model_topics import TopicProposal, TopicSupport
from linyue.matters.rules_topics import TopicState
from linyue.matters.service_topic_course import Course, course_of
from linyue.people import service as people

SHOWN = 60
GROUPS = {
    "open": (TopicState.OPEN,),
    "taken": (TopicState.TAKEN,),
    "over": (TopicState.LAPSED, TopicState.ANSWERED),
}


class ProposeForm(FormModel):
    """A topic: what, why, which kind. Text limits are the rules' business."""

    form_id: str = Field(min_length=16, max_length=40)
    title: str = Field(default="", max_length=400)
    text: str = Field(default="", max_length=4000)
    kind: str = Field(default="", max_length=20)


class AnswerForm(FormModel):
    """The council's words, or the reason why text is not shown."""

    answer: str = Field(default="", max_length=4000)
    reason: str = Field(default="", max_length=200)


class NoForm(FormModel):
    """A button."""


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in a list; `href` leads to its matter once it is one."""

    href: str
    title: str
    kind: str
    supports: int
    needed: int
    state: str
    at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class TopicsPage:
    council: Council
    tabs: list[tuple[str, str, bool, int]]
    lines: list[TopicLine]
    rules: DistrictRules
    may_propose: bool


@dataclass(frozen=True, slots=True)
class ProposePage:
    council: Council
    kinds: list[tuple[str, str, str]]
    rules: DistrictRules
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic for one reader."""

    topic: TopicProposal
    council: Council
    title: str
    text: str
    who: str
    supports: int
    number: str
    course: Course | None
    """When it is dealt with and what came of it; None while it is no matter of the council."""
    has_supported: bool
    is_own: bool
    may_support: bool
    may_answer: bool
    may_hide: bool
    form: Form[Any]


async def _council(request: Request) -> Council:
    return await councils.council_by_code(request.path_params["code"])


async def list_page(request: Request) -> Response:
    """The topics of a council: those that collect, those it has, those that are over."""
    actor, council = actor_of(request), await _council(request)
    asked = request.query_params.get("tab", "open")
    tab = asked if asked in GROUPS else "open"
    tabs = []
    for name, states in GROUPS.items():
        count = await TopicProposal.filter(council_id=council.id, state__in=states).count()
        href = f"/council/{council.place.code}/topics?tab={name}"
        tabs.append((t(actor.lang, f"matters-topics-{name}"), href, name == tab, count))
    rows = TopicProposal.filter(council_id=council.id, state__in=GROUPS[tab]).order_by("-id").limit(SHOWN)
    lines = await _lines(actor.lang, await rows.select_related("matter"))
    may = await people.is_on_roll(actor, council.place.path)
    return render(request, "matters/topics.html", TopicsPage(council, tabs, lines, await rules_now(), may))


async def _lines(lang: str, topics: list[TopicProposal]) -> list[TopicLine]:
    counts = await service_topics.supports_of(one.id for one in topics)
    return [
        TopicLine(
            href=service_topics.link_to(one),
            title=t(lang, "matters-topic-hidden") if one.hidden_reason else one.title,
            kind=one.kind.value,
            supports=counts.get(one.id, 0),
            needed=one.needed,
            state=one.state.value,
            at=one.closes_at if one.state is TopicState.OPEN else one.ended_at or one.closes_at,
            number=one.matter.number if one.matter else "",
        )
        for one in topics
    ]


async def propose_page(request: Request) -> Response:
    """The form that proposes a topic."""
    return await _propose(request, empty(form_id=secrets.token_urlsafe(16)))


async def _propose(request: Request, form: Form[Any]) -> Response:
    lang = request.state.prefs.lang
    kinds = [
        (kind.value, t(lang, f"councils-kind-{kind.value}"), t(lang, f"councils-kind-about-{kind.value}"))
        for kind in MatterKind
    ]
    shown = ProposePage(await _council(request), kinds, await rules_now(), form)
    return render(request, "matters/topic_new.html", shown, status=422 if form.errors else 200)


async def propose(request: Request) -> Response:
    """Propose a topic."""
    actor, council = actor_of(request), await _council(request)
    await ratelimit.check("20/hour", "matters.topic", str(actor.person_id))
    form = await read_form(request, ProposeForm)
    if form.value is not None:
        sent = form.value
        try:
            topic = await service_topics.propose(
                actor, council, form_id=sent.form_id, title=sent.title, text=sent.text, kind=sent.kind
            )
            return redirect(service_topics.link_to(topic), flash="matters-flash-topic-sent")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _propose(request, form)


async def find_topic(request: Request) -> TopicProposal:
    """The topic of the address. Raises NotFound."""
    found = await TopicProposal.get_or_none(public_id=request.path_params["topic_id"]).select_related(
        "council__place", "person", "matter"
    )
    if found is None:
        raise NotFound
    return found


async def topic_scope(request: Request) -> Scope:
    """The place of the topic's council."""
    return Scope(place_path=(await find_topic(request)).council.place.path)


async def topic_page(request: Request) -> Response:
    """One topic."""
    return await _topic(request, empty())


async def _topic(request: Request, form: Form[Any]) -> Response:
    actor, topic = actor_of(request), await find_topic(request)
    council: Council = topic.council
    here = Scope(place_path=council.place.path)
    may_hide = allow(actor, "matters.topic.hide", here)
    is_shown = not topic.hidden_reason or may_hide or topic.person_id == actor.person_id
    matter: Matter | None = topic.matter
    shown = TopicPage(
        topic=topic,
        council=council,
        title=topic.title if is_shown else t(actor.lang, "matters-topic-hidden"),
        text=topic.text if is_shown else "",
        who=topic.person.display_name,
        supports=(await service_topics.supports_of([topic.id])).get(topic.id, 0),
        number=matter.number if matter else "",
        course=await course_of(actor.lang, matter) if matter else None,
        has_supported=await TopicSupport.exists(proposal_id=topic.id, person_id=actor.person_id or 0),
        is_own=topic.person_id == actor.person_id,
        may_support=topic.state is TopicState.OPEN
        and topic.person_id != actor.person_id
        and await people.is_on_roll(actor, council.place.path),
        may_answer=allow(actor, "matters.topic.answer", here),
        may_hide=may_hide,
        form=form,
    )
    return render(request, "matters/topic.html", shown, status=422 if form.errors else 200)


async def support(request: Request) -> Response:
    """Support a topic."""
    topic = await find_topic(request)
    await read_form(request, NoForm)
    done = await service_topics.support(actor_of(request), topic.id)
    flash = "matters-flash-topic-enough" if done.state is TopicState.TAKEN else "matters-flash-topic-supported"
    return redirect(service_topics.link_to(topic), flash=flash)


async def unsupport(request: Request) -> Response:
    """Take one's support back."""
    topic = await find_topic(request)
    await read_form(request, NoForm)
    await service_topics.unsupport(actor_of(request), topic.id)
    return redirect(service_topics.link_to(topic), flash="matters-flash-topic-unsupported")


async def withdraw(request: Request) -> Response:
    """Take one's own topic back."""
    topic = await find_topic(request)
    await read_form(request, NoForm)
    await service_topics.withdraw(actor_of(request), topic.id)
    return redirect(service_topics.link_to(topic), flash="matters-flash-topic-withdrawn")


async def take(request: Request) -> Response:
    """The council takes a topic up."""
    topic = await find_topic(request)
    await read_form(request, NoForm)
    matter = await service_topics.take(actor_of(request), topic.id)
    return redirect(f"/m/{matter.number}", flash="matters-flash-topic-taken")


async def answer(request: Request) -> Response:
    """The council answers."""
    topic, form = await find_topic(request), await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            await service_topics.answer(actor_of(request), topic.id, form.value.answer)
            return redirect(service_topics.link_to(topic), flash="matters-flash-topic-answered")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _topic(request, form)


async def hide(request: Request) -> Response:
    """Take a topic's words from view, or show them again."""
    topic, form = await find_topic(request), await read_form(request, AnswerForm)
    if form.value is not None:
        await service_topics.hide(actor_of(request), topic.id, form.value.reason)
        return redirect(service_topics.link_to(topic), flash="matters-flash-topic-hidden")
    return await _topic(request, form)


_AT = "/topics/{topic_id}"
ROUTES: list[BaseRoute] = [
    page("/council/{code}/topics", list_page, action="matters.topic.read"),
    page("/council/{code}/topics/new", propose_page, action="matters.topic.propose"),
    post("/council/{code}/topics/new", propose, action="matters.topic.propose"),
    page(_AT, topic_page, action="matters.topic.read"),
    post(f"{_AT}/support", support, action="matters.topic.support"),
    post(f"{_AT}/unsupport", unsupport, action="matters.topic.support"),
    post(f"{_AT}/withdraw", withdraw, action="matters.topic.support"),
    post(f"{_AT}/take", take, action="matters.topic.answer", scope=topic_scope),
    post(f"{_AT}/answer", answer, action="matters.topic.answer", scope=topic_scope),
    post(f"{_AT}/hide", hide, action="matters.topic.hide", scope=topic_scope),
]

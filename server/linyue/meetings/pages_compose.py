"""What the pages of those who prepare a meeting show, as values: the form that begins one, and the draft."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from linyue.base import clock
from linyue.base.forms import Form, Narrowed, narrowed
from linyue.base.i18n import t
from linyue.base.pages import day_text
from linyue.base.policy import Actor, Role, allow
from linyue.base.workdays import day_end, published_calendar
from linyue.matters.service_topics import supporters_of_matters
from linyue.meetings import rules, service_agenda
from linyue.meetings.model import AgendaItem, Meeting, MeetingOffice
from linyue.meetings.pages import ItemLine, OfficeLine, item_lines, law_lines, picture_of, place_name
from linyue.meetings.rules_picture import Picture
from linyue.meetings.rules_plan import FREE
from linyue.meetings.service import scope_of
from linyue.meetings.service_roll import called_to, scales_of
from linyue.people import service as people
from linyue.people.model import Person
from linyue.people.rules_bodies import Body
from linyue.people.service_roles import holders_of


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form that begins a meeting."""

    form: Form[Any] | None
    templates: list[tuple[str, str, str]]
    chosen: str
    places: list[tuple[int, str]]
    earliest: str
    place: str
    """The place that holds all others, chosen beforehand; empty where there are several."""
    matter: str
    """Number of the matter that goes onto the agenda; empty for none."""


@dataclass(frozen=True, slots=True)
class ComposePage:
    """A draft in the hands of a council member."""

    public_id: str
    title: str
    title_en: str
    place: str
    starts_at: datetime
    day: str
    time: str
    mode: str
    venue: str
    minutes: int
    notice_days: int
    notice_unit: str
    notice_reason: str
    notice_law: str
    """The article that sets the period; empty where none does."""
    law: list[tuple[str, str]]
    addable: list[tuple[str, str]]
    behind: list[tuple[int, str]]
    picture: Picture
    earliest: datetime
    items: list[ItemLine]
    offices: list[OfficeLine]
    needed: list[str]
    lacks: list[tuple[str, str]]
    """What is to be seen to before the meeting: (sentence, part of the page)."""
    candidates: Narrowed
    """People for an office: the neighbours, whoever is called to the meeting, and the community's workers."""
    matters: list[tuple[str, str]]
    roll: str
    """Whose meeting it is, in words with the number of people."""
    register: str
    """Code of the place whose register an owners' vote is drawn from; empty for other bodies."""
    rolls: list[tuple[str, str]]
    """Bodies to choose from, the present one first; empty where the template fixes it."""
    scales: list[tuple[int, str]]
    """Places inside the meeting's own for which a vote can be held."""
    may_announce: bool
    """Whether the reader puts the notice out and gives offices; the secretary only prepares."""
    form: Form[Any] | None


def matter_of(asked: str) -> str:
    """The number of a matter in an address; empty where it is none."""
    return asked if re.fullmatch(r"[0-9]{4}-[0-9]{4,8}(-[0-9])?", asked) else ""


async def compose_of(meeting: Meeting, actor: Actor, form: Form[Any] | None, who: str = "") -> ComposePage:
    """The draft as its page shows it; `place` must be loaded. `who`: what was typed to find somebody for an office."""
    plan, lang = meeting.plan, actor.lang
    offices = await MeetingOffice.filter(meeting_id=meeting.id).order_by("id").select_related("person")
    held = [one.office for one in offices]
    local = clock.local(meeting.starts_at)
    day = rules.earliest_day(clock.local(clock.now()).date(), plan.notice, published_calendar())
    items = await AgendaItem.of(meeting.id).select_related("matter", "roll_place")
    called = await called_to(meeting)
    near = {one.person_id: one.label for one in await people.roll_of(meeting.place)}
    hands = near | {one.person_id: one.label for one in called} | await _workers(meeting, lang)
    found = narrowed(sorted(((str(one), label) for one, label in hands.items()), key=lambda x: x[1]), who)
    members = {str(one.id): one.public_id for one in await Person.filter(id__in=[int(i) for i, _ in found.options])}
    scales = await scales_of(meeting, lang)
    supported = await supporters_of_matters(one.matter_id for one in items if one.matter_id is not None)
    needed = [role.office.value for role in plan.roles if held.count(role.office) < role.needed]
    return ComposePage(
        public_id=meeting.public_id,
        title=meeting.title,
        title_en=meeting.title_en,
        place=place_name(meeting, lang),
        starts_at=meeting.starts_at,
        day=local.date().isoformat(),
        time=local.strftime("%H:%M"),
        mode=meeting.mode.value,
        venue=meeting.venue,
        minutes=sum(item.minutes for item in items),
        notice_days=plan.notice.days,
        notice_unit=plan.notice.unit,
        notice_reason=plan.notice.reason.pick(lang),
        notice_law=plan.notice.law.pick(lang) if plan.notice.law else "",
        law=law_lines(plan, lang),
        addable=[(one.value, t(lang, f"meetings-item-{one.value}")) for one in FREE],
        behind=[(item.id, item.title_in(lang)) for item in items],
        picture=picture_of(meeting, items, lang),
        earliest=day_end(day),
        items=[
            replace(line, supporters=supported.get(item.matter_id or 0, 0), asks_names=_asks_names(meeting, item))
            for line, item in zip(item_lines(items, lang), items, strict=True)
        ],
        offices=[OfficeLine(one.office.value, one.person.display_name, one.person.public_id) for one in offices],
        needed=needed,
        lacks=_lacks(lang, needed, is_late=clock.local(meeting.starts_at).date() < day, earliest=day),
        candidates=replace(found, options=[(members[i], label) for i, label in found.options if i in members]),
        matters=await _choices(meeting, lang),
        roll=t(lang, "meetings-roll-line", who=body_word(plan.roll, lang), n=len(called)),
        register=meeting.place.code if meeting.roll is Body.OWNERS else "",
        rolls=[(one.value, body_word(one, lang)) for one in (plan.roll, *plan.roll_or)] if plan.roll_or else [],
        scales=[(one.place_id, one.name) for one in scales],
        may_announce=allow(actor, "meetings.announce", await scope_of(meeting)),
        form=form,
    )


def _asks_names(meeting: Meeting, item: AgendaItem) -> bool:
    """Whether a vote is held about each of some people, whose names stand in the item's words."""
    link = meeting.plan.link_at(item.plan_link, item.link)
    return link is not None and link.question is not None and link.question.is_each


async def _workers(meeting: Meeting, lang: str) -> dict[int, str]:
    """The community's workers, the council's secretary wherever they live: id to name and what they are."""
    ids = await holders_of(Role.SOCIAL_WORKER, meeting.place.path)
    names = await people.names_of(ids)
    return {one: t(lang, "meetings-candidate-worker", name=names[one]) for one in ids}


def _lacks(lang: str, needed: list[str], *, is_late: bool, earliest: date) -> list[tuple[str, str]]:
    """What would stop the announcement or, later, the opening."""
    lines = []
    if is_late:
        lines.append((t(lang, "meetings-lacks-days", day=day_text(lang, earliest)), "details"))
    if needed:
        who = t(lang, "meetings-comma").join(t(lang, f"meetings-office-{one}") for one in needed)
        lines.append((t(lang, "meetings-lacks-offices", who=who), "offices"))
    return lines


def body_word(body: Body, lang: str) -> str:
    """What a body is called."""
    return t(lang, f"people-body-{body.value.replace('_', '-')}")


def with_form(shown: ComposePage, form: Form[Any]) -> ComposePage:
    """The same page with what was typed and why it was refused."""
    return replace(shown, form=form)


def with_typed(shown: ComposePage, item_id: int, form: Form[Any]) -> ComposePage:
    """The same page with an item's words as they were typed: nothing is lost with a refusal."""
    zh, en = str(form.get("question_zh")), str(form.get("question_en"))
    typed = [replace(one, question=zh, question_en=en) if one.id == item_id else one for one in shown.items]
    return replace(shown, items=typed)


async def _choices(meeting: Meeting, lang: str) -> list[tuple[str, str]]:
    """Matters to choose from: what most neighbours support first, with how many do, then by age."""
    found = await service_agenda.matters_to_choose(meeting)
    supported = await supporters_of_matters(one.id for one in found)
    found.sort(key=lambda one: -supported.get(one.id, 0))
    return [
        (
            one.number,
            f"{one.title} ({t(lang, 'matters-topic-of-supporters', n=supported[one.id])})"
            if one.id in supported
            else one.title,
        )
        for one in found
    ]

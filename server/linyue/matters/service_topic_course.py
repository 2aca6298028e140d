"""What became of a topic that the council has: at which meeting it is dealt with, and what came of it. Reads only."""

from dataclasses import dataclass, replace

from linyue.base.i18n import t
from linyue.base.pages import day_text
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState, Step
from linyue.matters.service_timeline import EntryView, public_entry
from linyue.matters.service_topics import sitting_of

SHOWN = (
    Step.PUT_ON_AGENDA,
    Step.TAKE_OFF_AGENDA,
    Step.DECIDE,
    Step.ADOPT,
    Step.VOID_DECISION,
    Step.PROMISE,
    Step.KEEP_PROMISE,
    Step.COMPLETE,
)
"""Steps that tell a supporter when it was dealt with and what came of it; the number tells the rest."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a topic stands with the council, in a sentence, and the steps so far; `href` leads to its meeting."""

    words: str
    kind: str
    href: str
    entries: tuple[EntryView, ...]


async def course_of(lang: str, matter: Matter) -> Course:
    """The course of a topic's matter."""
    events = await MatterEvent.filter(matter_id=matter.id, kind__in=SHOWN, is_public=True).order_by("at", "id")
    entries = tuple(public_entry(lang, matter, one) for one in events)
    sitting = await sitting_of(matter)
    if matter.state in (MatterState.ON_AGENDA, MatterState.IN_MEETING) and sitting is not None:
        title = sitting.title_en if lang == "en" and sitting.title_en else sitting.title
        key = "soon" if matter.state is MatterState.ON_AGENDA else "now"
        words = t(lang, f"matters-topic-course-{key}", meeting=title, day=day_text(lang, sitting.starts_at))
        return Course(words, "wait", sitting.href, _without_link(entries, sitting.href))
    decided = [one for one in events if one.kind in (Step.DECIDE.value, Step.ADOPT.value)]
    if not decided:
        return Course(t(lang, "matters-topic-course-waits"), "wait", "", entries)
    is_adopted = bool(decided[-1].data.get("adopted", True))
    key = "adopted" if is_adopted else "not-adopted"
    return Course(t(lang, f"matters-topic-course-{key}"), "ok" if is_adopted else "no", "", entries)


def _without_link(entries: tuple[EntryView, ...], href: str) -> tuple[EntryView, ...]:
    """A draft is the council's own to read: its entry names the meeting without leading there."""
    return entries if href else tuple(replace(one, href="") if "/meetings/" in one.href else one for one in entries)

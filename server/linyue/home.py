"""The first page: what is happening now, what is mine, what comes next. Reads from every slice, decides nothing."""

from dataclasses import dataclass, field
from datetime import datetime

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.i18n import t
from linyue.base.notify import unread_count
from linyue.base.pages import render
from linyue.base.policy import Actor, Role
from linyue.base.routing import actor_of, page
from linyue.matters.model import Matter, MatterFollower
from linyue.matters.rules import FINAL
from linyue.matters.rules_clock import PauseReason
from linyue.matters.rules_parts import state_of_whole
from linyue.matters.service_views import second_parts
from linyue.meetings.model import Attendance, Meeting
from linyue.meetings.rules import MeetingState
from linyue.people import service as people
from linyue.places import service as places
from linyue.places.rules import PlaceKind
from linyue.procedures import service_by_election
from linyue.questions.model import Question
from linyue.questions.pages_outcome import CHIPS, verdict_word
from linyue.questions.rules import QuestionState
from linyue.questions.rules_tally import Verdict
from linyue.resolutions import service_read
from linyue.resolutions.rules import ResolutionState
from linyue.resolutions.service_read import MyPromise

DESKS: tuple[tuple[Role, str, str], ...] = (
    (Role.SOCIAL_WORKER, "/triage", "triage"),
    (Role.GRID_WORKER, "/triage", "triage"),
    (Role.CENTRE_CLERK, "/desk/centre", "centre"),
    (Role.SUBDISTRICT_OFFICER, "/desk/officer", "officer"),
    (Role.STANDING_MEMBER, "/desk/council", "council"),
    (Role.PARTY_REVIEWER, "/matters?stage=council", "party"),
    (Role.SUPERVISOR, "/board", "board"),
    (Role.OVERSIGHT_COMMITTEE, "/board", "board"),
    (Role.ADMINISTRATOR, "/admin/places", "admin"),
)
MINE, RESULTS = 3, 3
ASKS = (PauseReason.ANSWER, PauseReason.PAPERS)


@dataclass(frozen=True, slots=True)
class LiveMeeting:
    """A meeting that runs now."""

    title: str
    present: int
    href: str


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next meeting that was announced."""

    title: str
    starts_at: datetime
    tile: tuple[str, str, str]
    """Month, day and weekday in short."""
    venue: str
    href: str


@dataclass(frozen=True, slots=True)
class MyMatter:
    """One of the reader's matters."""

    title: str
    state: str
    href: str
    due_at: datetime | None
    """Of the part that is due first, of those whose clock runs."""
    is_paused: bool
    """No clock runs, because one stands still."""
    asks_me: bool
    """Whether the work stands still until the reader answers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A published result or a promise: what became of it in a word, and how that is coloured."""

    title: str
    word: str
    kind: str
    at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page for one reader. `place` is the compound or community shown, None for the whole district."""

    place: str
    live: LiveMeeting | None
    mine: list[MyMatter]
    mine_total: int
    next: NextMeeting | None
    outcomes: list[Outcome]
    desks: list[tuple[str, str]]
    unread: int
    """Messages the reader has not opened."""
    promises: list[MyPromise] = field(default_factory=list)
    """What the reader is to do, whoever they are."""
    elections: list[tuple[str, int, str]] = field(default_factory=list)
    """By-elections under way where the reader lives: name of the council, number of the seat, address."""
    homeless: str = ""
    """Of somebody neither at home nor at work anywhere, who cannot vote: "claim", or "wait" after a claim."""


async def home(request: Request) -> Response:
    """The first page."""
    actor, lang = actor_of(request), request.state.prefs.lang
    name, path = await _where(actor, lang)
    mine, total = await _mine(actor)
    shown = HomePage(
        place=name,
        live=await _live(path, lang),
        mine=mine,
        mine_total=total,
        next=await _next(path, lang),
        outcomes=await _outcomes(path, lang),
        desks=_desks(actor),
        unread=await unread_count(actor.person_id) if actor.person_id else 0,
        promises=await service_read.promises_of(actor.person_id, lang) if actor.person_id else [],
        elections=await _elections(actor, lang),
        homeless=await _homeless(actor),
    )
    return render(request, "home.html", shown)


async def _elections(actor: Actor, lang: str) -> list[tuple[str, int, str]]:
    """Whoever lives there can stand, put a neighbour forward, and vote."""
    found = {one.id: one for home in actor.homes for one in await service_by_election.running_around(home)}
    return [
        (
            (one.council.name_en or one.council.name_zh) if lang == "en" else one.council.name_zh,
            one.number,
            f"/council/{one.council.place.code}/seats/{one.number}",
        )
        for one in found.values()
    ]


async def _homeless(actor: Actor) -> str:
    is_at_work = bool(actor.grants) or actor.needs_second_factor
    if actor.person_id is None or actor.homes or is_at_work:
        return ""
    return "wait" if await people.homes_of(actor.person_id) else "claim"


def _desks(actor: Actor) -> list[tuple[str, str]]:
    """Address and key of each desk the reader works at."""
    found = {href: key for role, href, key in DESKS if actor.has(role)}
    return list(found.items())


async def _where(actor: Actor, lang: str) -> tuple[str, str]:
    """Name and path of what the reader sees first: their compound, else the place of their role, else everything."""
    paths = [*actor.homes, *(grant.place_path for grant in actor.grants)]
    for path in paths[:1]:
        ids = [int(part) for part in path.strip("/").split("/") if part]
        found = await places.places_of(ids)
        above = [found[i] for i in ids if i in found]
        compound = next((p for p in above if p.kind is PlaceKind.COMPOUND), None) or (above[-1] if above else None)
        if compound is not None:
            return (compound.name_en or compound.name_zh) if lang == "en" else compound.name_zh, compound.path
    return "", ""


async def _live(path: str, lang: str) -> LiveMeeting | None:
    row = await Meeting.shown(path).filter(state=MeetingState.RUNNING).first()
    if row is None:
        return None
    present = await Attendance.filter(meeting_id=row.id).count()
    return LiveMeeting(row.title_in(lang), present, f"/live/{row.join_code}")


async def _next(path: str, lang: str) -> NextMeeting | None:
    row = await Meeting.shown(path).filter(state=MeetingState.ANNOUNCED).order_by("starts_at").first()
    if row is None:
        return None
    tile = _tile(lang, row.starts_at)
    return NextMeeting(row.title_in(lang), row.starts_at, tile, row.venue, f"/meetings/{row.public_id}")


def _tile(lang: str, moment: datetime) -> tuple[str, str, str]:
    local, locale = clock.local(moment), "zh_Hans_CN" if lang == "zh-CN" else "en_GB"
    return format_date(local, "MMM", locale=locale), str(local.day), format_date(local, "EEE", locale=locale)


async def _mine(actor: Actor) -> tuple[list[MyMatter], int]:
    if actor.person_id is None:
        return [], 0
    ids = await MatterFollower.filter(person_id=actor.person_id).values_list("matter_id", flat=True)
    rows = await Matter.filter(id__in=list(ids)).order_by("-reported_at")
    seconds = await second_parts(rows)
    whole = {m.id: [m, *seconds.get(m.id, [])] for m in rows}
    states = {i: state_of_whole([m.state for m in parts]) for i, parts in whole.items()}
    open_first = sorted(rows, key=lambda row: states[row.id] in FINAL)[:MINE]
    runs = {i: [m.due_at for m in parts if m.due_at and m.paused_at is None] for i, parts in whole.items()}
    due = {i: min(moments, default=None) for i, moments in runs.items()}
    paused = {i: due[i] is None and any(m.paused_at and m.due_at for m in parts) for i, parts in whole.items()}
    asked = {
        i: any(m.pause_reason in ASKS and m.reporter_id == actor.person_id for m in parts) for i, parts in whole.items()
    }
    shown = [
        MyMatter(m.title, states[m.id].value, f"/m/{m.number}", due[m.id], paused[m.id], asked[m.id])
        for m in open_first
    ]
    return shown, len(rows)


async def _outcomes(path: str, lang: str) -> list[Outcome]:
    """The newest results and promises, newest first."""
    asked = Question.filter(state=QuestionState.PUBLISHED, meeting__place__path__startswith=path or "/")
    found = []
    for row in await asked.order_by("-published_at").limit(RESULTS):
        assert row.published_at is not None and row.result is not None
        verdict = Verdict(row.result["verdict"])
        word = verdict_word(lang, verdict, row.rule_spec.form.way)
        found.append(
            Outcome(row.text_in(lang), word, CHIPS.get(verdict, "warn"), row.published_at, f"/q/{row.public_id}")
        )
    for promise, _matter in await service_read.recent_promises(path or "/", RESULTS):
        is_kept = promise.state is ResolutionState.KEPT
        word, kind = t(lang, "home-outcome-kept" if is_kept else "home-outcome-executing"), "ok" if is_kept else ""
        at = promise.kept_at or promise.made_at
        found.append(Outcome(promise.text_in(lang), word, kind, at, f"/resolutions/{promise.public_id}"))
    return sorted(found, key=lambda one: one.at, reverse=True)[: RESULTS + 1]


ROUTES: list[BaseRoute] = [page("/", home, action="site.read")]

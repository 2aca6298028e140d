"""What pages show of notices and voices. Reads only."""

from collections import Counter
from dataclasses import dataclass

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.policy import Actor, Role
from linyue.councils.model import Council
from linyue.councils.service_functions import Function, FunctionView, show_function_from
from linyue.matters.rules import Rating
from linyue.oversight.model import Notice, NoticeRating, Voice
from linyue.oversight.rules import NoticeKind, VoiceKind, VoiceState
from linyue.places.model import Place

MOST_LISTED = 200


def near(place: Place) -> Q:
    """Rows of a place: of everything inside it, and of the places around it, whose notices are for it too."""
    return Q(place__path__startswith=place.path) | Q(place_id__in=place.ancestor_ids)


def board(place: Place | None, kind: NoticeKind | None, *, is_past: bool) -> QuerySet[Notice]:
    """Notices whose period runs (or is over), the newest first."""
    rows = Notice.filter(near(place)) if place is not None else Notice.all()
    if kind is not None:
        rows = rows.filter(kind=kind)
    now = clock.now()
    rows = rows.filter(ends_at__lt=now) if is_past else rows.filter(ends_at__gte=now)
    return rows.order_by("-id").select_related("place")


async def not_appraised(actor: Actor) -> list[Notice]:
    """What is posted where this person oversees and no member of the committee has appraised, the oldest first."""
    paths = [one.place_path for one in actor.grants if one.role is Role.OVERSIGHT_COMMITTEE and one.place_path]
    found: dict[int, Notice] = {}
    for path in paths:
        rows = Notice.filter(place__path__startswith=path, ends_at__gte=clock.now()).exclude(author_id=actor.person_id)
        found |= {one.id: one for one in await rows.order_by("id").limit(MOST_LISTED).select_related("place")}
    voices = Voice.filter(notice_id__in=list(found), kind=VoiceKind.APPRAISAL)
    appraised = {int(str(one)) for one in await voices.values_list("notice_id", flat=True)}
    return [one for key, one in sorted(found.items()) if key not in appraised]


async def voice_counts(notice_ids: list[int]) -> tuple[Counter[int], Counter[int]]:
    """How many voices each notice has, and how many of them wait for an answer."""
    every: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    rows = Voice.filter(notice_id__in=notice_ids).values_list("notice_id", "state")
    for notice_id, state in await rows:
        every[int(notice_id)] += 1
        waiting[int(notice_id)] += state == VoiceState.OPEN
    return every, waiting


async def ratings_of(rows: QuerySet[NoticeRating]) -> dict[Rating, int]:
    """How often each word was given, every word named."""
    counted = Counter(str(one) for one in await rows.values_list("rating", flat=True))
    return {one: counted[one.value] for one in Rating}


async def own_rating(notice_id: int, person_id: int | None) -> Rating | None:
    """What this person said of the notice."""
    row = await NoticeRating.get_or_none(notice_id=notice_id, person_id=person_id or 0)
    return row.rating if row else None


@dataclass(frozen=True, slots=True)
class Account:
    """How disclosure stands at a place: what the oversight page of a council tells."""

    posted: int
    over: int
    asked: int
    answered: int
    in_time: int
    waiting: int
    late: int
    ratings: dict[Rating, int]


async def account_of(place: Place) -> Account:
    """Counted from the rows: notices, voices about them, answers, ratings."""
    now = clock.now()
    voices = of_disclosure(place).exclude(state=VoiceState.NOTED)
    answered = voices.filter(state=VoiceState.ANSWERED)
    near_notices = Q(notice__place__path__startswith=place.path) | Q(notice__place_id__in=place.ancestor_ids)
    return Account(
        posted=await board(place, None, is_past=False).count(),
        over=await board(place, None, is_past=True).count(),
        asked=await voices.count(),
        answered=await answered.count(),
        in_time=await answered.filter(overdue_at__isnull=True).count(),
        waiting=await voices.filter(state=VoiceState.OPEN).count(),
        late=await voices.filter(state=VoiceState.OPEN, due_at__lt=now).count(),
        ratings=await ratings_of(NoticeRating.filter(near_notices)),
    )


def of_disclosure(place: Place) -> QuerySet[Voice]:
    """What was said about notices, and asked about what is on no notice; without suggestions."""
    return Voice.filter(near(place)).exclude(kind=VoiceKind.SUGGESTION)


def suggestions(place: Place) -> QuerySet[Voice]:
    """Suggestions made at a place, the newest first."""
    rows = Voice.filter(place__path__startswith=place.path, kind=VoiceKind.SUGGESTION)
    return rows.order_by("-id").select_related("place", "notice")


async def _information(council: Council) -> FunctionView:
    code = council.place.code
    total = await board(council.place, None, is_past=False).count()
    place = f"?place={code}"
    return FunctionView(total, 0, f"/notices{place}", f"/council/{code}/ask", "oversight.post", f"/notices/new{place}")


async def _suggestions(council: Council) -> FunctionView:
    rows, at = suggestions(council.place), f"/council/{council.place.code}/suggestions"
    return FunctionView(await rows.count(), await rows.filter(state=VoiceState.OPEN).count(), at, f"{at}/new")


async def _oversight(council: Council) -> FunctionView:
    at = f"/council/{council.place.code}/oversight"
    rows = of_disclosure(council.place)
    return FunctionView(await rows.count(), await rows.filter(state=VoiceState.OPEN).count(), at, f"{at}#say")


show_function_from(Function.INFORMATION, _information)
show_function_from(Function.SUGGESTIONS, _suggestions)
show_function_from(Function.OVERSIGHT, _oversight)

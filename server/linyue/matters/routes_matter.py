"""What the routes of matters share: loading one matter with its scope, and its page. Serves no address itself."""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.forms import Form, empty
from linyue.base.pages import day_text, render
from linyue.base.policy import Actor, Scope
from linyue.base.routing import actor_of
from linyue.centres import service as centres
from linyue.matters import service, service_appeals, service_report, service_timeline, service_views
from linyue.matters.model import Matter, MatterFollower, MatterPhoto
from linyue.matters.rules import Doer, MatterState, Step, Way, steps_open
from linyue.matters.rules_parts import whole_number
from linyue.matters.service_after import may_nudge_from
from linyue.matters.service_due import has_handled
from linyue.matters.service_handovers import HandoverView, handovers_of
from linyue.matters.service_photos import drafts_of, photo_path
from linyue.matters.service_recusal import recusal_link
from linyue.matters.service_step import doers_of
from linyue.matters.service_timeline import EntryView
from linyue.matters.service_views import ClockView, PhotoView


async def matter_scope(request: Request) -> Scope:
    """Load the matter named in the address. Raises NotFound."""
    number = str(request.path_params["number"])
    matter = await Matter.get_or_none(number=number).select_related("community", "place")
    if matter is None:
        raise NotFound()
    request.state.matter = matter
    return await service.scope_of(matter)


def matter_of(request: Request) -> Matter:
    """The matter that the scope loader found."""
    matter: Matter = request.state.matter
    return matter


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a number that is both: its own steps, clock, question and rating."""

    row_number: str
    version: int
    name: str
    chip: str
    chip_kind: str
    meta: str
    verdict: tuple[str, tuple[str, ...], str] | None
    steps: list[str]
    step_at: int
    clock: ClockView | None
    question: str
    can: frozenset[str]
    is_council: bool
    recusal: str
    """`see`: somebody of the council stepped back; `do`: this reader may; else empty."""
    may_appeal: bool
    """The reader is a reporter, and where it was sent can still be appealed."""
    is_last_rating: bool
    """It was opened again once, so that the next rating closes it whatever it says."""
    nudge_later: str
    """The day from which the reporter may ask how it goes; empty when they may now."""


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter from its report to the kept promise."""

    number: str
    """As everybody reads it."""
    row_number: str
    """Of the row itself, where its steps are posted; the same unless this is a second part."""
    part: str
    """What this part is called; empty for a matter that has none."""
    parts: list[PartView]
    """Both parts of a number that has two; else empty."""
    version: int
    title: str
    chip: str
    chip_kind: str
    meta: str
    place: str
    is_public: bool
    is_urgent: bool
    steps: list[str]
    step_at: int
    clock: ClockView | None
    verdict: tuple[str, tuple[str, ...], str] | None
    question: str
    """What the handler asked, while the clock waits."""
    entries: list[EntryView]
    days_used: str
    handovers: list[HandoverView]
    can: frozenset[str]
    """Steps this reader may take now, by their values."""
    is_following: bool
    is_reporter: bool
    is_council: bool
    recusal: str
    is_inside: bool
    may_appeal: bool
    is_last_rating: bool
    nudge_later: str
    add_form_id: str
    """Under which pictures of an addition are kept until it is sent."""
    add_photos: list[PhotoView]
    """Those that were kept with an addition that was refused."""
    may_move: bool
    """The reader may say that it is about another place, when its state allows that."""
    is_own_work: bool
    """The reader handled it, so a colleague notes what its reporter says."""
    followers: int
    hidden_reason: str
    form: Form[Any]
    nudge_days: int
    """How many days lie between two times of asking."""
    back: str = "/matters"


async def matter_page(
    request: Request, matter: Matter, *, form: Form[Any] | None = None, is_slip: bool = False
) -> MatterPage:
    """Everything the page of one matter shows to this reader; `is_slip` = opened by the secret link."""
    actor = actor_of(request)
    lang = actor.lang
    doers = frozenset() if is_slip else doers_of(actor, matter)
    is_reporter = await _is_reporter(actor, matter)
    family = await matter.family()
    for one in (matter, *family):
        await one.load_reporters()
    is_staff = any(_is_staff(actor, one) for one in (matter, *family))
    ids = {matter.id, matter.thread_id, *(one.id for one in family)}
    photos = await MatterPhoto.filter(matter_id__in=ids).order_by("id")
    path = matter.place.path if is_staff or is_reporter else service_views.public_path(matter.place.path)
    chip, kind = service_views.whole_chip(lang, family if matter.root_id is None else [matter])
    steps, at = service_views.strip_of(lang, matter)
    item = await service_views.item_name(lang, matter)
    is_inside = is_staff or is_reporter or is_slip
    asking = is_reporter and not is_slip
    nudge_days = (await centres.handling()).nudge_days
    parts = [
        await _part_view(actor, one, frozenset() if is_slip else doers_of(actor, one), is_inside, asking, nudge_days)
        for one in family
    ]
    return MatterPage(
        number=whole_number(matter.number),
        row_number=matter.number,
        part=service_views.part_words(lang, matter),
        parts=parts if len(parts) > 1 else [],
        version=matter.version,
        title=matter.title if is_staff else service_views.title_of(lang, matter),
        chip=chip,
        chip_kind=kind,
        meta=item,
        place=await service_views.address_of(lang, path),
        is_public=matter.is_public,
        is_urgent=matter.is_urgent,
        steps=steps,
        step_at=at,
        clock=service_views.clock_of(lang, matter, await centres.calendar()),
        verdict=await service_views.verdict_of(lang, matter),
        question=matter.paused_for if is_inside and matter.state is MatterState.WAITING else "",
        entries=await service_timeline.entries_of(lang, matter, is_inside=is_inside, is_staff=is_staff, photos=photos),
        handovers=await handovers_of(lang, matter),
        days_used=service_views.days_used(lang, [m for m in family if m.state is not MatterState.MERGED] or [matter]),
        can=_steps(actor, matter, doers),
        is_following=await MatterFollower.exists(matter_id=matter.thread_id, person_id=actor.person_id or 0),
        is_reporter=is_reporter,
        is_council=matter.way is Way.COUNCIL,
        recusal=await recusal_link(actor, matter),
        is_inside=is_inside,
        may_appeal=asking and await service_appeals.may_appeal(matter),
        is_last_rating=matter.reopened_count > 0,
        nudge_later=await _nudge_later(lang, matter, nudge_days) if asking else "",
        nudge_days=nudge_days,
        add_form_id=str(form.get("form_id")) if form and form.get("form_id") else secrets.token_urlsafe(16),
        add_photos=await _kept_photos(actor, form) if asking and form else [],
        may_move=is_staff or (not is_slip and actor.person_id is not None and actor.person_id == matter.reporter_id),
        is_own_work=is_staff and not is_reporter and await has_handled(actor.person_id, matter.id),
        followers=await MatterFollower.filter(matter_id=matter.thread_id).count(),
        hidden_reason=matter.hidden_reason,
        form=form or empty(),
    )


async def matter_again(request: Request, form: Form[Any]) -> Response:
    """The page with a form that was refused."""
    await matter_scope(request)  # what somebody else changed meanwhile is shown fresh
    row = matter_of(request)
    first = row if row.root_id is None else (await row.family())[0]
    return render(request, "matters/matter.html", await matter_page(request, first, form=form), status=422)


async def _part_view(
    actor: Actor, part: Matter, doers: frozenset[Doer], is_inside: bool, asking: bool, nudge_days: int
) -> PartView:
    lang = actor.lang
    chip, kind = service_views.chip_of(lang, part)
    steps, at = service_views.strip_of(lang, part)
    return PartView(
        row_number=part.number,
        version=part.version,
        name=service_views.part_words(lang, part),
        chip=chip,
        chip_kind=kind,
        meta=await service_views.item_name(lang, part),
        verdict=await service_views.verdict_of(lang, part),
        steps=steps,
        step_at=at,
        clock=service_views.clock_of(lang, part, await centres.calendar()),
        question=part.paused_for if is_inside and part.state is MatterState.WAITING else "",
        can=_steps(actor, part, doers),
        is_council=part.way is Way.COUNCIL,
        recusal=await recusal_link(actor, part),
        may_appeal=asking and await service_appeals.may_appeal(part),
        is_last_rating=part.reopened_count > 0,
        nudge_later=await _nudge_later(lang, part, nudge_days) if asking else "",
    )


def _steps(actor: Actor, matter: Matter, doers: frozenset[Doer]) -> frozenset[str]:
    """Steps this reader is offered; what only its own reporter may is offered to nobody whose report was merged in."""
    can = steps_open(matter.state, doers)
    return frozenset(step.value for step in can if step is not Step.WITHDRAW or actor.person_id == matter.reporter_id)


async def _nudge_later(lang: str, matter: Matter, days: int) -> str:
    since = await may_nudge_from(matter, days)
    return day_text(lang, since) if since > clock.now() else ""


async def _kept_photos(actor: Actor, form: Form[Any]) -> list[PhotoView]:
    form_id = str(form.get("form_id"))
    return service_views.draft_views(actor.lang, await drafts_of(actor, form_id)) if form_id else []


async def _is_reporter(actor: Actor, matter: Matter) -> bool:
    if actor.person_id is None:
        return False
    return await MatterFollower.exists(matter_id=matter.thread_id, person_id=actor.person_id, is_reporter=True)


def _is_staff(actor: Actor, matter: Matter) -> bool:
    """Whoever works on it: the community's desk, the centre's clerks, the officer, the owner."""
    kinds = {doer.value for doer in doers_of(actor, matter)}
    return bool(kinds & {"desk", "officer", "owner"})


def slip_link(request: Request, matter: Matter) -> str:
    """The whole secret address, as it is printed."""
    origin = request.app.state.settings.origin or str(request.base_url)
    return f"{origin.rstrip('/')}/t/{service_report.slip_secret(matter.form_id)}"


def photo_response(request: Request, sha256: str) -> Response:
    """A stored picture with headers that leave a browser nothing to guess."""
    path = photo_path(request.app.state.settings.data, sha256)
    if not path.is_file():
        raise NotFound()
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": 'inline; filename="photo.jpg"',
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=600",
    }
    return FileResponse(path, media_type="image/jpeg", headers=headers)

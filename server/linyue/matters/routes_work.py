"""The work page of one matter: what staff see beside the timeline, and the forms of every step they may take."""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from linyue.base.crypto import SealBroken
from linyue.base.forms import Form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text
from linyue.base.routing import actor_of
from linyue.centres import service as centres
from linyue.centres.catalogue_tables import word_of
from linyue.centres.rules import ItemEntry
from linyue.centres.rules_terms import LegalRoute, Method
from linyue.matters import service_photos, service_report, service_views
from linyue.matters.model import Matter, MatterFlag
from linyue.matters.routes_matter import MatterPage, matter_page
from linyue.matters.routes_templates import choices
from linyue.matters.rules import ReturnReason, Way
from linyue.matters.rules_clock import PauseReason
from linyue.matters.service_centre import can_forward
from linyue.matters.service_contact import may_call
from linyue.matters.service_due import item_of
from linyue.matters.service_merge import may_merge
from linyue.matters.service_notes import may_note, notes_of
from linyue.matters.service_step import doers_of
from linyue.matters.service_templates import owners_for
from linyue.matters.service_views import PhotoView, RowView, draft_views
from linyue.people import service as people
from linyue.people.model import Person
from linyue.places import service as places

PROCEDURES = frozenset({Method.DAILY, Method.URGENT, Method.MAJOR})
"""Methods that are a procedure of several stages, of the kind of that name; the others are a meeting, or none."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A remark of staff."""

    text: str
    meta: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """What only staff see."""

    text: str
    reporter: str
    phone: str
    can_call: bool
    """The reader may have the whole number shown; the look is noted."""
    channel: str
    filed: str
    notes: list[NoteView]
    alike: list[RowView]
    mergeable: frozenset[str]
    """Numbers of those of `alike` that this one can be put together with."""
    flags: list[str]
    return_reasons: list[tuple[str, str]]
    pause_reasons: list[tuple[str, str]]
    after_form_id: str
    """Under which photos of the result are kept until the form is sent."""
    after_photos: list[PhotoView]
    """Those that were kept with a form that was refused."""
    asks_minutes: bool
    """The own desk handles it, so whoever completes it may say how long it took."""
    can_forward: bool
    can_note: bool
    """The reader sees and writes the notes; a neighbour of the council does neither."""
    can_moderate: bool
    how: str
    """How neighbours deal with it and which decision in law it may need; empty for what is not a residential item."""
    templates: list[tuple[str, str]]
    """Answers often given that the reader may put into their words: key and title."""
    procedure: str
    """The kind of procedure usual for its item, which a council's member may begin; empty where that is none."""


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One matter on a desk."""

    item: MatterPage
    staff: StaffView
    form: Form[Any]
    back: str
    opened: str
    """Name of the form that was refused, to be shown open."""


async def staff_view(request: Request, matter: Matter, form_id: str = "") -> StaffView:
    """Reporter, notes, likely duplicates and complaints about the text. `form_id`: of a form that was refused."""
    actor = actor_of(request)
    lang = actor.lang
    reporter = await Person.get_or_none(id=matter.reporter_id) if matter.reporter_id else None
    doers = {doer.value for doer in doers_of(actor, matter)}
    is_desk = bool(doers & {"desk", "officer"})
    rules = await centres.handling()
    item = await item_of(matter.item_code, matter.catalogue_id)
    can_note = await may_note(actor, matter)
    notes = await notes_of(matter) if can_note else []
    alike = await service_report.alike(matter.title, matter.text, matter.place, is_staff=True) if is_desk else []
    flags = await MatterFlag.filter(matter_id=matter.id, settled_at__isnull=True).order_by("id") if is_desk else []
    return StaffView(
        text=matter.text,
        reporter=_reporter_words(lang, matter, reporter),
        phone=_phone(lang, matter, reporter),
        can_call=bool(matter.contact_sealed or (reporter and reporter.phone_sealed)) and may_call(actor, matter),
        channel=t(lang, f"matters-channel-{matter.channel}"),
        filed=daytime_text(lang, matter.reported_at),
        notes=[NoteView(n.text, f"{n.author.display_name} {daytime_text(lang, n.at)}") for n in notes],
        alike=await service_views.rows_of(lang, [m for m in alike if m.id != matter.id], is_staff=True),
        mergeable=frozenset(m.number for m in alike if m.id != matter.id and may_merge(actor, matter, m)),
        flags=[f.reason for f in flags],
        return_reasons=[(r.value, t(lang, f"matters-return-{r.value}")) for r in ReturnReason],
        pause_reasons=[
            (r.value, t(lang, f"matters-pause-{r.value}", n=rules.pause_days(r.value))) for r in PauseReason
        ],
        after_form_id=form_id or secrets.token_urlsafe(16),
        after_photos=draft_views(lang, await service_photos.drafts_of(actor, form_id)) if form_id else [],
        asks_minutes=matter.way is Way.OWN_DESK,
        can_forward=await can_forward(matter),
        can_note=can_note,
        can_moderate=is_desk,
        how=_how(lang, item),
        templates=await choices(lang, owners_for(actor, matter)),
        procedure=await _procedure(item, matter),
    )


async def _procedure(item: ItemEntry | None, matter: Matter) -> str:
    if item is None or item.method not in PROCEDURES:
        return ""
    is_village = item.method is Method.MAJOR and await places.is_village(matter.place)
    return f"village-{item.method.value}" if is_village else item.method.value


def _how(lang: str, item: ItemEntry | None) -> str:
    if item is None or item.method is None:
        return ""
    route = item.legal_route
    is_bound = route is not None and route is not LegalRoute.NONE
    by_law = [t(lang, "matters-how-route", route=word_of(lang, route))] if route and is_bound else []
    return t(lang, "common-comma").join([word_of(lang, item.method), *by_law])


def _reporter_words(lang: str, matter: Matter, reporter: Person | None) -> str:
    if reporter is None:
        return t(lang, "matters-reporter-none")
    key = "matters-reporter-public" if matter.is_public else "matters-reporter-private"
    return t(lang, key, name=reporter.display_name)


def _phone(lang: str, matter: Matter, reporter: Person | None) -> str:
    try:
        return people.masked_phone_of(reporter) if reporter else service_report.masked_contact(matter)
    except SealBroken:
        return t(lang, "matters-contact-unreadable")


async def work_page(request: Request, matter: Matter, form: Form[Any], *, back: str, opened: str = "") -> WorkPage:
    """The whole page."""
    return WorkPage(
        item=await matter_page(request, matter, form=form),
        staff=await staff_view(request, matter, str(form.get("form_id")) if opened == "complete" else ""),
        form=form,
        back=back,
        opened=opened,
    )

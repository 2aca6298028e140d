"""The smaller steps of the triage desk: taking, merging and parting, notes, hiding and showing."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import FormModel, read_form
from linyue.base.pages import redirect
from linyue.base.routing import actor_of, post
from linyue.centres.rules import Way
from linyue.matters import service_desk, service_merge, service_moderate, service_notes, service_parts, service_triage
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.routes_triage import onward, queue_named, show_inbox
from linyue.matters.rules import NUMBER_AT_MOST, TEXT_AT_MOST
from linyue.matters.rules_parts import whole_number
from linyue.matters.service_step import DESK_ROLES
from linyue.matters.service_triage import Sending


class NoteForm(FormModel):
    """A remark, a number to merge with, or a reason to hide."""

    version: int = 0
    note: str = Field(default="", max_length=TEXT_AT_MOST)
    into: str = Field(default="", max_length=NUMBER_AT_MOST)
    reason: str = Field(default="", max_length=TEXT_AT_MOST)
    photo: str = Field(default="", max_length=40)
    queue: str = "new"


class SplitForm(FormModel):
    """A matter that is both: the kind of the residential part, the item of the governmental one."""

    version: int
    kind: str = ""
    item: str = ""
    note: str = Field(default="", max_length=TEXT_AT_MOST)
    queue: str = "new"
    next: str = ""


async def take(request: Request) -> Response:
    """Say "I am on it"."""
    form = await read_form(request, NoteForm)
    value = form.value or NoteForm()
    matter = matter_of(request)
    await service_triage.take(actor_of(request), matter.id, value.version)
    return redirect(f"/triage?queue={queue_named(value.queue).value}&m={matter.number}", flash="matters-flash-taken")


async def merge(request: Request) -> Response:
    """Put two reports together."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, NoteForm)
    if form.value is not None:
        try:
            kept = await service_merge.merge(actor, matter.id, form.value.version, form.value.into)
            return redirect(f"/triage?m={kept.number}", flash="matters-flash-merged", number=kept.number)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await show_inbox(request, form, opened="merge", number=matter.number, status=422)


async def undo(request: Request) -> Response:
    """Take back what was sent just now."""
    matter = matter_of(request)
    await read_form(request, NoteForm)
    try:
        await service_desk.undo(actor_of(request), matter.id)
    except Refused as refusal:
        return redirect("/triage", flash=str(refusal.reason.value))
    return redirect(f"/triage?m={matter.number}", flash="matters-flash-undone", number=matter.number)


async def split(request: Request) -> Response:
    """The matter is both: one part to the council, one to the office that the item names."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, SplitForm)
    if form.value is not None:
        told = form.value
        try:
            office = await service_triage.sending_for(told.item)
            sendings = (Sending(Way.COUNCIL, kind=told.kind), office)
            halves = await service_parts.split(actor, matter.id, told.version, sendings, told.note)
            number = whole_number(halves.first.number)
            return redirect(onward(told.queue, told.next, matter.number), flash="matters-flash-split", number=number)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await show_inbox(request, form, opened="both", number=matter.number, status=422)


async def join(request: Request) -> Response:
    """It was one matter after all."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, NoteForm)
    if form.value is not None:
        try:
            first = await service_parts.join(actor, matter.id, form.value.version, form.value.note)
            return redirect(f"/triage?queue=all&m={first.number}", flash="matters-flash-joined", number=first.number)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await show_inbox(request, form, opened="join", number=matter.number, status=422)


async def unmerge(request: Request) -> Response:
    """Part them again."""
    form = await read_form(request, NoteForm)
    matter = matter_of(request)
    await service_merge.unmerge(actor_of(request), matter.id, (form.value or NoteForm()).version)
    return redirect(f"/triage?queue=all&m={matter.number}", flash="matters-flash-unmerged")


async def note(request: Request) -> Response:
    """A remark for colleagues."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, NoteForm)
    back = f"/triage?m={matter.number}" if actor.has(*DESK_ROLES) else f"/desk/m/{matter.number}"
    try:
        await service_notes.add_note(actor, matter, (form.value or NoteForm()).note)
    except Refused:
        return redirect(back, flash="matters-flash-note-empty")
    return redirect(back, flash="matters-flash-noted")


async def hide(request: Request) -> Response:
    """Hide words or a photo with a reason."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, NoteForm)
    value = form.value or NoteForm()
    try:
        await service_moderate.hide(actor, matter.id, value.version, value.reason, value.photo)
    except Refused as refusal:
        form.refuse(actor.lang, refusal)
        return await show_inbox(request, form, opened="hide", number=matter.number, status=422)
    return redirect(f"/triage?queue=all&m={matter.number}", flash="matters-flash-hidden")


async def show(request: Request) -> Response:
    """Show everything again."""
    form = await read_form(request, NoteForm)
    matter = matter_of(request)
    await service_moderate.show(actor_of(request), matter.id, (form.value or NoteForm()).version)
    return redirect(f"/triage?queue=all&m={matter.number}", flash="matters-flash-shown")


ROUTES: list[BaseRoute] = [
    post("/m/{number}/take", take, action="matters.triage", scope=matter_scope),
    post("/m/{number}/merge", merge, action="matters.triage", scope=matter_scope),
    post("/m/{number}/undo", undo, action="matters.triage", scope=matter_scope),
    post("/m/{number}/split", split, action="matters.triage", scope=matter_scope),
    post("/m/{number}/join", join, action="matters.triage", scope=matter_scope),
    post("/m/{number}/unmerge", unmerge, action="matters.triage", scope=matter_scope),
    post("/m/{number}/note", note, action="matters.note", scope=matter_scope),
    post("/m/{number}/hide", hide, action="matters.moderate", scope=matter_scope),
    post("/m/{number}/show", show, action="matters.moderate", scope=matter_scope),
]

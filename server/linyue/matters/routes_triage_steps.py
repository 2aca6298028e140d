"""The smaller steps of the triage desk: taking, merging and parting, notes, hiding and showing."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import FormModel, read_form
from linyue.base.pages import redirect
from linyue.base.routing import actor_of, post
from linyue.matters import service_moderate, service_triage
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.routes_triage import queue_named, show_inbox
from linyue.matters.rules import NUMBER_AT_MOST, TEXT_AT_MOST
from linyue.matters.service_step import DESK_ROLES


class NoteForm(FormModel):
    """A remark, a number to merge with, or a reason to hide."""

    version: int = 0
    note: str = Field(default="", max_length=TEXT_AT_MOST)
    into: str = Field(default="", max_length=NUMBER_AT_MOST)
    reason: str = Field(default="", max_length=TEXT_AT_MOST)
    photo: str = Field(default="", max_length=40)
    queue: str = "new"


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
            kept = await service_triage.merge(actor, matter.id, form.value.version, form.value.into)
            return redirect(f"/triage?m={kept.number}", flash="matters-flash-merged", number=kept.number)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await show_inbox(request, form, opened="merge", number=matter.number, status=422)


async def unmerge(request: Request) -> Response:
    """Part them again."""
    form = await read_form(request, NoteForm)
    matter = matter_of(request)
    await service_triage.unmerge(actor_of(request), matter.id, (form.value or NoteForm()).version)
    return redirect(f"/triage?queue=all&m={matter.number}", flash="matters-flash-unmerged")


async def note(request: Request) -> Response:
    """A remark for colleagues."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, NoteForm)
    back = f"/triage?m={matter.number}" if actor.has(*DESK_ROLES) else f"/desk/m/{matter.number}"
    try:
        await service_triage.add_note(actor, matter.id, (form.value or NoteForm()).note)
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
    post("/m/{number}/unmerge", unmerge, action="matters.triage", scope=matter_scope),
    post("/m/{number}/note", note, action="matters.note", scope=matter_scope),
    post("/m/{number}/hide", hide, action="matters.moderate", scope=matter_scope),
    post("/m/{number}/show", show, action="matters.moderate", scope=matter_scope),
]

"""The page of answers often given, and the field that puts one into a form before it is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import allow
from linyue.base.routing import actor_of, page, post
from linyue.matters import service_templates
from linyue.matters.rules import TEXT_AT_MOST
from linyue.matters.rules_desk import DeskRefusal
from linyue.matters.service_templates import Answer, Owner

ADDRESS = "/desk/templates"
FILL = "fill"
"""Name of the button that puts the picked answer into the words and sends nothing."""


class TemplateForm(FormModel):
    """An answer with its title; without id a new one."""

    id: RowId | None = None
    owner: str = Field(default="", max_length=40)
    title: str = Field(default="", max_length=80)
    text: str = Field(default="", max_length=TEXT_AT_MOST)


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """The answers of the reader's desks."""

    side: str
    back: str
    desks: list[tuple[str, list[Answer]]]
    """Name of the desk, and what it keeps."""
    owners: list[tuple[str, str]]
    """Key and name, to choose from for a new one."""
    form: Form[Any]
    changed: str
    """Key of the answer whose change was refused; empty when it is the new one, or none."""


async def templates_page(request: Request) -> Response:
    """The answers often given, each to be changed."""
    return await _templates(request, empty())


async def _templates(request: Request, form: Form[Any], *, changed: str = "", status: int = 200) -> Response:
    actor = actor_of(request)
    owners = await service_templates.owners_of(actor)
    is_english = actor.lang == "en"
    named = await service_templates.names_of(owners)
    names = {owner: english if is_english else chinese for owner, (chinese, english) in named.items()}
    kept = await service_templates.templates_of(owners)
    is_triage = allow(actor, "matters.inbox")
    shown = TemplatesPage(
        side="triage" if is_triage else "centre",
        back="/triage" if is_triage else "/desk/centre",
        desks=[(name, [one for one in kept if one.owner == owner]) for owner, name in names.items()],
        owners=[(owner.key, name) for owner, name in names.items()],
        form=form,
        changed=changed,
    )
    return render(request, "matters/templates.html", shown, status=status)


async def _owner(request: Request, key: str) -> Owner:
    """The desk that a form names. Raises NotFound for another's."""
    found = next((one for one in await service_templates.owners_of(actor_of(request)) if one.key == key), None)
    if found is None:
        raise NotFound()
    return found


async def save_template(request: Request) -> Response:
    """Keep one."""
    actor = actor_of(request)
    form = await read_form(request, TemplateForm)
    told, changed = form.value, ""
    if told is not None:
        owner = await _owner(request, told.owner)
        changed = f"{owner.key}-{told.id}" if told.id is not None else ""
        try:
            await service_templates.save_template(actor, owner, told.id, told.title, told.text)
            return redirect(ADDRESS, flash="matters-flash-template-saved")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _templates(request, form, changed=changed, status=422)


async def drop_template(request: Request) -> Response:
    """Throw one away."""
    form = await read_form(request, TemplateForm)
    told = form.value
    if told is None or told.id is None:
        raise NotFound()
    await service_templates.drop_template(actor_of(request), await _owner(request, told.owner), told.id)
    return redirect(ADDRESS, flash="matters-flash-template-dropped")


async def choices(lang: str, owners: Collection[Owner]) -> list[tuple[str, str]]:
    """Key and title of every answer of these desks; with the desk's name where there are several desks."""
    kept = await service_templates.templates_of(owners)
    if len(owners) < 2:
        return [(one.key, one.title) for one in kept]
    names = await service_templates.names_of(owners)
    at = 1 if lang == "en" else 0
    comma = t(lang, "common-comma")
    return [(one.key, f"{names[one.owner][at]}{comma}{one.title}") for one in kept]


async def fill(lang: str, form: Form[Any], name: str, owners: Collection[Owner]) -> bool:
    """Whether the form only asks that its answer be put into field `name`; then it is there, before what was typed.

    Nothing else of the form is judged. With no answer picked the form says so at the choice.
    """
    if not form.get(FILL):
        return False
    form.value, key = None, str(form.get("template"))
    form.errors = {name: words for name, words in form.errors.items() if name in form.unsafe}
    if not key:
        form.refuse(lang, Refused(DeskRefusal.NOTHING_TO_FILL, field="template"))
        return True
    form.raw[name] = await service_templates.with_template(owners, key, str(form.get(name)))
    form.raw["template"] = ""
    return True


ROUTES: list[BaseRoute] = [
    page(ADDRESS, templates_page, action="matters.templates"),
    post(ADDRESS, save_template, action="matters.templates"),
    post(f"{ADDRESS}/drop", drop_template, action="matters.templates"),
]

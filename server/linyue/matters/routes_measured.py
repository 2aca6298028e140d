"""Measured minutes beside the catalogue's, and the button that puts them into a draft."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import allow
from linyue.base.routing import actor_of, page, post
from linyue.centres import service_versions
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules import ItemEntry
from linyue.matters import service_measured
from linyue.matters.routes_trial import district_scope
from linyue.matters.rules_measured import MEASURED_FROM, Measured

ADDRESS = "/admin/catalogue/drafts/{id:int}/measured"


class TakeForm(FormModel):
    """Which items take their measured minutes."""

    revision: RowId
    code: list[str] = []


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """Items that windows or own desks measured, those that can be taken first."""

    draft: CatalogueDraft
    ready: list[tuple[str, str]]
    """Code and words of each that can be taken."""
    rest: list[list[str]]
    """Item, the catalogue's minutes, measured, how often, where: too seldom, or taken already."""
    may_take: bool
    least: int
    form: Form[Any]


async def measured_page(request: Request) -> Response:
    """What windows and own desks measured in the last half year."""
    return await _show(request, empty())


async def _show(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor, draft = actor_of(request), await service_versions.find_draft(request.path_params["id"])
    found = await service_measured.measured_items()
    items = [item for item in (await service_versions.draft_catalogue(draft)).items if item.code in found]
    ready = [item for item in items if found[item.code].is_enough and not _is_taken(item, found[item.code])]
    may_edit = bool(allow(actor, "centres.catalogue.edit", await district_scope(request)))
    shown = MeasuredPage(
        draft=draft,
        ready=[(item.code, _words(actor.lang, item, found[item.code])) for item in ready],
        rest=[_row(actor.lang, item, found[item.code]) for item in items if item not in ready],
        may_take=may_edit and draft.state.value == "draft",
        least=MEASURED_FROM,
        form=form,
    )
    return render(request, "matters/measured.html", shown, status=status)


def _is_taken(item: ItemEntry, found: Measured) -> bool:
    return item.is_measured and item.minutes == found.minutes


def _name(lang: str, item: ItemEntry) -> str:
    return f"{item.code} {item.name.en if lang == 'en' else item.name.zh}"


def _words(lang: str, item: ItemEntry, found: Measured) -> str:
    name = _name(lang, item)
    where = t(lang, f"matters-measured-{found.source.value}")
    facts = {"item": name, "old": item.minutes, "new": found.minutes, "n": found.visits, "where": where}
    return t(lang, "matters-measured-line", **facts)


def _row(lang: str, item: ItemEntry, found: Measured) -> list[str]:
    where = t(lang, f"matters-measured-{found.source.value}")
    return [_name(lang, item), str(item.minutes), str(found.minutes), str(found.visits), where]


async def take(request: Request) -> Response:
    """Put the picked ones into the draft."""
    form = await read_form(request, TakeForm)
    draft_id = request.path_params["id"]
    if form.value is not None:
        try:
            actor = actor_of(request)
            count = await service_measured.take_over(actor, draft_id, form.value.revision, set(form.value.code))
            return redirect(f"/admin/catalogue/drafts/{draft_id}", flash="matters-flash-measured", n=count)
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _show(request, form, 422)


ROUTES: list[BaseRoute] = [
    page(ADDRESS, measured_page, action="centres.catalogue.read", scope=district_scope),
    post(ADDRESS, take, action="centres.catalogue.edit", scope=district_scope),
]

"""Trying a draft of the catalogue on the last matters: the button, and which would have gone elsewhere."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.centres import service_versions
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules import Catalogue
from linyue.matters import service_trial
from linyue.matters.service_trial import CHOICES
from linyue.places import service as places

DRAFT = "/admin/catalogue/drafts/{id:int}/trial"


class TrialForm(FormModel):
    """On how many of the last matters."""

    revision: RowId
    last: int = Field(ge=1, le=CHOICES[-1])


@dataclass(frozen=True, slots=True)
class TrialPage:
    draft: CatalogueDraft
    is_fresh: bool
    """Whether the draft was not changed since it was tried."""
    may_try: bool
    of: int
    moved: list[list[str]]
    """Number, item, from, to, why."""
    retimed: list[list[str]]
    open_under: list[tuple[str, str]]
    choices: list[tuple[str, str]]
    form: Form[Any] | None


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def trial_page(request: Request) -> Response:
    """What the last trial found."""
    return await _trial(request, None)


async def _trial(request: Request, form: Form[Any] | None) -> Response:
    draft, lang = await service_versions.find_draft(request.path_params["id"]), actor_of(request).lang
    catalogue = await service_versions.draft_catalogue(draft)
    names, found = _names(catalogue, lang), draft.trial
    moved = [
        [
            one["number"], names.get(one["code"], one["code"]), _way(lang, one["way"]),
            " · ".join(filter(None, (_way(lang, one["way_after"]), _other(names, one)))),
            t(lang, f"matters-trial-why-{one['why']}"),
        ]
        for one in found.get("moved", [])
    ]  # fmt: skip
    retimed = [
        [one["number"], names.get(one["code"], one["code"]), _days(lang, one["days"], one["unit"]),
         _days(lang, one["days_after"], one["unit_after"])]
        for one in found.get("retimed", [])
    ]  # fmt: skip
    under = await service_trial.open_under_retired(draft)
    shown = TrialPage(
        draft,
        draft.tried_revision == draft.revision,
        draft.state.value == "draft",
        int(found.get("of", 0)),
        moved,
        retimed,
        [(names.get(one.code, one.code), t(lang, "matters-trial-open", n=one.count)) for one in under],
        [(str(n), t(lang, "matters-trial-last", n=n)) for n in CHOICES],
        form,
    )
    return render(request, "matters/trial.html", shown, status=422 if form else 200)


def _names(catalogue: Catalogue, lang: str) -> dict[str, str]:
    return {item.code: f"{item.code} {item.name.en if lang == 'en' else item.name.zh}" for item in catalogue.items}


def _other(names: dict[str, str], one: dict[str, Any]) -> str:
    """The item that takes over, where it is another one."""
    return names.get(one["code_after"], "") if one["code_after"] != one["code"] else ""


def _way(lang: str, way: str | None) -> str:
    return t(lang, f"centres-way-{way.replace('_', '-')}") if way else t(lang, "matters-trial-nowhere")


def _days(lang: str, days: int | None, unit: str) -> str:
    return t(lang, "matters-trial-no-days") if days is None else t(lang, f"centres-time-{unit}", days=days)


async def run(request: Request) -> Response:
    """Try it."""
    form: Form[Any] = await read_form(request, TrialForm)
    draft_id = request.path_params["id"]
    if form.value is not None:
        try:
            found = await service_trial.try_draft(
                actor_of(request), draft_id, form.value.revision, form.value.last
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(request.url.path, flash="matters-flash-tried", n=len(found.moved), of=found.of)
    return await _trial(request, form)


ROUTES: list[BaseRoute] = [
    page(DRAFT, trial_page, action="centres.catalogue.read", scope=district_scope),
    post(DRAFT, run, action="centres.catalogue.try", scope=district_scope),
]

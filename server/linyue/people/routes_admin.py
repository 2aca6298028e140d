"""The administrator's pages of people: roles, and rolls taken in from a file."""

from dataclasses import dataclass

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import LARGEST_ID, Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor, Role, Scope
from linyue.base.routing import actor_of, page, post
from linyue.base.sheets import MAX_BYTES
from linyue.people import service_factor, service_roles, service_roll_import
from linyue.people.model import RoleGrant
from linyue.people.rules_roll_import import COLUMNS
from linyue.people.service_roles import Holder
from linyue.people.service_roll_import import RollPreview
from linyue.places import service as places
from linyue.places import service_import
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal

SHOWN_FAULTS = 50


class NoForm(FormModel):
    """A form with nothing but a button or a file."""


class GrantForm(FormModel):
    """Who gets which role where; `who` is a phone number or a person's public id."""

    who: str = Field(min_length=1, max_length=40)
    name: str = Field(default="", max_length=20)
    role: Role
    place_code: str = Field(min_length=1, max_length=60)
    place_meant: str = Field(default="", max_length=60)
    """The code chosen where `place_code` named several places."""
    centre_id: int | None = Field(default=None, gt=0, le=LARGEST_ID)

    @field_validator("centre_id", mode="before")
    @classmethod
    def _none_chosen(cls, value: object) -> object:
        return value or None


@dataclass(frozen=True, slots=True)
class AdminPage:
    roles: int


@dataclass(frozen=True, slots=True)
class RolesPage:
    form: Form[GrantForm]
    holders: list[Holder]
    roles: list[str]
    centres: dict[int, str]
    """Code and name of each service centre, by id."""
    places: list[tuple[str, str]]
    """Code and name of the places to choose from."""
    meant: list[tuple[str, str]]
    """Those the typed words may mean, when they mean several."""


@dataclass(frozen=True, slots=True)
class RollsPage:
    columns: list[str]
    form: Form[NoForm] | None = None


@dataclass(frozen=True, slots=True)
class RollPreviewPage:
    preview: RollPreview
    draft: str
    shown: int = SHOWN_FAULTS


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def grant_scope(request: Request) -> Scope:
    """Where a granted role holds."""
    grant = await RoleGrant.filter(id=request.path_params["id"]).select_related("place").first()
    if grant is None:
        raise NotFound()
    return Scope(place_path=grant.place.path)


async def admin_page(request: Request) -> Response:
    """Where an administrator begins."""
    return render(request, "people/admin.html", AdminPage(len(Role)))


async def roles_page(request: Request) -> Response:
    """Roles in force, and the form to grant one."""
    return await _roles_page(request, empty())


async def _roles_page(request: Request, form: Form[GrantForm]) -> Response:
    actor = actor_of(request)
    holders: dict[int, Holder] = {}
    for path in {g.place_path for g in actor.grants if g.role is Role.ADMINISTRATOR}:
        holders |= {h.grant_id: h for h in await service_roles.holders_inside(path)}
    words = str(form.raw.get("place_code", ""))
    data = RolesPage(
        form,
        list(holders.values())[:500],
        [role.value for role in Role],
        dict(await service_roles.centre_choices(actor.lang)),
        await _choices(actor, await service_roles.places_in_reach(actor)),
        await _choices(actor, await service_roles.places_meant(actor, words)) if form.errors else [],
    )
    return render(request, "people/roles.html", data, status=422 if form.errors else 200)


async def _choices(actor: Actor, found: list[Place]) -> list[tuple[str, str]]:
    trails = await places.addresses_of([place.path for place in found], actor.lang, above=PlaceKind.DISTRICT)
    return [(place.code, trails[place.path]) for place in found]


async def grant(request: Request) -> Response:
    """Grant a role; someone new is given an account by their phone."""
    actor = actor_of(request)
    form = await read_form(request, GrantForm)
    if form.value is not None:
        value = form.value
        try:
            where = value.place_meant or value.place_code
            await service_roles.appoint(actor, value.who, value.name, value.role, where, value.centre_id)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect("/admin/roles", flash="people-role-granted")
    return await _roles_page(request, form)


async def end(request: Request) -> Response:
    """End a role."""
    await service_roles.end_role(actor_of(request), request.path_params["id"])
    return redirect("/admin/roles", flash="people-role-ended")


async def drop_factor(request: Request) -> Response:
    """Let the holder of a role set up a new app."""
    row = await RoleGrant.get(id=request.path_params["id"])
    await service_factor.drop_factor(actor_of(request), row.person_id)
    return redirect("/admin/roles", flash="people-factor-dropped")


async def rolls_page(request: Request) -> Response:
    """The file of a roll."""
    return render(request, "people/rolls.html", RollsPage(list(COLUMNS)))


async def upload(request: Request) -> Response:
    """Keep the file and go on to look at it."""
    actor = actor_of(request)
    form = await read_form(request, NoForm)
    files = form.files.get("file", [])
    if not files:
        form.refuse(actor.lang, Refused(PlaceRefusal.NO_FILE, field="file"))
        data = RollsPage(list(COLUMNS), form)
        return render(request, "people/rolls.html", data, status=422)
    await ratelimit.check("60/hour", "upload", str(actor.person_id))
    draft = await service_import.keep_draft(actor, "rolls", await files[0].read())
    return step_up(request, f"/admin/rolls/import/{draft}") or redirect(f"/admin/rolls/import/{draft}")


def step_up(request: Request, target: str) -> Response | None:
    """An edit of rolls asks for a fresh second factor (never in a demo)."""
    if request.app.state.settings.demo or not service_factor.needs_step_up(request.state.session):
        return None
    return redirect(f"/second-factor?next={target}")


async def preview(request: Request) -> Response:
    """What the file would do."""
    draft = request.path_params["draft"]
    shown = await service_roll_import.preview_roll(actor_of(request), draft)
    return render(request, "people/rolls_preview.html", RollPreviewPage(shown, draft))


async def take_in(request: Request) -> Response:
    """All of it, or nothing."""
    draft = request.path_params["draft"]
    again = step_up(request, f"/admin/rolls/import/{draft}")
    if again is not None:
        return again
    done = await service_roll_import.import_roll(actor_of(request), draft)
    return redirect("/admin/rolls", flash="people-rolls-imported", people=done.people, homes=done.homes, same=done.same)


async def template(_request: Request) -> Response:
    """An example file."""
    headers = {"Content-Disposition": 'attachment; filename="roll-template.csv"'}
    return Response(service_roll_import.template_sheet(), media_type="text/csv; charset=utf-8", headers=headers)


UPLOAD_BODY = MAX_BYTES + 64 * 1024
ROUTES: list[BaseRoute] = [
    page("/admin", admin_page, action="people.role.list"),
    page("/admin/roles", roles_page, action="people.role.list"),
    post("/admin/roles", grant, action="people.role.list"),
    post("/admin/roles/{id:int}/end", end, action="people.role.edit", scope=grant_scope),
    post("/admin/roles/{id:int}/drop-factor", drop_factor, action="people.role.edit", scope=grant_scope),
    page("/admin/rolls", rolls_page, action="people.roll.import", scope=district_scope),
    post("/admin/rolls", upload, action="people.roll.import", scope=district_scope, max_body=UPLOAD_BODY),
    page("/admin/rolls/template.csv", template, action="people.roll.import", scope=district_scope),
    page("/admin/rolls/import/{draft}", preview, action="people.roll.import", scope=district_scope),
    post("/admin/rolls/import/{draft}", take_in, action="people.roll.import", scope=district_scope),
]

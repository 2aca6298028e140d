"""Every route × every role × things of one's own and of other communities, generated from the routes and the policy table."""

from itertools import count, product

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from linyue import app
from linyue.base.errors import NotFound
from linyue.base.policy import POLICY, Actor, Role, allow
from linyue.base.session import cookie_name, find
from linyue.base.settings import Settings
from linyue.matters.model import Matter
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.people.model import Person, RoleGrant
from linyue.people.service import load_actor
from linyue.people.service_roles import grant_role
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from tests import access
from tests.access import Account, Target
from tests.client import Client
from tests.conftest import NewClient


def test_every_route_names_its_action() -> None:
    assert [getattr(route, "path", route) for route in access.unguarded_routes()] == []


def test_a_server_with_an_unguarded_route_does_not_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    raw: list[BaseRoute] = [Route("/planted", lambda request: PlainTextResponse("open"))]
    monkeypatch.setattr(app, "all_routes", lambda: [*access.every_action_route(), *raw])
    with pytest.raises(LookupError, match="/planted"):
        app.make_app(settings)


def test_every_action_of_the_table_is_used() -> None:
    used = {route.action for route in access.every_action_route()}
    assert sorted(set(POLICY) - used) == []


def test_no_two_routes_answer_the_same_request() -> None:
    seen = [(method, access.NAMES.sub("{}", r.path)) for r in access.guarded_routes() for method in r.methods or ()]
    assert sorted({x for x in seen if seen.count(x) > 1}) == []


async def actor_behind(client: Client) -> Actor:
    """Who the server takes this browser for."""
    token = client.cookies.get(cookie_name(client.settings))
    row = await find(token) if token else None
    return await load_actor(row, "zh-CN") if row else Actor()


ADDRESSES = (f"table-{n}" for n in count())
"""Where the question to the table comes from: each from elsewhere, or codes of no meeting would be too many."""


async def expected(target: Target, actor: Actor, method: str) -> bool | None:
    """What the table says; None when the thing does not exist."""
    scope = None
    path, _, query = target.path.partition("?")
    if target.route.scope_loader is not None:
        match, child = target.route.matches({"type": "http", "method": method, "path": path, "root_path": ""})
        assert match.value == 2, f"{target.path} does not lead to {target.route.path}"
        request = Request(
            {
                "type": "http",
                "method": method,
                "path": path,
                "headers": [],
                "query_string": query.encode(),
                "state": {"actor": actor},
                "client": (next(ADDRESSES), 0),
                **child,
            }
        )
        try:
            scope = await target.route.scope_loader(request)
        except NotFound:
            return None
    return allow(actor, target.route.action, scope)


async def judge(client: Client, actor: Actor, account: Account, target: Target, method: str) -> str | None:
    """Send one request as this account; a sentence when the answer is not what the table says."""
    may = await expected(target, actor, method)
    what = f"{account.label}: {method} {target.path} ({target.route.action})"
    answer = await (
        client.get(target.path) if method == "GET" else client.send_form(target.path, {"unknown_field": "1"})
    )
    # The steps of signing in send people back to the first one by themselves.
    sent_away = answer.status_code == 303 and answer.headers["location"].startswith(("/sign-in?", "/second-factor?"))
    sent_away = sent_away and not target.path.startswith("/sign-in")
    if answer.status_code >= 500:
        return f"{what}: {answer.status_code}"
    if may is None:
        return (
            None
            if answer.status_code in {303, 403, 404, 429}
            else f"{what}: {answer.status_code} for a thing that is not there"
        )
    if may:
        return f"{what}: refused, the table allows it" if sent_away or answer.status_code == 403 else None
    if actor.person_id is None or actor.needs_second_factor:
        return None if sent_away or answer.status_code == 403 else f"{what}: {answer.status_code}, the table forbids it"
    return None if answer.status_code == 403 else f"{what}: {answer.status_code}, the table forbids it"


@pytest.mark.parametrize("part", range(4))
@pytest.mark.sqlite_only
async def test_every_route_obeys_the_table(sample_db: object, new_sample_client: NewClient, part: int) -> None:
    found = []
    walked = await access.targets(per_route=2)
    for account in (await access.accounts())[part::4]:
        client = new_sample_client()
        await access.sign_in(client, account)
        actor = await actor_behind(client)
        for target in walked:
            for method in target.methods:
                if target.path.startswith("/sign-out"):
                    continue
                found.append(await judge(client, actor, account, target, method))
                if method == "POST":  # it may have taken something from the account itself
                    actor = await actor_behind(client)
    problems = [line for line in found if line]
    assert not problems, f"{len(problems)} of {len(found)}:\n" + "\n".join(problems[:60])


OF_NO_PLACE = {
    "centres.card.write": "a policy card is the whole district's",
    "matters.batch": "a draft is found by whoever made it only",
    "boards.visits": "a visit is found by whoever made it only",
}
"""Actions of roles whose address names something that has no place; the services know whose it is."""


def test_what_a_role_may_do_to_a_thing_is_asked_at_its_place() -> None:
    """A route that forgot its scope would let a role of any community act on everybody's things."""
    without = {
        route.action
        for route in access.every_action_route()
        if "{" in route.path and getattr(route, "scope_loader", None) is None
        and not any(who.kind in {"anyone", "signed_in"} for who in POLICY[route.action])
    }  # fmt: skip
    assert without == set(OF_NO_PLACE)


LEADS_NOWHERE = {"/desk/interested/{public_id}", "/desk/interested/{public_id}/drop"}
"""The sample has no decision that needs the consent of owners; tests/procedures/test_owners_register.py walks these."""
AREA_IN_QUERY = {"/board", "/board/matters", "/board/load", "/board/load/matters", "/board/sample"}
"""Pages whose place is asked for behind the question mark."""


async def holders_near_and_far(new_client: NewClient) -> dict[Role, list[tuple[Client, Actor]]]:
    """Some holders of each role; one that everybody holds for the same place is given to somebody far away too."""
    plain = await Person.filter(is_active=True, grants__id=None).order_by("-id").limit(len(Role))
    far = await Place.filter(kind=PlaceKind.COMMUNITY).order_by("-id").first()
    assert far is not None
    found: dict[Role, list[tuple[Client, Actor]]] = {}
    for role, stranger in zip(Role, plain, strict=True):
        grants = await RoleGrant.filter(role=role).order_by("id")
        if len({grant.place_id for grant in grants}) == 1:
            grants.append(await grant_role(None, stranger.id, role, far.id))
        for grant in access.spread(grants, 6):
            client = new_client()
            await client.sign_in_as(grant.person_id, is_staff=True)
            found.setdefault(role, []).append((client, await actor_behind(client)))
    return found


@pytest.mark.sqlite_only
async def test_each_role_of_a_row_meets_its_yes_and_its_no(sample_db: object, new_sample_client: NewClient) -> None:
    """The walk above takes what comes; here each role of each row is led to a thing of its own and to one of others."""
    holders = await holders_near_and_far(new_sample_client)
    await Matter.filter(id__gt=0).order_by("-id").limit(40).update(is_public=False)
    await Meeting.filter(state=MeetingState.ANNOUNCED).update(state=MeetingState.DRAFT)
    areas = await Place.filter(kind=PlaceKind.COMMUNITY).order_by("-id").values_list("id", flat=True)
    by_action: dict[str, list[Target]] = {}
    by_route: dict[str, list[Target]] = {}
    for target in await access.targets(per_route=12):
        if target.route.scope_loader is not None:
            by_action.setdefault(target.route.action, []).append(target)
            by_route.setdefault(target.route.path, []).append(target)
            if target.path in AREA_IN_QUERY:
                here = [Target(target.route, f"{target.path}?area={area}", target.methods) for area in areas[::40]]
                by_action[target.route.action] += here
    anybody = holders[Role.ADMINISTRATOR][0][1]
    nowhere = [
        path
        for path, targets in by_route.items()
        if not any([await expected(one, anybody, one.methods[0]) is not None for one in targets])
    ]
    assert set(nowhere) == LEADS_NOWHERE, f"say in tests/access.py where values stand: {nowhere}"
    missing, told = set(), []
    for action in sorted(by_action, key=lambda name: (name.startswith("people.role"), name)):
        if {who.kind for who in POLICY[action]} & {"anyone", "signed_in"}:
            continue  # nobody is refused
        reads_first = sorted(by_action[action], key=lambda target: target.methods[0])
        for role in sorted({role for who in POLICY[action] for role in who.roles}):
            wanted = {True, False}
            for target, (number, (client, actor)) in product(reads_first, enumerate(holders[role])):
                may = await expected(target, actor, target.methods[0])
                if may not in wanted:
                    continue
                wanted.discard(bool(may))
                account = Account(f"{role}, {target.path}", actor.person_id)
                told.append(await judge(client, actor, account, target, target.methods[0]))
                if target.methods[0] == "POST":  # it may have taken something from the account itself
                    holders[role][number] = (client, await actor_behind(client))
                if not wanted:
                    break
            missing |= {(role, action, answer) for answer in wanted}
    problems = [line for line in told if line]
    assert not problems, "\n".join(problems)
    assert not missing, sorted(missing)
    assert len(told) > 200

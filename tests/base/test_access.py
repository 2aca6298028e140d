"""Every route × every role × things of one's own and of other communities, generated from the routes and the policy table."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from linyue import app
from linyue.base.errors import NotFound
from linyue.base.policy import POLICY, Actor, allow
from linyue.base.session import cookie_name, find
from linyue.base.settings import Settings
from linyue.people.service import load_actor
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


async def expected(target: Target, actor: Actor, method: str) -> bool | None:
    """What the table says; None when the thing does not exist."""
    scope = None
    if target.route.scope_loader is not None:
        match, child = target.route.matches({"type": "http", "method": method, "path": target.path, "root_path": ""})
        assert match.value == 2, f"{target.path} does not lead to {target.route.path}"
        request = Request(
            {
                "type": "http",
                "method": method,
                "path": target.path,
                "headers": [],
                "query_string": b"",
                "state": {"actor": actor},
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
            if answer.status_code in {303, 403, 404}
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

"""What the sample district offers to walk every route: its routes, its people by role, and real values for each path.

A route whose path asks for something nobody here knows fails by name: then a line belongs into VALUES or SECRETS.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Route
from tortoise import connections

from linyue.app import collect_routes
from linyue.base.routing import ActionRoute
from linyue.people.model import Person, RoleGrant
from tests.client import Client

T = TypeVar("T")

# First part of the path and the name in braces: which column of which table holds real values.
VALUES: dict[tuple[str, str], str] = {
    ("council", "code"): "SELECT code AS v FROM places WHERE kind = 'community' ORDER BY id",
    ("services", "code"): "SELECT code AS v FROM items ORDER BY id",
    ("centres", "code"): "SELECT code AS v FROM centres ORDER BY id",
    ("m", "number"): "SELECT number AS v FROM matters ORDER BY id",
    ("matters", "number"): "SELECT number AS v FROM matters ORDER BY id",
    ("photos", "photo"): "SELECT public_id AS v FROM photos ORDER BY id",
    ("meetings", "public_id"): "SELECT public_id AS v FROM meetings ORDER BY id",
    ("q", "public_id"): "SELECT public_id AS v FROM questions ORDER BY id",
    ("q", "question_id"): "SELECT id AS v FROM questions ORDER BY id",
    ("resolutions", "resolution_id"): "SELECT id AS v FROM resolutions ORDER BY id",
}
# Names of what only its holder knows; a made-up value must lead nowhere.
SECRETS = {"secret", "token", "draft", "ticket", "key"}
NAMES = re.compile(r"{([a-z_]+)(?::[a-z]+)?}")


@dataclass(frozen=True)
class Account:
    """Somebody of the sample district; `is_staff` = signed in with the second factor."""

    label: str
    person_id: int | None
    is_staff: bool = False


@dataclass
class Target:
    """One route with real values in its path."""

    route: ActionRoute
    path: str
    methods: list[str] = field(default_factory=list)


def guarded_routes() -> list[ActionRoute]:
    """Every page and form; each has a policy action."""
    return [route for route in collect_routes() if isinstance(route, ActionRoute)]


def every_action_route() -> list[BaseRoute]:
    """Pages, forms and sockets."""
    return [route for route in collect_routes() if getattr(route, "action", "")]


def unguarded_routes() -> list[BaseRoute]:
    """Routes that no action guards: there must be none."""
    return [route for route in collect_routes() if not getattr(route, "action", "")]


async def accounts() -> list[Account]:
    """Nobody; holders of each role in different places; staff without the second factor; plain residents."""
    found = [Account("nobody", None)]
    grants = await RoleGrant.all().order_by("role", "place_id", "id")
    for role in sorted({grant.role for grant in grants}):
        holders = [grant for grant in grants if grant.role == role]
        found += [Account(f"{role}-{n}", g.person_id, is_staff=True) for n, g in enumerate(spread(holders, 2))]
        found.append(Account(f"{role}-one-factor", holders[0].person_id))
    plain = await Person.filter(is_active=True).exclude(id__in={grant.person_id for grant in grants}).order_by("id")
    return found + [Account(f"resident-{n}", person.id) for n, person in enumerate(spread(plain, 3))]


async def sign_in(client: Client, account: Account) -> None:
    """Begin a session for the account; nobody stays nobody."""
    if account.person_id is not None:
        await client.sign_in_as(account.person_id, is_staff=account.is_staff)


async def targets(per_route: int = 4) -> list[Target]:
    """Every guarded route with up to `per_route` real values from far apart, and one that leads nowhere."""
    found = []
    for route in guarded_routes():
        methods = sorted((route.methods or set()) - {"HEAD"})
        names = NAMES.findall(route.path)
        rows = [await values_of(route, name, per_route) for name in names]
        for number in range(max((len(r) for r in rows), default=1)):
            path = route.path
            for name, row in zip(names, rows, strict=True):
                path = re.sub(rf"{{{name}(:[a-z]+)?}}", row[number % len(row)], path)
            found.append(Target(route, path, methods))
    return found


async def values_of(route: Route, name: str, count: int) -> list[str]:
    """Real values for one name in a path, and one that nothing has."""
    if name in SECRETS:
        return ["nothing-has-this-name"]
    first = route.path.split("/")[1]
    assert (first, name) in VALUES, f"{route.path}: say in tests/access.py where values of {name!r} stand"
    rows: list[dict[str, Any]] = await connections.get("default").execute_query_dict(VALUES[first, name])
    return [*(str(row["v"]) for row in spread(rows, count)), "0"]


def spread(rows: Sequence[T], count: int) -> list[T]:
    """A few of many, far apart: the first, the last and some between."""
    if len(rows) <= count or count < 2:
        return list(rows[:count])
    return [rows[round(i * (len(rows) - 1) / (count - 1))] for i in range(count)]

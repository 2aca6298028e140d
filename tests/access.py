"""What the sample district offers to walk every route: its routes, its people by role, and real values for each path.

A route whose path asks for something nobody here knows fails by name: then a line belongs into VALUES or SECRETS.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Route
from tortoise import connections

from linyue.app import all_routes
from linyue.base.forms import FormModel
from linyue.base.routing import ActionRoute
from linyue.people.model import Person, RoleGrant
from tests.client import Client

T = TypeVar("T")

MATTERS = (
    "SELECT number FROM matters WHERE id IN (SELECT MIN(id) FROM matters GROUP BY way UNION SELECT MAX(id) FROM matters"
    " GROUP BY way) ORDER BY id"
)
"""The first and the last of each way that a matter can go: with the day, their number in the sample changes."""
BODIES = "SELECT id AS place_id, 'representatives' AS body FROM places WHERE kind = 'community'"
# First part of the path (or all before the first brace, where that says more) and the names in braces: where real values
# of them stand, together.
VALUES: dict[tuple[str, ...], str] = {
    ("council", "code"): "SELECT p.code FROM councils c JOIN places p ON p.id = c.place_id ORDER BY c.id",
    ("council", "code", "id"): (
        "SELECT p.code, a.id FROM x_applications a JOIN councils c ON c.id = a.council_id "
        "JOIN places p ON p.id = c.place_id ORDER BY a.id"
    ),
    ("council", "code", "number"): (
        "SELECT p.code, 7 AS number FROM councils c JOIN places p ON p.id = c.place_id ORDER BY c.id"
    ),
    ("topics", "topic_id"): "SELECT public_id AS topic_id FROM topic_proposals ORDER BY id",
    ("services", "code"): "SELECT code FROM items ORDER BY id",
    ("centres", "code"): "SELECT code FROM service_centres ORDER BY id",
    ("open311", "code"): "SELECT code FROM items ORDER BY id",
    ("open311", "number"): MATTERS,
    ("m", "number"): MATTERS,
    ("matters", "number"): MATTERS,
    ("desk", "number"): MATTERS,
    ("photos", "photo"): "SELECT public_id AS photo FROM matter_photos ORDER BY id",
    ("report", "photo"): "SELECT public_id AS photo FROM draft_photos ORDER BY id",
    ("meetings", "public_id"): "SELECT public_id FROM meetings ORDER BY id",
    ("meetings", "public_id", "item_id"): (
        "SELECT m.public_id, i.id AS item_id FROM agenda_items i JOIN meetings m ON m.id = i.meeting_id ORDER BY i.id"
    ),
    ("meetings", "public_id", "question_id"): (
        "SELECT m.public_id, q.public_id AS question_id FROM questions q JOIN meetings m ON m.id = q.meeting_id ORDER BY q.id"
    ),
    ("meetings", "public_id", "line_id"): (
        "SELECT m.public_id, a.id AS line_id FROM action_lines a JOIN meetings m ON m.id = a.meeting_id ORDER BY a.id"
    ),
    ("meetings", "public_id", "section"): (
        "SELECT m.public_id, 'remarks' AS section FROM minutes w JOIN meetings m ON m.id = w.meeting_id ORDER BY w.id"
    ),
    ("meetings", "public_id", "number"): (
        "SELECT m.public_id, 1 AS number FROM minutes w JOIN meetings m ON m.id = w.meeting_id ORDER BY w.id"
    ),
    ("doubts", "challenge_id"): "SELECT public_id AS challenge_id FROM challenges ORDER BY id",
    ("live", "code"): "SELECT join_code AS code FROM meetings WHERE join_code IS NOT NULL ORDER BY id",
    ("live", "code", "group_id"): (
        "SELECT m.join_code AS code, g.id AS group_id FROM groups g JOIN meetings m ON m.id = g.meeting_id ORDER BY g.id"
    ),
    ("live", "code", "topic_id"): (
        "SELECT m.join_code AS code, t.id AS topic_id FROM topics t JOIN meetings m ON m.id = t.meeting_id ORDER BY t.id"
    ),
    ("live", "code", "merge_id"): (
        "SELECT m.join_code AS code, 1 AS merge_id FROM meetings m WHERE join_code IS NOT NULL ORDER BY m.id"
    ),
    ("live", "code", "motion_id"): (
        "SELECT m.join_code AS code, 1 AS motion_id FROM meetings m WHERE join_code IS NOT NULL ORDER BY m.id"
    ),
    ("live", "code", "kind", "post_id"): (
        "SELECT m.join_code AS code, 'topic' AS kind, t.id AS post_id FROM topics t "
        "JOIN meetings m ON m.id = t.meeting_id ORDER BY t.id"
    ),
    ("run", "public_id"): "SELECT public_id FROM meetings ORDER BY id",
    ("run", "public_id", "kind", "post_id"): (
        "SELECT m.public_id, 'topic' AS kind, t.id AS post_id FROM topics t "
        "JOIN meetings m ON m.id = t.meeting_id ORDER BY t.id"
    ),
    ("q", "public_id"): "SELECT public_id FROM questions ORDER BY id",
    ("q", "public_id", "number"): "SELECT public_id, 1 AS number FROM questions ORDER BY id",
    (
        "q",
        "public_id",
        "number",
        "channel",
    ): "SELECT public_id, 1 AS number, 'desk' AS channel FROM questions ORDER BY id",
    ("q", "public_id", "sha256"): "SELECT public_id, 'ab' AS sha256 FROM questions ORDER BY id",
    ("q", "question_id"): "SELECT public_id AS question_id FROM questions ORDER BY id",
    ("rehearsals", "rehearsal_id"): "SELECT public_id AS rehearsal_id FROM rehearsals ORDER BY id",
    ("resolutions", "resolution_id"): "SELECT public_id AS resolution_id FROM resolutions ORDER BY id",
    ("admin", "code"): (
        "SELECT code FROM service_centres UNION SELECT p.code FROM councils c JOIN places p ON p.id = c.place_id ORDER BY code"
    ),
    ("admin", "id"): "SELECT id FROM role_grants ORDER BY id",
    ("desk", "id"): "SELECT id FROM occupancies ORDER BY id",
    ("desk", "place_id", "body"): f"{BODIES} ORDER BY place_id",
    ("desk", "place_id", "body", "draft"): f"SELECT *, 'none' AS draft FROM ({BODIES}) kept ORDER BY place_id",
    ("desk", "place_id", "body", "member_id"): (
        "SELECT place_id, body, id AS member_id FROM body_members WHERE body <> 'households' ORDER BY id"
    ),
    ("desk", "public_id"): "SELECT public_id FROM people ORDER BY id",
    ("desk/counter", "public_id"): "SELECT public_id FROM tickets ORDER BY id",
    (
        "desk/interested",
        "public_id",
    ): "SELECT public_id FROM meetings WHERE CAST(plan_data AS TEXT) <> '{}' ORDER BY id",
    ("desk", "unit"): "SELECT id AS unit FROM places WHERE kind = 'unit' ORDER BY id",
    ("desk", "building"): "SELECT id AS building FROM places WHERE kind = 'building' ORDER BY id",
    ("desk", "visit"): "SELECT id AS visit FROM visits ORDER BY id DESC",
    ("desk", "sheet"): "SELECT DISTINCT sheet FROM unit_codes ORDER BY sheet",
    ("me", "id"): "SELECT id FROM sessions ORDER BY id",
    ("admin", "year"): "SELECT MAX(year) AS year FROM matter_numbers",
    ("admin", "year", "file"): "SELECT MAX(year) AS year, 'days.csv' AS file FROM matter_numbers",
    ("admin", "year", "upload"): "SELECT MAX(year) AS year, 'none' AS upload FROM matter_numbers",
    ("admin", "version"): "SELECT version FROM catalogue_files ORDER BY version",
    ("admin", "version", "file"): "SELECT version, 'items.csv' AS file FROM catalogue_files ORDER BY version",
    ("admin", "id", "file"): "SELECT id, 'items.csv' AS file FROM catalogue_drafts ORDER BY id",
    ("admin", "id", "step"): "SELECT id, 'hand-in' AS step FROM catalogue_drafts ORDER BY id",
    ("admin", "id", "upload"): "SELECT id, 'none' AS upload FROM catalogue_drafts ORDER BY id",
    ("admin", "id", "table"): "SELECT id, 'items' AS \"table\" FROM catalogue_drafts ORDER BY id",
    (
        "admin",
        "id",
        "table",
        "code",
    ): "SELECT id, 'items' AS \"table\", 'new' AS code FROM catalogue_drafts ORDER BY id",
    ("visits", "public_id"): "SELECT public_id FROM tickets ORDER BY id",
    ("gate", "id"): "SELECT id FROM pushed_tasks ORDER BY id",
    ("triage", "id"): "SELECT id FROM matter_appeals ORDER BY id",
    ("desk", "code"): "SELECT code FROM places WHERE kind = 'compound' ORDER BY id",
    ("kinds", "name"): "SELECT 'owners-ordinary' AS name UNION SELECT 'open-space'",
    ("procedures", "number"): "SELECT number FROM procedures ORDER BY id",
    ("procedures", "number", "paper"): "SELECT number, 'call' AS paper FROM procedures ORDER BY id",
    ("procedures", "number", "voice_id"): "SELECT number, 1 AS voice_id FROM procedures ORDER BY id",
    ("disputes", "public_id"): "SELECT public_id FROM disputes ORDER BY id",
    ("cards", "id"): "SELECT id FROM policy_cards ORDER BY id",
    ("notices", "public_id"): "SELECT public_id FROM notices ORDER BY id",
    ("voices", "public_id"): "SELECT public_id FROM voices ORDER BY id",
    ("board/sample", "id"): "SELECT id FROM sample_entries ORDER BY id",
    ("board", "id"): "SELECT id FROM follow_ups WHERE is_call ORDER BY id",
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
    return [route for route in all_routes() if isinstance(route, ActionRoute)]


def every_action_route() -> list[BaseRoute]:
    """Pages, forms and sockets."""
    return [route for route in all_routes() if getattr(route, "action", "")]


def unguarded_routes() -> list[BaseRoute]:
    """Routes that no action guards: there must be none."""
    return [route for route in all_routes() if not getattr(route, "action", "")]


async def accounts() -> list[Account]:
    """Nobody; a holder of each role, in turn the first and the last by place; staff without the second factor; residents.

    Whether a role's place is asked for, the walk of its yes and its no finds with more holders of each.
    """
    found = [Account("nobody", None)]
    grants = await RoleGrant.all().order_by("role", "place_id", "id")
    for number, role in enumerate(sorted({grant.role for grant in grants})):
        holders = [grant for grant in grants if grant.role == role]
        found.append(Account(f"{role}-0", holders[-(number % 2)].person_id, is_staff=True))
        if number % 3 == 0:  # that the factor is missing is asked before any row of the table
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
        for values in await values_for(route, per_route):
            found.append(Target(route, NAMES.sub(lambda name, v=values: v[name.group(1)], route.path), methods))  # type: ignore[misc]
    return found


async def values_for(route: Route, count: int) -> list[dict[str, str]]:
    """Real values for the names in a path, and one set that nothing has."""
    names = NAMES.findall(route.path)
    if not set(names) - SECRETS:
        return [dict.fromkeys(names, "nothing-has-this-name")]
    key = (route.path.split("/{")[0].removeprefix("/"), *names)
    if key not in VALUES:
        key = (route.path.split("/")[1], *names)
    assert key in VALUES, f"{route.path}: say in tests/access.py where values of {names} stand"
    rows: list[dict[str, Any]] = await connections.get("default").execute_query_dict(VALUES[key])
    return [*({n: str(row[n]) for n in names} for row in spread(rows, count)), dict.fromkeys(names, "0")]


def spread(rows: Sequence[T], count: int) -> list[T]:
    """A few of many, far apart: the first, the last and some between."""
    if len(rows) <= count or count < 2:
        return list(rows[:count])
    return [rows[round(i * (len(rows) - 1) / (count - 1))] for i in range(count)]


def form_fields() -> set[str]:
    """The name of every field that any form of ours reads."""

    def below(kind: type[FormModel]) -> set[str]:
        return {name for sub in kind.__subclasses__() for name in {*sub.model_fields, *below(sub)}}

    return below(FormModel) | {"next", "q", "page", "photos"}

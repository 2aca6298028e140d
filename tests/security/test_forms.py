"""Every form that pages show, filled in wrongly: fields that are not on the page, values that no field can hold."""

import ast
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from linyue.base import forms, ratelimit
from linyue.base.forms import LARGEST_ID, FormModel
from tests.client import Client
from tests.security.crawl import real_forms
from tests.security.world import World, changes

NewClient = Callable[[], Client]
SERVER = Path(__file__).resolve().parents[2] / "server" / "linyue"
# Values that a form of ours never sends; each field of each form gets each of them once.
ODD = ["²", "٣", "9" * 40, "-1", str(LARGEST_ID + 1), str(-LARGEST_ID - 9), "0x10", "1e9", "0001-01-01", "9999-12-31", "2026-13-40",
       "9999-12-31T23:59:59", "23:59:60", "x" * 5000, "\u202e\u2066", "\ud83d\ude00" * 50, "NaN", "../..", "%00", "on", "", ",,,"]  # fmt: skip


def plain_odd(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


MORE = {"unknown_field": "1", "person_id": "1", "role": "administrator", "state": "closed", "owner_id": "1", "is_staff": "1",
        "is_public": "1", "community_id": "1", "version_": "9", "is_sample": "1", "public_id": "x", "created_at": "2020-01-01"}  # fmt: skip


async def test_fields_that_are_not_on_the_page_are_refused(
    world: World, visitors: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form with one field more does nothing at all. Buttons, which read no field, may do what they always do."""
    clients = await world.clients(visitors)
    found = await real_forms(world, clients)
    read: list[str] = []
    plain = forms._plain
    monkeypatch.setattr(forms, "_plain", lambda data, model: read.append(model.__name__) or plain(data, model))
    problems, models = [], set()
    for shape, (who, action, fields) in found.items():
        if action == "/sign-out":
            continue
        read.clear()
        before = world.dump()
        more = {name: value for name, value in MORE.items() if name not in fields}
        answer = await clients[who].send_form(action, {**fields, **more})
        models.update(read)
        if answer.status_code >= 500 or (read and changes(before, world.dump())):
            problems.append(f"{who}: {shape}: {answer.status_code} {changes(before, world.dump())}")
        await ratelimit.reset()
    assert not problems, "\n".join(problems)
    assert len(found) > 45 and len(models) > 20, (len(found), sorted(models))


async def test_odd_values_are_refused_in_words(world: World, visitors: NewClient) -> None:
    clients = await world.clients(visitors)
    problems = []
    number = 0
    for shape, (who, action, fields) in (await real_forms(world, clients)).items():
        if action == "/sign-out":
            continue
        for name in fields:
            for odd in ODD[number % 5 :: 5]:
                answer = await clients[who].send_form(action, {**fields, name: plain_odd(odd)})
                if answer.status_code >= 500:
                    problems.append(f"{who}: {shape}: {name}={odd[:20]!r}: {answer.status_code}")
            number += 1
        await ratelimit.reset()
        clients |= (
            {who: await world.client(visitors, who)}
            if (await clients[who].get("/me")).status_code != 200 and who
            else {}
        )
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 30, "9" * 6000, "-1", str(2**31), "1.5", "é", "0"])
async def test_odd_numbers_in_addresses(world: World, visitors: NewClient, odd: str) -> None:
    clients = await world.clients(visitors)
    for who, path in (
        ("resident", "/report?at="), ("resident", "/report/what?place="), ("", "/matters?page="), ("", "/matters?community="),
        ("worker", "/triage?page="), ("worker", "/triage?m="), ("worker", "/desk/people?unit="), ("worker", "/desk/people?in="),
        ("worker", "/desk/enrol?unit="), ("worker", "/desk/report?at="), ("newcomer", "/me/homes/new?in="), ("newcomer", "/me/homes/new?unit="),
        ("", "/join?code="), ("", "/track?number="), ("", "/matters?q="), ("worker", "/triage?q="), ("", "/services?q="), ("worker", "/desk/unit-codes?in="),
    ):  # fmt: skip
        answer = await clients[who].get(path + httpx2.QueryParams({"x": odd}).__str__()[2:])
        assert answer.status_code in {200, 303, 403, 404}, (path, odd[:10], answer.status_code)
        if "?q=" in path:
            assert answer.status_code == 200, (path, odd[:10])


def test_every_form_model_refuses_what_it_does_not_know() -> None:
    def below(kind: type[FormModel]) -> list[type[FormModel]]:
        return [one for sub in kind.__subclasses__() for one in (sub, *below(sub))]

    models = [m for m in below(FormModel) if m.__module__.startswith("linyue.")]
    assert len(models) > 40
    for model in models:
        assert model.model_config["extra"] == "forbid", model
        assert not {"person_id", "actor", "session_id", "created_at", "is_staff", "state"} & set(model.model_fields), (
            model
        )


def test_forms_are_read_in_one_place() -> None:
    """Whoever reads a body elsewhere passes by the models; photos of one desk and the browser's own reports do."""
    found = set()
    for path in SERVER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in {"form", "json", "body", "stream"}
                and isinstance(node.value, ast.Name)
                and node.value.id in {"request", "req", "websocket", "ws"}
            ):
                found.add(f"{path.relative_to(SERVER)}:{node.attr}")
    assert found == {"base/forms.py:form", "base/routing.py:form", "base/site.py:body", "matters/routes_desk.py:form"}

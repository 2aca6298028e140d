"""A database that people already use comes to the present state whole, and twice is the same as once."""

from collections.abc import AsyncIterator

import pytest
from tortoise import connections
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.exceptions import IntegrityError
from tortoise.migrations.executor import MigrationExecutor, MigrationKey, MigrationTarget
from tortoise.migrations.schema_generator.state import State

from linyue.base import clock, schema
from linyue.base import db as database
from linyue.base.db import is_postgres
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.centres.model import ItemCoverage
from linyue.centres.model_handling import HandlingRow
from linyue.meetings.model import FloorEntry
from linyue.people.model import Person, RoleGrant
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.questions.model import Question, RollEntry, SealedBallot
from linyue.questions.rules_secret import BoxState, Kind
from tests.base.test_schema import unmade

__all__ = ["unmade"]

pytestmark = pytest.mark.anyio


class Stepwise(MigrationExecutor):
    """Goes on from the state it came to, which takes seconds to work out anew."""

    state: State | None = None

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        assert upto is None
        if self.state is None:
            self.state = await super()._project_state(applied)
        return self.state  # every step that is taken changes it

    async def come_to(self, name: str) -> None:
        """The state of the database after the migration `name`."""
        await self.migrate([MigrationTarget("models", name)])


@pytest.fixture
async def tableless(unmade: Settings) -> AsyncIterator[Settings]:
    """A database without tables."""
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    await database.connect(unmade)
    yield unmade
    await database.disconnect()


async def fill() -> Person:
    """People, a place, a role and a message, as a district in use has them."""
    place = await Place.create(kind=PlaceKind.DISTRICT, code="D", name_zh="海曙区", path="/1/")
    person = await Person.create(public_id="p1", display_name="六楼老陈", created_at=clock.now())
    await RoleGrant.create(person=person, role=Role.SOCIAL_WORKER, place=place, starts_at=clock.now())
    await Message.create(person=person, key="common-inbox", created_at=clock.now())
    return person


async def fill_vote(person: Person) -> int:
    """An open question and its roll, row by row: the models have columns that this state has not. Returns its id."""
    now = clock.now()
    ask = connections.get("default").execute_query_dict
    at = now.isoformat(" ")
    grant = await RoleGrant.get(person_id=person.id)
    (meeting,) = await ask(
        "INSERT INTO meetings (public_id, place_id, template, template_format, plan_data, title, title_en, state, mode,"
        " venue, notice_text, contact_phone, screen_token_hash, screen_series, screen_blank, is_queue_closed, version,"
        f" is_sample, starts_at, created_by_id, created_at) VALUES ('m1', {grant.place_id}, 'open-space', 1, '{{}}',"
        f" '十月议事会', '', 'running', 'both', '', '', '', '', 0, FALSE, FALSE, 0, FALSE, '{at}', {person.id}, '{at}')"
        " RETURNING id"
    )
    (question,) = await ask(
        "INSERT INTO questions (public_id, meeting_id, text_zh, text_en, options, rule, state, version, manifest,"
        " manifest_hash, chain_head, chain_seq, roll_count, ballots_cast, created_at)"
        f" VALUES ('q1', {meeting['id']}, '修不修', '', '[]', '{{}}', 'open', 1, '', '', '', 0, 1, 0, '{at}') RETURNING id"
    )
    await ask(
        "INSERT INTO question_rolls (question_id, person_id, label, salt)"
        f" VALUES ({question['id']}, {person.id}, '5-2-402', '00') RETURNING id"
    )
    return int(question["id"])


async def fill_sent(place: Place) -> None:
    """Three catalogues of three dates, a matter sent to a centre between the first two, and one that nobody has sent."""
    ask = connections.get("default").execute_query_dict
    at = "2026-11-05 03:00:00+00:00"
    for n, day in ((1, "2026-01-01"), (2, "2026-11-01"), (3, "2026-12-01")):
        await ask(
            "INSERT INTO catalogue_files (version, title_zh, title_en, effective_from, digest, text, loaded_at)"
            f" VALUES ({n}, '', '', '{day}', '', '', '{at}') RETURNING id"
        )
    for n, way in enumerate(("'centre'", "NULL"), 1):
        await ask(
            "INSERT INTO matters (number, slip_hash, form_id, title, text, place_id, community_id, state, way, owner_role,"
            " reported_at, channel, tail_hash, contact_sealed, is_public, is_urgent, is_sample, version, last_seq,"
            " item_code, asked_code, kind, department, reason, due_days, due_unit, is_due_provisional, paused_for,"
            " result_text, rating_text, reopened_count, returned_count, hidden_reason, meeting_public_id,"
            f" resolution_public_id) VALUES ('2026-{n}', '{n}', '{n}', '', '', {place.id}, {place.id}, 'assigned',"
            f" {way}, 'centre_clerk', '{at}', 'web', '', '', TRUE, FALSE, FALSE, 1, 1, 'HS-008', '', '', '', '[]', 5,"
            " 'working', FALSE, '', '', '', 0, 0, '', '', '') RETURNING id"
        )


async def fill_floor(person: Person) -> None:
    """A point of order that waits, as the state before the last step holds it."""
    ask = connections.get("default").execute_query_dict
    (meeting,) = await ask("SELECT id FROM meetings")
    at = "2026-11-05 03:00:00+00:00"
    (item,) = await ask(
        "INSERT INTO agenda_items (meeting_id, position, link, plan_link, title_zh, title_en, minutes, question_zh,"
        " question_en, question_kind, state)"
        f" VALUES ({meeting['id']}, 1, 'talk', NULL, '谈', '', 5, '', '', '', 'now') RETURNING id"
    )
    await ask(
        "INSERT INTO floor_entries (meeting_id, item_id, kind, text, author_id, raised_at, is_upheld, ruling)"
        f" VALUES ({meeting['id']}, {item['id']}, 'point', '没排队就说', {person.id}, '{at}', FALSE, '') RETURNING id"
    )


async def fill_handling(person: Person, place: Place) -> None:
    """What a district has changed of its days, and an item that another centre takes for a place."""
    ask = connections.get("default").execute_query_dict
    at = "2026-11-05 03:00:00+00:00"
    await ask(
        "INSERT INTO handling_rules (triage_days, centre_days, own_desk_days, answer_days, council_days, tell_days,"
        f" rating_days, home_bound, note, follows_id, changed_by_id, changed_at) VALUES (2, 6, 7, 5, 30, 3, 14, '',"
        f" '节前多一天', 0, {person.id}, '{at}') RETURNING id"
    )
    (centre,) = await ask(
        "INSERT INTO service_centres (code, place_id, name_zh, name_en, address_zh, address_en, hours_zh, hours_en, phone,"
        f" is_open, position, is_sample) VALUES ('C01', {place.id}, '东中心', '', '', '', '', '', '', TRUE, 0, FALSE)"
        " RETURNING id"
    )
    await ask(
        "INSERT INTO item_coverage (centre_id, place_id, item_code)"
        f" VALUES ({centre['id']}, {place.id}, 'HS-008') RETURNING id"
    )


async def put_in_the_box(sealed: bytes) -> None:
    """The sealed ballot of everybody on a roll, as it lay on the roll itself."""
    client = connections.get("default")
    mark = "$1" if is_postgres() else "?"
    await client.execute_query(f"UPDATE question_rolls SET sealed = {mark}", [sealed])


async def test_a_filled_database_of_the_previous_state_migrates_once(tableless: Settings) -> None:
    steps = Stepwise(connections.get("default"), database.tortoise_config(tableless.tortoise_url)["apps"])
    await steps.come_to("0002_indexes")  # as it was when the first districts began
    person = await fill()
    question_id = await fill_vote(person)
    grant = await RoleGrant.get(person_id=person.id)
    await steps.come_to("0004_indexes")
    await fill_sent(await Place.get(id=grant.place_id))
    await steps.come_to("0013_offices_and_only_items")
    await fill_floor(person)
    await steps.come_to("0015_handling_and_item_coverage")
    await fill_handling(person, await Place.get(id=grant.place_id))
    await steps.come_to("0026_days_of_voices_terms_and_asking")
    await put_in_the_box(b"of a box")
    await schema.migrate(tableless)
    await schema.migrate(tableless)
    assert (await Person.get(id=person.id)).display_name == "六楼老陈"
    assert await Message.filter(person_id=person.id).count() == 1
    if tableless.is_sqlite:  # the models and the files of the steps are compared: the database has no part in it
        assert await schema.differences(tableless) == []
    question, row = await Question.get(id=question_id), await RollEntry.get(question_id=question_id)
    assert (question.kind, question.box) == (Kind.NAMED, BoxState.NONE)  # a vote under way goes on as what it was
    if not tableless.is_sqlite:
        await connections.get("default").execute_script("CHECKPOINT")
        read = "SELECT pg_read_binary_file(pg_relation_filepath('question_rolls'::regclass)) AS bytes"
        (file,) = await connections.get("default").execute_query_dict(read)
        assert b"5-2-402" in file["bytes"] and b"of a box" not in file["bytes"]
    assert row.withdrawn == 0 and await SealedBallot.filter(entry_id=row.id, sealed=b"of a box").exists()
    assert await FloorEntry.filter(text="没排队就说", hidden_at__isnull=True, hidden_reason="").count() == 1
    kept = await HandlingRow.get(follows_id=0)
    assert (kept.centre_days, kept.note, kept.changed_by_id) == (6, "节前多一天", person.id)
    assert (kept.extend_days, kept.nudge_days) == (30, 3)  # what a row does not say holds as before
    assert (
        await ItemCoverage.get(place_id=grant.place_id, item_code="HS-008").select_related("centre")
    ).centre.code == "C01"
    with pytest.raises(IntegrityError):  # what migrations added holds for old rows too
        await RoleGrant.create(person_id=person.id, role=grant.role, place_id=grant.place_id, starts_at=clock.now())
    # An open matter belongs to the catalogue it was sent under, one that nobody has sent to none.
    rows = await connections.get("default").execute_query_dict(
        "SELECT m.number AS number, c.version AS version FROM matters m LEFT JOIN catalogue_files c ON c.id = m.catalogue_id ORDER BY m.id"
    )
    assert [(row["number"], row["version"]) for row in rows] == [("2026-1", 2), ("2026-2", None)]

"""A copy of one's data, and being forgotten. And the start of a real district."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from linyue import cli
from linyue.base import schema, session
from linyue.base.errors import NotFound, Refused
from linyue.base.model import AuditEntry, Message
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service, service_enrol, service_own, service_setup, service_sign_in, setup
from linyue.people.model import Occupancy, Person
from linyue.people.rules import PeopleRefusal, Tenure
from linyue.places.model import Place
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree
from tests.servers import Blanks


async def test_the_copy_holds_everything_but_keys(db: Settings) -> None:
    tree = await make_tree()
    person = await make_person("林海", phone="13800130042", legal_name="林大海", home=tree.units[0])
    await service_sign_in.begin_session(person.id, device="Android · Chrome")
    text = await service_own.own_data(await actor_for(person))
    data = json.loads(text)
    assert data["person"]["phone"] == "+8613800130042" and data["person"]["legal_name"] == "林大海"
    assert {"occupancies.person", "sessions.person"} <= data["tables"].keys()
    assert not any(word in text for word in ("token_hash", "csrf", "sealed", "totp", "phone_index"))
    other = await make_person("周晴", home=tree.units[0])
    assert "林海" not in await service_own.own_data(await actor_for(other))


async def test_erasing_leaves_the_record_without_the_person(db: Settings) -> None:
    tree = await make_tree()
    person = await make_person("林海", phone="13800130042", legal_name="林大海", home=tree.units[0])
    begun = await service_sign_in.begin_session(person.id)
    await service_own.erase_own(await actor_for(person))
    row = await Person.get(id=person.id)
    assert (row.phone_sealed, row.phone_index, row.name_sealed, row.is_active) == ("", None, "", False)
    assert row.display_name != "林海" and row.public_id != person.public_id
    assert await session.find(begun.token) is None
    assert await service.roll_of(tree.community) == []
    assert await Occupancy.filter(person_id=person.id).count() == 1
    assert await Message.filter(person_id=person.id).count() == 0
    newcomer = await make_person(phone="13800130042")
    assert newcomer.id != person.id


async def test_the_desk_erases_who_has_no_telephone(db: Settings) -> None:
    tree = await make_tree()
    desk = await actor_for(await make_person("社工", role=Role.SOCIAL_WORKER, place=tree.community))
    enrolled = await service_enrol.enrol_at_desk(desk, tree.units[0], Tenure.OWNER, legal_name="王秀英")
    with pytest.raises(Refused) as without:
        await service_own.erase_at_desk(desk, enrolled, " ")
    assert without.value.reason is PeopleRefusal.NO_ERASE_REASON
    for _ in range(2):  # a double tap erases once
        await service_own.erase_at_desk(desk, enrolled, "王秀英的书面申请，存社区")
    row = await Person.get(id=enrolled.id)
    assert (row.name_sealed, row.is_active, "王" in row.display_name) == ("", False, False)
    assert row.erased_at is not None and row.public_id != enrolled.public_id
    assert await service.roll_of(tree.community) == []
    (entry,) = await AuditEntry.filter(action="people.desk.erase")
    assert (entry.actor_id, json.loads(entry.data)["reason"]) == (desk.person_id, "***的书面申请，存社区")
    with_phone = await make_person("林海", phone="13800130042", home=tree.units[0])
    official = await make_person("网格员", role=Role.GRID_WORKER, place=tree.community)
    await Person.filter(id=official.id).update(phone_sealed="", phone_index=None)
    for person, why in ((with_phone, PeopleRefusal.HAS_PHONE), (official, PeopleRefusal.HOLDS_OFFICE)):
        with pytest.raises(Refused) as refused:
            await service_own.erase_at_desk(desk, person, "书面申请")
        assert refused.value.reason is why


async def test_staff_end_their_role_before_they_leave(db: Settings) -> None:
    tree = await make_tree()
    person = await make_person(role=Role.SOCIAL_WORKER, place=tree.community)
    with pytest.raises(Refused) as refused:
        await service_own.erase_own(await actor_for(person))
    assert refused.value.reason is PeopleRefusal.HOLDS_OFFICE


async def test_the_first_administrator_comes_by_a_link_that_works_once(db: Settings) -> None:
    lapsed = await service_setup.begin_district("330203", "海曙区", "Haishu", "管理员")
    token = await service_setup.begin_district("330203", "海曙区", "Haishu", "管理员")
    with pytest.raises(NotFound):
        await service_setup.person_of_link(lapsed)
    assert await Place.all().count() == 1 and await Person.all().count() == 1
    done = await service_setup.accept_link(token, "陈主任", "13800130042")
    assert done.is_staff and done.row.second_factor_at is None
    with pytest.raises(NotFound):
        await service_setup.accept_link(token, "别人", "13900130042")
    with pytest.raises(Refused) as refused:
        await service_setup.begin_district("330203", "海曙区", "Haishu", "管理员")
    assert refused.value.reason is PeopleRefusal.SET_UP_ALREADY
    actor = await actor_for(await Person.get(id=done.row.person_id))
    assert actor.has(Role.ADMINISTRATOR)


@pytest.mark.sqlite_only
def test_init_prints_the_link(
    blanks: Blanks, mode: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = blanks.copy(blanks.migrated(mode), tmp_path / "real")
    parser = argparse.ArgumentParser()
    setup.add_words(parser)
    mine = replace(settings, port=8123)
    setup.init(parser.parse_args(["--name-en", "Haishu"]), mine)
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8123/setup/" in said and "no longer works" not in said and "LINYUE_HELP_PHONE" in said
    setup.init(parser.parse_args([]), replace(mine, help_phone="0574-8700 0000"))
    said = capsys.readouterr().out
    assert "The link printed before no longer works" in said and "LINYUE_HELP_PHONE" not in said
    schema.refuse_untouched(mine)
    with pytest.raises(schema.NoTables, match="linyue init"):
        schema.refuse_untouched(replace(mine, data=tmp_path))
    for word in ("backup", "doctor"):
        monkeypatch.setenv("LINYUE_DATA", str(tmp_path / "untouched"))
        monkeypatch.delenv("LINYUE_DATABASE_URL", raising=False)
        with pytest.raises(SystemExit, match="no tables"):
            cli.main([word, *(["x.backup"] if word == "backup" else [])])
    blanks.drop(settings)

"""How the doctor reads what may be larger than the memory: page by page, and each text once."""

import pytest

from linyue.base import clock
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.questions.model import ChainEntry, OpenedBallot
from linyue.upkeep import doctor_votes
from linyue.upkeep.doctor import CHECKS
from tests.make.questions import make_question


@pytest.mark.sqlite_only
async def test_a_long_table_is_read_in_pages(db: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put = await make_question(people=7)
    for who in range(7):
        await put.cast(who, "for")
    monkeypatch.setattr(doctor_votes, "PAGE", 3)
    bodies = [said async for said in doctor_votes.texts("question_chain", "body")]
    assert bodies == await ChainEntry.all().order_by("id").values_list("body", flat=True)
    looks = {name: check for name, _, check in CHECKS}
    last = await ChainEntry.all().order_by("-id").first()
    assert last is not None and (await looks["P5"](db))[1] == []
    await ChainEntry.filter(id=last.id).update(body='{"who": "13800138000"}')
    assert (await looks["P5"](db))[1] == ["question_chain: 1 rows with a telephone number in body"]


async def test_each_code_is_counted_where_it_stands(db: Settings) -> None:
    one, two = await make_question(people=3), await make_question(people=3)
    for put, code in ((one, "7K3M9QWE"), (two, "K3M9QWEA"), (two, "00000000")):
        await OpenedBallot.create(question_id=put.question.id, code=code, choice="for")
    chair = one.chair.person_id
    for said in ("7K3M9QWEA", "nothing", "7K3M9QWE 7K3M9QWE", "7k3m9qwe"):  # the first holds codes of both
        await Message.create(person_id=chair, key="a-test", args={"said": said}, created_at=clock.now())
    _, faults = await {name: check for name, _, check in CHECKS}["I13"](db)
    assert faults == [
        f"question {one.question.id}: 2 voters' codes stand in messages",
        f"question {two.question.id}: 1 voters' codes stand in messages",
    ]

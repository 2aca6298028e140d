"""The pages of minutes: reading, writing, signing, comparing, in both languages and without script."""

import html

import pytest

from linyue.meetings.rules import MeetingState
from linyue.minutes import service
from linyue.minutes.rules import MinutesState
from linyue.people.model import Person
from linyue.questions import writer
from tests.client import Client
from tests.conftest import NewClient
from tests.make.meetings import make_meeting
from tests.make.minutes import Held, make_held

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: object):
    yield
    await writer.stop()


async def signed_in(new_client: NewClient, held: Held, who: str) -> Client:
    client = new_client()
    actor = {"chair": held.chair, "recorder": held.recorder, "neighbour": held.hall.neighbours[2]}[who]
    await client.sign_in_as(await Person.get(id=actor.person_id))
    return client


def base_of(held: Held) -> str:
    return f"/meetings/{held.hall.meeting.public_id}/minutes"


async def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, path
    return html.unescape(answer.text)


async def test_nobody_reads_a_draft_but_those_who_sign(new_client: NewClient) -> None:
    held = await make_held()
    nobody, chair = new_client(), await signed_in(new_client, held, "chair")
    assert "还在写" in await text_of(nobody, base_of(held))
    assert "先修5幢还是7幢" not in await text_of(nobody, base_of(held))
    shown = await text_of(chair, base_of(held))
    assert all(words in shown for words in ("先修5幢还是7幢", "先修5幢的屋顶？", "草稿", "网上投票", "桂花树下"))
    assert (await nobody.get(f"{base_of(held)}/desk")).status_code == 303
    neighbour = await signed_in(new_client, held, "neighbour")
    for page in ("desk", "versions", "versions/1", "edit/talk"):
        assert (await neighbour.get(f"{base_of(held)}/{page}")).status_code == 403


async def test_from_draft_to_the_board_and_a_correction(new_client: NewClient) -> None:
    held = await make_held()
    base = base_of(held)
    recorder, chair = await signed_in(new_client, held, "recorder"), await signed_in(new_client, held, "chair")
    drafted = await text_of(recorder, f"{base}/edit/talk")
    assert "先修5幢还是7幢" in drafted and "5幢漏得最重" in drafted
    saved = await recorder.send_form(f"{base}/edit/talk", {"text": "大家说先修5幢。", "seen": "1"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{base}/desk")
    assert (await recorder.send_form(f"{base}/sign", {"seen": "1"})).status_code == 409
    assert (await recorder.send_form(f"{base}/sign", {"seen": "2"})).status_code == 303
    assert "还差签名：主持人" in await text_of(chair, f"{base}/desk")
    assert (await chair.send_form(f"{base}/sign", {"seen": "2"})).status_code == 303
    assert (await held.fresh()).state is MinutesState.PUBLISHED
    nobody = new_client()
    shown = await text_of(nobody, base)
    assert "大家说先修5幢。" in shown and "先修5幢还是7幢" not in shown and "已在线签名" in shown
    assert f"{base}/qr/{held.question.public_id}.svg" in shown
    assert (await nobody.get(f"{base}/qr/{held.question.public_id}.svg")).headers["content-type"] == "image/svg+xml"
    empty = await chair.send_form(f"{base}/addenda", {"text": ""})
    assert empty.status_code == 422 and "请写出要更正什么" in empty.text
    assert (await chair.send_form(f"{base}/addenda", {"text": "到会四人。"})).status_code == 303
    assert "到会四人。" in await text_of(nobody, base)
    assert base in await text_of(nobody, f"/meetings/{held.hall.meeting.public_id}")
    assert base in await text_of(nobody, f"/q/{held.question.public_id}")


async def test_a_second_editor_keeps_their_words(new_client: NewClient) -> None:
    held = await make_held()
    base = base_of(held)
    recorder, chair = await signed_in(new_client, held, "recorder"), await signed_in(new_client, held, "chair")
    await recorder.send_form(f"{base}/edit/remarks", {"text": "先存的话", "seen": "1"})
    late = await chair.send_form(f"{base}/edit/remarks", {"text": "后写的话", "seen": "1"})
    assert late.status_code == 409
    assert all(words in late.text for words in ("桂花树下", "先存的话", "后写的话", 'name="seen" value="2"'))
    again = await chair.send_form(f"{base}/edit/remarks", {"text": "后写的话", "seen": "2"})
    assert again.status_code == 303
    changes = await text_of(chair, f"{base}/versions/3/changes")
    assert "<del>先存的话</del>" in changes and "<ins>后写的话</ins>" in changes
    assert "和第1版比" in changes
    first = await text_of(chair, f"{base}/versions/3/changes?from=1")
    assert "<del>" not in first and "<ins>后写的话</ins>" in first


async def test_every_page_reads_in_both_languages(new_client: NewClient) -> None:
    held = await make_held()
    base = base_of(held)
    chair = await signed_in(new_client, held, "chair")
    await service.edit_section(held.recorder, held.minutes.id, "remarks", "补一句", 1)
    for lang, word in (("zh-CN", "会议纪要"), ("en", "Minutes")):
        chair.cookies.set("lang", lang)
        assert word in await text_of(chair, base)
        for page in ("desk", "versions", "versions/1", "versions/2/changes", "edit/head", "edit/steps"):
            await text_of(chair, f"{base}/{page}")
        await text_of(chair, f"{base}/edit/question:{held.question.public_id}")
    assert "Mend the roof of 5 first?" in await text_of(chair, base)
    for page in ("versions/9", "versions/9/changes", "edit/nothing", "qr/nothing.svg"):
        assert (await chair.get(f"{base}/{page}")).status_code == 404


async def test_the_chair_can_have_them_drafted_at_once(new_client: NewClient) -> None:
    hall = await make_meeting(MeetingState.ENDED)
    client = new_client()
    await client.sign_in_as(await Person.get(id=hall.chair.person_id))
    base = f"/meetings/{hall.meeting.public_id}/minutes"
    assert "现在就起草" in await text_of(client, base)
    assert (await client.send_form(f"{base}/draft")).headers["location"] == f"{base}/desk"
    assert "没有内容" in await text_of(client, f"{base}/desk")

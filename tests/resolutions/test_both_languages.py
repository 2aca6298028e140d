"""What the district wrote in two languages reaches every reader in theirs: timeline, inbox, text message, promise."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.i18n import args_in, t
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import Step
from linyue.matters.service_timeline import EntryView, entries_of
from linyue.questions import writer
from linyue.resolutions import service
from tests.make.resolutions import Decided, make_decided

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: Settings):
    yield
    await writer.stop()


async def timeline(made: Decided, lang: str) -> str:
    matter = await Matter.get(id=made.matter.id)
    entries: list[EntryView] = await entries_of(lang, matter, is_inside=True, is_staff=False, photos=[])
    return "\n".join(line for entry in entries for line in (entry.title, entry.text, *entry.lines))


async def told(made: Decided, lang: str) -> str:
    rows = await Message.filter(person_id=made.here.people["resident"].id)
    return "\n".join(t(lang, row.key, **args_in(lang, row.args)) for row in rows)


async def promise(made: Decided, text_en: str) -> None:
    due_on = clock.local(clock.now() + timedelta(days=30)).date()
    owner = made.here.people["worker"].public_id
    await service.make_resolution(
        made.member, made.question.id, text="重做防水层", text_en=text_en, owner_public_id=owner, due_on=due_on
    )


async def test_timeline_and_inbox_speak_the_readers_language(db: Settings) -> None:
    made = await make_decided()
    await promise(made, "Renew the waterproof layer")
    english, chinese = await timeline(made, "en"), await timeline(made, "zh-CN")
    for wanted in ("How to mend the roof", "Mend the roof of building 5 first?", "Renew the waterproof layer"):
        assert wanted in english and wanted not in chinese
    for wanted in ("先修5幢的屋顶？", "重做防水层"):
        assert wanted in chinese and wanted not in english
    assert "How to mend the roof" in await told(made, "en")
    assert "Mend the roof of building 5 first?" in await told(made, "en")
    assert "先修5幢的屋顶？" in await told(made, "zh-CN")


async def test_without_english_words_everybody_reads_the_chinese(db: Settings) -> None:
    made = await make_decided()
    await promise(made, "")
    assert "重做防水层" in await timeline(made, "en")


async def test_entries_of_before_there_were_two_languages_still_read(db: Settings) -> None:
    made = await make_decided()
    for event in await MatterEvent.filter(matter_id=made.matter.id, kind__in=[Step.PUT_ON_AGENDA, Step.DECIDE]):
        data = {name: value for name, value in event.data.items() if not name.endswith("_en")}
        await MatterEvent.filter(id=event.id).update(data=data)
    assert "先修5幢的屋顶？" in await timeline(made, "en")

"""One procedure of the sample district, on its way: begun from a matter, asked about, waiting for its sitting."""

from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.workdays import published_calendar
from linyue.demo.diary import Diary, Story
from linyue.demo.people import People
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Way
from linyue.places.model import Place
from linyue.procedures import service
from linyue.procedures.rules import earliest_end

COMPOUND = "guiyu"
BEGAN_BEFORE = timedelta(days=12)
TITLE = ("大门怎么进出方便", "An entrance that works for everybody")
VOICES = (
    "早上送孩子，车都堵在门口，走路的人只能从车缝里过。",
    "装人脸识别可以商量，刷卡的要留着，老人家用不惯手机。",
    "消防通道那一米线要划出来，不能再停电瓶车。",
)
PAPER = "大家说得最多的三件：早晚高峰人车混行；门禁要留刷卡；消防通道常被占。分别有31、24、17位提到。"


def fill(diary: Diary, people: People, tree: dict[str, Place], today: datetime) -> None:
    """Put the procedure into the diary."""
    diary.add(today - BEGAN_BEFORE, _daily(people, tree[COMPOUND]))


async def _daily(people: People, compound: Place) -> Story:
    """问议办评 as far as its second stage."""
    chair = await people.actor("chair")
    made = await service.begin(
        chair, place_id=compound.id, template="daily", title=TITLE[0], title_en=TITLE[1], matter=await _matter(compound)
    )
    for words in VOICES:
        yield clock.now() + timedelta(hours=7)
        person, _unit = people.residents[COMPOUND][7 * len(words) % 60]
        await service.send_voice(await people.actor(person), made.id, words)
    step = await service.step_now(made.id)
    assert step is not None
    # a last day on a day off moves on to the next working day, so how many days it takes is the calendar's to say
    earliest = earliest_end(made.plan.stage(step.stage), step.began_at, published_calendar())
    yield max(clock.now() + timedelta(days=1), earliest or clock.now()) + timedelta(hours=10)
    await service.give_paper(chair, made.id, "issues", PAPER)
    await service.go_on(chair, made.id, after=step.id)


async def _matter(compound: Place) -> str:
    """A matter of the compound's community that lies with the council now; "" where none does."""
    found = Matter.filter(
        way=Way.COUNCIL, state=MatterState.ACCEPTED, is_public=True, community_id__in=compound.ancestor_ids
    )
    row = await found.order_by("-id").first()
    return row.number if row is not None else ""

"""A small district with everybody the story needs: one compound, its council, its community's desk, one service centre."""

from dataclasses import dataclass, field, replace

from linyue.base.policy import NOBODY, Role
from linyue.base.settings import Settings
from linyue.centres import service as centres
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.matters import service_report
from linyue.matters.service_report import NewMatter
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import add_place
from tests.conftest import opened
from tests.make.councils import make_council
from tests.make.people import actor_for, make_person

VOTERS = ("owner", "neighbour", "tenant", "chair", "recorder", "x_one", "x_two", "x_three")
NAMES = {
    "owner": "六楼老陈",
    "neighbour": "桂花树下",
    "tenant": "三楼小林",
    "chair": "热心老周",
    "recorder": "爱写字的小苏",
    "x_one": "电工老郑",
    "x_two": "和事老阿姨",
    "x_three": "扫帚大伯",
}
EARLIER = "5幢顶楼一下雨就漏水"
"""What a neighbour has reported before the story begins."""


@dataclass
class District:
    """Settings of the filled database, and the telephone of everybody in it, by part in the story."""

    settings: Settings
    phones: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    building: str = "5幢"


async def fill(settings: Settings, more_voters: int = 0) -> District:
    """Fill an empty database. `more_voters` people more are on the compound's roll."""
    made = District(replace(settings, demo=True, sms="console"))
    async with opened(settings):
        await centres.load_calendar()
        await centres.load_catalogue(NOBODY, centres.sample_catalogue_text())
        compound = await _places()
        for number, (key, name) in enumerate(NAMES.items(), start=1):
            await _resident(made, key, name, f"1990001{number:04d}", compound, f"{number // 2 + 1}01室")
        for number in range(more_voters):
            await _resident(
                made, f"more_{number}", f"邻居{number + 1}", f"1990002{number:04d}", compound, f"{number}号"
            )
        await _council(made, compound)
        await _staff(made)
        await _earlier_report(made)
    return made


async def _places() -> Place:
    """District, sub-district, two communities, the compound with two buildings, the centre. Returns the compound."""
    district = await _place(PlaceKind.DISTRICT, None, "海曙区", "Haishu District")
    subdistrict = await _place(PlaceKind.SUBDISTRICT, district, "段塘街道", "Duantang Sub-district")
    community = await _place(PlaceKind.COMMUNITY, subdistrict, "南都社区", "Nandu Community")
    other = await _place(PlaceKind.COMMUNITY, subdistrict, "南塘社区", "Nantang Community")
    compound = await _place(PlaceKind.COMPOUND, community, "桂语新苑", "Guiyu Garden")
    for number in (5, 7):
        await _place(PlaceKind.BUILDING, compound, f"{number}幢", f"Building {number}")
    await centres.add_centre(
        NOBODY,
        centres.NewCentre(
            code="C01",
            place_id=subdistrict.id,
            name_zh="段塘东区域公共服务中心",
            name_en="Duantang East Service Centre",
            address_zh="示例路1号",
            address_en="1 Sample Road",
            hours_zh="周一至周五 8:30–17:00",
            hours_en="Monday to Friday 8:30–17:00",
            phone="0574-0000 0001",
            communities=(community.id, other.id),
        ),
    )
    return compound


async def _place(kind: PlaceKind, parent: Place | None, zh: str, en: str) -> Place:
    code = en.lower().replace(" ", "-")
    return await add_place(None, kind, code, zh, name_en=en, parent=parent)


async def _resident(made: District, key: str, name: str, phone: str, compound: Place, room: str) -> Person:
    building = await Place.get(parent_id=compound.id, name_zh="5幢" if key != "recorder" else "7幢")
    unit = await add_place(
        None,
        PlaceKind.UNIT,
        f"unit-{key}",
        room,
        name_en=f"Unit {room[:-1]}",
        parent=building,
        area_dm2=8916,
    )
    person = await make_person(name, phone=phone, home=unit, is_sample=True, demo_role="owner")
    made.phones[key], made.ids[key] = phone, person.id
    return person


async def _council(made: District, compound: Place) -> Council:
    """Seven seats, of which the story needs one: the chair leads shared facilities."""
    council = await make_council(compound.id)
    now = council.founded_at
    await councils.give_seat(
        NOBODY, council.id, 3, MatterKind.FACILITIES, made.ids["chair"], now, now.replace(year=now.year + 2)
    )
    return council


async def _staff(made: District) -> None:
    community = await Place.get(name_zh="南都社区")
    subdistrict = await Place.get(name_zh="段塘街道")
    centre = await centres.centre_for(community)
    assert centre is not None
    for key, name, role, place, centre_id in (
        ("worker", "社工小许", Role.SOCIAL_WORKER, community, None),
        ("clerk", "窗口小余", Role.CENTRE_CLERK, subdistrict, centre.centre.id),
    ):
        phone = f"1990003{len(made.phones):04d}"
        person = await make_person(name, phone=phone, role=role, place=place, centre_id=centre_id)
        made.phones[key], made.ids[key] = phone, person.id


async def _earlier_report(made: District) -> None:
    building = await Place.get(name_zh="5幢")
    neighbour = await Person.get(id=made.ids["neighbour"])
    new = NewMatter(
        form_id="earlier-report-0001",
        place_id=building.id,
        title=EARLIER,
        text="楼梯间也滴水。",
        reporter_id=neighbour.id,
    )
    await service_report.report_matter(await actor_for(neighbour), new)

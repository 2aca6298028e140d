"""Loading the catalogue and the calendar, and finding centres, on both databases."""

from datetime import UTC, date, datetime

import pytest

from linyue.base.errors import NotFound, Refused
from linyue.base.policy import NOBODY
from linyue.centres import service
from linyue.centres.catalogue import CatalogueFault
from linyue.centres.model import CalendarDay, CatalogueFile, Item, Platform, ServiceCentre
from linyue.centres.rules import CentreRefusal, Way, WhyCentre, route_of
from linyue.centres.service_centres import home_centre
from linyue.centres.service_coverage import drop_items, set_coverage, take_items
from linyue.places.model import Place
from tests.make.centres import load_sample_catalogue, make_centre, make_small_district

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_the_catalogue_is_loaded_once() -> None:
    first = await load_sample_catalogue()
    again = await load_sample_catalogue()
    assert first.id == again.id
    assert await CatalogueFile.all().count() == 1
    assert await Item.all().count() == 190
    assert await Platform.all().count() == 49
    assert await Platform.filter(floats=True).count() == 30
    assert await Item.filter(way=Way.CENTRE).count() == 50
    assert await Item.filter(platform_id=None).count() == 33


async def test_the_index_holds_items_and_their_rows() -> None:
    await load_sample_catalogue()
    index = await service.catalogue_index()
    assert index is await service.catalogue_index()
    assert len(index.catalogue.items) == len(index.item_ids) == 190
    assert index.item("HS-008").name.zh == "高龄津贴申领"
    with pytest.raises(NotFound):
        index.item("HS-999")


async def test_without_a_catalogue_there_is_no_index() -> None:
    with pytest.raises(NotFound):
        await service.catalogue_index()


async def test_a_new_version_takes_over_on_its_day(clock) -> None:  # type: ignore[no-untyped-def]
    clock.set(datetime(2026, 11, 25, 2, tzinfo=UTC))
    await load_sample_catalogue()
    text = service.sample_catalogue_text().replace("version: 1", "version: 2", 1)
    text = text.replace("effective_from: 2026-01-01", "effective_from: 2026-12-01", 1)
    await service.load_catalogue(NOBODY, text)
    assert (await service.catalogue_index()).catalogue.version == 1
    assert await Item.filter(effective_to=date(2026, 12, 1)).count() == 190
    clock.set(datetime(2026, 12, 1, 2, tzinfo=UTC))
    assert (await service.catalogue_index()).catalogue.version == 2


async def test_other_text_under_a_known_version_is_refused() -> None:
    await load_sample_catalogue()
    with pytest.raises(Refused) as caught:
        await service.load_catalogue(NOBODY, service.sample_catalogue_text().replace("高龄津贴申领", "高龄津贴"))
    assert caught.value.reason is CentreRefusal.VERSION_TAKEN


async def test_an_older_version_is_refused() -> None:
    text = service.sample_catalogue_text().replace("version: 1", "version: 5", 1)
    await service.load_catalogue(NOBODY, text)
    with pytest.raises(Refused) as caught:
        await load_sample_catalogue()
    assert caught.value.reason is CentreRefusal.VERSION_OLD


async def test_a_faulty_file_changes_nothing() -> None:
    with pytest.raises(CatalogueFault):
        await service.load_catalogue(NOBODY, "format: 1\n")
    assert await CatalogueFile.all().count() == 0


async def test_the_calendar_is_loaded_once_and_own_days_win() -> None:
    await service.load_calendar()
    count = await CalendarDay.all().count()
    await service.load_calendar()
    assert await CalendarDay.all().count() == count > 60
    assert not (await service.calendar()).is_working(date(2026, 10, 1))
    await service.load_calendar([(date(2026, 10, 1), True, "试", "Trial", False)])
    assert (await service.calendar()).is_working(date(2026, 10, 1))
    assert await CalendarDay.all().count() == count


async def test_a_due_time_follows_the_districts_calendar() -> None:
    await load_sample_catalogue()
    item = (await service.catalogue_index()).item("HS-016")
    due = await service.due_of(Way.CENTRE, item, datetime(2026, 9, 30, 2, tzinfo=UTC))
    assert due.at == datetime(2026, 10, 8, 15, 59, 59, tzinfo=UTC)
    assert not due.is_provisional
    later = await service.due_of(Way.CENTRE, item, datetime(2026, 12, 31, 2, tzinfo=UTC))
    assert later.is_provisional


async def test_the_centre_of_a_community_and_its_stand_in() -> None:
    places = await make_small_district()
    own = await make_centre(places.north, "C01", (places.one,))
    near = await make_centre(places.north, "C02", (places.two,))
    far = await make_centre(places.south, "C03", (places.far,))

    found = await service.centre_for(places.one)
    assert found is not None
    assert (found.centre.id, found.why, found.closed) == (own.id, WhyCentre.COVERS, None)

    await service.set_centre_open(NOBODY, own.id, False)
    found = await service.centre_for(places.one)
    assert found is not None
    assert (found.centre.id, found.why) == (near.id, WhyCentre.CLOSED_SAME_SUBDISTRICT)
    assert found.closed is not None
    assert found.closed.id == own.id

    await service.set_centre_open(NOBODY, near.id, False)
    found = await service.centre_for(places.one)
    assert found is not None
    assert (found.centre.id, found.why) == (far.id, WhyCentre.CLOSED_REGION_WIDE)

    await service.set_centre_open(NOBODY, far.id, False)
    assert await service.centre_for(places.one) is None


async def test_of_two_centres_the_one_with_fewer_waiting_takes_it() -> None:
    places = await make_small_district()
    busy = await make_centre(places.north, "C01", (places.one,))
    free = await make_centre(places.north, "C02", (places.one, places.two))
    found = await service.centre_for(places.one, {busy.id: 9, free.id: 2})
    assert found is not None
    assert (found.centre.id, found.why) == (free.id, WhyCentre.COVERS_FEWEST_WAITING)


async def test_a_centre_that_takes_only_some_items_goes_before_others_for_these() -> None:
    places = await make_small_district()
    await load_sample_catalogue()
    own = await make_centre(places.north, "C01", (places.one,))
    small = await make_centre(places.north, "C02", (places.one,))
    await make_centre(places.south, "C03")
    items = [i.code for i in (await service.catalogue_index()).catalogue.items if route_of(i) is Way.CENTRE]
    for wrong in ("HS-999", f"{items[0]}, REF-01"):
        with pytest.raises(Refused) as caught:
            await set_coverage(NOBODY, small.id, [places.one.code], items=wrong)
        assert caught.value.reason is CentreRefusal.NOT_A_CENTRE_ITEM
    await set_coverage(NOBODY, small.id, [places.one.code], items=f" {items[0]}，{items[1]} {items[0]}\n")
    assert (await ServiceCentre.get(id=small.id)).only_items == f"{items[0]},{items[1]}"

    async def at(item: str, place: Place) -> tuple[str, WhyCentre]:
        found = await service.centre_for(place, {own.id: 3, small.id: 9}, item)
        assert found is not None
        return found.centre.code, found.why

    assert await at(items[0], places.one) == ("C02", WhyCentre.COVERS)
    assert await at(items[2], places.one) == await at("", places.one) == ("C01", WhyCentre.COVERS)
    assert (await at(items[0], places.two))[1] is WhyCentre.NONE_COVERS
    # One item of one community goes before both, and has one centre.
    third = await ServiceCentre.get(code="C03")
    await take_items(NOBODY, third.id, places.one.code, f"{items[0]} {items[2]}")
    assert await at(items[0], places.one) == await at(items[2], places.one) == ("C03", WhyCentre.COVERS_ITEM)
    assert await at(items[1], places.one) == ("C02", WhyCentre.COVERS)
    homes = [await home_centre(places.one, code) for code in (items[0], items[1])]
    assert [home.code for home in homes if home] == ["C03", "C01"]
    await take_items(NOBODY, own.id, places.one.code, items[2])
    assert await at(items[2], places.one) == ("C01", WhyCentre.COVERS_ITEM)
    for one in (third, own):
        await drop_items(NOBODY, one.id, places.one.code)
    assert await at(items[0], places.one) == ("C02", WhyCentre.COVERS)
    await service.set_centre_open(NOBODY, own.id, False)
    assert await at(items[2], places.one) == ("C03", WhyCentre.CLOSED_REGION_WIDE), "not one that is there for others"
    await service.set_centre_open(NOBODY, small.id, False)
    assert (await at(items[0], places.one))[0] == "C03"


async def test_centres_stand_in_sub_districts_and_cover_communities() -> None:
    places = await make_small_district()
    await make_centre(places.north, "C01")
    for place, code, communities, reason in [
        (places.one, "C02", (), CentreRefusal.NOT_A_SUBDISTRICT),
        (places.north, "C01", (), CentreRefusal.CODE_TAKEN),
        (places.north, "C02", (places.compound,), CentreRefusal.NOT_A_COMMUNITY),
    ]:
        with pytest.raises(Refused) as caught:
            await make_centre(place, code, communities)
        assert caught.value.reason is reason
    assert await ServiceCentre.all().count() == 1

"""The guide to services and the centres' pages, without script, for anyone."""

import re

import pytest

from tests.make.centres import load_sample_catalogue, make_centre, make_small_district

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_all_157_items_are_on_the_guide_page(client) -> None:  # type: ignore[no-untyped-def]
    await load_sample_catalogue()
    page = await client.get("/services")
    assert page.status_code == 200
    assert len(set(re.findall(r"/services/(HS-\d{3})", page.text))) == 157
    assert len(set(re.findall(r"/services/(REF-\d{2})", page.text))) == 13
    assert len(set(re.findall(r"/services/(NEG-\d{2})", page.text))) == 20
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize(
    ("query", "first"),
    [("高龄津贴", "HS-008"), ("社保卡丢了", "HS-016"), ("亲属关系", "NEG-01"), ("HS-016", "HS-016"), ("dog", "HS-050")],
)
async def test_search_works_without_script(client, query: str, first: str) -> None:  # type: ignore[no-untyped-def]
    await load_sample_catalogue()
    page = await client.get("/services", params={"q": query})
    assert page.status_code == 200
    assert re.findall(r'href="/services/([A-Z]+-\d+)"', page.text)[0] == first
    assert f'value="{query}"' in page.text


async def test_a_search_without_result_says_what_to_do(client) -> None:  # type: ignore[no-untyped-def]
    await load_sample_catalogue()
    page = await client.get("/services", params={"q": '<b>"天气'})
    assert page.status_code == 200
    assert "没有找到" in page.text
    assert "<b>&#34;" not in page.text.replace("&lt;b&gt;", "")
    assert 'href="/matters/new"' in page.text


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_every_item_has_a_page_in_both_languages(client, lang: str) -> None:  # type: ignore[no-untyped-def]
    await load_sample_catalogue()
    await client.post("/settings", data={"lang": lang})
    listed = await client.get("/services")
    codes = sorted(set(re.findall(r"/services/([A-Z]+-\d+)", listed.text)))
    assert len(codes) == 190
    for code in codes:
        page = await client.get(f"/services/{code}")
        assert page.status_code == 200, code
        assert page.text.count("<h1") == 1


async def test_the_guide_names_the_centre_of_the_chosen_community(client) -> None:  # type: ignore[no-untyped-def]
    await load_sample_catalogue()
    places = await make_small_district()
    await make_centre(places.north, "C01", (places.one, places.two))
    await make_centre(places.south, "C02", (places.far,), is_sample=True)
    page = await client.get("/services/HS-008")
    assert "选一下您所在的社区" in page.text
    page = await client.get("/services/HS-008", params={"community": "S1"})
    assert 'href="/centres/C02"' in page.text
    assert "示例S1归这个服务中心" in page.text
    assert "身份证" in page.text
    assert "10个工作日" in page.text
    page = await client.get("/services/HS-008", params={"community": "N"})
    assert "选一下您所在的社区" in page.text


async def test_a_refused_certificate_says_whom_to_ask(client) -> None:  # type: ignore[no-untyped-def]
    await load_sample_catalogue()
    page = await client.get("/services/NEG-01")
    assert "社区不能出具这个证明" in page.text
    assert "公证" in page.text
    assert "民发〔2020〕20号" in page.text


async def test_centres_are_listed_and_shown(client) -> None:  # type: ignore[no-untyped-def]
    places = await make_small_district()
    await make_centre(places.north, "C01", (places.one, places.two))
    listed = await client.get("/centres")
    assert listed.status_code == 200
    assert 'href="/centres/C01"' in listed.text
    page = await client.get("/centres/C01")
    assert "示例N1" in page.text
    assert "tel:0574-00000000" in page.text
    assert (await client.get("/centres/C99")).status_code == 404


async def test_unknown_items_and_an_empty_district_are_not_found(client) -> None:  # type: ignore[no-untyped-def]
    assert (await client.get("/services")).status_code == 404
    assert (await client.get("/centres")).status_code == 200
    await load_sample_catalogue()
    assert (await client.get("/services/HS-999")).status_code == 404

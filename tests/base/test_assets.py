"""Static files over the app: one shared style sheet, packed when the browser takes it so, nothing outside the folder."""

import gzip

import pytest

from linyue.base.assets import BUNDLES
from linyue.base.pages import static
from linyue.base.settings import web_folder
from tests.client import Client

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("bundle", BUNDLES)
async def test_styles_of_a_bundle_come_as_one_file(client: Client, bundle: str) -> None:
    answer = await client.get(static(f"css/{bundle}.css"), headers={"accept-encoding": "identity"})
    parts = [(web_folder() / "static" / "css" / f"{name}.css").read_text(encoding="utf-8") for name in BUNDLES[bundle]]
    assert answer.text == "\n".join(parts)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


async def test_texts_are_packed_for_those_who_take_it(client: Client) -> None:
    async with client.stream("GET", static("js/ui.js"), headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == (web_folder() / "static" / "js" / "ui.js").read_bytes()


async def test_nothing_else_is_served(client: Client) -> None:
    for path in ("css/none.css", "../templates/base.html", "css/%2e%2e/%2e%2e/locales/en/common.ftl"):
        assert (await client.get(static(path))).status_code == 404, path
    assert (await client.post(static("css/site.css"))).status_code in {403, 405}
    assert (await client.head(static("img/icons.svg"))).status_code == 200

"""The pages of the look over the real app: gallery, settings, the page for a wrong address."""

import re

from tests.client import Client


async def test_gallery_and_wrong_address(client: Client) -> None:
    gallery = await client.get("/_kit")
    assert gallery.status_code == 200
    assert 'data-theme="auto" data-mode="normal" data-size="1"' in gallery.text
    lost = await client.get("/no/such/page")
    assert lost.status_code == 404 and lost.text.count("<h1>") == 1


async def test_settings_hold_for_every_page_and_lead_back(client: Client) -> None:
    form = await client.get("/settings?next=/_kit")
    assert re.search(r'name="next" value="/_kit"', form.text)
    saved = await client.send_form(
        "/settings", {"mode": "care", "theme": "contrast", "size": "4", "lang": "en", "next": "/_kit"}
    )
    assert (saved.status_code, saved.headers["location"]) == (303, "/_kit")
    shown = await client.get("/_kit")
    assert '<html lang="en" data-theme="contrast" data-mode="care" data-size="4">' in shown.text


async def test_settings_never_lead_to_another_site(client: Client) -> None:
    form = await client.get("/settings?next=//evil.example/")
    assert "evil.example" not in re.sub(r"next=[^\"]*", "", form.text)
    saved = await client.send_form("/settings", {"size": "2", "next": "https://evil.example/"})
    assert saved.headers["location"] == "/settings"


async def test_static_files_are_kept_by_the_browser(client: Client) -> None:
    page = await client.get("/_kit")
    for address in re.findall(r'(?:href|src)="(/static/[^"#]+)"', page.text):
        assert (await client.get(address)).status_code == 200, address

"""The scripted browser notices what it is there to notice."""

from pathlib import Path

import pytest

from tests.browser import Browsers, draw


async def test_a_script_error_is_a_fault(browsers: Browsers) -> None:
    visitor = await browsers.visitor("somebody", "http://127.0.0.1:1")
    await visitor.page.set_content(
        "<script>console.error('broken'); setTimeout(() => { throw new Error('later') })</script>"
    )
    await visitor.page.evaluate("new Promise(done => setTimeout(done, 20))")
    assert len(visitor.faults) == 2
    visitor.faults.clear()


async def test_a_policy_report_is_a_fault(browsers: Browsers) -> None:
    visitor = await browsers.visitor("somebody", "http://127.0.0.1:1")
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    await visitor.page.set_content(f"{policy}<p style='color:red'>x</p>")
    await visitor.page.evaluate("1")
    assert any("Content Security Policy" in fault for fault in visitor.faults)
    visitor.faults.clear()


async def test_axe_speaks_up(browsers: Browsers) -> None:
    visitor = await browsers.visitor("somebody", "http://127.0.0.1:1")
    await visitor.page.set_content("<html lang=en><title>t</title><main><h1>h</h1><input type=text></main>")
    with pytest.raises(AssertionError, match="label"):
        await visitor.check_access()


async def test_a_page_that_is_too_wide_is_noticed(browsers: Browsers) -> None:
    visitor = await browsers.visitor("somebody", "http://127.0.0.1:1")
    await visitor.page.set_content("<div>narrow</div>")
    await visitor.fits()
    await visitor.page.set_content("<svg width=900 height=10></svg>")
    with pytest.raises(AssertionError, match="too wide"):
        await visitor.fits()


async def test_a_picture_that_cannot_be_drawn_is_named_and_fails_nothing(browsers: Browsers, artefacts: Path) -> None:
    """Pictures are for people: what a page must be is asserted elsewhere, so Chromium's drawing may not decide a test."""
    visitor = await browsers.visitor("painter", "about:blank")
    await draw(visitor.page, artefacts / "drawn.png", full=True)
    assert (artefacts / "drawn.png").read_bytes().startswith(b"\x89PNG")
    await visitor.page.close()
    with pytest.warns(UserWarning, match=r"no picture missing\.png: .*closed"):
        await draw(visitor.page, artefacts / "missing.png")

"""Pages of somebody else against somebody who is signed in: they post, connect, frame, read and redirect; nothing comes of it."""

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from linyue.base import session
from linyue.meetings.service import screen_path
from setup.local_servers import free_port
from tests.browser import Browsers, Visitor
from tests.security.world import World, changes
from tests.servers import LiveServer
from tests.zygote import Zygote

pytestmark = pytest.mark.sqlite_only


class Foreign:
    """A site of somebody else, on another port; it may be called by either name of this machine."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.heard: list[str] = []
        shown = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shown.heard.append(self.path)
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("access-control-allow-origin", "*")
                self.end_headers()
                self.wfile.write(shown.pages.get(self.path.split("?")[0], "").encode())

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, host: str) -> str:
        return f"http://{host}:{self.server.server_port}/page"

    def show(self, host: str, html: str) -> str:
        """Put a page up; returns its address under this name."""
        self.pages["/page"] = f"<!doctype html><meta charset=utf-8><title>x</title><body>{html}"
        return self.address(host)


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    made = Foreign()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Scene:
    """The real server, and the browser of the chair, who is signed in there."""

    def __init__(self, world: World, server: LiveServer, visitor: Visitor, csrf: str) -> None:
        self.world, self.server, self.visitor, self.csrf = world, server, visitor, csrf
        self.code = str(world.round.hall.meeting.join_code)
        self.run = f"/run/{world.round.hall.meeting.public_id}"
        self.wall = screen_path(world.round.hall.meeting)

    @property
    def page(self) -> Any:
        return self.visitor.page


@pytest.fixture
async def scene(world: World, browsers: Browsers, artefacts: Path, zygote: Zygote) -> AsyncIterator[Scene]:
    row, token = await session.begin(world.people["chair"], is_staff=False)
    server = LiveServer(replace(world.settings, port=free_port()), artefacts / "logs", launch=zygote.spawn)
    server.start(1, worker=False)
    visitor = await browsers.visitor("chair", server.url)
    name = session.cookie_name(server.settings)
    await visitor.context.add_cookies([{"name": name, "value": token, "url": server.url, "sameSite": "Lax"}])
    await visitor.page.goto("/me")
    assert "/sign-in" not in visitor.page.url, "the chair is signed in"
    yield Scene(world, server, visitor, row.csrf)
    visitor.faults.clear()  # what a foreign page is told in its console is its own business
    server.stop()


HOSTS = ["127.0.0.1", "localhost"]
POSTS = [
    ("/settings", {"theme": "dark"}),
    ("RUN/end", {"sure": "yes"}),
    ("RUN/next-item", {"seen": "3"}),
    ("RUN/blank", {}),
    ("/live/CODE/topics", {"text": "von fern"}),
    ("/me/name", {"display_name": "Mallory"}),
    ("/me/erase", {"sure": "on"}),
    ("/sign-out", {}),
    ("/sign-in", {"phone": "13800009999"}),
    ("/live/CODE/ticket", {}),
]


async def no_foreign_form_is_taken(scene: Scene, foreign: Foreign, host: str) -> None:
    """Also with the right token, as if it had leaked: the origin alone is enough to refuse."""
    before = scene.world.dump()
    forms = []
    for number, (path, fields) in enumerate(POSTS):
        where = scene.server.url + path.replace("RUN", scene.run).replace("CODE", scene.code)
        kind = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")[number % 3]
        inputs = "".join(f'<input name="{k}" value="{v}">' for k, v in {**fields, "csrf": scene.csrf}.items())
        forms.append(f'<form id="f{number}" method="post" action="{where}" enctype="{kind}">{inputs}</form>')
    for number in range(len(POSTS)):
        await scene.page.goto(foreign.show(host, "".join(forms)))
        async with scene.page.expect_navigation() as went:
            await scene.page.evaluate(f"document.getElementById('f{number}').submit()")
        answer = await went.value
        assert answer is not None and answer.status == 403, POSTS[number]
    await scene.page.goto(foreign.show(host, "evil"))
    # Without leaving the page: fetch in every way a page may send without asking first.
    told = await scene.page.evaluate(
        """async ([url, csrf]) => {
            const told = [];
            for (const mode of ['no-cors', 'cors']) for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
                try {
                    const answer = await fetch(url, {method: 'POST', mode, credentials: 'include', body: 'csrf=' + csrf, headers: {'Content-Type': type}});
                    told.push(answer.type + answer.status);
                } catch { told.push('refused'); }
            }
            try { await fetch(url, {method: 'POST', credentials: 'include', headers: {'X-CSRF-Token': csrf}}); told.push('sent'); } catch { told.push('refused'); }
            navigator.sendBeacon(url, 'csrf=' + csrf);
            return told;
        }""",
        [f"{scene.server.url}{scene.run}/end", scene.csrf],
    )  # fmt: skip
    assert set(told) <= {"refused", "opaque0"} and told[-1] == "refused", told
    assert changes(before, scene.world.dump()) == []
    await scene.page.goto(f"{scene.server.url}/me")
    assert "/sign-in" not in scene.page.url, "still signed in"


async def no_foreign_page_opens_a_socket_or_reads(scene: Scene, foreign: Foreign, host: str) -> None:
    """The ticket is not even needed to be refused: the handshake says where it comes from."""
    address = scene.server.url.removeprefix("http://")
    await scene.page.goto(foreign.show(host, "evil"))
    told = await scene.page.evaluate(
        """async ([host, code, wall]) => {
            const told = {};
            const open = where => new Promise(done => {
                const socket = new WebSocket('ws://' + where);
                socket.onopen = () => done('open'); socket.onerror = () => done('refused');
            });
            told.room = await open(host + '/live/' + code + '/socket');
            told.screen = await open(host + wall + '/socket');
            told.other = await open(host.replace('127.0.0.1', 'localhost') + '/live/' + code + '/socket');
            for (const path of ['/me', '/live/' + code + '/state', '/me/export', '/healthz']) {
                try { told[path] = (await (await fetch('http://' + host + path, {credentials: 'include'})).text()).length; }
                catch { told[path] = 'refused'; }
            }
            const script = document.createElement('script');
            script.src = 'http://' + host + '/me/export';
            told.script = await new Promise(done => { script.onload = () => done('ran'); script.onerror = () => done('refused'); document.head.append(script); });
            return told;
        }""",
        [address, scene.code, scene.wall],
    )  # fmt: skip
    assert set(told.values()) == {"refused"}, told


async def no_foreign_page_frames_ours(scene: Scene, foreign: Foreign, host: str) -> None:
    paths = ["/", "/me", scene.run, "/sign-in", "/nowhere", scene.wall, "/m/2026-0001"]
    frames = "".join(f'<iframe src="{scene.server.url}{path}"></iframe>' for path in paths)
    embeds = f'<object data="{scene.server.url}/me"></object><embed src="{scene.server.url}/me">'
    await scene.page.goto(foreign.show(host, frames + embeds))
    await scene.page.wait_for_load_state("load")
    inside = [frame for frame in scene.page.frames if frame != scene.page.main_frame]
    assert len(inside) >= len(paths)
    for frame in inside:
        assert not frame.url.startswith(scene.server.url), f"{frame.url} is framed"
        assert "/static/" not in await frame.content()


async def a_foreign_opener_holds_nothing_and_learns_nothing(scene: Scene, foreign: Foreign) -> None:
    """A window that a foreign page opens to us is cut loose; where people go from us does not say where they were."""
    await scene.page.goto(foreign.show("localhost", "evil"))
    async with scene.page.expect_popup() as opened:
        await scene.page.evaluate(f"window.w = window.open('{scene.server.url}/me')")
    popup = await opened.value
    await popup.wait_for_load_state("load")
    assert await popup.evaluate("window.opener === null")
    held = await scene.page.evaluate(
        "(() => { try { return String(window.w.closed || window.w.location.href) } catch { return 'refused' } })()"
    )
    assert held in {"refused", "true"}
    secret = f"{scene.server.url}/m/{scene.world.matters['new'].number}"
    await popup.goto(secret)
    await popup.evaluate(f"location.href = '{foreign.address('localhost')}?from-us'")
    await popup.wait_for_url("**/page?from-us")
    assert await popup.evaluate("document.referrer") == ""


async def a_foreign_link_signs_nobody_in_and_leads_nobody_away(scene: Scene, foreign: Foreign) -> None:
    """Links into our pages with a foreign `next` end on our pages."""
    for path in ("/sign-in?next=", "/settings?next=", "/second-factor?next=", "/demo?next="):
        for away in (
            "//127.0.0.1:1/",
            "/%09/127.0.0.1:1/",
            "/%5C127.0.0.1:1/",
            "http:%2F%2F127.0.0.1:1/",
            "javascript:window.__xss=1",
        ):
            await scene.page.goto(scene.server.url + path + away)
            assert scene.page.url.startswith(scene.server.url + "/"), (path, away)
            links = await scene.page.eval_on_selector_all(
                "a[href], form[action]", "all => all.map(one => one.href || one.action)"
            )
            assert all(link.startswith((scene.server.url, "tel:")) for link in links), links
    assert await scene.page.evaluate("window.__xss === undefined")


@pytest.mark.parametrize("host", HOSTS)
async def test_foreign_pages(scene: Scene, foreign: Foreign, host: str) -> None:
    """By the same name on another port, which is the same site and gets the cookie, and by another name."""
    await no_foreign_page_opens_a_socket_or_reads(scene, foreign, host)
    await no_foreign_page_frames_ours(scene, foreign, host)
    await no_foreign_form_is_taken(scene, foreign, host)
    if host == HOSTS[1]:
        await a_foreign_opener_holds_nothing_and_learns_nothing(scene, foreign)
        await a_foreign_link_signs_nobody_in_and_leads_nobody_away(scene, foreign)

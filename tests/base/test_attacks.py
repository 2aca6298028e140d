"""Attacks by way of the browser: markup in every field that people fill, foreign pages that post, connect or frame ours."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tortoise import Tortoise, connections

from linyue.base.policy import Role
from linyue.base.settings import Settings
from setup.local_servers import free_port
from tests import access
from tests.browser import Browsers
from tests.conftest import NewClient
from tests.servers import LiveServer

PROBE = "\"'><xss-probe a=1>"
LIVE_PROBE = '"><img src=x onerror=window.pwned=1><script>window.pwned=1</script>'
# Columns that hold what people typed. Codes, hashes and sealed values are no text of theirs.
TYPED = re.compile(
    r"(^|_)(text|title|title_en|name_zh|name_en|display_name|reason|venue|label|topic|department|device|note|answer)$|_(zh|en)$|^(address|hours|title)_"
)
UNTYPED = {
    ("groups", "label"),
    ("matters", "pause_reason"),
    ("checkpoints", "text"),
    ("audit_entries", "object"),
    ("catalogue_files", "text"),
    ("catalogue_drafts", "text"),
}


def typed_columns() -> list[tuple[str, str, bool]]:
    """Table and column of every field that a person fills, and whether no two rows may say the same there."""
    found = []
    for model in Tortoise.apps["models"].values():
        for name, kind in model._meta.fields_map.items():
            is_text = type(kind).__name__ in {"CharField", "TextField"}
            if is_text and TYPED.search(name) and (model._meta.db_table, name) not in UNTYPED:
                is_alone = any(name in together for together in model._meta.unique_together)
                found.append((model._meta.db_table, model._meta.fields_db_projection[name], is_alone))
    return found


class Probes(HTMLParser):
    """Elements that only our payload could have made."""

    found = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += tag == "xss-probe"


@pytest.mark.sqlite_only
async def test_markup_in_any_field_stays_text_for_every_role(sample_db: Settings, new_sample_client: NewClient) -> None:
    run = connections.get("default").execute_query
    for table, column, is_alone in typed_columns():
        number = " || id" if is_alone else ""
        await run(f'UPDATE "{table}" SET "{column}" = ?{number} WHERE "{column}" <> \'\'', [PROBE])
    walked = [t for t in await access.targets(per_route=2) if "GET" in t.methods]
    shown, problems = 0, []
    everybody = {
        account.label.rsplit("-", 1)[0]: account for account in await access.accounts() if account.label[-1] in "y0"
    }
    assert {role.value for role in Role} - everybody.keys() <= {"resident"} and "nobody" in everybody
    for account in everybody.values():
        client = new_sample_client()
        await access.sign_in(client, account)
        for target in walked:
            answer = await client.get(target.path)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            parser = Probes()
            parser.feed(answer.text)
            shown += "xss-probe" in answer.text
            if parser.found:
                problems.append(f"{account.label}: {target.path}")
    assert not problems, "\n".join(problems)
    assert shown > 100, "the payload was hardly shown anywhere, so this proves nothing"


MakeServer = Callable[..., LiveServer]


@pytest.fixture
def poisoned(sample: Settings, make_live_server: MakeServer) -> LiveServer:
    """The sample district with a working payload in every text that people typed about matters and meetings."""
    link = sqlite3.connect(sample.sqlite_path)
    for table, column in [
        ("matters", "title"),
        ("matters", "text"),
        ("topics", "text"),
        ("points", "text"),
        ("meetings", "title"),
        ("people", "display_name"),
    ]:
        size = 40 if column == "display_name" else 60
        link.execute(
            f"UPDATE {table} SET {column} = ?", [LIVE_PROBE[:size] if size == 60 else '"><img src=x onerror=pwned=1>']
        )
    link.commit()
    link.close()
    return make_live_server(**{name: getattr(sample, name) for name in ("data", "demo", "database_url", "redis_url")})


def row_of(server: LiveServer, question: str) -> str:
    link = sqlite3.connect(server.settings.sqlite_path)
    found = link.execute(question).fetchone()
    link.close()
    assert found is not None, question
    return str(found[0])


@pytest.mark.sqlite_only
async def test_nothing_runs_in_a_real_browser(poisoned: LiveServer, browsers: Browsers) -> None:
    number = row_of(poisoned, "SELECT number FROM matters WHERE is_public = 1 ORDER BY id DESC LIMIT 1")
    code = row_of(poisoned, "SELECT join_code FROM meetings WHERE state = 'running'")
    visitor = await browsers.visitor("visitor", poisoned.url)
    for path in ("/", "/matters", f"/m/{number}", "/meetings", f"/live/{code}"):
        await visitor.page.goto(path)
        await visitor.page.wait_for_load_state("load")
        assert await visitor.page.evaluate("window.pwned === undefined"), path


@pytest.fixture
def foreign_page() -> Iterator[Callable[[str], str]]:
    """Serves one page from another origin; returns its address."""
    pages: dict[str, str] = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(pages.get("/", "").encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def show(html: str) -> str:
        pages["/"] = html
        return f"http://127.0.0.1:{server.server_port}/"

    yield show
    server.shutdown()
    server.server_close()


@pytest.fixture
def demo_server(sample: Settings, make_live_server: MakeServer) -> LiveServer:
    return make_live_server(**{name: getattr(sample, name) for name in ("data", "demo", "database_url", "redis_url")})


@pytest.mark.sqlite_only
async def test_a_foreign_page_can_neither_post_nor_connect_nor_frame(
    demo_server: LiveServer, browsers: Browsers, foreign_page: Callable[[str], str]
) -> None:
    code = row_of(demo_server, "SELECT join_code FROM meetings WHERE state = 'running'")
    visitor = await browsers.visitor("visitor", demo_server.url)
    page = visitor.page
    ours, host = demo_server.url, demo_server.url.removeprefix("http://")

    # Another port of this machine is another origin of the same site: the cookie goes along, the answer must be no.
    await page.goto(
        foreign_page(
            f'<form method="post" action="{ours}/settings"><input name="theme" value="dark"><button>go</button></form>'
        )
    )
    async with page.expect_navigation() as went:
        await page.click("button")
    answer = await went.value
    assert answer is not None
    assert answer.status == 403

    await page.goto(foreign_page("<p>evil</p>"))
    opened = await page.evaluate(
        f"""new Promise(done => {{
            const socket = new WebSocket('ws://{host}/live/{code}/socket');
            socket.onopen = () => done('open'); socket.onerror = () => done('refused');
        }})"""
    )
    assert opened == "refused"

    await page.goto(foreign_page(f'<iframe src="{ours}/"></iframe>'))
    await page.wait_for_load_state("load")
    framed = [await frame.content() for frame in page.frames if frame != page.main_frame]
    assert len(framed) == 1
    assert "/static/" not in framed[0]  # the browser's own words, none of ours
    assert any("frame-ancestors" in fault for fault in visitor.faults)
    visitor.faults.clear()  # what the foreign page was told is its own business

"""What every answer carries, also the ones that went wrong; cookies, hosts, and where a form may lead."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers

from linyue.app import make_app
from linyue.base import site
from linyue.base.guard import known_host
from linyue.base.pages import safe_next
from linyue.base.settings import BadSetting, Settings, read_settings
from linyue.people import service_sign_in
from tests.client import Client
from tests.conftest import opened
from tests.make.people import a_phone, make_person

pytestmark = pytest.mark.sqlite_only
NewClient = Callable[[], Client]
PUBLIC = {"host": "0.0.0.0", "origin": "https://linyue.example"}


def is_guarded(answer: httpx2.Response) -> bool:
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    return (
        "default-src 'none'" in policy
        and "unsafe" not in policy
        and headers.get("x-content-type-options") == "nosniff"
        and headers.get("cache-control") == "no-store"
        and headers.get("cross-origin-opener-policy") == "same-origin"
    )


async def test_every_kind_of_answer_has_the_headers(app: Starlette, client: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linyue.people.routes.render", lambda *_, **__: 1 // 0)
        client._transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
        failed = await client.get("/sign-in")
    assert failed.status_code == 500 and is_guarded(failed) and "ZeroDivision" not in failed.text
    for answer, status in (
        (await client.get("/sign-in"), 200),
        (await client.get("/me"), 303),
        (await client.get("/nowhere"), 404),
        (await client.put("/sign-in"), 405),
        (await client.post("/sign-in", data={"phone": "1"}), 422),
        (await client.post("/sign-in", data={"phone": "1" * 200_000}), 413),
        (await client.post("/sign-in", headers={"origin": "https://evil.example"}), 403),
        (await client.get("/sign-in", headers={"host": "evil.example"}), 421),
        (await client.get("/sign-in?next=%00"), 400),
        (await client.get("/sign-in", headers={"accept": "application/json"}), 200),
    ):
        assert answer.status_code == status and is_guarded(answer), (status, answer.headers)


async def test_a_fault_is_logged_without_what_was_typed(
    app: Starlette, client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such number: 13812345678")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linyue.matters.routes_slip.service_report.by_slip", broken)
        client._transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
        answer = await client.get("/t/the-secret-of-a-slip")
    logged = capfd.readouterr().err
    assert answer.status_code == 500 and "13812345678" not in answer.text
    assert "request.failed" in logged and "/t/{secret}" in logged and "routes_slip" in logged
    assert "the-secret-of-a-slip" not in logged and "13812345678" not in logged


async def test_a_policy_report_of_somebody_signed_in_arrives(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    await client.sign_in_as(await make_person())
    told = {"csp-report": {"document-uri": "http://x/t/secret-link", "effective-directive": "script-src-elem"}}
    kind = {"content-type": "application/csp-report"}
    assert (await client.post("/csp-report", json=told, headers=kind)).status_code == 204
    for body in (
        b"",
        b"[]",
        b"[" * 5000,
        b'{"csp-report": 1}',
        b"\xff",
        b'{"csp-report":{"effective-directive":"a\\nb"}}',
    ):
        assert (await client.post("/csp-report", content=body, headers=kind)).status_code == 204
    assert (await client.post("/csp-report", content=b"x" * 20_000, headers=kind)).status_code == 413
    assert (await client.post("/csp-report", content=b"{}", headers={"content-type": "text/plain"})).status_code == 400
    assert site._broken_rule(b'{"csp-report": {"violated-directive": "img-src"}}') == "img-src"
    assert "secret-link" not in capfd.readouterr().err


async def test_a_foreign_host_is_not_repeated(client: Client) -> None:
    answer = await client.get("/sign-in", headers={"host": "x; script-src *"})
    assert answer.status_code == 421 and "script-src *" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000; script-src *", "127.0.0.1:80@evil.example", "evil.example:8000", "127.0.0.1:", "localhost.", "",
     "127.0.0.1, evil.example", "127.0.0.1\t", "[::1", "[::1]evil.example", "127.0.0.1:123456", "localhost/evil"],
)  # fmt: skip
def test_no_other_host_and_nothing_behind_the_port(host: str) -> None:
    assert not known_host(Headers({"host": host}), Settings())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_our_own_names(host: str) -> None:
    assert known_host(Headers({"host": host}), Settings())


AWAY = ["//evil.example", "/\\evil.example", "\\/evil", "https://evil.example", "javascript:alert(1)", "/\t/evil.example",
        "/\n/evil", "/\r/evil", "/\x0b/evil", "/\x7f/evil", "/ok\\..\\evil", "", "evil", " /x", "/\u2028/evil"]  # fmt: skip


@pytest.mark.parametrize("target", AWAY)
def test_next_never_leads_away(target: str) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/m/2026-0001?a=b#c", "/matters?q=屋顶 漏水"])
def test_next_keeps_our_own_paths(target: str) -> None:
    assert safe_next(target) == target


async def test_no_form_leads_away(client: Client, new_client: NewClient) -> None:
    stranger = new_client()
    await client.sign_in_as(await make_person())
    for target in AWAY:
        if "\x00" in target:
            continue
        answers = [
            await client.get("/sign-in", params={"next": target}),
            await client.send_form("/settings", {"next": target}),
            await stranger.send_form("/settings", {"next": target}),
            await stranger.get("/settings", params={"next": target}),
        ]
        for answer in answers:
            where = answer.headers.get("location", "/")
            assert where.startswith("/") and not where.startswith("//") and "evil" not in where.split("?")[0]
            assert 'href="//' not in answer.text and "javascript:" not in answer.text and "evil" not in answer.text
    away = await stranger.get("//evil.example/me")
    assert away.headers.get("location", "/").startswith("/") and "location: //" not in str(away.headers)


async def test_https_cookies_are_bound_to_host_and_https(settings: Settings) -> None:
    public = replace(settings, **PUBLIC)  # type: ignore[arg-type]
    async with opened(public):
        phone = a_phone()
        await make_person(phone=phone)
        sent: list[str] = []

        async def gateway(_phone: str, text: str) -> None:
            sent.append(text)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service_sign_in.sms, "_gateway", gateway)
            app = make_app(public)
            async with httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app, client=("10.1.2.3", 50000)),
                base_url="https://linyue.example",
                headers={"origin": "https://linyue.example", "sec-fetch-site": "same-origin"},
            ) as browser:
                planted = "planted-by-somebody"
                browser.cookies.set("__Host-sid", planted, domain="linyue.example")
                asked = await browser.post("/sign-in", data={"phone": phone})
                code = "".join(c for c in sent[0] if c.isdigit())[:6]
                done = await browser.post("/sign-in/code", data={"code": code})
                shown = await browser.get("/me")
                chosen = await browser.post("/settings", data={"theme": "dark", "csrf": csrf_in(shown.text)})
                plain = await browser.get("/metrics")
        assert done.status_code == 303 and shown.status_code == 200
        cookies = done.headers.get_list("set-cookie")
        own = next(c for c in cookies if c.startswith("__Host-sid="))
        assert planted not in own and len(own.split(";")[0]) > 40 and "domain" not in own.lower() and "Path=/;" in own
        for answer in (asked, done, chosen):
            for cookie in answer.headers.get_list("set-cookie"):
                assert "Secure" in cookie and "samesite=lax" in cookie.lower(), cookie
                assert "HttpOnly" in cookie or "Max-Age=0" in cookie, cookie
            assert "max-age=31536000" in answer.headers["strict-transport-security"]
        assert "wss://linyue.example" in shown.headers["content-security-policy"]
        assert plain.status_code == 404, "figures are for this machine"


def csrf_in(page: str) -> str:
    """The form token that a page carries."""
    return page.split('name="csrf" value="')[1].split('"')[0]


def test_an_open_server_without_https_does_not_start() -> None:
    for wrong in (
        {"LINYUE_HOST": "0.0.0.0"},
        {"LINYUE_HOST": "0.0.0.0", "LINYUE_ORIGIN": "http://linyue.example"},
        {"LINYUE_HOST": "::"},
        {"LINYUE_HOST": "192.168.1.4"},
    ):
        with pytest.raises(BadSetting):
            read_settings(wrong)


@pytest.mark.parametrize(
    "more",
    [{"LINYUE_ORIGIN": "https://linyue.example"}, {"LINYUE_HOSTS": "linyue.example"}, {"LINYUE_HOST": "0.0.0.0", "LINYUE_ORIGIN": "https://x.example"}],
)  # fmt: skip
def test_a_sample_district_has_no_public_name(more: dict[str, str]) -> None:
    """One tap signs in there: behind a proxy of the same machine everybody would look local."""
    assert read_settings({"LINYUE_DEMO": "1"}).demo
    with pytest.raises(BadSetting, match="LINYUE_DEMO"):
        read_settings({"LINYUE_DEMO": "1", **more})


async def test_odd_cookies_are_no_fault(new_client: NewClient) -> None:
    for told in (
        "[" * 5000, "{}", "null", '{"key":"common-clock-moved","args":[[1,2]]}', '{"key":1e999,"args":{}}', "\\ud800",
        '{"key":"common-clock-moved","args":{"n":{"a":1},"1":2,"lang":"x"}}', '{"key":"a b","args":null}',
    ):  # fmt: skip
        browser = new_client()
        browser.cookies.set("flash", quote(told), domain="127.0.0.1")
        assert (await browser.get("/sign-in")).status_code == 200, told[:60]
    for name in ("sid", "sign-in", "lang", "theme", "flash"):
        for value in ("%00", "a" * 4000, "\x7f", "é".encode("latin-1").decode("latin-1")):
            raw = {"cookie": f"{name}={value}".encode("latin-1")}
            assert (await new_client().get("/sign-in/code", headers=raw)).status_code < 500  # type: ignore[arg-type]

"""Real processes on a real port: ready when they say so, headers on every answer, gone when asked, back after a kill."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest

from linyue.base.settings import Settings
from setup.local_servers import free_port
from tests.servers import ROOT, Blanks, LiveServer, environment_of, listeners

MakeServer = Callable[..., LiveServer]
ALWAYS_SENT = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def test_health_readiness_and_metrics(live_server: LiveServer) -> None:
    assert httpx2.get(f"{live_server.url}/healthz").text == "ok"
    assert httpx2.get(f"{live_server.url}/readyz").json() == {"database": "ok"}
    figures = httpx2.get(f"{live_server.url}/metrics").text
    assert "linyue_jobs_waiting 0" in figures
    assert "linyue_jobs_dead 0" in figures


@pytest.mark.parametrize("path", ["/healthz", "/settings", "/no-such-page", "/inbox"])
@pytest.mark.sqlite_only
def test_every_answer_carries_the_protections(live_server: LiveServer, path: str) -> None:
    answer = httpx2.get(live_server.url + path)
    for name, start in ALWAYS_SENT.items():
        assert answer.headers[name].startswith(start)
    assert "server" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.sqlite_only
def test_a_foreign_host_or_site_is_turned_away(live_server: LiveServer) -> None:
    assert httpx2.get(f"{live_server.url}/healthz", headers={"host": "evil.example"}).status_code == 421
    own = {"origin": live_server.url}
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert httpx2.post(f"{live_server.url}/settings", data={"theme": "dark"}, headers=headers).status_code == 403
    assert httpx2.post(f"{live_server.url}/settings", data={"theme": "dark"}, headers=own).status_code == 303


@pytest.mark.sqlite_only
def test_a_body_over_the_limit_is_refused_declared_or_not(live_server: LiveServer) -> None:
    headers = {"origin": live_server.url, "content-type": "application/x-www-form-urlencoded"}
    big = b"theme=" + b"a" * 200_000
    assert httpx2.post(f"{live_server.url}/settings", content=big, headers=headers).status_code == 413
    chunks = (big[i : i + 1000] for i in range(0, len(big), 1000))
    assert httpx2.post(f"{live_server.url}/settings", content=chunks, headers=headers).status_code == 413


def test_a_stopped_process_ends_quickly(live_server: LiveServer) -> None:
    processes = [*live_server.web, *live_server.workers]
    began = time.monotonic()
    for process in processes:
        process.send_signal(signal.SIGTERM)
    codes = [process.wait(10) for process in processes]
    assert time.monotonic() - began < 8
    assert set(codes) <= {0, -signal.SIGTERM}


def test_it_comes_back_after_kill_9(live_server: LiveServer) -> None:
    live_server.kill_web()
    live_server.start_web()
    assert httpx2.get(f"{live_server.url}/readyz").status_code == 200


@pytest.mark.postgres_only
def test_without_its_database_a_process_lives_and_is_not_ready(
    live_server: LiveServer, settings: Settings, blanks: Blanks
) -> None:
    assert httpx2.get(f"{live_server.url}/readyz").status_code == 200
    blanks.drop(settings)
    answer = httpx2.get(f"{live_server.url}/readyz", timeout=20)
    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})
    assert httpx2.get(f"{live_server.url}/healthz").status_code == 200


@pytest.mark.postgres_only
def test_two_processes_share_the_port(live_server: LiveServer) -> None:
    assert len(listeners(live_server.settings.port)) == 2
    live_server.kill_web()
    for _ in range(20):
        assert httpx2.get(f"{live_server.url}/readyz").status_code == 200


@pytest.mark.sqlite_only
def test_a_second_server_on_one_sqlite_file_is_refused(live_server: LiveServer) -> None:
    other = environment_of(replace(live_server.settings, port=free_port()))
    done = subprocess.run(
        [sys.executable, "-m", "linyue", "serve"],
        env=other,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "another linyue serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_logs_are_lines_without_personal_data(live_server: LiveServer) -> None:
    phone = "13800001234"
    httpx2.get(f"{live_server.url}/no-such-page", params={"phone": phone})
    httpx2.post(f"{live_server.url}/settings", data={"theme": phone}, headers={"origin": live_server.url})
    live_server.stop()
    text = live_server.log_text()
    assert '"event": "request"' in text
    assert phone not in text

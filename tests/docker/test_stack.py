"""What the compose file starts, started without containers: the same commands with the same settings, a real nginx with its
own configuration in front, TLS, and votes over wss while processes come and go.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from linyue.base.settings import Settings, read_settings
from linyue.upkeep.phone import Door
from setup.local_servers import free_port
from tests.faults.crowd import Crowd, prepare, whole
from tests.servers import ROOT, LiveServer, environment_of, listeners
from tests.tls import NAME, certificate
from tests.zygote import Zygote

pytestmark = [pytest.mark.anyio, pytest.mark.postgres_only]
WEB = {"web-a": ("172.30.53.11", "127.0.53.11"), "web-b": ("172.30.53.12", "127.0.53.12")}


def nginx() -> str:
    """The binary; its absence fails the test, and says what to install."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert found, "nginx is missing: install the package nginx"
    return found


@dataclass
class Stack:
    """The running services, and how they are reached."""

    settings: Settings
    webs: dict[str, LiveServer]
    worker: LiveServer
    door: Door
    plain_port: int
    tls: ssl.SSLContext
    worker_env: dict[str, str]

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """A page through the proxy."""
        url = f"https://127.0.0.1:{self.door.port}{path}"
        host = {"host": f"{NAME}:{self.door.port}"}
        with httpx2.Client(verify=self.tls, timeout=30) as client:
            return client.get(url, headers=host | headers, extensions={"sni_hostname": NAME})


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"])


@pytest.fixture
async def stack(settings: Settings, zygote: Zygote, tmp_path: Path, artefacts: Path) -> AsyncIterator[Stack]:
    secrets, proxy = tmp_path / "secrets", tmp_path / "proxy"
    for folder in (secrets, proxy):
        folder.mkdir()
    (secrets / "database_url").write_text(settings.database_url + "\n")
    certificate(secrets)
    port, plain_port, origin_port = free_port(), free_port(), free_port()
    places = {
        "/run/secrets": str(secrets),
        "redis://redis:6379/0": settings.redis_url,
        "${LINYUE_ORIGIN:?give the public address, https://…}": f"https://{NAME}:{origin_port}",
        "${LINYUE_SMS:-none}": "none",
        "${LINYUE_SMS_URL:-}": "",
        "${LINYUE_SMS_TOKEN:-}": "",
        "172.30.53.2": "127.0.0.1",
    }

    def environment(service: str) -> dict[str, str]:
        env = environment_of(Settings())
        env = {k: v for k, v in env.items() if not k.startswith("LINYUE_")} | {"TMPDIR": str(tmp_path)}
        # What the image gives: where data lies, and which address to listen on.
        env |= {"LINYUE_DATA": str(settings.data), "LINYUE_KEYS": settings.keys, "LINYUE_PORT": str(port)}
        env["LINYUE_HOST"] = WEB[service][1] if service in WEB else "127.0.0.1"
        for name, value in compose()[service]["environment"].items():
            for there, here in places.items():
                value = str(value).replace(there, here)
            env[name] = value
        return env

    def live(service: str, command: str) -> LiveServer:
        env = environment(service)
        assert compose()[service]["command"] == [command]
        chosen = replace(read_settings(env), port=port)
        return LiveServer(chosen, artefacts / service, launch=lambda what, _env, log: zygote.spawn(what, env, log))

    webs = {name: live(name, "serve") for name in WEB}
    worker = live("worker", "worker")
    config = (ROOT / "docker" / "nginx.conf").read_text()
    here = {f"{there}:8000": f"{at}:{port}" for there, at in WEB.values()}
    here |= {"/run/secrets": str(secrets), "8443": str(origin_port), "8080": str(plain_port), " /tmp/": f" {proxy}/"}
    assert all(old in config for old in here)
    config = re.sub("|".join(map(re.escape, here)), lambda found: here[found[0]], config)
    (proxy / "nginx.conf").write_text(config)
    hosted = read_settings(environment("web-a"))
    assert hosted.database_url == settings.database_url and hosted.is_https
    process = None
    try:
        worker.start(0, worker=True)
        for web in webs.values():
            await asyncio.to_thread(web.start, 1, worker=False)
        process = await asyncio.to_thread(start_nginx, proxy / "nginx.conf", origin_port)
        tls = ssl.create_default_context(cafile=str(secrets / "tls_certificate"))
        door = Door("127.0.0.1", origin_port, f"https://{NAME}:{origin_port}", tls)
        yield Stack(hosted, webs, worker, door, plain_port, tls, environment("worker"))
    finally:
        if process is not None:
            process.terminate()
            process.wait(10)
        for one in (*webs.values(), worker):
            one.stop()


def start_nginx(config: Path, port: int) -> "subprocess.Popen[bytes]":
    """Check the configuration as the operator would, then run it."""
    extra = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    checked = subprocess.run([nginx(), "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    log = (config.parent / "nginx.log").open("wb")
    process = subprocess.Popen([nginx(), "-c", str(config), "-g", extra], stdout=log, stderr=log)
    deadline = time.monotonic() + 20
    while not listeners(port):
        assert process.poll() is None and time.monotonic() < deadline, (config.parent / "nginx.log").read_text()
        time.sleep(0.02)
    return process


async def test_votes_over_wss_while_processes_come_and_go(stack: Stack) -> None:
    home = await asyncio.to_thread(stack.get, "/sign-in")
    assert home.status_code == 200
    assert home.headers["strict-transport-security"]
    assert (await asyncio.to_thread(stack.get, "/metrics")).status_code == 404
    assert (await asyncio.to_thread(stack.get, "/metrics", **{"x-forwarded-for": "127.0.0.1"})).status_code == 404
    moved = await asyncio.to_thread(
        httpx2.get, f"http://127.0.0.1:{stack.plain_port}/m/1?x=2", headers={"host": NAME}, follow_redirects=False
    )
    assert (moved.status_code, moved.headers["location"]) == (308, f"https://{NAME}/m/1?x=2")
    hall = await prepare(stack.settings, 16)
    assert hall.seats[0].cookie.startswith("__Host-sid=")
    async with Crowd(hall, [stack.door]) as crowd:
        await crowd.until_acks(30)
        a, b = stack.webs["web-a"], stack.webs["web-b"]
        assert all("/live/{code}/ticket" in web.log_text() for web in (a, b)), "the proxy uses both"
        first = a.web.pop()
        first.send_signal(signal.SIGTERM)  # a graceful stop: everybody there is told to come back
        assert await asyncio.to_thread(first.wait, 20) in (0, -signal.SIGTERM)
        await crowd.until_acks(30)
        assert any(close.startswith("1012") for close in crowd.book.closes), crowd.book.closes
        await asyncio.to_thread(a.start_web)
        await asyncio.to_thread(b.kill_web)  # and an end without a word
        await crowd.until_acks(30)
    await whole(stack.settings, hall, crowd.book)
    assert not crowd.book.refused


async def test_the_health_checks_of_proxy_and_web(stack: Stack) -> None:
    """The very commands of the compose file and of the image, at the addresses the processes have here."""
    kind, *proxy = compose()["proxy"]["healthcheck"]["test"]
    image = (ROOT / "docker" / "Dockerfile").read_text()
    web = json.loads(re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", image, re.M)[0])
    assert kind == "CMD" and shutil.which(proxy[0]), "wget is missing: install the package wget"
    asked = "'http://127.0.0.1:8000/readyz'"
    # Each process has an address of its own here; the name that is asked for stays the one of the image.
    webs = {
        name: f"u.Request('http://{at}:{stack.webs[name].settings.port}/readyz', headers={{'Host': '127.0.0.1:8000'}})"
        for name, (_, at) in WEB.items()
    }

    async def check(command: list[str], there: str, here: str) -> int:
        assert any(there in word for word in command), command
        command = [word.replace(there, here) for word in command]
        command[0] = sys.executable if command[0] == "python" else command[0]
        return (
            await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False, timeout=30)
        ).returncode

    assert await check(proxy, "127.0.0.1:8080", f"127.0.0.1:{stack.plain_port}") == 0
    assert await check(proxy, "127.0.0.1:8080", f"127.0.0.1:{free_port()}") != 0
    for address in webs.values():
        assert await check(web, asked, address) == 0
    await asyncio.to_thread(stack.webs["web-a"].kill_web)
    assert await check(web, asked, webs["web-a"]) != 0
    assert await check(web, asked, webs["web-b"]) == 0


async def test_the_workers_health_check(stack: Stack) -> None:
    test = compose()["worker"]["healthcheck"]["test"]
    assert test == ["CMD", "linyue", "worker", "--check"]

    def check() -> int:
        command = [sys.executable, "-m", *test[1:]]
        return subprocess.run(command, env=stack.worker_env, cwd=ROOT, capture_output=True, check=False).returncode

    alive = Path(stack.worker_env["TMPDIR"]) / "linyue-worker.alive"
    async with asyncio.timeout(20):
        while not alive.exists():
            await asyncio.sleep(0.02)
    assert await asyncio.to_thread(check) == 0
    os.utime(alive, (1, 1))
    stack.worker.workers[0].send_signal(signal.SIGSTOP)  # it hangs
    try:
        os.utime(alive, (1, 1))
        assert await asyncio.to_thread(check) == 1
    finally:
        stack.worker.workers[0].send_signal(signal.SIGCONT)

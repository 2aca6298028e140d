"""`make run-scaled`: the whole of a larger district on one machine, from wheels.

PostgreSQL and Redis as children, migrations, the sample district, two web processes on one port, one worker.
Ctrl-C stops everything in order; what is stored stays in the data folder.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from setup.local_servers import NoServer, create_database, start_postgres, start_redis

WEB_PROCESSES = 2
DATABASE = "linyue"


def main() -> int:
    """Start all, wait for Ctrl-C or for one to fall, stop all."""
    data = Path(os.environ.get("LINYUE_DATA") or "var").resolve()
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    data.mkdir(parents=True, exist_ok=True)
    postgres = start_postgres(data / "postgres")
    children: list[subprocess.Popen[bytes]] = []
    redis = None
    try:
        redis = start_redis(data / "redis", keep=True)
        create_database(postgres, DATABASE)
        env = {**os.environ, "LINYUE_DATA": str(data), "LINYUE_DEMO": os.environ.get("LINYUE_DEMO", "1")}
        env |= {"LINYUE_DATABASE_URL": postgres.url(DATABASE), "LINYUE_REDIS_URL": redis.url}
        for command in ["migrate", "demo"] if env["LINYUE_DEMO"] == "1" else ["migrate"]:
            failed = linyue(env, command).wait()
            if failed or ending.is_set():
                return failed
        if not ending.is_set():
            children = [linyue(env, "serve") for _ in range(WEB_PROCESSES)] + [linyue(env, "worker")]
        while children and not ending.wait(1):
            if any(child.poll() is not None for child in children):
                print("One process ended; stopping the others", flush=True)
                return 1
        return 0
    finally:
        stop(children)
        if redis:
            redis.stop()
        postgres.stop()


def linyue(env: dict[str, str], command: str) -> "subprocess.Popen[bytes]":
    """One `linyue` process, outside our group so that Ctrl-C reaches it only through us."""
    return subprocess.Popen([sys.executable, "-m", "linyue", command], env=env, start_new_session=True)


def stop(children: list["subprocess.Popen[bytes]"]) -> None:
    """Ask all, then wait for each: phones are told to reconnect, a running job goes back to the table."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NoServer as problem:
        sys.exit(f"Cannot go on: {problem}")

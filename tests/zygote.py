"""Server processes that start in a tenth of the time: one process loads the code once, every other is a fork of it.

A fork runs the real command with its own environment, log and identity; it can be killed like any other. What a cold
start costs is measured where it matters (tests/faults/test_kill.py).
"""

import ctypes
import json
import os
import runpy
import secrets
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.servers import ROOT


class Fork:
    """One forked process, as subprocess.Popen shows one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        """Set once it has ended; a later process may bear the same number."""

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float = 30) -> int:
        deadline = time.monotonic() + timeout
        while (code := self.returncode) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(["fork"], timeout)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Zygote:
    """The process that forks; ends with this one."""

    def __init__(self) -> None:
        self._live: dict[int, Fork] = {}
        self._born: list[Fork] = []
        self._told = threading.Condition()
        path = os.pathsep.join([str(ROOT), str(ROOT / "server")])
        env = {k: v for k, v in os.environ.items() if not k.startswith("LINYUE_") and k != "PORT"} | {
            "PYTHONPATH": path
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def spawn(self, command: str, env: dict[str, str], log: Path) -> Fork:
        """Fork and run `linyue COMMAND`."""
        return self.spawn_module("linyue", [command], env, log)

    def spawn_module(self, module: str, words: list[str], env: dict[str, str], log: Path) -> Fork:
        """Fork and run `python -m MODULE WORDS`."""
        with self._told:
            self._say({"module": module, "words": words, "env": env, "log": str(log)})
            assert self._told.wait_for(lambda: self._born, 60), "the loader does not answer"
            return self._born.pop(0)

    def stop(self) -> None:
        """End the loader; forks have been ended by whoever asked for them."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def _say(self, order: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._told:
                if "born" in told:
                    fork = self._live[told["born"]] = Fork(told["born"])
                    self._born.append(fork)
                else:
                    self._live.pop(told["pid"]).returncode = told["code"]
                self._told.notify_all()


def _move_to(namespace: str) -> None:
    """Into a network namespace, before anything is opened."""
    if namespace:
        handle = os.open(namespace, os.O_RDONLY)
        assert ctypes.CDLL(None, use_errno=True).setns(handle, 0x40000000) == 0, os.strerror(ctypes.get_errno())
        os.close(handle)


def _main() -> None:
    from linyue import app, process  # noqa: PLC0415 - only in the process that forks
    from linyue.base import bus, i18n, queue  # noqa: PLC0415
    from linyue.base.pages import environment  # noqa: PLC0415

    assert app
    process.slice_routes()
    process.load_jobs()
    environment()
    i18n.bundles()
    lock = threading.Lock()
    out = os.fdopen(os.dup(1), "wb", buffering=0)

    def say(**told: int) -> None:
        with lock:
            out.write(json.dumps(told).encode() + b"\n")

    def reap(pid: int) -> None:
        _, status = os.waitpid(pid, 0)
        say(pid=pid, code=os.waitstatus_to_exitcode(status))

    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            # Ended with its loader, however that ends, so no server is left behind.
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            os.setpgid(0, 0)
            os.environ.clear()
            os.environ.update(order["env"])
            _move_to(os.environ.pop("ZYGOTE_NETNS", ""))
            sink = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for number, target in ((nothing, 0), (sink, 1), (sink, 2)):
                os.dup2(number, target)
            os.closerange(3, 256)
            # What a process draws when it loads: its name among others.
            queue._me = f"fork:{os.getpid()}:{secrets.token_hex(4)}"
            bus._bus._me = secrets.token_hex(8)
            code = 0
            try:
                sys.argv = [order["module"], *order["words"]]
                runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
            except SystemExit as end:
                if isinstance(end.code, str):
                    print(end.code, file=sys.stderr)
                code = end.code if isinstance(end.code, int) else 1 if end.code else 0
            except BaseException as error:
                print(repr(error), file=sys.stderr)
                code = 1
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        say(born=pid)
        threading.Thread(target=reap, args=(pid,), daemon=True).start()


if __name__ == "__main__":
    _main()

"""One 300-byte message to every socket of a server: the product's room against what a team would take instead.

All servers of a group stay up with all their sockets and are measured in turn, so that a busy moment hits all alike.
"""

import os
from contextlib import ExitStack

from linyue.base.listen import allow_many_sockets
from setup.local_servers import start_redis
from tests.bench.figures import Figure, Found, busy, ratio
from tests.bench.load import BUSY
from tests.bench.run import Run, Server

OURS, BARE, LOOP = "room (frames to transports)", "websockets broadcast()", "plain send() loop"
TEXT, CHANNELS, SOCKETIO = "Starlette send_text loop", "Django Channels, Redis", "python-socketio room"
LOOP_WHY = (
    "each phone is looked up, asked whether it is behind, and its answer from the kernel is looked at; the call keeps the"
    " interpreter's lock for those who vote (server/decisions/0013)"
)
MODULES = {
    OURS: "fan_linyue",
    BARE: "fan_bare",
    LOOP: "fan_loop",
    TEXT: "fan_text",
    CHANNELS: "fan_channels",
    SOCKETIO: "fan_socketio",
}


def measure(run: Run) -> Found:
    """Both groups: five thousand sockets for those that can, two thousand for everybody else."""
    large, small = (300, 200) if run.quick else (5000, 2000)
    large = min(large, (allow_many_sockets() - 500) // 3)
    found = Found()
    found.notes.append(f"load generator alone takes in {run.load.call('ceiling'):,.0f} messages/s")
    big = _group(run, found, large, [OURS, BARE, LOOP], 3 if run.quick else 30)
    few = _group(run, found, small, [OURS, TEXT, SOCKETIO, CHANNELS], 2 if run.quick else 10)
    found.goals += [
        ratio(f"fan-out at {large}: room against websockets broadcast()", big[OURS], big[BARE], 1.4),
        ratio(f"fan-out at {large}: room against a plain send() loop", big[OURS], big[LOOP], 0.75, LOOP_WHY),
        ratio(f"fan-out at {small}: room against Django Channels", few[OURS], few[CHANNELS], 10.0),
        ratio(f"fan-out at {small}: room against python-socketio", few[OURS], few[SOCKETIO], 5.0),
    ]
    return found


def _group(run: Run, found: Found, sockets: int, names: list[str], broadcasts: int) -> dict[str, Figure]:
    figures = {name: Figure(f"fan-out to {sockets}: {name}", "deliveries/s") for name in names}
    with ExitStack() as stack:
        env = {}
        if CHANNELS in names:
            redis = start_redis(run.folder_for("redis-channels"))
            stack.callback(redis.stop)
            if len(run.cores) > 1:
                os.sched_setaffinity(redis.popen.pid, {run.cores[0]})
            env = {"REDIS_PORT": str(redis.port)}
        servers: dict[str, Server] = {}
        for name in names:
            servers[name] = stack.enter_context(run.server(MODULES[name], env if name == CHANNELS else None))
            before = servers[name].memory
            kind = "socketio" if name == SOCKETIO else "ws"
            run.load.call("fan_open", name, servers[name].port, sockets, kind)
            stack.callback(run.load.call, "fan_close", name)
            figures[name].note = f"{(servers[name].memory - before) / sockets / 1024:.1f} KB a socket"
        busiest = dict.fromkeys(names, 0.0)
        for _ in range(run.rounds):
            for name in names:
                told = run.load.call("fan_round", name, broadcasts)
                figures[name].rates.append(told["rate"])
                busiest[name] = max(busiest[name], told["busy"])
                figures[name].note = busy(figures[name].note, told["busy"])
        for name in names:
            if busiest[name] > BUSY:
                found.notes.append(
                    f"fan-out to {sockets}, {name}: the load generator was the limit ({busiest[name]:.0%} busy)"
                )
    found.figures += figures.values()
    return figures

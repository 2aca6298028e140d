"""A hall end to end, on the product's whole server with SQLite: votes at a rate, screens, memory, non-readers, return.

Every resident is signed in and has come in by a ticket. The peer is the same server telling its room by `send_text`.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import Any

from linyue.base.listen import allow_many_sockets
from linyue.base.settings import Settings
from setup.local_servers import free_port
from tests.bench import ballots
from tests.bench.figures import Figure, Found, Goal, busy, noise, ratio
from tests.bench.hall_made import MadeHall, make_hall
from tests.bench.load import BUSY
from tests.bench.run import Run, Served, cpu_of
from tests.servers import held, memory_of

ACKS_WHY = (
    "one process on one core has {each:.0f} µs for each ballot: reading its frame, asking who may, the hand-over to the"
    " writer and its commit, the frame of the receipt; the peers have no sockets, no rights and no record"
)
SCREENS_WHY = (
    "one core writes each count to {people} phones up to ten times a second, 7 to 10 µs a phone (server/decisions/0013),"
    " beside reading, storing and answering the ballots"
)


@contextmanager
def hall(
    run: Run, name: str, people: int, module: str = "", *, is_open: bool = True, **more: Any
) -> Iterator[tuple[Served, MadeHall]]:
    """A server with a hall that nobody has entered yet; `is_open`: its vote."""
    folder = run.folder_for(name)
    settings = Settings(data=folder / "data", keys=str(folder / "keys.json"), sms="none", port=free_port())
    settings = replace(settings, log_level="warning", **more)
    made = asyncio.run(make_hall(settings, people, is_open=is_open))
    server = Served(settings, folder / "logs", prefix=run.on_server_core(), module=module)
    try:
        server.start(1, worker=False)
        yield server, made
    finally:
        server.stop()


def measure(run: Run) -> Found:
    """Five thousand phones: memory, a thousand ballots a second, and as fast as it goes."""
    people, rate, seconds = (200, 100.0, 3.0) if run.quick else (5000, 1000.0, 5.0)
    people = min(people, (allow_many_sockets() - 500) // 2)
    found = Found()
    ours = Figure(f"vote to the last of {people} screens, {rate:,.0f} ballots/s: room", "ms p99")
    text = Figure(f"vote to the last of {people} screens, {rate:,.0f} ballots/s: send_text loop", "ms p99")
    acks = Figure(f"ack of a ballot meanwhile, {people} phones: room", "ms p99")
    text_acks = Figure(f"ack of a ballot meanwhile, {people} phones: send_text loop", "ms p99")
    memory = Figure(f"memory of a phone's connection ({people} signed in)", "KB")
    with hall(run, "hall", people) as (server, made), hall(run, "hall-text", people, "hall_text") as (other, peer):
        before = memory_of(server.web[0].pid)
        took = run.load.call("hall_open", "ours", server.settings.port, made.code, made.question, made.sessions)
        memory.rates = [(memory_of(server.web[0].pid) - before) / people / 1024]
        memory.note = f"everybody came in within {took:.0f} s"
        run.load.call("hall_open", "text", other.settings.port, peer.code, peer.question, peer.sessions)
        for _ in range(run.rounds):
            for name, screens, answers in (("ours", ours, acks), ("text", text, text_acks)):
                told = _vote(run, found, name, rate, seconds)
                screens.note = answers.note = busy(screens.note, told["busy"])
                screens.rates.append(told.get("screen_p99", seconds * 1000))
                screens.percentiles.append((told.get("screen_p50", seconds * 1000), screens.rates[-1]))
                answers.rates.append(told.get("ack_p99", seconds * 1000))
                answers.percentiles.append((told.get("ack_p50", seconds * 1000), answers.rates[-1]))
        run.load.call("hall_close", "text")
        run.load.call("hall_close", "ours")
    found.figures += [ours, text, acks, text_acks, memory]
    found.goals += [
        Goal(
            f"vote to the last of {people} screens at {rate:,.0f} ballots/s, p99",
            ours.rate,
            250.0,
            "ms",
            is_limit=True,
            why=SCREENS_WHY.format(people=people),
        ),
        Goal("the same, how many times better than the send_text loop", text.rate / ours.rate, 2.0),
        Goal("memory of a connection", memory.rate, 30.0, "KB", is_limit=True),
    ]
    return found


def _vote(run: Run, found: Found, name: str, rate: float, seconds: float) -> dict[str, Any]:
    told: dict[str, Any] = run.load.call("hall_vote", name, rate, seconds)
    if told["refused"] or told["lost"]:
        found.notes.append(
            f"{name}: {told['refused']} ballots refused ({told['why'][:120]}), {told['lost']} lines lost"
        )
    if told["busy"] > BUSY:
        found.notes.append(f"{name}: the load generator was the limit ({told['busy']:.0%} busy)")
    if told["shown"] < told["sent"]:
        found.notes.append(
            f"{name}: {told['sent'] - told['shown']} of {told['sent']} ballots never reached every screen"
        )
    return told


def acks(run: Run) -> Found:
    """As many durable acks over sockets as it gives, against one commit a ballot without any sockets (part `ballots`)."""
    voters, seconds = (100, 2.0) if run.quick else (2000, 4.0)
    found = Found()
    own = Figure(f"acks over {voters} sockets, each voting again when acked", "ballots/s")
    raw = Figure("one commit a ballot, driver, no sockets", "ballots/s")
    orm = Figure("one commit a ballot, ORM, no sockets", "ballots/s")
    with hall(run, "acks", voters) as (server, made):
        run.load.call("hall_open", "acks", server.settings.port, made.code, made.question, made.sessions)
        acked = 0
        for _ in range(run.rounds):
            told = run.load.call("hall_saturate", "acks", voters, seconds)
            acked += told["acked"]
            own.rates.append(told["acks"])
            own.percentiles.append((told.get("ack_p50", 0.0), told.get("ack_p99", 0.0)))
            own.note = busy(own.note, told["busy"])
            if told["busy"] > BUSY:
                found.notes.append(f"acks: the load generator was the limit ({told['busy']:.0%} busy)")
            if told["refused"] or told["lost"]:
                found.notes.append(f"acks: {told['refused']} refused ({told['why'][:200]}), {told['lost']} lost")
            with run.as_server():  # on the core our server has
                plain = ballots.plain_rates(run, 200 if run.quick else 1000)
            raw.rates.append(plain[0])
            orm.rates.append(plain[1])
        run.load.call("hall_close", "acks")
        server.stop()
        stored = _stored(server.settings)
        found.notes.append(f"acks: {stored[0]:,} ballots stored, {stored[1]:,} people counted once each")
        assert stored[0] >= acked, "a receipt without its ballot"
        assert stored[2] == 0, "somebody counts twice"
    found.figures += [own, raw, orm]
    why = ACKS_WHY.format(each=1e6 / own.rate)
    found.goals += [
        ratio("durable acks over sockets against one commit a ballot, driver", own, raw, 3.0, why),
        ratio("durable acks over sockets against one commit a ballot, ORM", own, orm, 10.0, why),
    ]
    return found


def _stored(settings: Settings) -> tuple[int, int, int]:
    with sqlite3.connect(settings.sqlite_path) as link:
        return tuple(
            int(link.execute(text).fetchone()[0])
            for text in (
                "SELECT count(*) FROM ballots",
                "SELECT count(*) FROM ballots WHERE superseded_by IS NULL",
                "SELECT count(*) FROM (SELECT person_id FROM ballots WHERE superseded_by IS NULL"
                " GROUP BY question_id, person_id HAVING count(*) > 1)",
            )
        )  # type: ignore[return-value]


def deaf(run: Run) -> Found:
    """Two hundred sockets that never read, among a thousand that do."""
    people, silent, rate, seconds = (100, 20, 50.0, 3.0) if run.quick else (1000, 200, 200.0, 4.0)
    found = Found()
    alone = Figure(f"vote to the last of {people} screens, alone", "ms p99")
    among = Figure(f"the same, with {silent} sockets that never read", "ms p99")
    grown = Figure(f"what {silent} of them cost the server", "MB")
    cut = Figure("until the last of them was cut", "s")
    with hall(run, "deaf", people) as (server, made):
        run.load.call("hall_open", "deaf", server.settings.port, made.code, made.question, made.sessions)
        _vote(run, found, "deaf", rate, seconds)
        for _ in range(run.rounds):
            told = _vote(run, found, "deaf", rate, seconds)
            alone.rates.append(told.get("screen_p99", seconds * 1000))
            alone.note = busy(alone.note, told["busy"])
            before = memory_of(server.web[0].pid)
            listening = held(server.settings.port)
            run.load.call("hall_deaf", "deaf", silent)
            since = time.monotonic()
            first, most, waits = True, 0.0, []
            while held(server.settings.port) > listening and time.monotonic() - since < 60:
                told = _vote(run, found, "deaf", rate, seconds)
                most = max(most, (memory_of(server.web[0].pid) - before) / 2**20)
                if first:
                    waits.append(told.get("screen_p99", seconds * 1000))
                    among.note = busy(among.note, told["busy"])
                first = held(server.settings.port) == listening + silent
            among.rates.append(median(waits))
            grown.rates.append(most)
            cut.rates.append(time.monotonic() - since)
            if (left := held(server.settings.port) - listening) > 0:
                found.notes.append(f"deaf: {left} of {silent} were not cut within a minute")
            run.load.call("hall_deaf_over", "deaf")
        cut.note = f"looked every {seconds:.0f} s; cpu of the server {cpu_of(server.web[0].pid):.0f} s"
        run.load.call("hall_close", "deaf")
    found.figures += [alone, among, grown, cut]
    found.goals += [
        Goal(
            f"screens of the other {people}, times as slow", among.rate / alone.rate, noise(among, alone), is_limit=True
        ),
        Goal(f"memory for {silent} sockets that never read", grown.rate, 50.0, "MB", is_limit=True),
    ]
    return found


def back(run: Run) -> Found:
    """A restart with two thousand phones: from the moment the lines are lost until the last one shows the room again."""
    people = 100 if run.quick else 2000
    found = Found()
    last = Figure(f"{people} phones back after a restart", "s")
    with hall(run, "back", people) as (server, made):
        run.load.call("hall_open", "back", server.settings.port, made.code, made.question, made.sessions)
        for number in range(run.rounds):
            if number % 2:
                server.kill_web()
            else:
                server.stop()
            server.start_later()
            times = run.load.call("hall_back", "back")
            last.rates.append(max(times))
            last.waits += [one * 1000 for one in times]
        last.note = "asked to stop and killed in turn, start of the new process included"
        run.load.call("hall_close", "back")
    found.figures.append(last)
    found.goals.append(Goal(f"{people} phones back after a restart", last.rate, 20.0, "s", is_limit=True))
    return found

"""Two web processes on PostgreSQL and Redis: how long after one shows a count the phones of the other show it."""

import asyncio
from dataclasses import replace

from linyue.base.settings import Settings
from setup.local_servers import create_database, free_port, start_postgres, start_redis
from tests.bench.figures import Figure, Found, Goal, busy
from tests.bench.hall_made import make_hall
from tests.bench.run import Run, Served

WHY = "two web processes, PostgreSQL, Redis and the load generator share {cores} cores"


def measure(run: Run) -> Found:
    """Ballots at one process, screens at the other."""
    near, far, rate, seconds = (40, 40, 100.0, 3.0) if run.quick else (400, 400, 1000.0, 5.0)
    found, most = Found(), 0.0
    hop = Figure(f"a frame shown in one process reaches {far} phones of another, {rate:,.0f} ballots/s", "ms p99")
    folder = run.folder_for("hop")
    postgres, redis = start_postgres(folder / "postgres"), start_redis(folder / "redis")
    servers: list[Served] = []
    try:
        create_database(postgres, "hop")
        settings = Settings(data=folder / "data", keys=str(folder / "keys.json"), sms="none", log_level="warning")
        settings = replace(settings, database_url=postgres.url("hop"), redis_url=redis.url)
        made = asyncio.run(make_hall(settings, near + far))
        for name in ("near", "far"):
            own = replace(settings, port=free_port())
            servers.append(Served(own, folder / f"logs-{name}"))  # on whichever core is free, as two machines would
            servers[-1].start(1, worker=False)
        run.load.call("hall_far", "hop", servers[1].settings.port, far)
        run.load.call("hall_open", "hop", servers[0].settings.port, made.code, made.question, made.sessions)
        run.load.call("hall_vote", "hop", rate, 2.0)
        for _ in range(run.rounds):
            told = run.load.call("hall_vote", "hop", rate, seconds)
            hop.rates.append(told.get("hop_p99", seconds * 1000))
            hop.percentiles.append((told.get("hop_p50", seconds * 1000), hop.rates[-1]))
            hop.note = busy(f"{told['frames']} frames, {told['acks']:,.0f} acks/s", max(most, told["busy"]))
            most = max(most, told["busy"])
            if told["refused"] or told["lost"]:
                found.notes.append(f"hop: {told['refused']} refused ({told['why'][:120]}), {told['lost']} lines lost")
        run.load.call("hall_close", "hop")
    finally:
        for server in servers:
            server.stop()
        redis.stop()
        postgres.stop()
    found.figures.append(hop)
    found.goals.append(
        Goal(
            "from one web process to the phones of another over Redis, p99",
            hop.rate,
            50.0,
            "ms",
            is_limit=True,
            why=WHY.format(cores=len(run.cores)),
        )
    )
    return found

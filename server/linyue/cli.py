"""Commands for operators: each parses its words, opens the database if it needs to, and calls one function."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from linyue import __version__, process, worker
from linyue.base import crypto, db, logs, schema
from linyue.base.errors import Refused
from linyue.base.frames import RoomSocket
from linyue.base.i18n import t
from linyue.base.listen import (
    AlreadyServed,
    PatientHttp,
    allow_many_sockets,
    collect_seldom,
    hold_folder,
    listening_socket,
)
from linyue.base.settings import NO_PHONE, BadSetting, Settings, read_settings
from linyue.demo.sample import HalfMade, ensure_sample
from linyue.meetings.agenda_files import BadTemplate
from linyue.meetings.service_back import give_back_stranded
from linyue.meetings.templates import check_folder, template_ids, use_folder
from linyue.people import service_demo, setup
from linyue.questions.model import Question
from linyue.records import service as records
from linyue.rehearsals import apart
from linyue.simulation import run as simulation
from linyue.simulation.checks import Broken as InvariantBroken
from linyue.simulation.volumes import BadVolumes
from linyue.upkeep import lists
from linyue.upkeep.backup import BadBackup, backup, restore
from linyue.upkeep.doctor import examine, report
from linyue.upkeep.simulate import CannotSimulate, Plan
from linyue.upkeep.simulate import simulate as simulate_voting
from linyue.upkeep.stores import Broken, NotEmpty
from linyue_verify import command as verifier

Command = Callable[[argparse.Namespace, Settings], None]


def make_parser() -> argparse.ArgumentParser:
    """Every command and its words."""
    parser = argparse.ArgumentParser(prog="linyue", description="Linyue 邻约: from a complaint to a kept promise.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, help_text, run, add in COMMANDS:
        sub = commands.add_parser(name, help=help_text)
        add(sub)
        sub.set_defaults(run=run)
    return parser


def main(argv: list[str] | None = None) -> None:
    """Entry point of `linyue`."""
    args = make_parser().parse_args(argv)
    try:
        settings = read_settings()
        logs.set_up(settings.log_level)
        args.run(args, settings)
    except (BadSetting, AlreadyServed, crypto.BadKeys, HalfMade, schema.NoTables, BadTemplate) as error:
        sys.exit(f"linyue: {error}")


def with_database(settings: Settings, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` with keys loaded and the database open."""

    async def run() -> None:
        process.load_jobs()  # work may be left for the server to do
        crypto.load_keys(settings.keys_path)
        await db.connect(settings)
        collect_seldom()  # a migration throws away whole copies of the models: half its time was the collector's
        try:
            await work()
        finally:
            await db.disconnect()

    asyncio.run(run())


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """No further words."""


def serve(_args: argparse.Namespace, settings: Settings) -> None:
    """Serve pages and sockets until told to stop."""
    schema.refuse_untouched(settings)
    hold_folder(settings)
    allow_many_sockets()
    listener = listening_socket(settings)
    config = uvicorn.Config(
        "linyue.app:make_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        http=PatientHttp,
        ws=RoomSocket,
        ws_max_size=4096,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=10,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.proxies,
    )
    print(f"Linyue: {_address(settings)}/", flush=True)
    if settings.demo:
        print(f"Sample accounts, one tap each: {_address(settings)}/demo", flush=True)
    config.load()
    collect_seldom()
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        sys.exit(3)


def _address(settings: Settings) -> str:
    """Where a browser finds this server."""
    return settings.origin.rstrip("/") or f"http://{settings.host}:{settings.port}"


def migrate(args: argparse.Namespace, settings: Settings) -> None:
    """Bring the database to the present state."""
    with_database(settings, lambda: schema.migrate(settings, step_by_step=args.step_by_step))
    print("migrate: database is up to date")


def demo(_args: argparse.Namespace, settings: Settings) -> None:
    """Make the sample district, once."""

    async def make() -> None:
        if not await ensure_sample(settings):
            print("demo: there is a district already, nothing is changed")
        for heading, accounts in await service_demo.sample_accounts("zh-CN"):
            names = "、".join(f"{one.name}（{one.place}）" if one.place else one.name for one in accounts)
            print(f"  {heading:20} {names}")

    with_database(settings, make)


def work(args: argparse.Namespace, settings: Settings) -> None:
    """Run jobs and timers until told to stop; with --check, only say whether one does."""
    if args.check:
        sys.exit(None if worker.is_alive() else "worker: none has worked here for half a minute")
    asyncio.run(worker.run(settings))


def _check(parser: argparse.ArgumentParser) -> None:
    """For health checks."""
    parser.add_argument("--check", action="store_true", help="only say whether a worker of this machine is at work")


def check_agendas(args: argparse.Namespace, settings: Settings) -> None:
    """Say what is wrong with the agenda templates, by file, line and key; the district's own among them."""
    use_folder(settings.agendas)
    faults = check_folder(args.folder)
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(1)
    print(f"check-agendas: {len(template_ids(args.folder))} sound")


def export_vote(args: argparse.Namespace, settings: Settings) -> None:
    """Write the record of a question whose result is out, as a file anybody can check. It names nobody."""

    async def write() -> None:
        question = await Question.get_or_none(public_id=args.question)
        if question is None:
            sys.exit(f"linyue: no question {args.question}; its number is in its address, after /q/")
        try:
            content = await records.export_bundle(question)
        except Refused as refused:
            sys.exit(f"linyue: {t('en', str(refused.reason))}")
        file = args.output or Path(f"linyue-{question.public_id}.zip")
        file.write_bytes(content)
        print(f"export-vote: {file}, {len(content)} bytes")

    with_database(settings, write)


def _question(parser: argparse.ArgumentParser) -> None:
    """Which question, and where to."""
    parser.add_argument("question", help="number of the question, as in its address after /q/")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="file to write")


def verify(args: argparse.Namespace, _settings: Settings) -> None:
    """Check a record offline; the program that does it knows nothing of the server."""
    sys.exit(verifier.run(args))


def _folder(parser: argparse.ArgumentParser) -> None:
    """An optional folder of templates."""
    parser.add_argument("folder", nargs="?", type=Path, help="folder of templates; without it, the ones in use")


def rehearse_apart(_args: argparse.Namespace, settings: Settings) -> None:
    """Play one rehearsal; the server starts this in a folder of its own and reads what it prints."""
    process.load_jobs()  # a meeting leaves work for later, which nobody does here
    print(apart.rehearse(settings, sys.stdin.read()))


def back_up(args: argparse.Namespace, settings: Settings) -> None:
    """Copy everything a district stores into one file, while it works."""
    schema.refuse_untouched(settings)

    async def copy() -> None:
        await schema.refuse_without_tables()
        try:
            done = await backup(settings, args.file, lambda line: print(f"  {line}"))
        except OSError as error:
            sys.exit(f"backup: {args.file} cannot be written: {error.strerror or error}")
        print(f"backup: {done.rows} rows of {done.tables} tables and {done.photos} photos in {args.file}")
        print("backup: the keys are not in it; keep the key ring in another safe place")

    with_database(settings, copy)


def restore_from(args: argparse.Namespace, settings: Settings) -> None:
    """Make a district from a backup, in an empty database."""

    async def fill() -> None:
        try:
            done = await restore(settings, args.file, lambda line: print(f"  {line}"))
        except NotEmpty as error:
            sys.exit(f"restore: there are rows in {error} already; name an empty database or data folder")
        except (BadBackup, Broken) as error:
            sys.exit(f"restore: {error}")
        except OSError as error:
            sys.exit(f"restore: {error.filename or settings.data} cannot be written: {error.strerror or error}")
        print(f"restore: {done.rows} rows of {done.tables} tables and {done.photos} photos")

    with_database(settings, fill)


def see_doctor(_args: argparse.Namespace, settings: Settings) -> None:
    """Look up what must always hold, and say what does not."""
    schema.refuse_untouched(settings)

    async def look() -> None:
        await schema.refuse_without_tables()
        findings = await examine(settings)
        print(report(findings))
        if settings.lacks_phone:
            print(f"note: {NO_PHONE}")
        if any(one.faults for one in findings):
            sys.exit(1)

    with_database(settings, look)


def give_back(_args: argparse.Namespace, settings: Settings) -> None:
    """Give matters that meetings long over still hold back to their councils, and name them."""
    schema.refuse_untouched(settings)

    async def give() -> None:
        await schema.refuse_without_tables()
        numbers = await give_back_stranded()
        for number in numbers:
            print(f"  {number}")
        print(f"give-back: {len(numbers)} given back to their councils")

    with_database(settings, give)


def simulate(args: argparse.Namespace, settings: Settings) -> None:
    """Let invented residents vote over sockets in a running sample district; ends with 1 if a receipt is not stored."""

    async def vote() -> None:
        server = args.server or f"http://{settings.host}:{settings.port}"
        rate = args.rate or max(1.0, args.residents / 10)
        plan = Plan(args.residents, args.seconds, rate, server, args.elsewhere, args.seed)
        try:
            found = await simulate_voting(settings, plan, lambda line: print(f"simulate: {line}", flush=True))
        except CannotSimulate as error:
            sys.exit(f"simulate: {error}")
        print(found.text())
        if not found.is_sound:
            sys.exit(1)

    if not settings.demo:  # before a database is opened
        sys.exit("simulate: only in a sample district: set LINYUE_DEMO=1, with the settings of the running server")
    with_database(settings, vote)


def _crowd(parser: argparse.ArgumentParser) -> None:
    """How many, how long, where."""
    parser.add_argument("--residents", type=int, default=200, metavar="N", help="how many vote (200)")
    parser.add_argument("--seconds", type=float, default=20.0, metavar="S", help="for how long (20)")
    parser.add_argument("--rate", type=float, default=0.0, metavar="R", help="ballots a second by all (N/10)")
    parser.add_argument("--server", default="", metavar="URL", help="where it runs; without it, as the settings say")
    parser.add_argument("--elsewhere", action="store_true", help="the server may be another machine")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same choices and pauses (1)")


def _steps(parser: argparse.ArgumentParser) -> None:
    """How a new database gets its tables."""
    parser.add_argument(
        "--step-by-step", action="store_true", help="take every step there ever was, also when it is new"
    )


def take_list(args: argparse.Namespace, settings: Settings) -> None:
    """Look at a file of the catalogue or the calendar, and take it in when told to."""

    async def take() -> None:
        try:
            await lists.import_list(args, print)
        except lists.CannotTake as error:
            sys.exit(f"import: {error}")

    with_database(settings, take)


def give_list(args: argparse.Namespace, settings: Settings) -> None:
    """Write the catalogue or the calendar into a file."""

    async def give() -> None:
        try:
            await lists.export_list(args, print)
        except lists.CannotTake as error:
            sys.exit(f"export: {error}")

    with_database(settings, give)


def _file(parser: argparse.ArgumentParser) -> None:
    """The file of a backup."""
    parser.add_argument("file", type=Path, help="file of the backup, for example linyue.backup")


def simulate_year(args: argparse.Namespace, settings: Settings) -> None:
    """Make a year of a whole district, in a data folder of its own, and print what it says."""
    process.load_jobs()
    try:
        done = simulation.simulate_year(settings, args, lambda line: print(line, flush=True))
    except (simulation.NotOwn, BadVolumes, InvariantBroken) as error:
        sys.exit(f"simulate-year: {error}")
    print("\n".join(done.lines))


COMMANDS: list[tuple[str, str, Command, Callable[[argparse.ArgumentParser], None]]] = [
    ("serve", "serve pages and sockets", serve, _nothing),
    ("worker", "run jobs and timers", work, _check),
    ("migrate", "bring the database to the present state", migrate, _steps),
    ("init", "start a real district: empty, with a link for its first administrator", setup.init, setup.add_words),
    ("check-agendas", "check agenda templates, by file, line and key", check_agendas, _folder),
    ("export-vote", "write the record of a published vote, for anybody to check", export_vote, _question),
    ("verify", "check the record of a vote, offline", verify, verifier.add_words),
    ("demo", "make the sample district, unless there is a district", demo, _nothing),
    (
        "simulate-year",
        "make a year of a whole district in a folder of its own, to try figures",
        simulate_year,
        simulation.add_words,
    ),
    ("export", "write the catalogue or the working calendar as XLSX or CSV", give_list, lists.add_export_words),
    ("import", "look at such a file, and take it in when told to", take_list, lists.add_import_words),
    ("rehearse", "play the rehearsal that stands on standard input, in an empty LINYUE_DATA", rehearse_apart, _nothing),
    ("backup", "copy everything into one file, while the district works", back_up, _file),
    ("restore", "make a district from a backup, on SQLite or PostgreSQL", restore_from, _file),
    ("doctor", "look up what must always hold, and say what does not", see_doctor, _nothing),
    ("give-back", "give matters that ended meetings still hold back to their councils", give_back, _nothing),
    ("simulate", "let invented residents vote in a running sample district", simulate, _crowd),
]

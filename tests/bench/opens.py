"""A vote opens in a full hall: until the last phone has its page and its ballot, and what a page takes meanwhile."""

from urllib.parse import urlencode

from tests.bench.figures import Figure, Found, busy
from tests.bench.hall import hall
from tests.bench.load import BUSY
from tests.bench.run import Run


def measure(run: Run) -> Found:
    """Each repetition in a hall of its own: a vote opens once. No goal: what is asked for is a page without a jam."""
    people = 100 if run.quick else 2000
    found = Found()
    invited = Figure(f"a vote opens before {people} phones: the last is shown the way to the ballot", "s")
    pages = Figure(f"a vote opens before {people} phones: the last has its page", "s")
    ballots = Figure(f"a vote opens before {people} phones: the last has its ballot", "s")
    for number in range(run.rounds):
        with hall(run, f"opens-{number}", people, is_open=False) as (server, made):
            run.load.call("hall_open", "opens", server.settings.port, made.code, made.question, made.sessions)
            # Everybody has the room's page by now: what a process does once, it has done.
            run.load.call("pages", server.settings.port, f"/live/{made.code}", 4, 1.0)
            token, csrf = made.chair
            form = urlencode({"csrf": csrf, "seen": made.question_id})
            press = {"path": f"{made.console}/open-question", "form": form, "cookie": token}
            told = run.load.call("hall_opens", "opens", press)
            run.load.call("hall_close", "opens")
        invited.rates.append(told["invited"])
        for figure, name in ((pages, "page"), (ballots, "ballot")):
            figure.rates.append(told[f"{name}_last"])
            figure.waits += told[f"{name}_waits"]
            note = f"spread over {told['spread_ms'] / 1000:g} s, {told['size'][name] / 1024:.0f} KB"
            figure.note = busy(figure.note or note, told["busy"])
        if told["busy"] > BUSY:
            found.notes.append(f"opens: the load generator was the limit ({told['busy']:.0%} busy)")
    found.figures += [invited, pages, ballots]
    return found

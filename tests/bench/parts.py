"""What `make bench` measures: a name, a line about it, and where it is. One line for each part; add yours here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.figures import Found
    from tests.bench.run import Run


@dataclass(frozen=True, slots=True)
class Part:
    """One subject; `where` is module:function, loaded only when it is measured."""

    about: str
    where: str
    needs_postgres: bool = False

    def load(self) -> "Callable[[Run], Found]":
        """The function that measures it: Run in, Found out."""
        module, name = self.where.split(":")
        measure: Callable[[Run], Found] = getattr(import_module(f"tests.bench.{module}"), name)
        return measure


PARTS = {
    "fanout": Part("one message to thousands of sockets, against five other ways", "fanout:measure"),
    "hall": Part("five thousand phones vote and watch", "hall:measure"),
    "opens": Part("a vote opens, and every phone of a full hall fetches its page and the ballot", "opens:measure"),
    "acks": Part("durable acks over sockets, against one commit a ballot", "hall:acks"),
    "ballots": Part("the ballot writer alone, against one commit a ballot", "ballots:measure"),
    "batches": Part(
        "one transaction of the writer, by its questions and ballots", "batches:measure", needs_postgres=True
    ),
    "deaf": Part("sockets that never read", "hall:deaf"),
    "back": Part("two thousand phones after a restart", "hall:back"),
    "kills": Part("five hundred kills while people vote (twenty minutes)", "kills:measure", needs_postgres=True),
    "hop": Part("from one web process to the phones of another", "hop:measure", needs_postgres=True),
    "suggest": Part("suggestions: how often right, how long after a million matters", "suggest:measure"),
    "page": Part("a page of fifty rows, against Django", "page:measure"),
    "growth": Part("a million matters behind the district, against ten thousand", "growth:measure"),
    "year": Part("a simulated year, of a twentieth of the district unless --year says otherwise", "year:measure"),
}

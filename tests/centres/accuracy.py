"""How often a suggestion is right: measured on labelled reports that nothing was tuned on, before and after learning."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from linyue.centres.catalogue import parse
from linyue.centres.rules_learn import TARGETS_EACH, Known, Taught, grams_in_order, rarest, taught
from linyue.centres.rules_suggest import SuggestIndex, build_index, suggest_items
from linyue.centres.service import sample_catalogue_text
from linyue.centres.service_index import everyday_words

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Report:
    """A report and the targets that are right for it; none: it says too little, and silence is right."""

    text: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares of the reports that have a target, and of those that have none."""

    reports: int
    first: float
    """The first suggestion is right."""
    three: float
    """One of the three is."""
    silent: float
    """There is no suggestion."""
    rightly_silent: float
    """Of the reports that say too little."""

    @property
    def when_spoken(self) -> float:
        """The first one is right, of those with a suggestion."""
        return self.first / (1 - self.silent) if self.silent < 1 else 0.0


def reports(name: str) -> list[Report]:
    """The labelled reports of a file: known or heldout."""
    found = []
    for line in (FOLDER / f"reports_{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            targets, _, text = line.partition("\t")
            found.append(Report(text, () if targets == "-" else tuple(targets.split(","))))
    return found


def index() -> SuggestIndex:
    """The sample catalogue with the everyday words, as the server uses it."""
    return build_index(parse(sample_catalogue_text()), everyday_words())


def teacher(decided: Sequence[Report]) -> Callable[[str], dict[str, Taught]]:
    """What the store would answer after these decisions: the same counts, held in memory."""
    grams: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    made = 0
    for report in decided:
        for target in report.targets[:1]:
            made += 1
            for gram in grams_in_order(report.text):
                grams[gram] += 1
                pairs[gram, target] += 1
    by_gram: dict[str, list[tuple[str, int]]] = {}
    for (gram, target), count in pairs.most_common():
        by_gram.setdefault(gram, []).append((target, count))

    def recall(text: str) -> dict[str, Taught]:
        asked = rarest({gram: grams[gram] for gram in grams_in_order(text)})
        found = [(gram, target, n) for gram in asked for target, n in by_gram[gram][:TARGETS_EACH]]
        return taught(Known(made, {gram: grams[gram] for gram in asked}, found))

    return recall


def measure(asked: Sequence[Report], decided: Sequence[Report] = ()) -> Accuracy:
    """How the suggestions for `asked` fare after the decisions `decided`."""
    made, recall = index(), teacher(decided)
    plain = [report for report in asked if report.targets]
    vague = [report for report in asked if not report.targets]
    found = [[one.target for one in suggest_items(r.text, made, (), recall(r.text))] for r in plain]
    first = sum(bool(got) and got[0] in r.targets for r, got in zip(plain, found, strict=True))
    three = sum(bool(set(got) & set(r.targets)) for r, got in zip(plain, found, strict=True))
    silent = sum(not got for got in found)
    right = sum(not suggest_items(r.text, made, (), recall(r.text)) for r in vague)
    n = len(plain)
    return Accuracy(n, first / n, three / n, silent / n, right / len(vague) if vague else 1.0)

"""The command: reads a bundle, says what it proves and what it does not.

Exit codes: 0 proved, 1 wrong, 2 not provable here, 3 the command was called wrongly.
"""

import argparse
import json
import sys
from pathlib import Path

from linyue_verify import words
from linyue_verify.checks import check
from linyue_verify.report import Report, Verdict

EXIT = {Verdict.PROVED: 0, Verdict.WRONG: 1, Verdict.UNKNOWN: 2}
MARK = {Verdict.PROVED: "✓", Verdict.WRONG: "✗", Verdict.UNKNOWN: "?"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        self.exit(3, f"{self.prog}: {message}\n")


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("bundle", type=Path, help="the bundle, a zip file")
    parser.add_argument("--receipt", default="", metavar="CODE", help="look for this receipt")
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="FILE", help="a checkpoint you kept"
    )
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Check and print. Returns the exit code."""
    try:
        data = args.bundle.read_bytes()
        kept = [path.read_bytes() for path in args.checkpoint]
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 3
    report = check(data, receipt=args.receipt, checkpoints=kept)
    print(as_json(report) if args.json else in_words(report))
    return EXIT[report.verdict]


def as_json(report: Report) -> str:
    """Findings for programs."""
    findings = {str(one.number): one.verdict.value for one in report.findings}
    return json.dumps(
        {"verdict": report.verdict.value, "checks": findings, "counts": report.counts, **report.facts},
        ensure_ascii=False,
    )


def in_words(report: Report) -> str:
    """Everything there is to say, in Chinese and English."""
    lines: list[str] = []
    facts = report.facts
    if facts:
        outcome = words.OUTCOMES.get(facts["outcome"], (facts["outcome"],) * 2)
        lines += [facts["text_zh"], *([facts["text_en"]] if facts["text_en"] else []), ""]
        counts = " · ".join(f"{choice} {count}" for choice, count in report.counts.items())
        lines += [f"{outcome[0]} {outcome[1]}" + (f" · {counts}" if counts else "")]
        lines += [
            f"{facts['origin']} · {facts['question']}",
            f"检查点 checkpoint {facts['checkpoint']}",
            f"钥匙 key {facts['key']}",
            "",
        ]
    for one in report.findings:
        lines += [f"{MARK[one.verdict]} {one.number:>2} {one.zh}", f"     {one.en}"]
    lines += ["", *words.OVERALL[report.verdict.value]]
    limits = [*words.LIMITS, *([words.SECRET_LIMIT] if report.is_secret else [])]
    lines += ["", "这份记录不能证明：", *(f"  – {zh}" for zh, _ in limits)]
    lines += ["What the record does not prove:", *(f"  – {en}" for _, en in limits)]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Entry point of `python -m linyue_verify`."""
    parser = _Parser(prog="linyue_verify", description="Checks the record of a vote, offline.")
    add_words(parser)
    return run(parser.parse_args(argv))

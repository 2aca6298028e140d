"""The numbered checks in their order. One function a check: returns when it holds, raises Wrong, Unknown or LeftOut."""

from collections.abc import Callable, Sequence

from linyue_verify import checks_chain, checks_count, checks_outcome, forms
from linyue_verify.case import Case
from linyue_verify.report import Finding, LeftOut, Report, Unknown, Verdict, Wrong
from linyue_verify.words import PROVED

Check = Callable[[Case], None]
FIRST: tuple[tuple[int, Check], ...] = (
    (3, checks_chain.manifest),
    (4, checks_chain.links),
)
THEN: tuple[tuple[int, Check], ...] = (
    (5, checks_chain.opening),
    (6, checks_chain.order),
    (7, checks_chain.signatures),
    (8, checks_chain.roots),
    (9, checks_count.replay),
    (10, checks_count.batches),
    (11, checks_count.box),
    (12, checks_count.close),
    (13, checks_count.recount),
    (14, checks_outcome.outcome),
    (15, checks_chain.void),
)


def check(data: bytes, *, receipt: str = "", checkpoints: Sequence[bytes] = ()) -> Report:
    """Check a whole bundle, as read from its file. `receipt` and `checkpoints` are the asker's own."""
    report = Report()
    files: dict[str, bytes] = {}

    def container(_case: Case) -> None:
        files.update(forms.unzipped(data))

    if not _run(report, 1, container, Case({})):
        return report
    return check_files(files, receipt=receipt, checkpoints=checkpoints, report=report)


def check_files(
    files: dict[str, bytes],
    *,
    receipt: str = "",
    checkpoints: Sequence[bytes] = (),
    report: Report | None = None,
    is_sealed: bool = True,
) -> Report:
    """Check the files of a bundle. `is_sealed` false leaves check 2 out, to see what the others find alone."""
    report = Report() if report is None else report
    case = Case(files, receipt=receipt, given=list(checkpoints))
    steps = [*FIRST[:1], *([(2, checks_chain.seal)] if is_sealed else [(0, checks_chain.keys)]), *FIRST[1:]]
    if not all([_run(report, number, step, case) for number, step in steps]):
        return report
    _run(report, 0, checks_chain.opened_belongs, case)
    for number, step in THEN:
        _run(report, number, step, case)
    if receipt:
        _run(report, 16, checks_count.receipt, case)
    if case.given:
        _run(report, 17, checks_chain.given, case)
    report.findings.sort(key=lambda finding: finding.number)
    report.facts, report.counts = case.facts(), dict(case.totals)
    report.is_secret, report.is_void = case.is_secret, case.kinds[-1] == "VOID"
    return report


def _run(report: Report, number: int, step: Check, case: Case) -> bool:
    """Take one step; a step numbered 0 is told only when it is wrong, under check 1. True unless it is wrong."""
    try:
        step(case)
    except LeftOut:
        return True
    except Unknown as unknown:
        finding = Finding(number, Verdict.UNKNOWN, unknown.zh, unknown.en)
    except Wrong as wrong:
        finding = Finding(number or 1, Verdict.WRONG, wrong.zh, wrong.en)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        finding = Finding(number or 1, Verdict.WRONG, "内容残缺或形式不对", "something is missing or has another shape")
    else:
        if number == 0:
            return True
        zh, en = case.told.get(number, PROVED[number])
        finding = Finding(number, Verdict.PROVED, zh, en)
    report.findings.append(finding)
    return finding.verdict is not Verdict.WRONG

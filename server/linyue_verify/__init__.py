"""Checks the record of a vote offline: its own reading, its own tree, its own arithmetic, nothing of the server.

    report = check(bundle_bytes, receipt="7KQ2M0XA", checkpoints=[text])     report.verdict, report.findings
    python -m linyue_verify bundle.zip [--receipt CODE] [--checkpoint FILE]

The record is described byte by byte in server/RECORD.md; numbers of checks here are the numbers there.
"""

from linyue_verify.checks import check, check_files
from linyue_verify.report import Finding, Report, Verdict

__all__ = ["Finding", "Report", "Verdict", "check", "check_files"]

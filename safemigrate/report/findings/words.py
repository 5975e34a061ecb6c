"""The sentences that several formats share: what a finding locks, who makes it safe, and the sums."""

from __future__ import annotations

import math

from safemigrate.findings import Claim, Duration, Finding, Findings, Severity
from safemigrate.report.findings import visible

WORK: dict[Duration, str] = {
    Duration.INSTANT: "an instant",
    Duration.SCAN: "a scan",
    Duration.BUILD: "an index build",
    Duration.REWRITE: "a rewrite",
}


def locks(claim: Claim | None) -> str:
    """ "ACCESS EXCLUSIVE on orders, held for a scan (about 40 s): blocks reads and writes"; "" without locks."""
    if claim is None or not claim.locks:
        return ""
    modes = sorted({lock.mode for lock in claim.locks}, reverse=True)
    taken = "; ".join(f"{mode.sql} on {_names(claim, mode)}" for mode in modes)
    time = f" ({about(claim.seconds)})" if claim.seconds is not None and math.isfinite(claim.seconds) else ""
    return f"{taken}, held for {WORK[claim.duration]}{time}: blocks {claim.blocks or 'neither reads nor writes'}"


def _names(claim: Claim, mode: int) -> str:
    names = (visible.one_line(str(lock.relation)) for lock in claim.locks if lock.mode == mode)
    return ", ".join(dict.fromkeys(names))


def about(seconds: float) -> str:
    """An estimate, with no digits that it cannot have: "about 40 s", "about 12 min", "about 3.5 h"."""
    if seconds < 1:
        return "less than 1 s"
    if seconds < 120:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 7200 else f"about {seconds / 3600:.1f} h"


def upgrade(finding: Finding) -> str:
    """Whether the runner of this project makes it safe by itself; "" where that has no meaning."""
    if finding.handled is None:
        return ""
    return f"safemigrate upgrade {'makes' if finding.handled else 'does not make'} this safe by itself"


def fix(finding: Finding) -> str:
    """Whether the file can be edited for its author."""
    return "safemigrate lint --fix writes it" if finding.fixable and finding.instead else ""


def place(finding: Finding) -> str:
    """ "versions/0042_status.py:23:5", on one line."""
    return visible.one_line(str(finding.place))


def checked(findings: Findings) -> str:
    """ "checked 12 revisions"."""
    return f"checked {count(findings.checked, 'revision')}"


def found(findings: Findings) -> str:
    """ "3 errors, 1 warning, 2 info"; "nothing found"."""
    return ", ".join(text for _, text in counts(findings)) or "nothing found"


def counts(findings: Findings) -> list[tuple[Severity, str]]:
    """How many there are of each severity that there is, the worst first."""
    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning"}
    numbers = [(severity, findings.count(severity)) for severity in Severity]
    return [
        (severity, count(number, nouns[severity]) if severity in nouns else f"{number} info")
        for severity, number in numbers
        if number
    ]


def left_out(findings: Findings) -> str:
    """ "2 ignored by comments, 4 in the baseline": what is not shown, and why; "" where nothing is left out."""
    parts = (
        (findings.ignored, "ignored by a comment" if findings.ignored == 1 else "ignored by comments"),
        (findings.known, "in the baseline"),
        (findings.handled, "made safe by safemigrate upgrade"),
        (findings.small, "on a small table" if findings.small == 1 else "on small tables"),
    )
    return ", ".join(f"{number} {reason}" for number, reason in parts if number)


def summary(findings: Findings) -> str:
    """ "checked 12 revisions: 3 errors, 1 warning; 2 ignored by comments"."""
    rest = left_out(findings)
    return f"{checked(findings)}: {found(findings)}" + (f"; {rest}" if rest else "")


def count(number: int, noun: str) -> str:
    """ "1 step", "2 steps"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

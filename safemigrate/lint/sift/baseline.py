"""The baseline: findings that are known, kept in a file beside the code, so that only new ones are shown.

The file is JSON, sorted, one entry for each finding: the fingerprint decides, and rule, revision and message are there
for whoever reviews it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from safemigrate import errors
from safemigrate.findings import Finding, Place
from safemigrate.lint import itself

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One finding that is not shown any more."""

    revision: str
    rule: str
    message: str
    fingerprint: str


@dataclass(frozen=True)
class Scope:
    """What a check has looked at: *revisions*, all there are where *everything*, in *directions*, by *rules*."""

    revisions: Collection[str]
    everything: bool
    directions: Collection[str]
    rules: Collection[str]

    def covers(self, entry: Known, directions: Collection[str]) -> bool:
        """Whether *entry*, of a baseline made in *directions*, would have been found if it were still true."""
        seen = set(directions) <= set(self.directions) and entry.rule in self.rules
        return seen and (self.everything or entry.revision in self.revisions)


@dataclass(frozen=True)
class Baseline:
    """The entries of a file, and the *directions* that were checked when it was made."""

    entries: tuple[Known, ...] = ()
    directions: tuple[str, ...] = ("upgrade",)

    def divided(self, found: Iterable[Finding]) -> tuple[list[Finding], int]:
        """What is new among *found*, and how many of them are known."""
        every = list(found)
        known = {entry.fingerprint for entry in self.entries}
        new = [finding for finding in every if finding.fingerprint not in known]
        return new, len(every) - len(new)

    def stale(self, found: Iterable[Finding], scope: Scope) -> list[Known]:
        """The entries that nothing is found for any more."""
        there = {finding.fingerprint for finding in found}
        return [e for e in self.entries if e.fingerprint not in there and scope.covers(e, self.directions)]

    def updated(self, found: Iterable[Finding], scope: Scope) -> Baseline:
        """With all of *found*; an entry that is stale is gone, one that was not looked at stays."""
        every = list(found)
        kept = set(self.entries) - set(self.stale(every, scope))
        now = {Known(each.revision, each.rule, each.message, each.fingerprint) for each in every}
        by_fingerprint = {entry.fingerprint: entry for entry in (*kept, *now)}
        directions = sorted({*self.directions, *scope.directions}, reverse=True) if kept else scope.directions
        return Baseline(tuple(sorted(by_fingerprint.values())), tuple(directions))

    def as_text(self) -> str:
        document = {
            "version": VERSION,
            "directions": list(self.directions),
            "findings": [asdict(entry) for entry in self.entries],
        }
        return json.dumps(document, indent=1) + "\n"


def told(entries: Iterable[Known], path: str) -> list[Finding]:
    """What there is to say about entries that are stale."""
    rule = itself.STALE_BASELINE
    return [
        Finding(
            rule.slug, rule.severity, f"not found any more: {entry.rule}: {entry.message}", Place(path), entry.revision
        )
        for entry in entries
    ]


def read(path: Path) -> Baseline:
    """What stands in a baseline. Raises BadInput, with what is wrong with it."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("version") != VERSION:
            raise ValueError(f"it is no baseline of version {VERSION}")
        names = ("revision", "rule", "message", "fingerprint")
        entries = [Known(*(str(entry[name]) for name in names)) for entry in document["findings"]]
        return Baseline(tuple(sorted(entries)), tuple(map(str, document["directions"])))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else f"{error}" or type(error).__name__
        raise errors.BadInput(
            f'cannot read the baseline in "{path}"',
            details=[("because", str(why))],
            state="nothing was checked",
            next="safemigrate lint --baseline FILE --update-baseline writes it",
        ) from error


def write(path: Path, baseline: Baseline) -> None:
    """Raises BadInput where the file cannot be written."""
    try:
        path.write_text(baseline.as_text(), encoding="utf-8")
    except OSError as error:
        raise errors.BadInput(
            f'cannot write the baseline "{path}": {error.strerror}', state="the check was made"
        ) from error

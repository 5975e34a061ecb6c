"""A finding: what a migration would lock, rewrite or break, where it says so, and what to write instead. Pure data.

The linter and the trace speak in findings, and every report is made of them. A finding names its rule by a slug; it
points into the revision file (or at the file as a whole, line 0), and it carries the claim that it makes: which lock,
for how long, whom that stops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from safemigrate.facts import Lock, LockMode


class Severity(StrEnum):
    """ERROR and WARNING fail a check (exit code 1) unless it was told otherwise; INFO never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return (Severity.ERROR, Severity.WARNING, Severity.INFO).index(self)


class Duration(StrEnum):
    """How long the locks are held: INSTANT is a change of the catalog only; the others grow with the table."""

    INSTANT = "instant"
    SCAN = "scan"
    BUILD = "build"
    REWRITE = "rewrite"


@dataclass(frozen=True, slots=True)
class Place:
    """Lines *line* to *end_line* of *file*, from *column*; all count from 1. *line* is 0 for the file as a whole."""

    file: str
    line: int = 0
    column: int = 1
    end_line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Claim:
    """What a statement does while it runs: *locks*, for how long (*duration*), and the *seconds* that is estimated to
    be from a statistics file (None where nobody knows).
    """

    locks: tuple[Lock, ...] = ()
    duration: Duration = Duration.INSTANT
    seconds: float | None = None

    @property
    def blocks(self) -> str:
        """Whom the strongest lock stops: "reads and writes", "writes", or "" for nobody who works with rows."""
        strongest = max((lock.mode for lock in self.locks), default=LockMode.ACCESS_SHARE)
        if strongest is LockMode.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if strongest >= LockMode.SHARE else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """*message* is one sentence, lower case, without a full stop. *instead* is what to write, as lines of a revision.

    *statement* is the SQL that was judged ("" where it is about more than one). *handled* says whether ``safemigrate
    upgrade`` makes it safe by itself, None where that has no meaning. *fixable*: ``--fix`` can write *instead*.
    """

    rule: str
    severity: Severity
    message: str
    place: Place
    revision: str = ""
    statement: str = ""
    claim: Claim | None = None
    instead: str = ""
    handled: bool | None = None
    fixable: bool = False

    @property
    def fingerprint(self) -> str:
        """32 hex digits that stay the same while lines above it come and go: rule, revision, statement, message."""
        told = "\0".join((self.rule, self.revision, " ".join(self.statement.split()), self.message))
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]

    @property
    def order(self) -> tuple[str, int, int, int, str]:
        """By place, then the worst first."""
        return (self.place.file, self.place.line, self.place.column, self.severity.rank, self.rule)


@dataclass(frozen=True, slots=True)
class Rule:
    """What reports say of a rule: *summary* is one line; *help* the whole text of ``--explain``."""

    slug: str
    severity: Severity
    summary: str
    help: str = ""
    default: bool = True


@dataclass(frozen=True, slots=True)
class Findings:
    """What one check found. *checked* counts the revisions; *files* are theirs, as they are shown.

    *ignored* by a comment, *known* from the baseline, *handled* (left out because the runner makes them safe) and
    *small* (left out because their table is) are counts of what is not among *found*. *rules* describes at least every
    rule that was found.
    """

    found: tuple[Finding, ...] = ()
    checked: int = 0
    files: tuple[str, ...] = ()
    ignored: int = 0
    known: int = 0
    handled: int = 0
    small: int = 0
    rules: Sequence[Rule] = field(default=())

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.found)

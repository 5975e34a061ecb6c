"""The tree of errors, their exit codes, and what each tells its reader.

    SafemigrateError
    ├── BadInput             2    nothing was changed: configuration, revision, rights, wrong kind of server
    ├── CouldNotLock         4    the locks were not to be had in time; the database is as before the revision
    ├── RolledBack           5    a step failed; the revision's done steps were undone
    ├── Paused               6    a step failed; the done steps are kept and journalled
    ├── AnotherRunActive     7    somebody else is migrating this database
    └── Interrupted        130    SIGINT (143: SIGTERM); the current step was ended cleanly

Every error says three things: what happened, in what state things were left, and what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit status of every safemigrate verb."""

    OK = 0
    FAILED = 1
    BAD_INPUT = 2
    NOTHING_TO_DO = 3
    COULD_NOT_LOCK = 4
    ROLLED_BACK = 5
    PAUSED = 6
    ANOTHER_RUN = 7
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(eq=False)
class SafemigrateError(Exception):
    """What happened (*what*), how things were left (*state*), what to do (*next*), and further labelled lines.

    *details* are (label, text) pairs shown between what and state, such as ("blocked by", "pid 4242 …").
    """

    what: str
    state: str = ""
    next: str = ""
    details: list[tuple[str, str]] = field(default_factory=list)

    exit_code = ExitCode.FAILED

    def __str__(self) -> str:
        rows = [*self.details, ("state", self.state), ("next", self.next)]
        lines = [f"  {label:<11} {text}" for label, text in rows if text]
        return "\n".join([self.what, *lines])

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.what, self.state, self.next, self.details)


class BadInput(SafemigrateError):
    """Something given to us cannot be used; nothing was changed."""

    exit_code = ExitCode.BAD_INPUT


class CouldNotLock(SafemigrateError):
    """The locks that a step needs were not to be had within its patience."""

    exit_code = ExitCode.COULD_NOT_LOCK


class RolledBack(SafemigrateError):
    """A step failed for good and the revision's done steps were undone."""

    exit_code = ExitCode.ROLLED_BACK


class Paused(SafemigrateError):
    """A step failed for good and the done steps stay, journalled, for resume or rollback."""

    exit_code = ExitCode.PAUSED


class AnotherRunActive(SafemigrateError):
    """The one-at-a-time lock is held by another run."""

    exit_code = ExitCode.ANOTHER_RUN


class Interrupted(SafemigrateError):
    """SIGINT or SIGTERM; the current step was ended cleanly and the journal is true."""

    exit_code = ExitCode.INTERRUPTED

"""One revision as the linter has read it: its statements in order, and what was not seen of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from safemigrate.capture import offline
from safemigrate.capture.offline import Gap, Sent
from safemigrate.lint import static
from safemigrate.lint.history import source
from safemigrate.lint.history.environment import Environment, quiet
from safemigrate.lint.history.scripts import Revision

Direction = Literal["upgrade", "downgrade"]


@dataclass(frozen=True)
class Reading:
    """What a revision sends. *whole* is why ``safemigrate upgrade`` would run it in one transaction, "" for in steps.

    *ran* is False where it was only read. *reads*: the lines that ask the database for rows; *asks*: those that ask the
    inspector what is there. *text* is the file's.
    """

    revision: Revision
    direction: Direction
    text: str
    sent: tuple[Sent, ...] = ()
    gaps: tuple[Gap, ...] = ()
    reads: tuple[int, ...] = ()
    whole: str = ""
    ran: bool = True
    asks: tuple[int, ...] = ()

    @property
    def path(self) -> str:
        return str(self.revision.path)


def read(revision: Revision, direction: Direction, environment: Environment) -> Reading:
    """Run the revision over empty tables; where that does not reach all of it, read its source as well."""
    text = revision.text
    with quiet():
        module = revision.module
    if isinstance(module, str):
        reading = _from_source(revision, direction, text, environment)
        return replace(reading, gaps=(Gap(module), *reading.gaps))
    function = getattr(module, direction, None)
    if not callable(function):
        return Reading(revision, direction, text, gaps=(Gap(f"it has no function {direction}()"),))
    ran = _ran(revision, direction, text, function, environment)
    if not ran.gaps and not ran.reads:
        return ran
    return _completed(ran, _from_source(revision, direction, text, environment))


def _ran(
    revision: Revision, direction: Direction, text: str, function: Callable[..., Any], environment: Environment
) -> Reading:
    migrate = partial(function, **dict(environment.arguments))
    with quiet():
        record = offline.read(migrate, environment.context, environment.connection, str(revision.path), text)
    return _reading(revision, direction, text, record, ran=True)


def _from_source(revision: Revision, direction: Direction, text: str, environment: Environment) -> Reading:
    record = static.read(text, str(revision.path), direction, environment.context, environment.connection)
    return _reading(revision, direction, text, record, ran=False)


def _reading(revision: Revision, direction: Direction, text: str, record: offline.Offline, *, ran: bool) -> Reading:
    return Reading(
        revision,
        direction,
        text,
        tuple(record.sent),
        tuple(record.gaps),
        tuple(record.reads),
        record.whole,
        ran=ran,
        asks=tuple(record.asks),
    )


def _completed(ran: Reading, seen: Reading) -> Reading:
    """*ran* with what only the source shows: the statements of lines that were not reached, in their place.

    A gap of the source counts where the run did not come by: behind its own gap, or in a branch on rows that were read.
    """
    lines = {_line(each) for each in ran.sent}
    missed = [replace(each, certain=False) for each in seen.sent if _line(each) not in lines]
    unsure = seen.gaps if ran.gaps else [gap for gap in seen.gaps if gap.line in source.conditional(ran.text)]
    together = sorted((*ran.sent, *missed), key=_line) if missed else ran.sent
    return replace(ran, sent=tuple(together), gaps=(*ran.gaps, *unsure))


def _line(sent: Sent) -> int:
    return sent.statement.origin.line if sent.statement.origin else 0

"""The kinds of edits as data, chosen before any is made; and where in a revision a finding points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from safemigrate.findings import Finding
from safemigrate.lint.fix.source import Batch, Block, Body, Part

CONCURRENTLY = "postgresql_concurrently"
NESTED = "it does not stand directly in upgrade() or downgrade() as an operation or one literal of SQL"


@dataclass(frozen=True)
class Argument:
    """``name=True`` among the arguments of a call."""

    name: str


@dataclass(frozen=True)
class Literal:
    """CONCURRENTLY in the SQL that the call is given."""


@dataclass(frozen=True)
class Apart:
    """The operations of a batch on *table* (and *schema*, both as they are written) as operations of *op*."""

    op: str
    table: str
    schema: str


Edit = Argument | Literal | Apart


@dataclass(frozen=True)
class Around:
    """An ``autocommit_block()`` of *op* around the statements that begin in *lines*."""

    op: str
    lines: tuple[int, ...]


@dataclass
class Choice:
    """*edits* by the line that their statement begins in. *left* are findings with the reason why nothing is done."""

    edits: dict[int, Edit] = field(default_factory=dict)
    arounds: set[Around] = field(default_factory=set)
    done: list[Finding] = field(default_factory=list)
    left: list[tuple[Finding, str]] = field(default_factory=list)


class Uncertain(Exception):
    """Why an edit would not be certain."""


class NotApplied(Exception):
    """The source is not as it was when the edits were chosen."""


@dataclass(frozen=True)
class Spot:
    """Where a finding points: the *part* of a *body* that it is about, within *outer* (a block or a batch) or alone."""

    body: Body
    part: Part
    outer: Part | None = None


def within(body: Body, part: Part, outer: Part | None = None) -> Iterator[Spot]:
    """*part* and what is in it, as places."""
    yield Spot(body, part, outer)
    inner = part.parts if isinstance(part, Block) else part.operations if isinstance(part, Batch) else ()
    for each in inner:
        if outer is None or not isinstance(each, Block):
            yield from within(body, each, part)

"""The step: the smallest thing that is retried, journalled and undone. Plain data; nothing here acts.

A step is one short transaction (usually of one statement), or one command that PostgreSQL refuses inside a transaction
block. It knows its locks, its fingerprint for the journal, and how it is undone or why it cannot be.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from safemigrate.facts import Impact
from safemigrate.statement import Statement


class Kind(StrEnum):
    """How a step is sent to the server."""

    TRANSACTION = "transaction"
    AUTOCOMMIT = "autocommit"


@dataclass(frozen=True, slots=True)
class Undo:
    """How a done step is taken back.

    *sql*: the statements, in order, that restore what was before. *loses*: what they cannot bring back ("" when
    nothing is lost); such a step is a point of no return for the automatic rollback. *keeps*: something harmless that
    stays behind and that a rerun will meet again ("" for nothing), such as an enum label. *open*: True in a plan made
    without looking at the catalog, where the exact text is known only when the step runs. *transactional* is False
    where the statements must run outside a transaction block.
    """

    sql: tuple[str, ...] = ()
    loses: str = ""
    keeps: str = ""
    open: bool = False
    transactional: bool = True

    @property
    def possible(self) -> bool:
        """Whether the automatic rollback may rely on it."""
        return not self.loses


@dataclass(frozen=True, slots=True)
class Step:
    """*statements* run together, in one transaction unless *kind* says otherwise, under *impact*'s locks."""

    kind: Kind
    statements: tuple[Statement, ...]
    impact: Impact
    undo: Undo
    title: str
    occurrence: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def sql(self) -> str:
        return ";\n".join(statement.sql for statement in self.statements)

    @property
    def fingerprint(self) -> str:
        """32 hex digits over the statements' text; with the occurrence it names the step within its revision."""
        return hashlib.sha256(self.sql.encode()).hexdigest()[:32]

"""The step: the smallest thing that is retried, journalled and undone. Plain data; nothing here acts.

A step is one short transaction (usually of one statement), or one command that PostgreSQL refuses inside a transaction
block. It knows its locks, its fingerprint for the journal, and how it is undone or why it cannot be.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from safemigrate import statement
from safemigrate.facts import Impact
from safemigrate.statement import Statement


class Kind(StrEnum):
    """How a step is sent to the server.

    A BATCHED step is one UPDATE or DELETE that is done in many short transactions, each with its row in the journal.
    SESSION steps (SET, RESET) are sent to the session, again after a reconnect, and are no changes to journal. SKIPPED
    ones are not sent at all: their notes say why.
    """

    TRANSACTION = "transaction"
    AUTOCOMMIT = "autocommit"
    BATCHED = "batched"
    SESSION = "session"
    SKIPPED = "skipped"

    @property
    def journalled(self) -> bool:
        return self in (Kind.TRANSACTION, Kind.AUTOCOMMIT, Kind.BATCHED)


@dataclass(frozen=True, slots=True)
class Undo:
    """How a done step is taken back.

    *sql*: the statements, in order, that restore what was before. *loses*: what they cannot bring back ("" when
    nothing is lost); such a step is a point of no return for the automatic rollback. *keeps*: something harmless that
    stays behind and that a rerun will meet again ("" for nothing), such as an enum label. *open*: True in a plan made
    without looking at the catalog, where the exact text is known only when the step runs. *transactional* is False
    where one of the statements must run outside a transaction block. *covered*: an earlier step of the revision made
    the thing, and taking that step back takes this one back too. *settled*: the plan knows it for sure, and the catalog
    is not asked again before the step runs.
    """

    sql: tuple[str, ...] = ()
    loses: str = ""
    keeps: str = ""
    open: bool = False
    transactional: bool = True
    covered: bool = False
    settled: bool = False

    @property
    def possible(self) -> bool:
        """Whether the automatic rollback may rely on it."""
        return not self.loses


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What a step is a part of: the statement *original*, the *occurrence*-th with this text in its revision, which is
    not sent as it was written. *family* names the kind of rewrite, such as "not null".
    """

    original: str
    occurrence: int
    family: str


@dataclass(frozen=True, slots=True)
class Batch:
    """How the statement of a BATCHED step is cut into batches: along *key*, or by ctid where that is ().

    *images*: the rows as they were before are kept, so that the step can be taken back. *table* is the full name of
    the table, quoted, which does not depend on search_path; "" for the name in the statement.
    """

    key: tuple[str, ...] = ()
    images: bool = True
    table: str = ""


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
    rewrite: Rewrite | None = None
    batch: Batch | None = None

    @property
    def sql(self) -> str:
        return statement.join(each.sql for each in self.statements)

    @property
    def fingerprint(self) -> str:
        """32 hex digits over the statements' text; with the occurrence it names the step within its revision."""
        return hashlib.sha256(self.sql.encode()).hexdigest()[:32]

    @property
    def key(self) -> tuple[str, int]:
        """How the journal knows the step within its execution."""
        return self.fingerprint, self.occurrence


@dataclass(frozen=True, slots=True)
class RevisionPlan:
    """What one revision would do. *mode* is how it runs and *why* the reason; *notes* are findings worth reading.

    A revision that runs whole may have no steps: what it does is known when its Python runs.
    """

    revision: str
    message: str
    down_revision: tuple[str, ...]
    mode: str
    why: str
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    @property
    def point_of_no_return(self) -> int | None:
        """The index of the first step that the automatic rollback could not take back; None if it can take back all."""
        return next((index for index, step in enumerate(self.steps) if not step.undo.possible), None)

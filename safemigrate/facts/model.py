"""Lock modes and their conflicts (PostgreSQL manual, section 13.3.1, table 13.2), and what an impact is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from safemigrate.statement.forms import Relation


class LockMode(IntEnum):
    """The table-level lock modes, weakest first (manual, 13.3.1)."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def sql(self) -> str:
        """The words of ``LOCK TABLE … IN <words> MODE``, such as "ACCESS EXCLUSIVE"."""
        return self.name.replace("_", " ")

    @property
    def pg_locks(self) -> str:
        """The word in ``pg_locks.mode``, such as "AccessExclusiveLock"."""
        return self.name.title().replace("_", "") + "Lock"

    @property
    def conflicts(self) -> frozenset[LockMode]:
        """The modes that cannot be held by two transactions together with this one."""
        return _CONFLICTS[self]


_CONFLICTS: dict[LockMode, frozenset[LockMode]] = {
    LockMode(mode): frozenset(LockMode(int(digit)) for digit in digits)
    for mode, digits in enumerate(("8", "78", "5678", "45678", "34678", "345678", "2345678", "12345678"), start=1)
}


@dataclass(frozen=True, slots=True)
class Lock:
    """One relation and the strongest mode a statement takes on it; *only* it, not its partitions and children."""

    relation: Relation
    mode: LockMode
    only: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """What one statement does to the relations it meets.

    *locks* are on relations that exist before the statement. *scans*, *rewrites* and *builds* say how the time under
    the locks grows with the table; a statement with none of them is instant. *transactional* is False where PostgreSQL
    refuses the statement inside a transaction block. *unknown* is a reason when the form is not in the table.
    """

    locks: tuple[Lock, ...] = ()
    scans: tuple[Relation, ...] = ()
    rewrites: tuple[Relation, ...] = ()
    builds: tuple[Relation, ...] = ()
    breaks: str = ""
    transactional: bool = True
    unknown: str = ""

    @property
    def instant(self) -> bool:
        return not (self.scans or self.rewrites or self.builds or self.unknown)

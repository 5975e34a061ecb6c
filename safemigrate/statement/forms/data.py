"""Data, sessions, transactions, maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safemigrate.statement.forms.base import Form, Relation

# -- data


@dataclass(frozen=True, slots=True)
class Write(Form):
    """INSERT, UPDATE, DELETE, MERGE or COPY FROM. *columns* are the ones that are set.

    *filtered*: it has a WHERE; *compared* are the columns that the WHERE holds to constants. *from_query*: the rows of
    an INSERT come from a query, not from VALUES.
    """

    kind: Literal["insert", "update", "delete", "merge", "copy"]
    relation: Relation
    columns: tuple[str, ...] = ()
    reads: tuple[Relation, ...] = ()
    functions: tuple[str, ...] = ()
    filtered: bool = False
    compared: tuple[str, ...] = ()
    from_query: bool = False


@dataclass(frozen=True, slots=True)
class Select(Form):
    """A query. *locks* are the relations named by (or under) FOR UPDATE and its kin."""

    reads: tuple[Relation, ...] = ()
    functions: tuple[str, ...] = ()
    locks: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Truncate(Form):
    relations: tuple[Relation, ...]
    cascade: bool = False


# -- sessions, transactions, maintenance


@dataclass(frozen=True, slots=True)
class LockTable(Form):
    """*mode* is the number of the lock mode, 1 (ACCESS SHARE) to 8 (ACCESS EXCLUSIVE)."""

    relations: tuple[Relation, ...]
    mode: int


@dataclass(frozen=True, slots=True)
class Set(Form):
    """SET and RESET: *name* is "" for RESET ALL. *constraints* marks SET CONSTRAINTS, over at the next commit.

    *value* is the text of the new value, "" where it is DEFAULT or several.
    """

    name: str
    local: bool = False
    reset: bool = False
    constraints: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Transaction(Form):
    """*kind* in the manual's words: "begin", "commit", "rollback", "savepoint", "release", "prepare transaction"."""

    kind: str


@dataclass(frozen=True, slots=True)
class Do(Form):
    """DO. *inside* is what its static SQL does; *opaque* says why that may not be all, "" if it is."""

    inside: tuple[Form, ...] = ()
    opaque: str = ""


@dataclass(frozen=True, slots=True)
class Maintenance(Form):
    """VACUUM, ANALYZE and CLUSTER; *relations* is empty for the whole database."""

    kind: Literal["vacuum", "vacuum full", "analyze", "cluster"]
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Nontransactional(Form):
    """A command on the cluster that PostgreSQL refuses in a transaction block, such as "create database"."""

    command: str

"""CREATE, ALTER and DROP TABLE: columns, constraints, partitions, and the rarer actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safemigrate.statement.forms.base import Form, Relation, TableForm

# -- columns and constraints, the parts of tables


ConstraintKind = Literal["check", "unique", "primary key", "foreign key", "exclude", "not null"]
OnDelete = Literal["", "restrict", "cascade", "set null", "set default"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """*name* is "" where PostgreSQL chooses one. *references* is the table that a foreign key points at.

    *expression* is the text of a check; *proves* are the columns that it lets no NULL into. *referenced* are the
    columns of the other table, () for its primary key; *on_delete* is "" for NO ACTION, whether it is said or not.
    """

    kind: ConstraintKind
    name: str = ""
    columns: tuple[str, ...] = ()
    not_valid: bool = False
    using_index: str = ""
    references: Relation | None = None
    including: tuple[str, ...] = ()
    expression: str = ""
    proves: tuple[str, ...] = ()
    referenced: tuple[str, ...] = ()
    on_delete: OnDelete = ""


Volatility = Literal["constant", "stable", "volatile", "unknown"]


@dataclass(frozen=True, slots=True)
class Default:
    """*volatility* is "unknown" where it hangs on a function that is not one of PostgreSQL's well-known ones."""

    text: str
    volatility: Volatility
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """*type* is the text of the type; *generated* the kind of a generated column, "" for ordinary ones, and
    *expression* what it is computed from.
    """

    name: str
    type: str
    not_null: bool = False
    default: Default | None = None
    identity: Literal["", "always", "by default"] = ""
    generated: Literal["", "stored", "virtual"] = ""
    expression: str = ""
    collation: str = ""
    constraints: tuple[Constraint, ...] = ()

    @property
    def serial(self) -> bool:
        return self.type in {"serial", "smallserial", "bigserial", "serial2", "serial4", "serial8"}

    @property
    def references(self) -> tuple[Relation, ...]:
        return tuple(constraint.references for constraint in self.constraints if constraint.references)


# -- tables


@dataclass(frozen=True, slots=True)
class CreateTable(Form):
    """CREATE TABLE, and CREATE TABLE AS (*reads* are its query's relations).

    *partition_key* are the columns of PARTITION BY, without its expressions.
    """

    relation: Relation
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    partition_of: Relation | None = None
    inherits: tuple[Relation, ...] = ()
    like: tuple[Relation, ...] = ()
    reads: tuple[Relation, ...] = ()
    partitioned: bool = False
    partition_key: tuple[str, ...] = ()
    default_partition: bool = False
    if_not_exists: bool = False
    temporary: bool = False

    @property
    def references(self) -> tuple[Relation, ...]:
        inline = tuple(relation for column in self.columns for relation in column.references)
        return inline + tuple(constraint.references for constraint in self.constraints if constraint.references)


@dataclass(frozen=True, slots=True)
class DropTable(Form):
    relation: Relation
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class AddColumn(TableForm):
    column: Column
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn(TableForm):
    column: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class SetDefault(TableForm):
    column: str
    default: Default


@dataclass(frozen=True, slots=True)
class DropDefault(TableForm):
    column: str


@dataclass(frozen=True, slots=True)
class SetNotNull(TableForm):
    column: str


@dataclass(frozen=True, slots=True)
class DropNotNull(TableForm):
    column: str


@dataclass(frozen=True, slots=True)
class AlterColumnType(TableForm):
    """*using* is None where the statement has no USING."""

    column: str
    type: str
    using: str | None = None
    collation: str = ""


ColumnAction = Literal[
    "add identity", "set identity", "drop identity", "drop expression", "set expression",
    "set statistics", "set storage", "set compression", "set options", "reset options",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlterColumn(TableForm):
    """The rarer ALTER COLUMN actions. *column* is a name, or the number of an index column."""

    column: str
    action: ColumnAction


@dataclass(frozen=True, slots=True)
class AddConstraint(TableForm):
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class ValidateConstraint(TableForm):
    name: str


@dataclass(frozen=True, slots=True)
class AlterConstraint(TableForm):
    name: str


@dataclass(frozen=True, slots=True)
class DropConstraint(TableForm):
    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class AttachPartition(TableForm):
    """*relation* is the parent: a table, or an index where *kind* says so. *default*: as its DEFAULT partition."""

    partition: Relation
    kind: Literal["table", "index"] = "table"
    default: bool = False


@dataclass(frozen=True, slots=True)
class DetachPartition(TableForm):
    partition: Relation
    concurrently: bool = False
    finalize: bool = False


TableAction = Literal[
    "set options", "reset options", "owner", "enable trigger", "disable trigger", "enable rule", "disable rule",
    "row security", "replica identity", "inherit", "no inherit", "cluster on", "set without cluster",
    "set tablespace", "set logged", "set unlogged", "set access method",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlterTable(TableForm):
    """The rarer table actions. *name* is the trigger, rule or index; *other* the parent of INHERIT."""

    action: TableAction
    name: str = ""
    other: Relation | None = None
    options: tuple[str, ...] = ()

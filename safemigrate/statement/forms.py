"""What a statement does, in PostgreSQL's own words: one frozen dataclass per statement form.

An ALTER TABLE of several actions is several forms; DROP TABLE a, b is two. ``kind`` fields hold the lower-case words of
the manual ("materialized view"). Names are as the statement gives them: case-folded by PostgreSQL's rules, unquoted,
and without a schema where search_path decides. Nothing here parses, and nothing here says what a form locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A relation (or another named object) as the statement names it: *schema* is None where search_path decides."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Form:
    """The base of all forms."""


@dataclass(frozen=True, slots=True)
class Unknown(Form):
    """The text does not parse, or it is a statement that is not modelled; *reason* says which."""

    reason: str


# -- columns and constraints, the parts of tables


ConstraintKind = Literal["check", "unique", "primary key", "foreign key", "exclude", "not null"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """*name* is "" where PostgreSQL chooses one. *references* is the table that a foreign key points at."""

    kind: ConstraintKind
    name: str = ""
    columns: tuple[str, ...] = ()
    not_valid: bool = False
    using_index: str = ""
    references: Relation | None = None


Volatility = Literal["constant", "stable", "volatile", "unknown"]


@dataclass(frozen=True, slots=True)
class Default:
    """*volatility* is "unknown" where it hangs on a function that is not one of PostgreSQL's well-known ones."""

    text: str
    volatility: Volatility
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """*type* is the text of the type; *generated* the kind of a generated column, "" for ordinary ones."""

    name: str
    type: str
    not_null: bool = False
    default: Default | None = None
    identity: Literal["", "always", "by default"] = ""
    generated: Literal["", "stored", "virtual"] = ""
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
    """CREATE TABLE, and CREATE TABLE AS (*reads* are its query's relations)."""

    relation: Relation
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    partition_of: Relation | None = None
    inherits: tuple[Relation, ...] = ()
    like: tuple[Relation, ...] = ()
    reads: tuple[Relation, ...] = ()
    partitioned: bool = False
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
class TableForm(Form):
    """The base of what is done to one existing table or to one of its parts."""

    relation: Relation


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
    """*relation* is the parent: a table, or an index where *kind* says so."""

    partition: Relation
    kind: Literal["table", "index"] = "table"


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


# -- names


@dataclass(frozen=True, slots=True)
class RenameColumn(TableForm):
    column: str
    new: str


@dataclass(frozen=True, slots=True)
class RenameConstraint(TableForm):
    name: str
    new: str


RelationKind = Literal["table", "index", "view", "materialized view", "sequence", "foreign table"]


@dataclass(frozen=True, slots=True)
class RenameRelation(TableForm):
    new: str
    kind: RelationKind = "table"


@dataclass(frozen=True, slots=True)
class Rename(Form):
    """A rename of what is no relation: a type, trigger (*on* its table), function, schema, …"""

    kind: str
    name: Relation
    new: str
    on: Relation | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetSchema(Form):
    kind: str
    name: Relation
    schema: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetOwner(Form):
    """ALTER <kind> OWNER TO of what is no table."""

    kind: str
    name: Relation
    arguments: tuple[str, ...] = ()


# -- indexes


@dataclass(frozen=True, slots=True)
class CreateIndex(TableForm):
    """*name* is "" where PostgreSQL chooses one; *columns* are the keys', () where one is an expression."""

    name: str
    columns: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    only: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropIndex(Form):
    index: Relation
    concurrently: bool = False
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Reindex(Form):
    kind: Literal["index", "table", "schema", "database", "system"]
    name: Relation
    concurrently: bool = False


# -- types


@dataclass(frozen=True, slots=True)
class AddEnumValue(Form):
    type: Relation
    value: str
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameEnumValue(Form):
    type: Relation
    value: str
    new: str


@dataclass(frozen=True, slots=True)
class AlterDomain(Form):
    """*action* is "default", "set not null", "add constraint", "validate constraint", …; *name* the constraint."""

    type: Relation
    action: str
    name: str = ""
    not_valid: bool = False


@dataclass(frozen=True, slots=True)
class AlterType(Form):
    """ALTER TYPE of a composite type, one per action ("add attribute", "drop attribute", "alter attribute")."""

    type: Relation
    action: str
    name: str = ""


# -- everything else that is created, changed and dropped by name


@dataclass(frozen=True, slots=True)
class Create(Form):
    """CREATE of a *kind* with no form of its own: "schema", "view", "function", "trigger", "enum", "sequence", …

    *on* is the table of a trigger, policy or rule; *arguments* are the input types of a function; *reads* the relations
    of a view's query; *replace* is OR REPLACE.
    """

    kind: str
    name: Relation
    on: Relation | None = None
    arguments: tuple[str, ...] = ()
    reads: tuple[Relation, ...] = ()
    replace: bool = False
    if_not_exists: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class Drop(Form):
    kind: str
    name: Relation
    on: Relation | None = None
    arguments: tuple[str, ...] = ()
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Alter(Form):
    """ALTER of a *kind* with no form of its own, such as "sequence", "policy", "function" or "role"."""

    kind: str
    name: Relation
    on: Relation | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshMatview(TableForm):
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class Comment(Form):
    """*part* is the column, constraint, trigger, policy or rule of *name*; "" for the whole object."""

    kind: str
    name: Relation
    part: str = ""
    arguments: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Grant(Form):
    """GRANT, or REVOKE where *revoke*. *kind* is the kind of the objects, "role" for membership."""

    kind: str
    objects: tuple[Relation, ...] = ()
    privileges: tuple[str, ...] = ()
    grantees: tuple[str, ...] = ()
    revoke: bool = False


# -- data


@dataclass(frozen=True, slots=True)
class Write(Form):
    """INSERT, UPDATE, DELETE, MERGE or COPY FROM. *columns* are the ones that are set."""

    kind: Literal["insert", "update", "delete", "merge", "copy"]
    relation: Relation
    columns: tuple[str, ...] = ()
    reads: tuple[Relation, ...] = ()
    functions: tuple[str, ...] = ()


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
    """SET and RESET: *name* is "" for RESET ALL. *constraints* marks SET CONSTRAINTS, over at the next commit."""

    name: str
    local: bool = False
    reset: bool = False
    constraints: bool = False


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

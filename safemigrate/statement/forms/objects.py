"""Names, indexes, types, and everything else that is created, changed and dropped by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safemigrate.statement.forms.base import Form, Relation, TableForm
from safemigrate.statement.forms.tables import Volatility

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
    """*name* is "" where PostgreSQL chooses one; *columns* are the keys', () where one is an expression.

    *method* is the access method ("btree"); *partial*: it has a WHERE.
    """

    name: str
    columns: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    only: bool = False
    if_not_exists: bool = False
    method: str = "btree"
    partial: bool = False


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
    """*beside* is the label before or after which the value is put; "" where it goes to the end."""

    type: Relation
    value: str
    if_not_exists: bool = False
    beside: str = ""


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
    of a view's query, *uses* its columns, with "*" for all of them; *replace* is OR REPLACE; *labels* are those of an
    enum. *volatility* is a function's, "unknown" for one in SQL that does not say: PostgreSQL looks into its body.
    *constrained*: a domain has a CHECK or NOT NULL. *filled*: a materialized view is not WITH NO DATA.
    """

    kind: str
    name: Relation
    on: Relation | None = None
    arguments: tuple[str, ...] = ()
    reads: tuple[Relation, ...] = ()
    uses: tuple[str, ...] = ()
    replace: bool = False
    if_not_exists: bool = False
    temporary: bool = False
    labels: tuple[str, ...] = ()
    volatility: Volatility = "unknown"
    constrained: bool = False
    filled: bool = True


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
    """*filled* is False for WITH NO DATA, which empties it."""

    concurrently: bool = False
    filled: bool = True


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

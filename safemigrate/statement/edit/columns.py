"""ADD COLUMN taken apart: the bare column, its default, its identity, and each of its constraints by itself.

Every function takes the text of an ALTER TABLE whose only action is ADD COLUMN, and *table*, the name that the new
statement calls the table by. Kinds of constraints are PostgreSQL's words, those of :class:`forms.Constraint` and more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from safemigrate.statement import parser, tree
from safemigrate.statement.forms import Relation
from safemigrate.statement.parser import Node

_KINDS = {
    "CONSTR_NULL": "null",
    "CONSTR_NOTNULL": "not null",
    "CONSTR_DEFAULT": "default",
    "CONSTR_IDENTITY": "identity",
    "CONSTR_GENERATED": "generated",
    "CONSTR_CHECK": "check",
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_FOREIGN": "foreign key",
}
# What stands behind a constraint as a word of its own, and belongs to it.
_ATTRIBUTES = {
    "CONSTR_ATTR_DEFERRABLE": {"deferrable": True},
    "CONSTR_ATTR_NOT_DEFERRABLE": {"deferrable": False},
    "CONSTR_ATTR_DEFERRED": {"deferrable": True, "initdeferred": True},
    "CONSTR_ATTR_IMMEDIATE": {"initdeferred": False},
    "CONSTR_ATTR_ENFORCED": {},
}
_UNENFORCED = "CONSTR_ATTR_NOT_ENFORCED"
# The names by which libpg_query's grammar knows the integer types.
_INTEGERS = {"smallint": "int2", "integer": "int4", "bigint": "int8"}


def added(sql: str, table: Relation, *, kept: Collection[str], integer: str = "", required: bool = False) -> str:
    """The column with only those of its constraints whose kind is in *kept*; of the type *integer* where that is given;
    NOT NULL where it is *required*. What is not enforced is checked for no row, and always kept.
    """

    def change(statement: Node) -> None:
        column = _column(statement)
        groups = list(_groups(column))
        column.ClearField("constraints")
        for constraint, attributes in groups:
            if _kind(constraint) in kept or _unenforced(attributes):
                for each in (constraint, *attributes):
                    column.constraints.add().constraint.CopyFrom(each)
        if required and not any(_kind(each) == "not null" for each, _attributes in groups if "not null" in kept):
            column.constraints.add().constraint.CopyFrom(_not_null())
        if integer:
            del column.type_name.names[:]
            for name in ("pg_catalog", _INTEGERS[integer]):
                column.type_name.names.add().string.sval = name
        _rename(statement.relation, table)

    return parser.edited(sql, change)


def default(sql: str, table: Relation) -> str:
    """ALTER COLUMN … SET DEFAULT with the default of the new column."""

    def change(statement: Node) -> None:
        column = _column(statement)
        expression = _one(column, "default").raw_expr
        _command(statement, "AT_ColumnDefault", table, column.colname).CopyFrom(expression)

    return parser.edited(sql, change)


def identity(sql: str, table: Relation) -> str:
    """ALTER COLUMN … ADD GENERATED … AS IDENTITY with the options of the new column."""

    def change(statement: Node) -> None:
        column = _column(statement)
        constraint = _one(column, "identity")
        constraint.ClearField("conname")
        _command(statement, "AT_AddIdentity", table, column.colname).constraint.CopyFrom(constraint)

    return parser.edited(sql, change)


def identity_sequence(sql: str, name: Relation, *, unlogged: bool) -> str:
    """CREATE SEQUENCE of a sequence that counts as the identity of the new column does."""
    column = _column(parser.unwrap_only(sql))

    def fill(statement: Node) -> None:
        _rename(statement.sequence, name)
        statement.sequence.inh = True
        statement.sequence.relpersistence = "u" if unlogged else "p"
        kind = statement.options.add().def_elem
        kind.defname = "as"
        kind.arg.type_name.CopyFrom(column.type_name)
        kind.defaction = kind.DESCRIPTOR.fields_by_name["defaction"].enum_type.values_by_name["DEFELEM_UNSPEC"].number
        for option in _one(column, "identity").options:
            if option.def_elem.defname not in ("sequence_name", "logged", "unlogged"):
                statement.options.add().CopyFrom(option)

    return parser.made("create_seq_stmt", fill)


def constraints(sql: str, table: Relation, kinds: Collection[str]) -> tuple[str, ...]:
    """One ADD CONSTRAINT for each enforced constraint of *kinds*, in their order."""
    groups = list(_groups(_column(parser.unwrap_only(sql))))
    numbers = [
        number
        for number, (constraint, attributes) in enumerate(groups)
        if _kind(constraint) in kinds and not _unenforced(attributes)
    ]
    return tuple(parser.edited(sql, _constraint(number, table)) for number in numbers)


def not_null_name(sql: str) -> str:
    """The name of the column's NOT NULL, "" where it has none."""
    column = _column(parser.unwrap_only(sql))
    found = [each for each, _attributes in _groups(column) if _kind(each) == "not null"]
    if any(each.is_no_inherit for each in found):
        raise parser.Unparsable("its NOT NULL is not inherited")
    return next((str(each.conname) for each in found), "")


def _constraint(number: int, table: Relation) -> parser.Change:
    def change(statement: Node) -> None:
        column = _column(statement)
        constraint, attributes = list(_groups(column))[number]
        if _kind(constraint) in ("unique", "primary key"):
            constraint.keys.add().string.sval = column.colname
        if _kind(constraint) == "foreign key":
            constraint.fk_attrs.add().string.sval = column.colname
        for attribute in attributes:
            for field, value in _ATTRIBUTES[tree.enum_name(attribute, "contype")].items():
                setattr(constraint, field, value)
        _command(statement, "AT_AddConstraint", table).constraint.CopyFrom(constraint)

    return change


def _groups(column: Node) -> Iterator[tuple[Node, list[Node]]]:
    """Copies of the constraints of a column, each with its attributes."""
    parts = []
    for item in column.constraints:
        copy = type(item.constraint)()
        copy.CopyFrom(item.constraint)
        parts.append(copy)
    heads = [number for number, part in enumerate(parts) if not _is_attribute(part)]
    for number, following in pairwise([*heads, len(parts)]):
        yield parts[number], parts[number + 1 : following]


def _is_attribute(part: Node) -> bool:
    return tree.enum_name(part, "contype").startswith("CONSTR_ATTR_")


def _unenforced(attributes: Collection[Node]) -> bool:
    return any(tree.enum_name(each, "contype") == _UNENFORCED for each in attributes)


def _kind(constraint: Node) -> str:
    return _KINDS.get(tree.enum_name(constraint, "contype"), "")


def _one(column: Node, kind: str) -> Node:
    found = next((each for each, _attributes in _groups(column) if _kind(each) == kind), None)
    if found is None:
        raise parser.Unparsable(f"the column has no {kind}")
    return found


def _not_null() -> Node:
    """A NOT NULL as the parser makes it."""
    return _one(_column(parser.unwrap_only("ALTER TABLE t ADD COLUMN c int NOT NULL")), "not null")


def _column(statement: Node) -> Node:
    return getattr(statement.cmds[0].alter_table_cmd, "def").column_def


def _command(statement: Node, subtype: str, table: Relation, column: str = "") -> Node:
    """Makes of the statement's only action another one; gives the node that says what."""
    command = statement.cmds[0].alter_table_cmd
    values = command.DESCRIPTOR.fields_by_name["subtype"].enum_type.values_by_name
    command.subtype = values[subtype].number
    command.name = column
    command.ClearField("missing_ok")
    command.ClearField("def")
    _rename(statement.relation, table)
    return getattr(command, "def")


def _rename(target: Node, name: Relation) -> None:
    target.relname = name.name
    target.schemaname = name.schema or ""
    target.ClearField("catalogname")

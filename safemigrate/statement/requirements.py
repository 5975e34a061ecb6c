"""What a statement requires of the rows that are there: its CHECKs, foreign keys, unique keys and exclusions.

Expressions are spelled so that they can be sent, each as it would stand in parentheses; the catalog is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from safemigrate.statement import parser, tree
from safemigrate.statement.forms import Relation
from safemigrate.statement.parser import Node

Kind = Literal["check", "not null", "foreign key", "unique", "exclude"]

_KINDS: dict[str, Kind] = {
    "CONSTR_CHECK": "check",
    "CONSTR_FOREIGN": "foreign key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_PRIMARY": "unique",
    "CONSTR_EXCLUSION": "exclude",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement that the rows of *relation* have to meet; *name* is "" where PostgreSQL chooses one.

    *columns* are those concerned. *keys* are the texts of the expressions that must be unique, or must not meet under
    the *operators*; *condition* is the CHECK, or which rows a partial index is about ("" for all).
    """

    kind: Kind
    relation: Relation
    name: str = ""
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    condition: str = ""
    nulls_distinct: bool = True
    references: Relation | None = None
    referenced: tuple[str, ...] = ()
    full: bool = False
    only: bool = False


def required(sql: str) -> tuple[Requirement, ...]:
    """Those of *sql*, one statement. Raises Unparsable where one cannot be spelled."""
    stmt = parser.unwrap_only(sql)
    if tree.is_a(stmt, "IndexStmt"):
        return (_index(stmt),) if stmt.unique else ()
    return tuple(_constraints(stmt)) if tree.is_a(stmt, "AlterTableStmt") else ()


def _index(stmt: Node) -> Requirement:
    elements = [node.index_elem for node in stmt.index_params]
    return Requirement(
        "unique",
        tree.relation(stmt.relation),
        stmt.idxname,
        columns=tuple(element.name for element in elements if element.name),
        keys=tuple(_key(element) for element in elements),
        condition=_expression(stmt.where_clause) if stmt.HasField("where_clause") else "",
        nulls_distinct=not stmt.nulls_not_distinct,
    )


def _constraints(stmt: Node) -> Iterator[Requirement]:
    for command in (node.alter_table_cmd for node in stmt.cmds):
        definition = tree.unwrap(getattr(command, "def"))
        kind = _KINDS.get(tree.enum_name(definition, "contype")) if tree.is_a(definition, "Constraint") else None
        # Rows of two periods are compared in a way of their own: WITH PERIOD is left alone.
        if kind and not (definition.indexname or definition.fk_with_period):
            yield _constraint(tree.relation(stmt.relation), kind, definition)


def _constraint(relation: Relation, kind: Kind, node: Node) -> Requirement:
    match kind:
        case "check":
            return Requirement(
                kind,
                relation,
                node.conname,
                columns=tree.columns(node.raw_expr),
                condition=_expression(node.raw_expr),
                only=node.is_no_inherit,
            )
        case "foreign key":
            return Requirement(
                kind,
                relation,
                node.conname,
                columns=tree.strings(node.fk_attrs),
                references=tree.relation(node.pktable),
                referenced=tree.strings(node.pk_attrs),
                full=node.fk_matchtype == "f",
            )
        case "exclude":
            return _exclusion(relation, node)
    columns = tree.strings(node.keys)
    keys = tuple(tree.quoted(column) for column in columns)
    if node.without_overlaps:
        operators = (*("=" for _ in columns[1:]), "&&")
        return Requirement("exclude", relation, node.conname, columns, keys, operators)
    return Requirement(kind, relation, node.conname, columns, keys, nulls_distinct=not node.nulls_not_distinct)


def _exclusion(relation: Relation, node: Node) -> Requirement:
    pairs = [(item.list.items[0].index_elem, tree.strings(item.list.items[1].list.items)) for item in node.exclusions]
    return Requirement(
        "exclude",
        relation,
        node.conname,
        columns=tuple(element.name for element, _ in pairs if element.name),
        keys=tuple(_key(element) for element, _ in pairs),
        operators=tuple(_operator(operator) for _, operator in pairs),
        condition=_expression(node.where_clause) if node.HasField("where_clause") else "",
    )


def _operator(parts: tuple[str, ...]) -> str:
    """Its characters are an operator's, or the parser would not have taken it for one."""
    *schema, symbol = parts
    return f"OPERATOR({tree.quoted(schema[0])}.{symbol})" if schema else symbol


def _key(element: Node) -> str:
    text = tree.quoted(element.name) if element.name else f"({_expression(element.expr)})"
    collation = ".".join(tree.quoted(part) for part in tree.strings(element.collation))
    return f"{text} COLLATE {collation}" if collation else text


def _expression(node: Node) -> str:
    """The text of *node*: what is behind the one word of a SELECT that was parsed again, and is the same."""

    def change(select: Node) -> None:
        select.target_list[0].res_target.val.CopyFrom(node)

    return parser.edited("SELECT 1", change).removeprefix("SELECT ")

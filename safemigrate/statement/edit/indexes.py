"""CREATE, DROP and REINDEX INDEX in other words, and what a CREATE INDEX says that its form does not."""

from __future__ import annotations

from dataclasses import dataclass

from safemigrate.statement import parser, tree
from safemigrate.statement.forms import Relation
from safemigrate.statement.parser import Node

_LONGEST = 63
_NAMED_AFTER = {"CoalesceExpr": "coalesce", "A_ArrayExpr": "array", "RowExpr": "row"}
_NAMELESS = frozenset({"A_Expr", "BoolExpr", "NullTest", "BooleanTest", "A_Const", "ParamRef"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What two indexes have to agree in to be the same: *keys* and *included* are columns, "" for an expression.

    *plain*: it is all there is to it, no expression, predicate, operator class or collation is written out.
    """

    unique: bool
    method: str
    keys: tuple[str, ...]
    included: tuple[str, ...]
    partial: bool
    nulls_not_distinct: bool
    plain: bool


def index_on(sql: str, table: Relation, name: str, *, concurrently: bool = False, only: bool = False) -> str:
    """The CREATE INDEX statement *sql* for *table*, under *name*."""

    def change(statement: Node) -> None:
        statement.idxname = name
        statement.relation.relname = table.name
        statement.relation.schemaname = table.schema or ""
        statement.relation.inh = not only
        statement.concurrent = concurrently

    return parser.edited(sql, change)


def unconditional(sql: str) -> str:
    """A CREATE INDEX without its IF NOT EXISTS."""

    def change(statement: Node) -> None:
        statement.if_not_exists = False

    return parser.edited(sql, change)


def reindex_concurrently(sql: str) -> str:
    def change(statement: Node) -> None:
        option = statement.params.add().def_elem
        option.defname = "concurrently"
        actions = option.DESCRIPTOR.fields_by_name["defaction"].enum_type.values_by_name
        option.defaction = actions["DEFELEM_UNSPEC"].number

    return parser.edited(sql, change)


def refresh_concurrently(sql: str) -> str:
    def change(statement: Node) -> None:
        statement.concurrent = True

    return parser.edited(sql, change)


def leaves_empty(sql: str) -> bool:
    """Whether a REFRESH MATERIALIZED VIEW says WITH NO DATA."""
    return bool(parser.unwrap_only(sql).skip_data)


def shape(sql: str) -> Shape:
    """The shape of the index that a CREATE INDEX makes, or that ``pg_get_indexdef`` describes."""
    statement = parser.unwrap_only(sql)
    elements = [node.index_elem for node in statement.index_params]
    partial = statement.HasField("where_clause")
    bare = all(element.name and not (element.opclass or element.collation) for element in elements)
    return Shape(
        unique=statement.unique,
        method=statement.access_method,
        keys=tuple(element.name for element in elements),
        included=tuple(node.index_elem.name for node in statement.index_including_params),
        partial=partial,
        nulls_not_distinct=statement.nulls_not_distinct,
        plain=bare and not partial,
    )


def key_names(sql: str) -> tuple[str, ...]:
    """What PostgreSQL calls the columns of the index, of which it makes a name for it (``ChooseIndexColumnNames``).

    () where the name of an expression cannot be told.
    """
    statement = parser.unwrap_only(sql)
    names: list[str] = []
    for node in (*statement.index_params, *statement.index_including_params):
        element = node.index_elem
        name = element.indexcolname or element.name or _expression_name(element.expr)
        if not name:
            return ()
        names.append(_distinct(name, names))
    return tuple(names)


def _distinct(name: str, taken: list[str]) -> str:
    number, tried = 0, name
    while tried in taken:
        number += 1
        tried = name.encode()[: _LONGEST - len(str(number))].decode(errors="ignore") + str(number)
    return tried


def _expression_name(node: Node) -> str:
    found = _figured(tree.unwrap(node))
    return "" if found is None else found[1] or "expr"


def _figured(node: Node) -> tuple[int, str] | None:
    """``FigureColnameInternal``: how good a name is, and the name; None for an expression that is not known here."""
    match kind := node.DESCRIPTOR.name:
        case "ColumnRef":
            names = tree.strings(node.fields)
            return (2, names[-1]) if names else (0, "")
        case "FuncCall":
            return 2, tree.strings(node.funcname)[-1]
        case "TypeCast":
            inner = _figured(tree.unwrap(node.arg))
            return (1, tree.strings(node.type_name.names)[-1]) if inner and inner[0] <= 1 else inner
        case "CollateClause":
            return _figured(tree.unwrap(node.arg))
        case "CaseExpr":
            inner = _figured(tree.unwrap(node.defresult)) if node.HasField("defresult") else (0, "")
            return (1, "case") if inner and inner[0] <= 1 else inner
        case "A_Indirection":
            names = tree.strings(node.indirection)
            return (2, names[-1]) if names else _figured(tree.unwrap(node.arg))
        case "MinMaxExpr":
            return 2, "greatest" if tree.enum_name(node, "op") == "IS_GREATEST" else "least"
        case "A_Expr" if tree.enum_name(node, "kind") == "AEXPR_NULLIF":
            return 2, "nullif"
        case _ if kind in _NAMED_AFTER:
            return 2, _NAMED_AFTER[kind]
        case _ if kind in _NAMELESS:
            return 0, ""
    return None

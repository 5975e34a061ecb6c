"""What a query answers where every table is empty: the names of its columns, and the one row that some have all the
same (aggregates over everything, queries without a table).

For revisions that are read without a database: ``count(*)`` is 0, ``EXISTS`` is false, everything else is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass

from safemigrate.statement import parser, tree
from safemigrate.statement.parser import Node

_AGGREGATES = frozenset({
    "count", "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg", "jsonb_agg", "bool_and", "bool_or",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The names of the *columns*, () for a statement that returns none, and the *rows*: none or one."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()


def answer(sql: str) -> Answer:
    """What *sql* answers. Of several statements the last one counts, as in a driver; nothing here raises."""
    try:
        statements = parser.parse(sql)
    except parser.Unparsable:
        return Answer()
    node = tree.unwrap(statements[-1].stmt) if statements else None
    if node is None:
        return Answer()
    if tree.is_a(node, "VariableShowStmt"):
        return Answer((node.name,), (("",),))
    if not tree.is_a(node, "SelectStmt"):
        return _returned(node)
    if node.HasField("into_clause"):
        return Answer()
    return _selected(node)


def _returned(node: Node) -> Answer:
    """RETURNING of an INSERT has a row for each row of its VALUES; of what changes existing rows it has none."""
    if not tree.is_a(node, "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"):
        return Answer()
    names = tuple(_name(item.res_target) for item in node.returning_clause.exprs)
    values = len(node.select_stmt.select_stmt.values_lists) if tree.is_a(node, "InsertStmt") else 0
    return Answer(names, tuple((1 + number,) * len(names) for number in range(values)) if names else ())


def _selected(node: Node) -> Answer:
    while node.HasField("larg"):
        node = node.larg
    targets = [item.res_target for item in node.target_list]
    names = tuple(_name(target) for target in targets)
    grouped = bool(node.group_clause) or node.HasField("having_clause")
    aggregates = any(_aggregate(target) for target in targets)
    if not targets or grouped or (node.from_clause and not aggregates):
        return Answer(names)
    if node.HasField("where_clause") and not aggregates:
        return Answer(names)
    return Answer(names, (tuple(_value(tree.unwrap(target.val)) for target in targets),))


def _name(target: Node) -> str:
    if target.name:
        return str(target.name)
    value = tree.unwrap(target.val)
    if tree.is_a(value, "ColumnRef"):
        return (tree.strings(value.fields) or ("?column?",))[-1]
    if tree.is_a(value, "FuncCall"):
        return tree.strings(value.funcname)[-1]
    return "exists" if tree.is_a(value, "SubLink") else "?column?"


def _aggregate(target: Node) -> bool:
    """Whether the aggregate is the query's own, not that of a query within it."""
    value = tree.unwrap(target.val)
    return not tree.is_a(value, "SubLink") and any(
        name.rpartition(".")[2] in _AGGREGATES for name in tree.function_names(value)
    )


def _value(node: Node) -> object:
    if tree.is_a(node, "SubLink"):
        return False if tree.enum_name(node, "sub_link_type") == "EXISTS_SUBLINK" else None
    if tree.is_a(node, "A_Const"):
        return {"ival": node.ival.ival, "sval": node.sval.sval, "boolval": node.boolval.boolval}.get(
            node.WhichOneof("val") or ""
        )
    if tree.is_a(node, "FuncCall") and tree.strings(node.funcname)[-1] == "count":
        return 0
    return None

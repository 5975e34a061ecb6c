"""UPDATE and DELETE taken apart into the texts that a batch of the same statement is put together from.

The texts are cut out of what the parser spells of the whole statement, which it has parsed again to be sure that it
means the same; put back together in their order they are that statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safemigrate.statement import parser, tree
from safemigrate.statement.forms import Relation
from safemigrate.statement.parser import Node


@dataclass(frozen=True, slots=True)
class Write:
    """``UPDATE target SET assignments FROM others WHERE condition``, or ``DELETE FROM target USING others WHERE …``.

    *reference* is the name that the table's columns go by: its alias, if it has one.
    *others* and *condition* are "" where there is none. *functions* are those called outside of the assignments, *all*
    all of them. *obstacle* is what no batch can have, "" for nothing, such as RETURNING.
    """

    kind: Literal["update", "delete"]
    relation: Relation
    only: bool
    reference: str
    columns: tuple[str, ...]
    assignments: str
    others: str
    condition: str
    functions: tuple[str, ...]
    all_functions: tuple[str, ...]
    reads: tuple[Relation, ...]
    obstacle: str


def write(sql: str) -> Write:
    """*sql*, one UPDATE or DELETE, taken apart. Raises Unparsable for anything else."""
    node = parser.unwrap_only(sql)
    if not tree.is_a(node, "UpdateStmt", "DeleteStmt"):
        raise parser.Unparsable("it is no UPDATE and no DELETE")
    update = tree.is_a(node, "UpdateStmt")
    obstacle = _obstacle(node)
    head, others, condition = ("", "", "") if obstacle else _pieces(sql, "from_clause" if update else "using_clause")
    assignments = _assignments(sql, head) if update and not obstacle else ""
    return Write(
        kind="update" if update else "delete",
        relation=tree.relation(node.relation),
        only=not node.relation.inh,
        reference=node.relation.alias.aliasname or node.relation.relname,
        columns=tuple(dict.fromkeys(item.res_target.name for item in node.target_list)) if update else (),
        assignments=assignments,
        others=others.removeprefix(" FROM " if update else " USING "),
        condition=condition.removeprefix(" WHERE "),
        functions=_functions_outside(node, "from_clause" if update else "using_clause"),
        all_functions=tree.function_names(node),
        reads=_relations(node),
        obstacle=obstacle,
    )


def assigned(sql: str) -> dict[str, str] | None:
    """The columns that the UPDATE *sql* sets, each with its expression; None where one is set in another way: a part of
    it, or several from one row. Raises Unparsable for anything but one UPDATE.
    """
    node = parser.unwrap_only(sql)
    if not tree.is_a(node, "UpdateStmt"):
        raise parser.Unparsable("it is no UPDATE")
    targets = [item.res_target for item in node.target_list]
    if any(each.indirection or tree.is_a(tree.unwrap(each.val), "MultiAssignRef") for each in targets):
        return None
    return {each.name: parser.expression(each.val) for each in targets}


def _obstacle(node: Node) -> str:
    if node.HasField("with_clause"):
        return "it has a WITH query"
    if node.returning_list if hasattr(node, "returning_list") else node.HasField("returning_clause"):
        return "it has RETURNING"
    if any(tree.is_a(message, "CurrentOfExpr") for message in tree.walk(node)):
        return "it goes by WHERE CURRENT OF a cursor"
    return ""


def _pieces(sql: str, others: str) -> tuple[str, str, str]:
    """The text up to the other tables, that of the other tables, and that of the condition."""

    def without(*fields: str) -> str:
        def change(node: Node) -> None:
            for name in fields:
                node.ClearField(name)

        return parser.edited(sql, change)

    head, longer, whole = without(others, "where_clause"), without("where_clause"), without()
    return head, _rest(longer, head), _rest(whole, longer)


def _assignments(sql: str, head: str) -> str:
    """What stands after SET in *head*; a table may have " SET " in its name."""

    def change(node: Node) -> None:
        first = node.target_list[0]
        first.res_target.ClearField("indirection")
        first.res_target.name = "x"
        first.res_target.ClearField("val")
        first.res_target.val.set_to_default.SetInParent()
        kept = type(first)()
        kept.CopyFrom(first)
        for name in ("target_list", "from_clause", "where_clause"):
            node.ClearField(name)
        node.target_list.append(kept)

    return _rest(head, parser.edited(sql, change).removesuffix("x = DEFAULT"))


def _rest(text: str, beginning: str) -> str:
    if not text.startswith(beginning):
        raise parser.Unparsable("it cannot be taken apart")
    return text[len(beginning) :]


def _functions_outside(node: Node, others: str) -> tuple[str, ...]:
    parts = [*getattr(node, others), node.where_clause]
    return tuple(dict.fromkeys(name for part in parts for name in tree.function_names(part)))


def _relations(node: Node) -> tuple[Relation, ...]:
    """The relations named besides the target, which may be the target once more."""
    found = [tree.relation(message) for message in tree.walk(node) if tree.is_a(message, "RangeVar")]
    found.remove(tree.relation(node.relation))
    return tuple(dict.fromkeys(found))

"""A batch of operations on indexes, as the operations that it stands for: a batch cannot say CONCURRENTLY by halves."""

from __future__ import annotations

import libcst as cst
from libcst import matchers

from safemigrate.lint.fix.edit import argument
from safemigrate.lint.fix.edit.block import Piece
from safemigrate.lint.fix.kinds import Apart


def apart(edit: Apart, node: cst.BaseStatement) -> Piece:
    """The operations of the batch *node*, one by one; comments of its head and its end stay in their place."""
    if not isinstance(node, cst.With) or not isinstance(node.body, cst.IndentedBlock):
        return Piece((node,))
    name = node.items[0].asname
    assert name is not None
    assert isinstance(name.name, cst.Name)
    several = [_operation(edit, each, name.name.value) for each in node.body.body]
    first = several[0]
    said = node.body.header.comment
    above = [cst.EmptyLine(comment=said)] if said else []
    several[0] = first.with_changes(leading_lines=[*node.leading_lines, *above, *_lines(first)])
    return Piece(tuple(several), tuple(each for each in node.body.footer if each.comment))


def _lines(node: cst.BaseStatement) -> tuple[cst.EmptyLine, ...]:
    return tuple(node.leading_lines) if isinstance(node, cst.SimpleStatementLine) else ()


def _operation(edit: Apart, node: cst.BaseStatement, batch: str) -> cst.BaseStatement:
    call = argument.call_of(node)
    if call is None or not isinstance(call.func, cst.Attribute):
        return node
    made = matchers.replace(call, matchers.Name(batch), cst.parse_expression(edit.op))
    assert isinstance(made, cst.Call)
    creates = call.func.attr.value == "create_index"
    table = cst.Arg(cst.parse_expression(edit.table)) if creates else argument.named("table_name", edit.table)
    made = argument.second(made, table)
    if edit.schema:
        made = argument.at_end(made, argument.named("schema", edit.schema))
    return argument.with_call(node, made)

"""Statements put into an ``autocommit_block()``, and statements put in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

_MARK = "safemigrate"
"""A comment that holds this may be meant for the statement that it stands above, and stays there."""


@dataclass(frozen=True)
class Piece:
    """What one statement has become: several, and comments that stand behind them."""

    statements: tuple[cst.BaseStatement, ...]
    footer: tuple[cst.EmptyLine, ...] = ()


def joined(pieces: Sequence[Piece], suite: cst.IndentedBlock) -> cst.IndentedBlock:
    """*suite* with the *pieces* as its body: what stands behind one stands above the next."""
    body: list[cst.BaseStatement] = []
    above: tuple[cst.EmptyLine, ...] = ()
    for piece in pieces:
        first, *others = piece.statements
        body += [_below(above, first), *others]
        above = piece.footer
    return suite.with_changes(body=body, footer=[*above, *suite.footer])


def around(op: str, pieces: Sequence[Piece], indent: str | None) -> Piece:
    """``with op.get_context().autocommit_block():`` around the *pieces*; what stands above them stands above it.

    *indent* is what the body is indented by, None for what the module has most often.
    """
    call = cst.parse_expression(f"{op}.get_context().autocommit_block()")
    inner = joined(pieces, cst.IndentedBlock(body=[], indent=indent))
    first, *others = inner.body
    assert isinstance(first, cst.BaseStatement)
    lines = _leading(first)
    kept = next((at for at, line in enumerate(lines) if line.comment and _MARK in line.comment.value), len(lines))
    body = [first.with_changes(leading_lines=lines[kept:]), *others]
    head = cst.With(items=[cst.WithItem(call)], body=inner.with_changes(body=body), leading_lines=lines[:kept])
    return Piece((head,))


def _below(lines: Sequence[cst.EmptyLine], node: cst.BaseStatement) -> cst.BaseStatement:
    return node.with_changes(leading_lines=[*lines, *_leading(node)]) if lines else node


def _leading(node: cst.BaseStatement) -> Sequence[cst.EmptyLine]:
    return node.leading_lines if isinstance(node, cst.SimpleStatementLine | cst.With) else ()

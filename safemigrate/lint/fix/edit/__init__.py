"""The edits themselves, on the concrete syntax tree of libcst: what is not edited stays as it is, byte for byte.

One module for each kind: ``argument`` adds one to a call, ``literal`` a word to the SQL in it, ``batch`` takes a batch
apart, ``block`` puts statements into an ``autocommit_block()``. Only here is libcst imported.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from safemigrate.lint.fix.edit import argument, batch, block, literal
from safemigrate.lint.fix.kinds import Apart, Argument, Around, Choice, Edit, NotApplied


def applied(text: str, choice: Choice) -> str:
    """*text* with the edits of *choice*. Raises NotApplied where one of them found no place, or cannot be parsed."""
    try:
        wrapper = MetadataWrapper(cst.parse_module(text))
    except (cst.ParserSyntaxError, UnicodeError) as error:
        raise NotApplied(str(error)) from error
    editor = _Editor(choice)
    made = wrapper.visit(editor).code
    if editor.missing:
        raise NotApplied(f"no statement begins in line {min(editor.missing)}")
    return made


class _Editor(cst.CSTTransformer):
    """Goes through the blocks of the module. *missing* are the lines of edits that have not been made yet."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.choice = choice
        self.missing = {*choice.edits, *(around.lines[0] for around in choice.arounds)}

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> cst.BaseSuite:
        lines = [self._line(each) for each in original_node.body]
        known = {*self.choice.edits, *(line for around in self.choice.arounds for line in around.lines)}
        if not known & set(lines):
            return updated_node
        edited = [self._edited(line, each) for line, each in zip(lines, updated_node.body, strict=True)]
        return self._arranged(lines, edited, updated_node)

    def _line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(PositionProvider, node).start.line)

    def _edited(self, line: int, node: cst.BaseStatement) -> block.Piece:
        edit = self.choice.edits.get(line)
        if edit is None:
            return block.Piece((node,))
        self.missing.discard(line)
        return _made(edit, node)

    def _arranged(
        self, lines: Sequence[int], pieces: Sequence[block.Piece], suite: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """The pieces in a row, those that belong into a block within one."""
        several = dict(zip(lines, pieces, strict=True))
        for around in self.choice.arounds:
            several = self._around(around, several, suite.indent)
        return block.joined(list(several.values()), suite)

    def _around(self, around: Around, several: dict[int, block.Piece], indent: str | None) -> dict[int, block.Piece]:
        if not set(around.lines) <= set(several):
            return several
        self.missing.discard(around.lines[0])
        made = block.around(around.op, [several[line] for line in around.lines], indent)
        first, *others = around.lines
        return {line: made if line == first else piece for line, piece in several.items() if line not in others}


def _made(edit: Edit, node: cst.BaseStatement) -> block.Piece:
    if isinstance(edit, Apart):
        return batch.apart(edit, node)
    if isinstance(edit, Argument):
        return block.Piece((argument.added(node, edit.name),))
    return block.Piece((literal.concurrently(node),))

"""One more argument for a call, laid out as the others are."""

from __future__ import annotations

import libcst as cst

_TIGHT = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
_NOTHING = cst.SimpleWhitespace("")
_SPACE = cst.SimpleWhitespace(" ")


def call_of(node: cst.BaseStatement) -> cst.Call | None:
    """The call that the statement *node* is."""
    if isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], cst.Expr):
        value = node.body[0].value
        return value if isinstance(value, cst.Call) else None
    return None


def with_call(node: cst.BaseStatement, call: cst.Call) -> cst.BaseStatement:
    """The statement *node*, a call, as another call."""
    before = call_of(node)
    made = node.deep_replace(before, call) if before is not None else node
    assert isinstance(made, cst.BaseStatement)
    return made


def added(node: cst.BaseStatement, name: str) -> cst.BaseStatement:
    """The statement *node*, a call, with ``name=True`` at the end of its arguments."""
    call = call_of(node)
    return node if call is None else with_call(node, at_end(call, named(name, "True")))


def named(name: str, value: str) -> cst.Arg:
    """``name=value``, *value* being Python."""
    return cst.Arg(cst.parse_expression(value), keyword=cst.Name(name), equal=_TIGHT)


def at_end(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """*call* with *argument* as its last one, on a line of its own where the last one is."""
    *before, last = call.args
    comma = last.comma if isinstance(last.comma, cst.Comma) else None
    tail = comma.whitespace_after if comma else last.whitespace_after_arg
    between, after = _divided(tail, _separator(call), call.whitespace_before_args)
    if comma:
        last = last.with_changes(comma=comma.with_changes(whitespace_after=between))
        argument = argument.with_changes(comma=comma.with_changes(whitespace_after=after))
    else:
        last = last.with_changes(comma=cst.Comma(whitespace_after=between), whitespace_after_arg=_NOTHING)
        argument = argument.with_changes(whitespace_after_arg=after)
    return call.with_changes(args=[*before, last, argument])


def second(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """*call* with *argument* behind its first one, parted as that is from what follows."""
    first, *others = call.args
    if not others:
        return at_end(call, argument)
    comma = first.comma if isinstance(first.comma, cst.Comma) else cst.Comma(whitespace_after=_SPACE)
    plain = comma.with_changes(whitespace_after=_uncommented(comma.whitespace_after))
    return call.with_changes(args=[first, argument.with_changes(comma=plain), *others])


def _separator(call: cst.Call) -> cst.BaseParenthesizableWhitespace:
    """What parts one argument from the next."""
    if len(call.args) > 1 and isinstance(call.args[-2].comma, cst.Comma):
        return _uncommented(call.args[-2].comma.whitespace_after)
    start = call.whitespace_before_args
    return _uncommented(start) if isinstance(start, cst.ParenthesizedWhitespace) else _SPACE


def _divided(
    tail: cst.BaseParenthesizableWhitespace,
    separator: cst.BaseParenthesizableWhitespace,
    start: cst.BaseParenthesizableWhitespace,
) -> tuple[cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """What stood behind the last argument, as what stands before and behind the new one: comments stay before it."""
    if not isinstance(tail, cst.ParenthesizedWhitespace):
        return separator, tail
    if not isinstance(separator, cst.ParenthesizedWhitespace):
        if not _says(tail):
            return separator, tail
        separator = start if isinstance(start, cst.ParenthesizedWhitespace) else tail
    return tail.with_changes(indent=separator.indent, last_line=separator.last_line), _uncommented(tail)


def _says(space: cst.ParenthesizedWhitespace) -> bool:
    return space.first_line.comment is not None or any(each.comment is not None for each in space.empty_lines)


def _uncommented(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    line = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
    return space.with_changes(first_line=line, empty_lines=())

"""SQL in a Python literal, as it is written there: the word CONCURRENTLY is put in, and nothing else changes."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from safemigrate import statement
from safemigrate.statement import forms

_OPEN = r"""[rRuU]?(?:'{3}|"{3}|'|")"""
_SPACE = r"(?:\s|\\n|\\\r?\n)"
_HEADS = (
    rf"CREATE{_SPACE}+(?:UNIQUE{_SPACE}+)?INDEX",
    rf"DROP{_SPACE}+INDEX",
    rf"REINDEX{_SPACE}+(?:\([^()'\"]*\){_SPACE}*)?(?:INDEX|TABLE)",
    rf"REFRESH{_SPACE}+MATERIALIZED{_SPACE}+VIEW",
)
_HEAD = re.compile(rf"{_OPEN}{_SPACE}*(?:{'|'.join(_HEADS)})\b", re.IGNORECASE)

Concurrent = forms.CreateIndex | forms.DropIndex | forms.Reindex | forms.RefreshMatview


def concurrently(raw: str) -> str:
    """The literal *raw* with CONCURRENTLY; itself where that is not to be had, or stands there already.

    *raw* may be several literals in a row; the statement has to begin in the first.
    """
    made = put_in(raw)
    return made if _same(raw, made) else raw


def put_in(raw: str) -> str:
    """The word, in the first of several literals where :func:`concurrently` has found it to be right in all of them."""
    head = _HEAD.match(raw)
    if head is None:
        return raw
    word = " concurrently" if head[0][-1].islower() else " CONCURRENTLY"
    return raw[: head.end()] + word + raw[head.end() :]


def _same(raw: str, made: str) -> bool:
    """Whether *made* says what *raw* says, but for that word."""
    before, after = _forms(raw), _forms(made)
    if len(before) != 1 or not isinstance(before[0], Concurrent) or before[0].concurrently:
        return False
    return after == (replace(before[0], concurrently=True),)


def _forms(raw: str) -> tuple[forms.Form, ...]:
    try:
        value = ast.literal_eval(f"({raw})")
    except (SyntaxError, ValueError):
        return ()
    return tuple(form for each in statement.split(value) for form in statement.Statement(each).forms)

"""SQL with something unknown in it, made into SQL that parses: a value, a name or nothing in its place.

What is put there is not what will run; a statement that was filled is never certain.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from safemigrate.lint.static.values import PERHAPS, TOKEN
from safemigrate.statement import forms, read

NAME = "unknown_name"
VALUE = "NULL"

_QUOTED = re.compile(rf"'[^']*'|\"[^\"]*\"|[\w.$]*{TOKEN}[\w.${TOKEN}]*")
_PIECES = 4
"""Places up to which every combination is tried."""


def filled(sql: str) -> tuple[str, bool]:
    """*sql* without what stands for the unknown, and whether it parses."""
    told = _QUOTED.sub(_within, sql.replace(PERHAPS, ""))
    for candidate in _candidates(told):
        if _parses(candidate):
            return candidate, True
    return told.replace(TOKEN, NAME), False


def _within(match: re.Match[str]) -> str:
    """Within quotes, and as a part of a name, it can only be (a part of) a name."""
    return match[0] if match[0].strip(TOKEN) == "" else match[0].replace(TOKEN, NAME)


def _candidates(told: str) -> Iterator[str]:
    before, *after = told.split(TOKEN)
    if not after:
        yield told
        return
    choices = (VALUE, NAME, "")
    few = len(after) <= _PIECES
    for chosen in itertools.product(choices, repeat=len(after)) if few else ((each,) * len(after) for each in choices):
        yield before + "".join(piece + rest for piece, rest in zip(chosen, after, strict=True))


def _parses(sql: str) -> bool:
    return not any(isinstance(form, forms.Unknown) and "does not parse" in form.reason for form in read.forms(sql))

"""The names that PostgreSQL chooses for constraints and indexes without one (``ChooseRelationName``), foretold. Pure.

``table_column_key``, cut to 63 bytes in its longer half, with a number where that is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from safemigrate.statement import forms

_LONGEST = 63
_LABELS: dict[forms.ConstraintKind, str] = {
    "check": "check",
    "unique": "key",
    "primary key": "pkey",
    "foreign key": "fkey",
    "exclude": "excl",
    "not null": "not_null",
}


def label(kind: forms.ConstraintKind) -> str:
    """The last word of the name that a constraint of this *kind* gets."""
    return _LABELS[kind]


def choose(table: str, columns: Sequence[str], label: str, taken: Collection[str]) -> str:
    """The first of label, label1, label2 … that is free."""
    number = 0
    while (name := compose(table, "_".join(columns), f"{label}{number or ''}")) in taken:
        number += 1
    return name


def compose(first: str, second: str, label: str) -> str:
    """``makeObjectName``: the longer of the two names gives way, byte by byte, never within a character."""
    room = _LONGEST - len(label.encode()) - 1 - (1 if second else 0)
    one, two = len(first.encode()), len(second.encode())
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = [_clip(first, one), *([_clip(second, two)] if second else []), label]
    return "_".join(parts)


def _clip(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore")

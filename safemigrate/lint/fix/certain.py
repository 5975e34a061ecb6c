"""Which findings may be called fixable: those that a rule says it of, where the source allows of it as well.

A rule knows the schema; it does not know what else the function does that the statement stands in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from safemigrate.findings import Finding
from safemigrate.lint.fix import choice
from safemigrate.lint.history.environment import Transactions
from safemigrate.lint.history.reading import Reading

_WITH_BLOCKS = {Transactions.ALL, Transactions.EACH}
"""Where Alembic's ``autocommit_block()`` works: the transaction that it ends is Alembic's own."""


def told(
    found: Sequence[Finding], readings: Sequence[Reading], transactions: Collection[Transactions]
) -> list[Finding]:
    """*found* with ``fixable`` as it is; *transactions* are those of each time that env.py ran."""
    seen = {each.path: each.text for each in readings} if set(transactions) <= _WITH_BLOCKS else {}
    unseen = {each.path for each in readings if each.gaps or each.reads}
    texts = {path: text for path, text in seen.items() if path not in unseen}
    able = {finding for path, text in texts.items() for finding in _able(path, text, found)}
    return [replace(each, fixable=each in able) if each.fixable else each for each in found]


def _able(path: str, text: str, found: Sequence[Finding]) -> list[Finding]:
    own = [each for each in found if each.fixable and each.place.file == path]
    return choice.choose(text, own).done if own else []

"""Edits of a revision file, for the findings whose safe form is certain: what ``--fix`` writes and ``--diff`` shows.

    source   what upgrade() and downgrade() are made of (by ast)
    choice   which edits are certain, which are not and why; ``blocks``, ``wording`` and ``keys`` are what it asks
    kinds    what is chosen, as data
    certain  which findings of a check may be called fixable at all
    edit     the edits on the concrete syntax tree (by libcst, the extra ``fix``)
    files    the difference of two texts, and a file written whole or not at all

What is certain: an operation on an index that has its revision to itself goes into an ``autocommit_block()`` with
CONCURRENTLY; so does one that says CONCURRENTLY and has nothing before it; REFRESH MATERIALIZED VIEW takes the word
where it can; the key of a new column goes inline. The schema that comes out is the same, and the rule finds nothing
there any more.

What is not, and why:

* DETACH PARTITION CONCURRENTLY leaves a CHECK on the partition: another schema.
* ADD … NOT VALID with VALIDATE, or a key over an index made before it, is two transactions in one revision: when the
  second fails, a retry of the revision meets the first.
* IF NOT EXISTS taken away from CREATE INDEX CONCURRENTLY stops a deploy where the index was made by hand.
* What stands in a loop, a branch or a function of its own may run never, or twice.

What it never does: write what does not parse, or touch more than the lines of the statements it edits.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from safemigrate import errors
from safemigrate.findings import Finding
from safemigrate.lint.fix import choice, kinds


@dataclass(frozen=True)
class Fixed:
    """*text* is as it was where nothing is *done*. *left* are findings with the reason why they are."""

    text: str
    done: tuple[Finding, ...] = ()
    left: tuple[tuple[Finding, str], ...] = ()


def fixed(text: str, path: str, findings: Sequence[Finding]) -> Fixed:
    """*text* of the file *path* with the edits for those of *findings* that are in it and certain.

    Findings of rules that no edit is known for are in neither list. Raises BadInput where libcst is not there.
    """
    made = choice.choose(text, [each for each in findings if each.place.file == path])
    if not made.done:
        return Fixed(text, left=tuple(made.left))
    try:
        after = _applied(text, made)
        ast.parse(after)
    except (kinds.NotApplied, SyntaxError, ValueError) as error:
        failed = tuple((each, f"the edit does not fit the source: {error}") for each in made.done)
        return Fixed(text, left=(*failed, *made.left))
    return Fixed(after, tuple(made.done), tuple(made.left))


def _applied(text: str, made: kinds.Choice) -> str:
    try:
        from safemigrate.lint.fix import edit
    except ImportError as error:
        raise errors.BadInput(
            "libcst is not installed, which edits of revisions are made with",
            state="nothing was changed",
            next="pip install 'safemigrate[fix]'",
        ) from error
    return edit.applied(text, made)

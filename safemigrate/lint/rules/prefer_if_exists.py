"""prefer-if-exists: a statement outside of a transaction that a second try would fail on.

Why      What was done before the failure stays done: the next try of the revision meets it and stops there.
Bad      with op.get_context().autocommit_block():
             op.drop_index("ix_orders_note", postgresql_concurrently=True)
Instead  with op.get_context().autocommit_block():
             op.drop_index("ix_orders_note", if_exists=True, postgresql_concurrently=True)

Silent in a transaction, which leaves nothing, and for safemigrate as the runner, which goes on where it was. An index
that is built CONCURRENTLY is left out: what a broken build leaves is there, and is no index (concurrent-index-retry).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Form, Found, Impact, Severity, Situation, forms
from safemigrate.statement import edit

SEVERITY = Severity.INFO
DEFAULT = False
STYLE = True


_WORDS: dict[type[Form], str] = {
    forms.CreateTable: r"\bTABLE\b",
    forms.AddColumn: r"\bADD\b(\s+COLUMN\b)?",
    forms.DropTable: r"\bTABLE\b",
    forms.DropColumn: r"\bDROP\b(\s+COLUMN\b)?",
    forms.DropIndex: r"\bINDEX\b(\s+CONCURRENTLY\b)?",
    forms.DropConstraint: r"\bDROP\s+CONSTRAINT\b",
}
"""The words of each form behind which IF [NOT] EXISTS stands."""

_MAKING = forms.CreateTable | forms.AddColumn


def check(
    form: forms.CreateTable
    | forms.AddColumn
    | forms.DropTable
    | forms.DropColumn
    | forms.DropIndex
    | forms.DropConstraint,
    at: Situation,
) -> Iterator[Found]:
    said = form.if_not_exists if isinstance(form, _MAKING) else form.if_exists
    if said or not at.autocommit or at.runner == "safemigrate":
        return
    done = "made" if isinstance(form, _MAKING) else "dropped"
    yield Found(
        f"a second try of the revision fails here, on what the first has {done} already",
        instead=_instead(form, at),
        handled=True,
        impact=Impact(),
    )


def _instead(form: Form, at: Situation) -> str:
    word = "IF NOT EXISTS" if isinstance(form, _MAKING) else "IF EXISTS"
    text = edit.alone(form, at.sql)
    better = re.sub(_WORDS[type(form)], rf"\g<0> {word}", text, count=1, flags=re.IGNORECASE)
    return spell.autocommit(spell.execute(better)) if text else f"# with {word}"

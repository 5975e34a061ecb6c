"""explicit-lock-table: LOCK TABLE on an existing table.

Why      The lock is kept until the commit, longer than any statement needs it, and most often stronger.
Bad      op.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
Instead  leave it out: a statement takes the locks that it needs, when it needs them

Silent for modes that let others read and write, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, LockMode, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.LockTable, at: Situation) -> Iterator[Found]:
    mode = LockMode(form.mode)
    concerned = [str(relation) for relation in form.relations if at.concerns(relation)]
    if mode < LockMode.SHARE or not concerned:
        return
    stopped = "reads and writes" if mode is LockMode.ACCESS_EXCLUSIVE else "writes"
    yield Found(
        f"LOCK TABLE stops {stopped} of {', '.join(concerned)} until the commit ({mode.sql})",
        instead="# leave it out: a statement takes the locks that it needs, when it needs them",
        handled=False,
    )

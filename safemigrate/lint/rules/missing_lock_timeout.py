"""missing-lock-timeout: an existing table is locked against writes, and no lock_timeout is set.

Why      While the statement waits for its lock, everybody who comes after it waits as well, for as long as it takes.
Bad      op.add_column("orders", sa.Column("note", sa.Text()))
Instead  op.execute("SET LOCAL lock_timeout = '2s'")
         op.add_column("orders", sa.Column("note", sa.Text()))

Silent where env.py speaks of lock_timeout, and under safemigrate upgrade, which sets one for each statement. A timeout
that is set for the role in production is not seen: that is why this rule has to be selected.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell_apart
from safemigrate.lint.history import scripts
from safemigrate.lint.rule import Found, LockMode, Sent, Severity, Situation, forms

SEVERITY = Severity.WARNING
DEFAULT = False


def check(sent: Sent, at: Situation) -> Iterator[Found]:
    locked = [
        lock
        for form in sent.statement.forms
        for lock in at.impact(form).locks
        if lock.mode >= LockMode.SHARE and at.concerns(lock.relation)
    ]
    if not locked or at.runner == "safemigrate" or _is_set(at):
        return
    yield Found(
        f"{locked[0].relation} is locked ({locked[0].mode.sql}) without a lock_timeout",
        instead=spell_apart.with_lock_timeout(at),
        handled=True,
    )


def _is_set(at: Situation) -> bool:
    """By env.py, for the session in this revision, or for this transaction."""
    if at.environment is not None and "lock_timeout" in scripts.source(at.environment.path):
        return True
    session = [form for sent in at.earlier() for form in sent.statement.forms]
    own = [form for done in at.before() for form in done.forms]
    said = [form for form in session if isinstance(form, forms.Set) and not form.local]
    said += [form for form in own if isinstance(form, forms.Set)]
    return any(form.name.lower() == "lock_timeout" and not form.reset and form.value.strip() != "0" for form in said)

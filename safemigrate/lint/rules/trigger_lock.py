"""trigger-lock: a trigger of an existing table is created or dropped.

Why      CREATE TRIGGER locks the table against writes (SHARE ROW EXCLUSIVE), DROP TRIGGER against reads as well (ACCESS
         EXCLUSIVE): for an instant, but it waits for every transaction on the table, and others wait behind it.
Bad      op.execute("CREATE TRIGGER orders_log AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log()")
Instead  op.execute("SET LOCAL lock_timeout = '2s'")
         op.execute("CREATE TRIGGER orders_log AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log()")

Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell_apart
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.INFO


def check(form: forms.Create | forms.Drop, at: Situation) -> Iterator[Found]:
    if form.kind != "trigger" or form.on is None or not at.concerns(form.on):
        return
    created = isinstance(form, forms.Create)
    stopped = "writes" if created else "reads and writes"
    yield Found(
        f"{'creating' if created else 'dropping'} trigger {form.name.name} stops {stopped} of {form.on} for an instant",
        instead=spell_apart.with_lock_timeout(at),
        handled=True,
    )

"""disable-trigger: a trigger is off for everybody, not for this session alone.

Why      Until it is enabled again, no write of anybody fires it: audit rows, counters and, with ALL, the checks of
         foreign keys are missing. The lock is SHARE ROW EXCLUSIVE: writes wait until the transaction ends.
Bad      op.execute("ALTER TABLE orders DISABLE TRIGGER orders_touch")
Instead  op.execute("SET LOCAL session_replication_role = replica")
         which is for this transaction alone and locks nothing, but leaves out foreign keys too and needs a superuser
         (from PostgreSQL 15 on: GRANT SET ON PARAMETER session_replication_role); or a WHEN in the trigger

Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.AlterTable, at: Situation) -> Iterator[Found]:
    if form.action != "disable trigger" or not at.concerns(form.relation):
        return
    what = {"all": "all triggers are", "user": "all triggers are"}.get(form.name, f"trigger {form.name} is")
    if _enabled_again(form, at):
        message = f"writes to {form.relation} wait until the transaction ends, in which {what} off"
    else:
        message = f"{what} off for every write to {form.relation}, of anybody"
    yield Found(
        message,
        instead=_instead(at),
        handled=False,
    )


def _instead(at: Situation) -> str:
    if not at.autocommit:
        told = "# for this transaction alone; foreign keys are not checked either"
        return "\n".join([told, spell.execute("SET LOCAL session_replication_role = replica")])
    told = "# for this session alone, around what is not to fire it; foreign keys are not checked either"
    on, off = "SET session_replication_role = replica", "RESET session_replication_role"
    return "\n".join([told, spell.execute(on), spell.execute(off)])


def _enabled_again(form: forms.AlterTable, at: Situation) -> bool:
    if at.autocommit:
        return False
    later = [each for sent in at.later() for each in sent.statement.forms if isinstance(each, forms.AlterTable)]
    return any(
        each.action == "enable trigger" and each.relation == form.relation and each.name == form.name for each in later
    )

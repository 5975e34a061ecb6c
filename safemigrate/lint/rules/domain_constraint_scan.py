"""domain-constraint-scan: a constraint of a domain that reads every table which uses it.

Why      It takes SHARE on each of these tables, one after the other, and holds them until the last one is read: nobody
         writes to any of them meanwhile. VALIDATE CONSTRAINT of a domain does the same.
Bad      op.execute("ALTER DOMAIN money_amount ADD CONSTRAINT money_amount_check CHECK (VALUE >= 0)")
Instead  op.execute("ALTER DOMAIN money_amount ADD CONSTRAINT money_amount_check CHECK (VALUE >= 0) NOT VALID")

NOT VALID checks all new values and reads nothing. Silent for domains that are new or that no table uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms
from safemigrate.statement import edit

SEVERITY = Severity.ERROR


def check(form: forms.AlterDomain, at: Situation) -> Iterator[Found]:
    impact = at.impact(form)
    if not impact.unknown or not at.concerns_type(form.type):
        return
    tables = [at.shown(lock.relation) for lock in impact.locks if at.concerns(lock.relation)]
    seen = at.schema.key(form.type) in at.schema.domains and at.schema.whole
    if not tables and seen:
        return
    yield Found(
        f"writes to {', '.join(map(str, tables)) or f'every table that uses {form.type}'} are blocked while all rows "
        f"are read for domain {form.type}",
        instead=_instead(form, at),
        handled=False,
    )


def _instead(form: forms.AlterDomain, at: Situation) -> str:
    sql = edit.alone(form, at.sql)
    domain = spell.relation(form.type)
    match form.action:
        case "set not null":
            return "# NOT NULL on the columns instead, each by way of a check that is NOT VALID first"
        case "validate constraint":
            return "# leave it NOT VALID: new values are checked all the same; or a window in which nobody writes"
    return spell.execute(f"{sql} NOT VALID" if sql else f"ALTER DOMAIN {domain} ADD CONSTRAINT … NOT VALID")

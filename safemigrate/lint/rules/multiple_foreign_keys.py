"""multiple-foreign-keys: foreign keys to several existing tables in one transaction.

Why      Each takes SHARE ROW EXCLUSIVE on the table that it points at, and all of them are held until the transaction
         ends: writes to all these tables wait for the slowest, and whoever writes to them in another order may
         deadlock with it.
Bad      op.create_foreign_key("orders_account_fk", "orders", "accounts", ["account_id"], ["id"])
         op.create_foreign_key("orders_shop_fk", "orders", "shops", ["shop_id"], ["id"])
Instead  one foreign key in a transaction

Foreign keys of new tables do not count, nor those that point at new ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online, spell
from safemigrate.lint.rule import Form, Found, Relation, Severity, Situation, forms
from safemigrate.statement import edit

SEVERITY = Severity.WARNING


def check(form: forms.AddConstraint | forms.AddColumn, at: Situation) -> Iterator[Found]:
    pointed = _pointed(form, at)
    if not pointed:
        return
    before = [*(each for done in at.before() for each in done.forms), *at.alongside(form, before=True)]
    locked = {relation for each in before for relation in _locked(each, at)}
    more = [relation for relation in pointed if relation not in locked]
    if not locked or not more:
        return
    held = " and ".join(sorted(str(at.shown(each)) for each in locked))
    yield Found(
        f"a foreign key to {', '.join(str(at.shown(each)) for each in more)} after one that has {held} locked: "
        "writes to all of them wait until the end of the transaction",
        instead=_instead(form, at),
        handled=_apart(form, at),
    )


def _apart(form: Form, at: Situation) -> bool:
    """Whether each would be a step: statements are, and the actions of one are where one of them reads rows."""
    beside = [each for each in at.alongside(form, before=True) if _pointed(each, at)]
    return not beside or any(at.impact(each).scans for each in (form, *beside))


def _pointed(form: Form, at: Situation) -> list[Relation]:
    """The existing tables that the foreign keys of an existing table point at."""
    if not isinstance(form, forms.AddConstraint | forms.AddColumn) or not at.concerns(form.relation):
        return []
    named = form.column.references if isinstance(form, forms.AddColumn) else (form.constraint.references,)
    return [at.schema.key(each) for each in named if each and at.concerns(each)]


def _locked(form: Form, at: Situation) -> list[Relation]:
    pointed = _pointed(form, at)
    return [*pointed, at.schema.key(form.relation)] if pointed and isinstance(form, forms.TableForm) else []


def _instead(form: forms.AddConstraint | forms.AddColumn, at: Situation) -> str:
    if isinstance(form, forms.AddColumn):
        return spell.later(spell.autocommit(spell.execute(edit.alone(form, at.sql) or at.sql)))
    sql, table = edit.alone(form, at.sql), at.table(form.relation)
    if table and table.partitioned and at.version < 18 and sql:
        return spell.later(spell.autocommit(spell.execute(sql)))
    first = online.not_valid(form, sql, at)
    valid = [] if form.constraint.not_valid else [online.validated(form.relation, online.name(form))]
    return spell.later(spell.autocommit(first, *valid))

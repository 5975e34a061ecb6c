"""column-type-rewrite: another type for a column, which is not stored like the old one.

Why      The table and all its indexes are rewritten under ACCESS EXCLUSIVE, and the tables whose foreign keys point at
         the column are locked as well.
Bad      op.alter_column("orders", "quantity", type_=sa.BigInteger())
Instead  op.add_column("orders", sa.Column("quantity_new", sa.BigInteger()))
         then write both, fill the new one in batches, read it, and drop the old one with a later release

Nothing is rewritten for a longer varchar, text, a numeric of more digits and the same scale, cidr to inet, more precise
times and intervals; nor for timestamp to timestamptz under SET LOCAL timezone = 'UTC'. The type before is known from
the history, or from existing_type=. Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from safemigrate.facts import types
from safemigrate.lint.advice import online, spell, spell_apart, spell_columns
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR

_UTC = {"utc", "etc/utc", "gmt", "etc/gmt", "uct", "0"}
_SET_UTC = "SET LOCAL timezone = 'UTC'"
_STAMPS = {"timestamp with time zone", "timestamp without time zone"}


def check(form: forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    impact, column = at.impact(form), at.column(form.relation, form.column)
    if not at.concerns(form.relation) or not impact.rewrites:
        return
    old = column.type if column else ""
    if _are_stamps(old, form.type) and _in_utc(at) and not _rewrites_in_utc(old, form):
        return
    known = _is_known(old, at) and _is_known(form.type, at)
    others = [str(at.shown(lock.relation)) for lock in impact.locks if lock.relation != form.relation]
    until = f" ({old} until now)" if old and known else ""
    said = f"{form.relation} is rewritten with all its indexes: {form.column} becomes {form.type}{until}"
    if others:
        said += f"; locked as well, because of a foreign key to it: {', '.join(others)}"
    yield Found(
        said if known else f"{said}{_doubt(old, form.type)}",
        instead=_instead(form, at, old),
        handled=False,
        severity=None if known else Severity.WARNING,
    )


def _is_known(text: str, at: Situation) -> bool:
    """Whether it is known how a type is stored: one of PostgreSQL's own, an enum, a domain that has to be tested."""
    named = at.schema.type(text)
    return types.is_built_in(text) or named in at.schema.enums or named in at.schema.constrained


def _doubt(old: str, new: str) -> str:
    if not old:
        return ", unless its type before is stored alike: that is not known (existing_type= would tell)"
    return f", unless {old} and {new} are stored alike: that is not known"


def _are_stamps(old: str, new: str) -> bool:
    return {types.parse(old).base, types.parse(new).base} == _STAMPS


def _rewrites_in_utc(old: str, form: forms.AlterColumnType) -> bool:
    return types.rewrites(old, form.type, form.using, form.column, utc=True)


def _in_utc(at: Situation) -> bool:
    """Whether the transaction has set its TimeZone to one in which the two kinds of timestamp are stored alike."""
    before = [form for done in at.before() for form in done.forms if isinstance(form, forms.Set)]
    zones = [form.value.lower() for form in before if form.name.lower() == "timezone"]
    return bool(zones) and zones[-1] in _UTC


def _instead(form: forms.AlterColumnType, at: Situation, old: str) -> str:
    if _are_stamps(old, form.type):
        change = spell_columns.retyped(replace(form, using=None))
        return f"# if the times are in UTC: nothing is rewritten then\n{spell.execute(_SET_UTC)}\n{change}"
    before, after = types.parse(old), types.parse(form.type)
    if before.base in types.TEXTS and after.base in types.TEXTS and after.limit and form.using is None:
        return _as_check(form, at, after.limit)
    return spell_columns.another(form, at)


def _as_check(form: forms.AlterColumnType, at: Situation, limit: int) -> str:
    """That a text is not longer than *limit* is what a CHECK says, too."""
    label, how = f"{form.relation.name}_{form.column}_length", spell.schema(form.relation)
    said = f"char_length({spell.name(form.column)}) <= {limit}"
    added = spell.call("create_check_constraint", label, form.relation.name, said, **how, postgresql_not_valid=True)
    return f"{added}\n{spell_apart.apart(at.transactions, online.validate(form.relation, label))}"

"""The forms in a statement, the columns and constraints that it brings, and a column spelled another way.

A temporary table brings none: it is nobody's model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from safemigrate.facts import types
from safemigrate.lint.advice import spell
from safemigrate.statement import forms
from safemigrate.statement.forms import Form

Adding = forms.CreateTable | forms.AddColumn
Typing = forms.CreateTable | forms.AddColumn | forms.AlterColumnType
Constraining = forms.CreateTable | forms.AddColumn | forms.AddConstraint


def inside(several: Iterable[Form]) -> Iterator[Form]:
    """Each form, and after a DO what it does."""
    for form in several:
        yield form
        yield from inside(form.inside) if isinstance(form, forms.Do) else ()


def columns(form: Adding) -> tuple[forms.Column, ...]:
    if isinstance(form, forms.AddColumn):
        return (form.column,)
    return () if form.temporary else form.columns


def typed(form: Typing) -> Iterator[tuple[str, types.Type]]:
    """Each column that gets a type, by name, with its type."""
    if isinstance(form, forms.AlterColumnType):
        yield form.column, types.parse(form.type)
    else:
        yield from ((column.name, types.parse(column.type)) for column in columns(form))


def constraints(form: Constraining) -> Iterator[forms.Constraint]:
    if isinstance(form, forms.AddConstraint):
        yield form.constraint
        return
    for column in columns(form):
        yield from column.constraints
    if isinstance(form, forms.CreateTable) and not form.temporary:
        yield from form.constraints


def primary_key(form: Adding) -> tuple[str, ...]:
    """The columns of the primary key that the form brings."""
    return next((each.columns for each in constraints(form) if each.kind == "primary key"), ())


def spelled(form: Typing, name: str, python: str, sql: str) -> str:
    """The column *name* with another type, *python* to SQLAlchemy and *sql* to PostgreSQL."""
    table = form.relation.name
    if isinstance(form, forms.AlterColumnType):
        using = {"postgresql_using": f"{spell.name(name)}::{sql}"} if form.using else {}
        return spell.call("alter_column", table, name, type_=spell.Code(python), **using, **spell.schema(form.relation))
    column = next(each for each in columns(form) if each.name == name)
    alone = primary_key(form) == (name,)
    rest = [each for each in column.constraints if not (alone and each.kind == "primary key")]
    more = "\n# and what else the column has, as it is" if rest or column.generated or column.collation else ""
    return placed(form, _column(column, python, key=alone)) + more


def placed(form: Adding, column: str) -> str:
    """*column*, a ``sa.Column(…)``, where the form has it."""
    if isinstance(form, forms.AddColumn):
        return spell.call("add_column", form.relation.name, spell.Code(column), **spell.schema(form.relation))
    return f"# in op.create_table({spell.quoted(form.relation.name)}, …):\n{column},"


def _column(column: forms.Column, python: str, *, key: bool) -> str:
    more = []
    if column.identity:
        more.append(f"sa.Identity(always={column.identity == 'always'})")
    if key:
        more.append("primary_key=True")
    elif column.not_null:
        more.append("nullable=False")
    if column.default is not None and not column.serial:
        more.append(f"server_default=sa.text({spell.quoted(column.default.text)})")
    return f"sa.Column({', '.join([spell.quoted(column.name), python, *more])})"


def in_table(form: forms.CreateTable, constraint: str) -> str:
    """*constraint*, a ``sa.…Constraint(…)``, where a CREATE TABLE has it."""
    return f"# in op.create_table({spell.quoted(form.relation.name)}, …):\n{constraint},"


def constraint(told: forms.Constraint, name: str, key: tuple[str, ...] = (), on_delete: str = "") -> str:
    """*told* under a *name* as SQLAlchemy has it; *key* is the primary key of the table that it points at."""
    named = f"name={spell.quoted(name)}"
    if told.kind == "check":
        return f"sa.CheckConstraint({spell.quoted(told.expression)}, {named})"
    quoted = ", ".join(map(spell.quoted, told.columns))
    if told.references is None:
        return f"sa.UniqueConstraint({quoted}, {named})"
    others = ", ".join(spell.quoted(f"{told.references}.{each}") for each in told.referenced or key or ("id",))
    on_delete = on_delete or told.on_delete.upper()
    action = f", ondelete={spell.quoted(on_delete)}" if on_delete else ""
    return f"sa.ForeignKeyConstraint([{quoted}], [{others}], {named}{action})"


def as_big_key(form: Adding, column: forms.Column) -> Adding:
    """*form* with *column* as an identity of type bigint, in place of a serial or of a smaller integer."""
    big = replace(column, type="bigint", identity=column.identity or "always", default=None)
    if isinstance(form, forms.AddColumn):
        return replace(form, column=big)
    return replace(form, columns=tuple(big if each.name == column.name else each for each in form.columns))

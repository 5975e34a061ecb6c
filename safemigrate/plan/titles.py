"""What a step does, in one line for people: "add column orders.note", "create index ix on orders concurrently"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from safemigrate.statement import Statement, forms
from safemigrate.statement.forms import Form

_LONGEST = 72


def of(statements: Sequence[Statement]) -> str:
    """The title of a step of these statements."""
    titles = [title(form) or _first_words(statement.sql) for statement in statements for form in statement.forms]
    if not titles:
        return _first_words(statements[0].sql)
    return "; ".join(titles) if len(titles) <= 3 else f"{'; '.join(titles[:2])}; and {len(titles) - 2} more"


def title(form: Form) -> str:
    """The title of one form, "" for one that is shown by its SQL."""
    return _TITLES[type(form)](form) if type(form) in _TITLES else ""


def _first_words(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _constraint(form: forms.AddConstraint) -> str:
    constraint = form.constraint
    words = f"add {constraint.kind} {constraint.name}".rstrip() + f" on {form.relation}"
    if constraint.references:
        words += f" to {constraint.references}"
    return words + (" not valid" if constraint.not_valid else "")


def _create_index(form: forms.CreateIndex) -> str:
    unique = "unique " if form.unique else ""
    return f"create {unique}index {form.name}".rstrip() + f" on {form.relation}{_concurrently(form)}"


def _concurrently(form: Any) -> str:
    return " concurrently" if form.concurrently else ""


def _named(verb: str) -> Callable[[Any], str]:
    def words(form: Any) -> str:
        on = f" on {form.on}" if getattr(form, "on", None) else ""
        return f"{verb} {form.kind} {form.name}".rstrip() + on

    return words


def _comment(form: forms.Comment) -> str:
    return f"comment on {form.kind} {form.name}{f'.{form.part}' if form.part else ''}"


def _create_table(form: forms.CreateTable) -> str:
    of = f" as partition of {form.partition_of}" if form.partition_of else ""
    return f"create {'temporary ' if form.temporary else ''}table {form.relation}{of}"


def _relations(verb: str) -> Callable[[Any], str]:
    return lambda form: f"{verb} {', '.join(str(relation) for relation in form.relations)}".strip()


_TITLES: dict[type[Form], Callable[[Any], str]] = {
    forms.CreateTable: _create_table,
    forms.DropTable: lambda form: f"drop table {form.relation}",
    forms.AddColumn: lambda form: f"add column {form.relation}.{form.column.name}",
    forms.DropColumn: lambda form: f"drop column {form.relation}.{form.column}",
    forms.SetDefault: lambda form: f"set default of {form.relation}.{form.column}",
    forms.DropDefault: lambda form: f"drop default of {form.relation}.{form.column}",
    forms.SetNotNull: lambda form: f"set not null on {form.relation}.{form.column}",
    forms.DropNotNull: lambda form: f"drop not null from {form.relation}.{form.column}",
    forms.AlterColumnType: lambda form: f"change type of {form.relation}.{form.column} to {form.type}",
    forms.AlterColumn: lambda form: f"{form.action} on {form.relation}.{form.column}",
    forms.AddConstraint: _constraint,
    forms.ValidateConstraint: lambda form: f"validate constraint {form.name} of {form.relation}",
    forms.AlterConstraint: lambda form: f"alter constraint {form.name} of {form.relation}",
    forms.DropConstraint: lambda form: f"drop constraint {form.name} of {form.relation}",
    forms.AttachPartition: lambda form: f"attach {form.partition} to {form.relation}",
    forms.DetachPartition: lambda form: f"detach {form.partition} from {form.relation}{_concurrently(form)}",
    forms.AlterTable: lambda form: f"{form.action} {form.name}".rstrip() + f" on {form.relation}",
    forms.RenameColumn: lambda form: f"rename column {form.relation}.{form.column} to {form.new}",
    forms.RenameConstraint: lambda form: f"rename constraint {form.name} of {form.relation} to {form.new}",
    forms.RenameRelation: lambda form: f"rename {form.kind} {form.relation} to {form.new}",
    forms.Rename: lambda form: f"{_named('rename')(form)} to {form.new}",
    forms.SetSchema: lambda form: f"move {form.kind} {form.name} to schema {form.schema}",
    forms.SetOwner: _named("set owner of"),
    forms.CreateIndex: _create_index,
    forms.DropIndex: lambda form: f"drop index {form.index}{_concurrently(form)}",
    forms.Reindex: lambda form: f"reindex {form.kind} {form.name}".rstrip() + _concurrently(form),
    forms.AddEnumValue: lambda form: f"add value {form.value!r} to type {form.type}",
    forms.RenameEnumValue: lambda form: f"rename value {form.value!r} of type {form.type} to {form.new!r}",
    forms.AlterDomain: lambda form: f"{form.action} of domain {form.type}",
    forms.AlterType: lambda form: f"{form.action} {form.name} of type {form.type}",
    forms.Create: _named("create"),
    forms.Drop: _named("drop"),
    forms.Alter: _named("alter"),
    forms.RefreshMatview: lambda form: f"refresh materialized view {form.relation}{_concurrently(form)}",
    forms.Comment: _comment,
    forms.Write: lambda form: {"copy": "copy into"}.get(form.kind, form.kind) + f" {form.relation}",
    forms.Truncate: _relations("truncate"),
    forms.LockTable: _relations("lock table"),
    forms.Maintenance: lambda form: _relations(form.kind)(form),
    forms.Set: lambda form: f"{'reset' if form.reset else 'set'} {form.name or 'all'}",
    forms.Transaction: lambda form: form.kind,
}

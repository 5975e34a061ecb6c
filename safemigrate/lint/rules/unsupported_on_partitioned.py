"""unsupported-on-partitioned: what PostgreSQL refuses for a partitioned table or a partition.

Why      It works for ordinary tables, and for a test database without partitions; here the deploy fails.
Bad      with op.get_context().autocommit_block():
             op.create_index("ix_events_kind", "events", ["kind"], postgresql_concurrently=True)
Instead  op.execute("CREATE INDEX ix_events_kind ON ONLY events (kind)")
         an index of each partition, concurrently, and ALTER INDEX … ATTACH PARTITION

CONCURRENTLY; UNIQUE and PRIMARY KEY without the partition key, or USING INDEX; a NOT VALID foreign key before 18,
EXCLUDE and an identity before 17; a change or drop of the partition key; a column for one partition only.
Partitioned tables are known from the history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import online, partitioned, spell
from safemigrate.lint.rule import Found, Impact, Relation, Severity, Situation, Table, forms
from safemigrate.statement import edit

SEVERITY = Severity.ERROR

_ANOTHER = "# only another table has another partition key"
_NOT_VALID = re.compile(r"\s+NOT\s+VALID\s*$", re.IGNORECASE)


def check(
    form: forms.CreateIndex
    | forms.DropIndex
    | forms.AddConstraint
    | forms.AddColumn
    | forms.AlterColumnType
    | forms.DropColumn,
    at: Situation,
) -> Iterator[Found]:
    if isinstance(form, forms.DropIndex):
        found = at.schema.index(form.index)
        table = found[0] if found else None
    else:
        table = at.table(form.relation)
    if table is None:
        return
    refused = _of_partition(form, table) if table.partition_of else ("", "")
    if table.partitioned and not refused[0]:
        refused = _of_whole(form, table, at)
    if refused[0]:
        yield Found(f"PostgreSQL refuses {refused[0]}", instead=refused[1], handled=False, impact=Impact())


def _of_partition(form: object, table: Table) -> tuple[str, str]:
    if not isinstance(form, forms.AddColumn):
        return "", ""
    assert table.partition_of is not None
    return (
        f"a column for the partition {form.relation} alone",
        f"# add it to the whole: {table.partition_of.name}, which gives it to every partition",
    )


def _of_whole(form: object, table: Table, at: Situation) -> tuple[str, str]:
    """What is refused, and what to write instead; "" for what is not."""
    match form:
        case forms.CreateIndex(concurrently=True):
            return f"CREATE INDEX CONCURRENTLY on {form.relation}, which is partitioned", partitioned.index(form, at)
        case forms.CreateIndex(unique=True):
            return _key(f"a unique index of {form.relation}", form.columns, table)
        case forms.DropIndex(concurrently=True):
            how = f"# it is brief, but stops {table.name.name} and every partition"
            drop = spell.drop_index(form.index, table.name, concurrently=False, if_exists=form.if_exists)
            return f"DROP INDEX CONCURRENTLY of {form.index}, an index of a partitioned table", f"{how}\n{drop}"
        case forms.AddConstraint():
            return _constraint(form, table, at)
        case forms.AddColumn():
            return _column(form, table, at)
        case forms.AlterColumnType() | forms.DropColumn() if form.column in table.partition_key:
            what = "another type for" if isinstance(form, forms.AlterColumnType) else "to drop"
            return f"{what} {form.relation}.{form.column}, which is part of the partition key", _ANOTHER
    return "", ""


def _key(what: str, columns: tuple[str, ...], table: Table) -> tuple[str, str]:
    missing = [each for each in table.partition_key if each not in columns]
    if not columns or not missing:
        return "", ""
    return f"{what} without its partition key", f"# with {', '.join(missing)} among its columns, or on each partition"


def _constraint(form: forms.AddConstraint, table: Table, at: Situation) -> tuple[str, str]:
    added, relation = form.constraint, form.relation
    if added.references and added.not_valid and at.version < 18:
        return (
            f"a NOT VALID foreign key of {relation}, which is partitioned, before 18",
            partitioned.foreign_key(form, _NOT_VALID.sub("", edit.alone(form, at.sql)), at),
        )
    if added.using_index:
        return (
            f"ADD CONSTRAINT … USING INDEX on {relation}, which is partitioned",
            f"# the same for each partition USING INDEX, and then ADD CONSTRAINT {online.name(form)} on {relation}",
        )
    if added.kind == "exclude" and at.version < 17:
        return f"EXCLUDE on {relation}, which is partitioned, before 17", "# EXCLUDE on each partition"
    if added.kind in {"unique", "primary key", "exclude"}:
        return _key(f"{added.kind.upper()} on {relation}", added.columns, table)
    return "", ""


def _column(form: forms.AddColumn, table: Table, at: Situation) -> tuple[str, str]:
    relation, column = form.relation, form.column
    if column.identity and at.version < 17 and at.schema.partitions(relation):
        return f"an identity for {relation}, which has partitions, before 17", _with_sequence(relation, column.name)
    for constraint in column.constraints:
        if constraint.kind in {"unique", "primary key"}:
            return _key(f"{constraint.kind.upper()} on {relation}", constraint.columns, table)
    return "", ""


def _with_sequence(relation: Relation, column: str) -> str:
    return f"# a sequence, and nextval() of it as the default of {relation}.{column}"

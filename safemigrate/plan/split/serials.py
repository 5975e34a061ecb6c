"""Columns that count: what PostgreSQL makes of serial and of GENERATED … AS IDENTITY, without the rewrite.

A serial is a sequence, a default and NOT NULL, and can be made of them one by one. An identity cannot be given to a
column that holds NULL: until it is filled, a sequence of ours counts in its place, which the column owns, so that it
goes with it. Then, in one transaction, the identity takes its place and goes on behind it.
"""

from __future__ import annotations

from collections.abc import Collection

from safemigrate.plan import text
from safemigrate.plan.catalog import Row
from safemigrate.plan.split.base import NOTHING_TO_UNDO, Part, Situation
from safemigrate.statement import forms
from safemigrate.statement.edit import columns as edit
from safemigrate.statement.forms import Relation

_INTEGERS = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}


def serial(
    form: forms.AddColumn, sql: str, situation: Situation, row: Row, inline: Collection[str]
) -> tuple[str, ...]:  # fmt: skip
    """The sequence, under the name that PostgreSQL would give it, and the column with its default."""
    integer = _INTEGERS[form.column.type]
    # A sequence shares its names with relations, as what makes an index does.
    sequence = Relation(situation.free_name(row, (form.column.name,), "unique", "seq"), row["schema"])
    unlogged = "UNLOGGED " if _unlogged(situation, row) else ""
    return (
        *_owned(f"CREATE {unlogged}SEQUENCE {text.relation(sequence)} AS {integer}", sequence, situation, row),
        edit.added(sql, situation.catalog.named(row), kept=inline, integer=integer),
        *_counting(form, sequence, situation, row),
    )


def identity(
    form: forms.AddColumn, sql: str, situation: Situation, row: Row, inline: Collection[str]
) -> tuple[tuple[str, ...], list[Part]]:
    """The column with a sequence in the place of its identity; and the part that puts the identity there."""
    name = situation.free_name(row, (form.column.name,), "unique", "safemigrate_seq")
    sequence = Relation(name, row["schema"])
    table, column = situation.name(row), text.name(form.column.name)
    first = (
        *_owned(edit.identity_sequence(sql, sequence, unlogged=_unlogged(situation, row)), sequence, situation, row),
        # Who may insert needs no right to the sequence of an identity.
        f"GRANT USAGE ON SEQUENCE {text.relation(sequence)} TO PUBLIC",
        edit.added(sql, situation.catalog.named(row), kept=inline),
        *_counting(form, sequence, situation, row),
    )
    ours, theirs = text.literal(text.relation(sequence)), f"{text.literal(table)}, {text.literal(form.column.name)}"
    last = (
        f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT",
        # Owned by nobody: pg_get_serial_sequence finds one of the column's sequences, whichever it is.
        f"ALTER SEQUENCE {text.relation(sequence)} OWNED BY NONE",
        edit.identity(sql, situation.catalog.named(row)),
        # Where nothing was counted yet the last value is NULL, and setval does nothing.
        f"SELECT setval(pg_get_serial_sequence({theirs}), pg_sequence_last_value({ours}::regclass))",
        f"DROP SEQUENCE {text.relation(sequence)}",
    )
    return first, [Part(last, undo=NOTHING_TO_UNDO, instant=True)]


def _counting(form: forms.AddColumn, sequence: Relation, situation: Situation, row: Row) -> tuple[str, ...]:
    table, column, name = situation.name(row), text.name(form.column.name), text.relation(sequence)
    return (
        f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT nextval({text.literal(name)}::regclass)",
        f"ALTER SEQUENCE {name} OWNED BY {table}.{column}",
    )


def refused(situation: Situation, row: Row) -> str:
    """Why there can be no sequence that belongs to the owner of the table, as the column's own does; "" if it can."""
    creator = _creator(situation, row)
    if creator["owner_may"] or creator["superuser"] or creator["name"] == row["owner"]:
        return ""
    owner, schema = text.name(row["owner"]), text.name(row["schema"])
    return f"its owner {owner} may not create the sequence of a new column in schema {schema}"


def _owned(create: str, sequence: Relation, situation: Situation, row: Row) -> tuple[str, ...]:
    """*create*, so that the sequence is the owner's of the table, with the privileges that this owner gives."""
    creator, owner = _creator(situation, row), text.name(row["owner"])
    if creator["name"] == row["owner"]:
        return (create,)
    if creator["owner_may"]:
        return (f"SET LOCAL ROLE {owner}", create, f"SET LOCAL ROLE {text.name(creator['name'])}")
    return (create, f"ALTER SEQUENCE {text.relation(sequence)} OWNER TO {owner}")


def _creator(situation: Situation, row: Row) -> Row:
    (creator,) = situation.catalog.rows("creator", owner=row["owner"], schema=row["schema"])
    return creator


def _unlogged(situation: Situation, row: Row) -> bool:
    return row["persistence"] == "u" and situation.version >= 15

"""The parts that rewrites of constraints are made of: added without reading, validated later, made of a built index."""

from __future__ import annotations

from safemigrate.plan import text
from safemigrate.plan.catalog import Row
from safemigrate.plan.split.base import NOTHING_TO_UNDO, Part, Situation, undone_by
from safemigrate.statement.edit import constraints as edit
from safemigrate.statement.forms import Relation


def later(
    sql: str, row: Row, name: str, situation: Situation, references: Relation | None = None
) -> tuple[Part, Part]:  # fmt: skip
    """The constraint that *sql* adds, on the table of *row* and under *name*: NOT VALID first, then validated.

    *references* is what a foreign key points at, by its full name.
    """
    added = edit.not_valid(sql, situation.catalog.named(row), name, references)
    return Part((added,), instant=True), validated(row, name, situation)


def validated(row: Row, name: str, situation: Situation) -> Part:
    """The second half of what an earlier part has added, and takes back."""
    return Part((f"ALTER TABLE {situation.name(row)} VALIDATE CONSTRAINT {text.name(name)}",), NOTHING_TO_UNDO)


def upon_index(sql: str, row: Row, name: str, situation: Situation) -> tuple[Part, Part]:
    """The key that *sql* adds, on the table of *row* and under *name*: its index, and the constraint upon it.

    Their undos are settled, for the constraint takes its index with it and leaves nothing to build again.
    """
    named, index = situation.catalog.named(row), text.relation(Relation(name, row["schema"]))
    drop = f"ALTER TABLE {situation.name(row)} DROP CONSTRAINT IF EXISTS {text.name(name)}"
    return (
        Part(
            (edit.unique_index(sql, named, name),),
            undone_by(f"DROP INDEX CONCURRENTLY IF EXISTS {index}", transactional=False),
        ),
        Part((edit.upon_index(sql, named, name),), undone_by(drop), instant=True),
    )


def keys(row: Row, situation: Situation) -> list[Row]:
    """The primary key and the unique constraints that a table has now."""
    catalog = situation.catalog
    indexes = [catalog.index(each["oid"]) for each in catalog.rows("indexes_of", oid=row["oid"])]
    found = [catalog.constraint(row, index["constraint"]) for index in indexes if index and index["constraint"]]
    return [each for each in found if each and each["kind"] in ("p", "u")]


def has_primary_key(row: Row, situation: Situation) -> bool:
    """Whether a table has a primary key when this statement comes to it."""
    own = [each["name"] for each in keys(row, situation) if each["kind"] == "p"]
    return any(Relation(name, row["schema"]) not in situation.made.dropped for name in own)

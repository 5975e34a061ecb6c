"""What a finding says to write instead leads to the schema that the statement would have made, by another way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from safemigrate.scratch import Database
from tests.fix_pg import Templates
from tests.rules import examples
from tests.rules.examples import Example
from tests.rules.test_on_server import history

SAME = {
    "check-constraint-scan", "concurrent-index-retry", "concurrently-in-transaction", "drop-index-not-concurrent",
    "foreign-key-scan", "index-not-concurrent", "matview-refresh-blocking", "partition-attach-scan",
    "partitioned-index-blocking", "primary-key-nullable-index", "primary-key-scan",
    "reindex-not-concurrent", "set-not-null-scan", "unique-constraint-scan",
}  # fmt: skip
OTHERWISE = {
    "foreign-key-scan/bad_column": "one line adds both the column and its key",
    "foreign-key-scan/bad_batch": "a line of it stays in its batch",
    "partition-attach-scan/bad_default": "there is no check for it to be written",
    "matview-refresh-blocking/bad_without_key": "the unique index is left to the reader",
    "matview-refresh-blocking/bad_no_data": "it stays filled",
    "concurrently-in-transaction/bad_detach": "detached concurrently, a table keeps its bound as a check",
    "concurrently-in-transaction/bad_loop": "the line stays in its function",
    "set-not-null-scan/bad_unvalidated_check": "it keeps the check",
    "primary-key-nullable-index/bad_unvalidated": "it keeps the check",
    "reindex-not-concurrent/bad_schema": "it was outside of a transaction already",
    "concurrently-in-transaction/bad_do": "it fails as written",
    "unique-constraint-scan/bad_sql": "it takes the unique index that is there",
}
"""Examples whose advice leads to another schema, and why that is right."""

_NEXT = re.compile(r"^# (?:in the next revision|in a revision of its own):\n", re.MULTILINE)


def same(example: Example) -> bool:
    return example.slug in SAME and str(example) not in OTHERWISE


def revisions(instead: str) -> Iterator[str]:
    yield from (part for part in _NEXT.split(instead) if part.strip())


def follow(database: Database, instead: str) -> None:
    """Run the lines as Alembic would, each revision in its transaction."""
    engine = sa.create_engine(database.url)
    try:
        for revision in revisions(instead):
            with engine.connect() as connection:
                context = MigrationContext.configure(connection)
                with context.begin_transaction():
                    exec(revision, {"op": Operations(context), "sa": sa})
    finally:
        engine.dispose()


@pytest.mark.parametrize("example", [each for each in examples.BAD if same(each)], ids=str)
def test_what_is_written_instead_makes_the_same_schema(example: Example, tmp_path: Path, templates: Templates) -> None:
    before, read, found = history(example, tmp_path)
    assert found
    with templates.copy(before) as one, templates.copy(before) as other:
        for sent in read.sent:
            with one.connect() as connection:
                connection.execute(sent.statement.sql.encode())
            advice = [finding.instead for finding in found if finding.statement == sent.statement.sql]
            for instead in advice:
                follow(other, instead)
            if not advice:
                with other.connect() as connection:
                    connection.execute(sent.statement.sql.encode())
        assert other.dump() == one.dump()

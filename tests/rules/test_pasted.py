"""What a finding says to write instead runs on a server, where the statement would have stood."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

from safemigrate import ops
from safemigrate.findings import Finding
from safemigrate.lint.history.reading import Reading
from safemigrate.scratch import Database
from tests.fix_pg import Templates
from tests.rules import examples
from tests.rules.examples import Example
from tests.rules.test_on_server import history

RUNS = {
    "column-type-scan", "drop-constraint-index", "not-null-without-default", "serial-identity-rewrite",
    "stored-generated-rewrite", "type-change-blocked", "volatile-default-rewrite",
    "avoid-char", "avoid-json", "boolean-without-default", "disable-trigger", "drop-cascade", "drop-column",
    "drop-default", "drop-foreign-key-locks", "drop-not-null", "drop-table", "enum-value-order", "explicit-on-delete",
    "foreign-key-type-mismatch", "hash-index", "hot-table", "index-replaced-too-early", "prefer-identity",
    "prefer-if-exists", "prefer-text", "rename-enum-value", "rename-table", "set-schema", "small-integer-key",
    "text-without-limit", "timestamp-without-zone", "unindexed-foreign-key", "unnamed-constraint", "wide-index",
}  # fmt: skip
"""Rules whose advice stands by itself, in the place of the statement or before it."""

AFTER = {"unindexed-foreign-key/bad_bind", "unindexed-foreign-key/bad_table"}
"""Examples whose advice goes on from the statement: it is about what that adds."""

UNKNOWN = {"drop-cascade/bad_function"}
"""Examples in which what else has to go is more than the history knows: pasted, the advice fails and says what."""


def paste(database: Database, instead: str) -> None:
    engine = sa.create_engine(database.url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            with context.begin_transaction(), Operations.context(context) as operations:
                exec(instead, {"op": operations, "ops": ops, "sa": sa, "postgresql": postgresql})
    finally:
        engine.dispose()


def run_until(database: Database, read: Reading, finding: Finding, *, itself: bool) -> None:
    """Run what stands before the statement that the finding is about, and perhaps the statement."""
    for sent in read.sent:
        found = sent.statement.sql == finding.statement
        if itself or not found:
            with database.connect() as connection:
                connection.execute(sent.statement.sql.encode())
        if found:
            return


@pytest.mark.parametrize(
    "example", [each for each in examples.BAD if each.slug in RUNS and str(each) not in UNKNOWN], ids=str
)
def test_what_is_written_instead_can_be_pasted(example: Example, tmp_path: Path, templates: Templates) -> None:
    before, read, found = history(example, tmp_path)
    for finding in found:
        with templates.copy(before) as database:
            run_until(database, read, finding, itself=str(example) in AFTER)
            paste(database, finding.instead)

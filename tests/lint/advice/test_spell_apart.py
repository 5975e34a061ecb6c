"""What is spelled to be written in batches, or elsewhere, means what the statement meant."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from safemigrate import ops
from safemigrate.capture.offline import Sent
from safemigrate.lint.advice import spell_apart
from safemigrate.lint.history.environment import Transactions
from safemigrate.lint.history.reading import Reading
from safemigrate.lint.history.scripts import Revision
from safemigrate.statement import Origin, Statement, edit, split


def sent_by(code: str) -> list[str]:
    """The SQL that lines of a revision send."""
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written, "literal_binds": True}
    )
    with Operations.context(context):
        exec(code, {"op": op, "ops": ops, "sa": sa})
    return split(written.getvalue())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders SET total = price * quantity",
        "UPDATE orders SET total = 0 WHERE total IS NULL AND note <> 'a = b, c'",
        "UPDATE orders SET note = 'x, total = 1', total = coalesce(total, 0)",
        "UPDATE billing.invoices SET total = total::bigint",
        'UPDATE "Orders" SET "Total" = 0 WHERE "Total" < 0',
        "DELETE FROM billing.invoices WHERE total = 0",
        """UPDATE orders SET note = '"it''s"' WHERE id > 1""",
    ],
)
def test_the_directive_sends_the_same_write(sql: str) -> None:
    code = spell_apart.batched(sql)
    (again,) = sent_by(code)
    before, after = edit.write(sql), edit.write(again)
    assert (after.relation, after.columns, after.assignments) == (before.relation, before.columns, before.assignments)
    assert after.condition == before.condition


def test_a_deletion_of_all_rows_says_so() -> None:
    (again,) = sent_by(spell_apart.batched("DELETE FROM orders"))
    assert edit.write(again).condition in {"true", "true::boolean"}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders o SET total = o.price",
        "UPDATE orders SET total = a.id FROM accounts a",
        "UPDATE ONLY orders SET total = 0",
        "UPDATE orders SET (total, price) = (1, 2)",
        "UPDATE orders SET note = ':name'",
        "UPDATE orders SET total = 0 RETURNING id",
        "INSERT INTO audit VALUES (1)",
        "no SQL",
    ],
)
def test_what_no_directive_can_say_is_not_spelled(sql: str) -> None:
    assert spell_apart.batched(sql) == ""


def reading(text: str, *statements: tuple[str, int]) -> Reading:
    sent = tuple(Sent(Statement(sql, Origin("a.py", line))) for sql, line in statements)
    return Reading(Revision("a", Path("a.py"), (), ""), "upgrade", text, sent)


def test_an_operation_stands_elsewhere_as_it_is() -> None:
    read = reading('from alembic import op\nop.drop_column("orders", "note")\n', ("ALTER TABLE …", 2))
    assert spell_apart.again(read, read.sent[0]) == 'op.drop_column("orders", "note")'


def test_one_of_several_statements_of_a_line_stands_elsewhere_as_sql() -> None:
    read = reading('from alembic import op\nop.execute("SELECT 1; SELECT 2")\n', ("SELECT 1", 2), ("SELECT 2", 2))
    assert spell_apart.again(read, read.sent[1]) == 'op.execute("SELECT 2")'


@pytest.mark.parametrize("transactions", [Transactions.ALL, Transactions.EXTERNAL])
def test_another_revision_is_another_transaction_only_where_env_py_says_so(transactions: Transactions) -> None:
    assert "transaction_per_migration" in spell_apart.apart(transactions, "x")
    assert "transaction_per_migration" not in spell_apart.apart(Transactions.EACH, "x")

"""The directives: the same revision run by plain Alembic and by safemigrate ends in the same rows."""

from __future__ import annotations

import inspect
import io
import json
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from safemigrate import ops
from safemigrate.errors import ExitCode
from tests.executor import test_read_ahead
from tests.fix_project import Ended, Twins

ROWS = 3000
ORDERS = f"""
    CREATE TYPE size AS ENUM ('small', 'large');
    CREATE TABLE orders (
        id bigint PRIMARY KEY, price int NOT NULL, quantity int, total int, note text, size size, about jsonb,
        at timestamptz
    );
    INSERT INTO orders
    SELECT n, n % 97, n % 7, CASE WHEN n % 10 = 0 THEN n END, CASE WHEN n % 3 = 0 THEN 'old' END,
           CASE WHEN n % 2 = 0 THEN 'large'::size END
    FROM generate_series(1, {ROWS}) AS n;
    CREATE SCHEMA "Old data";
    CREATE TABLE "Old data".orders AS SELECT * FROM orders;
    ALTER TABLE "Old data".orders ADD UNIQUE (id), ALTER id SET NOT NULL;
    ANALYZE;
"""
HEAD = """
    import datetime
    import decimal
    import uuid
    from safemigrate import ops
"""

CHANGES = {
    "plain values": """op.batched_update("orders", {"note": "it's 5% of :x", "quantity": None}, "note = 'old'")""",
    "sql": """op.batched_update("orders", {"price": sa.text("price + 1")})""",
    "colons and percent": """op.batched_update("orders", {"note": "%s"}, "note LIKE '%' AND '12:30'::time > '1:00'")""",
    "expressions": """
        values = {"at": sa.func.to_timestamp(0), "price": sa.column("price") * 2}
        op.batched_update("orders", values, sa.column("id") > 9)
    """,
    "values of many types": """
        op.batched_update("orders", {
            "price": 2_000_000_000, "quantity": decimal.Decimal("7"), "note": uuid.UUID(int=5), "size": "small",
            "at": datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc),
        })
    """,
    "a table": """
        orders = sa.table("orders", sa.column("id", sa.BigInteger), sa.column("note", sa.Text))
        op.batched_update(orders, {"note": orders.c.note + "er"}, orders.c.note.is_not(None))
    """,
    "another schema": """op.batched_update("orders", {"note": "x"}, sa.text("id > 5"), schema="Old data", key="id")""",
    "json": """op.batched_update("orders", {"about": {"a": "it's :b"}})""",
    "delete": """op.batched_delete("orders", "id % 3 = 0")""",
    "delete all": """op.batched_delete("orders", sa.true(), key=("id",))""",
    "backfill": """op.backfill("orders", {"total": sa.text("price * quantity")})""",
    "backfill of several": """
        op.backfill("orders", {"total": sa.text("price"), "note": "none", "size": "small", "about": {}})
    """,
    "backfill of some": """op.backfill("orders", {"total": 0}, "quantity = 0 AND total IS NULL")""",
    "functions": """
        ops.batched_update("orders", {"price": sa.text("price + 1")}, key="id")
        ops.batched_delete("orders", "price > 90")
        ops.backfill("orders", {"note": "none"})
    """,
}


@pytest.fixture
def orders(twins: Twins) -> Twins:
    for database in (twins.plain, twins.ours):
        with database.connect() as connection:
            connection.execute(ORDERS.encode())
    return twins


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_rows_are_those_of_plain_alembic(orders: Twins, change: str) -> None:
    orders.project.revision(change, head=HEAD)
    orders.both("upgrade", "head")
    orders.same()


@pytest.mark.parametrize("env", [test_read_ahead.PSYCOPG2, test_read_ahead.ASYNCPG], ids=["psycopg2", "asyncpg"])
def test_the_rows_are_the_same_whichever_driver_alembic_uses(orders: Twins, env: str) -> None:
    orders.project.env(env)
    for name in ("values of many types", "colons and percent", "backfill of several", "json"):
        orders.project.revision(CHANGES[name], head=HEAD)
    orders.both("upgrade", "head")
    orders.same()


def test_one_directive_is_one_statement_in_sql(orders: Twins) -> None:
    orders.project.revision(
        """
        op.batched_update("orders", {"note": "it's", "price": 5, "total": None}, "id > 5", key="id")
        op.batched_delete("orders", sa.column("id") > 5, schema="Old data")
        op.backfill("orders", {"total": sa.text("price"), "note": "none"})
        """,
        head=HEAD,
    )
    wanted = [
        "UPDATE orders SET note='it''s', price=5, total=NULL WHERE id > 5;",
        'DELETE FROM "Old data".orders WHERE id > 5;',
        "UPDATE orders SET total=coalesce(orders.total, price), note=coalesce(orders.note, 'none')"
        " WHERE orders.total IS NULL OR orders.note IS NULL;",
    ]
    for run in (orders.project.alembic, orders.project.safemigrate):
        written = run(orders.ours, "upgrade", "head", "--sql").well().out
        assert [line for line in written.splitlines() if line in wanted] == wanted


def steps(ended: Ended) -> list[dict[str, object]]:
    return list(json.loads(ended.well().out)["revisions"][0]["steps"])


def test_a_directive_runs_in_batches_however_small_the_table(orders: Twins) -> None:
    orders.project.revision("""op.batched_update("orders", {"note": "x"})""", head=HEAD)
    (step,) = steps(orders.project.safemigrate(orders.ours, "plan", "--json"))
    assert step["kind"] == "batched"
    assert step["batch"] == {"key": ["id"], "images": True}
    shown = orders.project.safemigrate(orders.ours, "plan").well().out
    assert "instead of: UPDATE orders SET note=" in shown
    assert "in batches along (id), with before-images" in shown


def test_as_written_leaves_a_directive_as_it_is(orders: Twins) -> None:
    orders.project.revision(
        """
        with ops.as_written(reason="nobody is there"):
            op.batched_update("orders", {"note": "x"})
        """,
        head=HEAD,
    )
    (step,) = steps(orders.project.safemigrate(orders.ours, "plan", "--json"))
    assert (step["kind"], step["rewrite"]) == ("transaction", None)
    assert "as written: nobody is there" in orders.project.safemigrate(orders.ours, "plan").well().out
    orders.both("upgrade", "head")
    orders.same()


@pytest.mark.parametrize("flags", [("--never-split", "orders"), ("--never-split", "batches"), ("--as-written",)])
def test_configuration_leaves_a_directive_as_it_is(orders: Twins, flags: tuple[str, ...]) -> None:
    orders.project.revision("""op.batched_update("orders", {"note": "x"})""", head=HEAD)
    (step,) = steps(orders.project.safemigrate(orders.ours, "plan", "--json", *flags))
    assert (step["kind"], step["rewrite"]) == ("transaction", None)


def test_what_the_directives_did_is_taken_back_when_the_revision_fails(orders: Twins) -> None:
    before = orders.ours.checksum()
    orders.project.revision(
        """
        op.batched_update("orders", {"price": sa.text("price + 1"), "note": "x"}, "id % 2 = 0")
        op.batched_delete("orders", "id % 3 = 0")
        op.backfill("orders", {"total": sa.text("price")})
        op.execute("SELECT 1 / 0")
        """,
        head=HEAD,
    )
    ended = orders.project.safemigrate(orders.ours, "upgrade", "head")
    assert ended.code == ExitCode.ROLLED_BACK, ended.text
    assert {name: rows for name, rows in orders.ours.checksum().items() if name in before} == before


def test_importing_the_module_needs_neither_a_database_nor_the_parser() -> None:
    code = "import sys, alembic.op; import safemigrate.ops; print({'psycopg', 'postgast', 'rich'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["batched_update", "batched_delete", "backfill"])
def test_the_directive_takes_what_the_function_takes(name: str) -> None:
    function = inspect.signature(getattr(ops, name)).parameters
    directive = dict(inspect.signature(getattr(Operations, name)).parameters)
    del directive["self"]
    assert [(each.name, each.kind, each.default) for each in function.values()] == [
        (each.name, each.kind, each.default) for each in directive.values()
    ]
    assert hasattr(op, name)


def test_bad_input_is_refused_before_anything_is_sent() -> None:
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": (written := io.StringIO())}
    )
    with Operations.context(context):
        with pytest.raises(ValueError, match="no column is given a value"):
            ops.batched_update("orders", {})
        with pytest.raises(ValueError, match="no column is given a value"):
            ops.backfill("orders", {})
        with pytest.raises(ValueError, match="the schema is the table's own"):
            ops.batched_delete(sa.table("orders"), "true", schema="other")
    assert written.getvalue() == ""

"""A revision that was corrected makes the same schema as before, run by plain Alembic; and the linter is content."""

from __future__ import annotations

import contextlib
import textwrap
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from safemigrate import scratch
from safemigrate.config.lint import LintSettings
from safemigrate.findings import Finding
from safemigrate.lint import check, fix, registry
from safemigrate.lint.history import scripts
from tests.fix_project import Project

BASE = (Path(__file__).parents[2] / "rules" / "base.py").read_text()
NEXT = "revision = 'next'\ndown_revision = 'base_schema'\nbranch_labels = depends_on = None\n\n"
HEAD = f"import sqlalchemy as sa\nfrom alembic import op\n\n{NEXT}\n"

SURE = {
    "operations": """
        op.create_index("ix_orders_note", "orders", ["note"])
        op.create_index("ix_orders_total", "orders", [sa.text("lower(code)")], unique=False, postgresql_using="btree")
    """,
    "a unique one of another schema": """
        op.create_index(
            "ix_invoices_total", "invoices", ["total", "id"], schema="billing", unique=True,
            postgresql_where=sa.text("total > 0"),
        )
    """,
    "SQL": """
        op.execute("CREATE INDEX ON orders (lower(note)) WHERE note IS NOT NULL")
        op.execute(sa.text("create unique index ux_orders_code "
                           "on orders (code, id)"))
    """,
    "a batch": """
        with op.batch_alter_table("orders") as batch_op:
            batch_op.create_index(batch_op.f("ix_orders_note"), ["note"])
            batch_op.create_index("ix_orders_total", ["total", "id"], unique=True)
    """,
    "a batch in a schema": """
        with op.batch_alter_table("invoices", schema="billing") as batch:
            batch.create_index("ix_invoices_order", ["order_id"])
    """,
    "a block that is there": """
        with op.get_context().autocommit_block():
            op.create_index("ix_orders_note", "orders", ["note"])
        op.execute("COMMENT ON TABLE orders IS 'what was bought'")
    """,
    "of a materialized view": """
        op.create_index("ix_order_totals_total", "order_totals", ["total"])
    """,
    "of a partition": """
        op.create_index("ix_events_2024_kind", "events_2024", ["kind"])
    """,
    "dropped": """
        op.drop_index("ix_orders_account_id", table_name="orders")
        op.execute("DROP INDEX IF EXISTS ux_orders_number")
    """,
    "dropped in a batch": """
        with op.batch_alter_table("orders", schema=None) as batch_op:
            batch_op.drop_index("ix_orders_account_id")
    """,
    "one made, another dropped": """
        op.create_index("ix_orders_account_note", "orders", ["account_id", "note"])
        op.drop_index("ix_orders_account_id")
    """,
    "rebuilt": """
        op.execute("REINDEX INDEX ix_orders_account_id")
        op.execute("REINDEX (VERBOSE) TABLE orders")
    """,
    "refreshed": """
        op.execute("REFRESH MATERIALIZED VIEW order_totals")
    """,
    "the key of a new column": """
        op.add_column("orders", sa.Column("payer_id", sa.BigInteger, sa.ForeignKey("accounts.id")))
        op.add_column(
            "orders",
            sa.Column("copy_of", sa.BigInteger(), sa.ForeignKey("orders.id", ondelete="SET NULL"), nullable=True),
        )
        op.add_column("orders", sa.Column("invoice_id", sa.BigInteger, sa.ForeignKey("billing.invoices.id")))
        op.add_column(
            "invoices",
            sa.Column("payer", sa.BigInteger, sa.ForeignKey("accounts.id", deferrable=True, initially="DEFERRED")),
            schema="billing",
        )
    """,
}
"""Bodies of upgrade() in which every finding of the rules with an edit is certain."""

FAILING = {
    "CONCURRENTLY in a transaction": """
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_code ON orders (code)")
    """,
    "and something after it": """
        op.execute("DROP INDEX CONCURRENTLY ix_orders_account_id")
        op.create_index("ix_orders_account_id", "orders", ["account_id", "note"], postgresql_concurrently=True)
        op.execute("COMMENT ON TABLE orders IS 'what was bought'")
    """,
    "of a partition": """
        op.execute("ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY")
    """,
}
"""Bodies that PostgreSQL refuses, and that run when they are corrected."""


def _project(folder: Path, body: str) -> Project:
    made = Project(folder)
    _write(made, "base", f"{BASE}\nrevision = 'base_schema'\ndown_revision = None\n")
    _write(made, "next", f"{HEAD}\ndef upgrade():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n")
    return made


def _write(made: Project, name: str, text: str) -> None:
    (made.folder / "scripts" / "versions" / f"{name}.py").write_text(text)


def _path(made: Project) -> Path:
    return made.folder / "scripts" / "versions" / "next.py"


def _lint(made: Project, version: int) -> list[Finding]:
    config = Config(made.folder / "alembic.ini")
    wanted = check.Wanted(pending={"next"})
    settings = LintSettings(pg_version=version)
    on = [each for each in registry.own() if each.rule.default]
    return check.check(config, scripts.load(config), settings, wanted, on).found


def _fixed(made: Project, version: int) -> fix.Fixed:
    return fix.fixed(_path(made).read_text(), str(_path(made)), _lint(made, version))


def _dump(made: Project, server: scratch.Server) -> str:
    with server.database() as database:
        made.alembic(database, "upgrade", "head").well()
        return database.dump()


@pytest.mark.matrix
@pytest.mark.parametrize("body", SURE.values(), ids=SURE)
def test_the_schema_is_the_same_and_the_rule_is_content(body: str, tmp_path: Path, pg_server: scratch.Server) -> None:
    made = _project(tmp_path / "before", body)
    before = _lint(made, pg_server.version)
    fixed = _fixed(made, pg_server.version)
    assert {each.rule for each in before} & set(fix.choice.CHOOSERS), before
    assert not fixed.left
    after = _project(tmp_path / "after", body)
    _path(after).write_text(fixed.text)
    found = _lint(after, pg_server.version)
    assert not {each.rule for each in found} & {each.rule for each in fixed.done}
    assert {each.rule for each in found} <= {each.rule for each in before}
    assert _dump(after, pg_server) == _dump(made, pg_server)


@pytest.mark.matrix
@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_what_postgresql_refuses_runs(body: str, tmp_path: Path, pg_server: scratch.Server) -> None:
    made = _project(tmp_path / "before", body)
    fixed = _fixed(made, pg_server.version)
    assert [each.rule for each in fixed.done] == ["concurrently-in-transaction"] * len(fixed.done)
    assert fixed.done
    assert not fixed.left
    with pg_server.database() as database, pytest.raises(DBAPIError, match="cannot run inside a transaction block"):
        made.alembic(database, "upgrade", "head")
    after = _project(tmp_path / "after", body)
    _path(after).write_text(fixed.text)
    assert not {each.rule for each in _lint(after, pg_server.version)} & {
        "concurrently-in-transaction",
        "ddl-before-autocommit",
    }
    with pg_server.database() as database, contextlib.closing(database.connect()) as connection:
        after.alembic(database, "upgrade", "head").well()
        (invalid,) = connection.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid").fetchone() or (0,)
        assert invalid == 0

"""The shop's tables, as they are before any planted revision.

Revision ID: 0001_shop
Revises:
Create Date: 2026-01-05 11:00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_shop"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.String(60)),
        sa.Column("plan", sa.Text(), server_default="free", nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.UniqueConstraint("email", name="uq_accounts_email"),
    )
    op.create_table(
        "warehouses",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger()),
        sa.Column("state", sa.Enum("open", "paid", name="order_state"), server_default="open", nullable=False),
        sa.Column("total", sa.Numeric(10, 2)),
        sa.Column("code", sa.String(40)),
        sa.Column("note", sa.Text()),
        sa.Column("quantity", sa.Integer()),
        sa.Column("priority", sa.SmallInteger(), server_default="3"),
        sa.Column("placed_at", sa.TIMESTAMP(timezone=True)),
    )
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.Integer()),
        sa.Column("measured", sa.Text()),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_items_order_id_orders"),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
    )
    op.create_table("imports", sa.Column("row_number", sa.BigInteger()), sa.Column("body", sa.Text()))
    op.create_index("ux_imports_row_number", "imports", ["row_number"], unique=True)
    op.execute(
        "CREATE TABLE events (id bigint NOT NULL, kind text NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at)"
    )
    op.execute("CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')")
    op.execute("CREATE TABLE events_2026 (id bigint NOT NULL, kind text NOT NULL, at timestamptz NOT NULL)")
    op.execute("CREATE DOMAIN email_address AS text")
    op.execute(
        "CREATE TABLE contacts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, address email_address NOT NULL)"
    )
    op.execute("CREATE VIEW open_orders AS SELECT id, note, quantity FROM orders WHERE state = 'open'")
    op.execute("CREATE MATERIALIZED VIEW totals AS SELECT account_id, count(*) AS orders FROM orders GROUP BY 1")
    op.execute(
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.placed_at = now(); RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()")
    op.execute(
        "CREATE FUNCTION index_items() RETURNS void LANGUAGE plpgsql AS "
        "$$ BEGIN CREATE INDEX ix_items_product ON items (product); END $$"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION index_items()")
    op.execute("DROP TRIGGER orders_touch ON orders")
    op.execute("DROP FUNCTION touch()")
    op.execute("DROP MATERIALIZED VIEW totals")
    op.execute("DROP VIEW open_orders")
    op.execute("DROP TABLE contacts")
    op.execute("DROP DOMAIN email_address")
    op.execute("DROP TABLE events, events_2026")
    for table in ("imports", "bookings", "items", "orders", "warehouses", "accounts"):
        op.drop_table(table)
    op.execute("DROP TYPE order_state")

"""What is there before each example of a rule: the schema of a small shop, in one revision."""

import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent')")
    op.execute("CREATE DOMAIN money_amount AS numeric(12, 2)")
    op.execute("CREATE SCHEMA billing")
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.String(100)),
        sa.Column("country", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("parent_id", sa.BigInteger),
        sa.Column("number", sa.Text),
        sa.Column("reference", sa.Text, nullable=False, server_default=""),
        sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("total", sa.Numeric(12, 2)),
        sa.Column("amount", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("code", sa.String(40)),
        sa.Column("payload", sa.JSON),
        sa.Column("placed_at", sa.DateTime),
        sa.Column("starts_at", sa.DateTime(timezone=True)),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
    )
    op.execute("ALTER TABLE orders ADD COLUMN state order_state NOT NULL DEFAULT 'new'")
    op.execute("ALTER TABLE orders ADD COLUMN fee money_amount")
    op.create_foreign_key("orders_account_fk", "orders", "accounts", ["account_id"], ["id"])
    op.create_check_constraint("orders_quantity_check", "orders", "quantity > 0")
    op.create_unique_constraint("orders_reference_key", "orders", ["reference", "id"])
    op.create_index("ix_orders_account_id", "orders", ["account_id"])
    op.create_index("ux_orders_number", "orders", ["number"], unique=True)
    op.create_index("ux_orders_reference_account", "orders", ["account_id", "id"], unique=True)
    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("sku", sa.Text),
        sa.Column("quantity", sa.Integer),
    )
    op.create_table("audit", sa.Column("id", sa.BigInteger), sa.Column("what", sa.Text), sa.Column("at", sa.Date))
    op.execute(
        "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, account_id bigint, kind text)"
        " PARTITION BY RANGE (at)"
    )
    op.execute("CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
    op.execute("CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')")
    op.execute("CREATE TABLE events_2026 (id bigint NOT NULL, at date NOT NULL, account_id bigint, kind text)")
    op.execute(
        "CREATE TABLE billing.invoices (id bigint PRIMARY KEY, order_id bigint REFERENCES orders, total numeric)"
    )
    op.execute("CREATE VIEW paid_orders AS SELECT id, code, total FROM orders WHERE state = 'paid'")
    op.execute("CREATE MATERIALIZED VIEW order_totals AS SELECT account_id, sum(total) AS total FROM orders GROUP BY 1")
    op.execute("CREATE UNIQUE INDEX ux_order_totals ON order_totals (account_id)")
    op.execute(
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := NEW.note; RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER orders_touch BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()")

from alembic import op

DIRECTION = "upgrade"
ALLOWS = ["mixed-schema-and-data"]


def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
    op.execute("DELETE FROM orders WHERE id = 1")
    op.execute("CREATE TEMPORARY TABLE scratch (id bigint)")
    op.create_index("ix_scratch", "scratch", ["id"])
    op.execute("CREATE TEMPORARY TABLE counted (id bigint)")
    op.execute("ALTER TABLE counted ADD CONSTRAINT counted_check CHECK (id > 0)")
    op.execute("DROP TABLE counted")


def downgrade():
    pass

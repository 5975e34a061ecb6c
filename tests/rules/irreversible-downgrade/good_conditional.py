from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")


def downgrade():
    if op.get_context().as_sql:
        raise RuntimeError("not offline")
    op.execute("COMMENT ON TABLE orders IS NULL")

from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")


def downgrade():
    op.execute("COMMENT ON TABLE orders IS NULL")

from alembic import op

DIRECTION = "upgrade"


def upgrade():
    for table in ("orders",):
        op.get_bind().exec_driver_sql(f"COMMENT ON TABLE {table} IS 'of a customer'")


def downgrade():  # finds
    return

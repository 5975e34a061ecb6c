from alembic import op

DIRECTION = "upgrade"


def upgrade():
    for column in ("note", "amount"):
        op.get_bind().exec_driver_sql(f"ALTER TABLE orders ALTER COLUMN {column} SET DEFAULT 'none'")


def downgrade():  # finds
    return

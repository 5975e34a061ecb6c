from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.alter_column("orders", "note", server_default="none")


def downgrade():
    if op.get_context().as_sql:
        raise RuntimeError("not offline")
    op.alter_column("orders", "note", server_default=None)

from alembic import op

ALLOWS = ["drop-column"]  # the release that runs may still use it


def upgrade():
    pass


def downgrade():
    op.drop_column("orders", "number")

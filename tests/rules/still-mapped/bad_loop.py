from alembic import op


def upgrade():
    for column in ("number",):
        op.drop_column("orders", column)  # finds

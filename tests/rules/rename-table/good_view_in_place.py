from alembic import op


def upgrade():
    op.rename_table("items", "lines")
    op.execute("CREATE VIEW items AS SELECT * FROM lines")

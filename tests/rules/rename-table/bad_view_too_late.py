from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.rename_table("items", "lines")  # finds
        op.execute("CREATE VIEW items AS SELECT * FROM lines")

from alembic import op


def upgrade():
    with op.get_bind().begin_nested():
        op.execute("INSERT INTO audit (id) VALUES (1)")
    op.execute("DO $$ BEGIN INSERT INTO audit (id) VALUES (2); END $$")

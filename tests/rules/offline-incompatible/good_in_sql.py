from alembic import op


def upgrade():
    op.execute("INSERT INTO audit (id) SELECT 1 WHERE NOT EXISTS (SELECT FROM audit WHERE id = 1)")
    op.execute("SELECT 1")

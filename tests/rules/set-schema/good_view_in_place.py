from alembic import op


def upgrade():
    op.execute("ALTER TABLE items SET SCHEMA billing")
    op.execute("CREATE VIEW items AS SELECT * FROM billing.items")

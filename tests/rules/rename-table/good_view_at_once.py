from alembic import op

SETTINGS = {"runner": "safemigrate"}


def upgrade():
    op.execute("""
        DO $$ BEGIN
            ALTER TABLE items RENAME TO lines;
            CREATE VIEW items AS SELECT * FROM lines;
        END $$
    """)

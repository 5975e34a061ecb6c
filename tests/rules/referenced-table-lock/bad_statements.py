from alembic import op


def upgrade():
    op.execute(  # finds
        "CREATE TABLE kinds (id bigint PRIMARY KEY);"
        "CREATE TABLE notes (kind_id bigint REFERENCES kinds, order_id bigint REFERENCES orders ON DELETE CASCADE);"
    )

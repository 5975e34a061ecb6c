from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN draw double precision DEFAULT random()")  # finds
    op.execute(  # finds
        "ALTER TABLE items ADD COLUMN rank integer DEFAULT (random() * 10)::integer, ADD COLUMN hint text"
    )

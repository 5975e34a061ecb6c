from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    with op.batch_alter_table("step", schema="safemigrate") as batch_op:
        batch_op.drop_column("state")  # finds

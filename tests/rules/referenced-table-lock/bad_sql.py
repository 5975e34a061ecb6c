from alembic import op


def upgrade():
    op.execute("CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint REFERENCES orders)")  # finds
    op.execute("CREATE TABLE hints (id bigint, FOREIGN KEY (id) REFERENCES public.accounts (id))")  # finds

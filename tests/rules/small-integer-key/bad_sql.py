from alembic import op


def upgrade():
    op.execute("CREATE TABLE notes (id int PRIMARY KEY)")  # finds
    op.execute("CREATE TABLE kinds (id serial, CONSTRAINT kinds_pkey PRIMARY KEY (id))")  # finds

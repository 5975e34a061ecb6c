from alembic import op


def upgrade():
    op.execute("ALTER TABLE audit ADD PRIMARY KEY (id, at)")  # finds

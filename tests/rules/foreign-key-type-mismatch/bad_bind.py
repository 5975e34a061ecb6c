from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("CREATE TABLE notes (o int, CONSTRAINT f FOREIGN KEY (o) REFERENCES orders)")  # finds

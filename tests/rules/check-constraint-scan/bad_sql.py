from alembic import op


def upgrade():
    op.execute("alter table only accounts add check (country <> '') no inherit")  # finds

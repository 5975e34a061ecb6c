from alembic import op


def drop_key(table):
    op.drop_constraint(f"{table}_pkey", table, schema="billing")  # finds


def upgrade():
    for table in ("invoices",):
        drop_key(table)

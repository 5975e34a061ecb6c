from alembic import op


def check(table, column):
    name = f"{table}_{column}_check"
    op.create_check_constraint(name, table, f"{column} > 0", postgresql_not_valid=True)
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")  # finds


def upgrade():
    for column in ("price",):
        check("orders", column)

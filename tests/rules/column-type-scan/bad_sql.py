from alembic import op


def before():
    op.create_check_constraint("accounts_name_check", "accounts", "length(name) > 0 AND email <> name")


def upgrade():
    op.execute("ALTER TABLE accounts ALTER COLUMN name TYPE varchar(200)")  # finds

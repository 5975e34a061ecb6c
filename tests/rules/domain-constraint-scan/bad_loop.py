from alembic import op


def limit(domain, condition):
    op.execute(f"ALTER DOMAIN {domain} ADD CONSTRAINT {domain}_limit CHECK ({condition})")  # finds


def upgrade():
    for condition in ("VALUE >= 0",):
        limit("money_amount", condition)

from alembic import op


def grant(privileges):
    for privilege in privileges:
        op.execute(f"GRANT {privilege} orders TO PUBLIC")  # finds


def upgrade():
    grant(["SELECT"])

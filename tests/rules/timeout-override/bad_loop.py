from alembic import op


def patient(seconds):
    op.execute(f"SET LOCAL lock_timeout = '{seconds}s'")  # finds


def upgrade():
    for seconds in (300,):
        patient(seconds)

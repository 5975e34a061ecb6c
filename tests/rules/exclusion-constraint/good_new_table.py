import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "ALTER TABLE bookings ADD CONSTRAINT bookings_period EXCLUDE USING gist (tstzrange(starts_at, ends_at) WITH &&)"
    )

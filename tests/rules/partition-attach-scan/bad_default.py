from alembic import op

ATTACH = "ALTER TABLE {} ATTACH PARTITION {} DEFAULT"


def upgrade():
    op.execute(ATTACH.format("events", "events_2026"))  # finds

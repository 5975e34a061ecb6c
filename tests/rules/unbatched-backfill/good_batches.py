from alembic import op

import safemigrate.ops  # noqa: F401


def upgrade():
    op.backfill("orders", {"note": ""})
    op.batched_delete("orders", "note = 'test'")

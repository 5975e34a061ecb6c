import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql  # noqa: F401

STATES = ["new", "paid"]


def upgrade():
    what = json.dumps({"states": STATES})
    op.execute(sa.insert(sa.table("audit", sa.column("what"))).values(what=what))

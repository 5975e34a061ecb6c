import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.get_bind().execute(sa.text("REINDEX TABLE CONCURRENTLY accounts"))

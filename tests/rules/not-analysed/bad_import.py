import no_such_module  # finds the file
from alembic import op


def upgrade():
    op.execute(no_such_module.SQL)  # finds

import shop as application  # finds
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("note", server_default=application.DEFAULT)

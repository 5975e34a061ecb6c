from alembic import op

NO_TIMEOUT = True
SETTINGS = {"runner": "safemigrate"}


def upgrade():
    op.alter_column("orders", "note", server_default="none")

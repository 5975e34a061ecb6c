from alembic import op  # noqa: F401

# finds the file

"""What the shop's revisions share."""

from alembic import op


def add_index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])

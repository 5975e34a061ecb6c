import sqlalchemy as sa
from alembic import op


def lowered(name):
    op.add_column("orders", sa.Column(f"{name}_lower", sa.Text, sa.Computed(f"lower({name})", persisted=True)))  # finds


def upgrade():
    lowered("note")

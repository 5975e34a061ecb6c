import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("name", sa.Text)
    )
    op.add_column("kinds", sa.Column("hint", sa.Text))
    op.execute("CREATE VIEW named_kinds AS SELECT id, name FROM kinds")
    op.create_foreign_key(
        "orders_payer_fk", "orders", "accounts", ["account_id"], ["id"], ondelete="RESTRICT", postgresql_not_valid=True
    )

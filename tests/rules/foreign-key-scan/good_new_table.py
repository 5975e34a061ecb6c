import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "shops",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    )
    op.create_table(
        "shelves",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("shop_id", sa.BigInteger, nullable=False),
    )
    op.create_foreign_key("shelves_shop_fk", "shelves", "shops", ["shop_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_shelves_shop_id", "shelves", ["shop_id"])

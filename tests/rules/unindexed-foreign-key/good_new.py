import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table("shelves", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True))
    op.create_table(
        "boxes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("shelf_id", sa.BigInteger, sa.ForeignKey("shelves.id", name="boxes_shelf_fk")),
    )
    op.create_index("ix_boxes_shelf_id", "boxes", ["shelf_id"])

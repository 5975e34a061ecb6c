import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "shelves", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True), schema="public"
    )
    op.create_table(
        "boxes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "shelf_id", sa.BigInteger, sa.ForeignKey("public.shelves.id", name="boxes_shelf_fk", ondelete="NO ACTION")
        ),
        schema="public",
    )
    op.create_index("ix_boxes_shelf_id", "boxes", ["shelf_id"], schema="public")

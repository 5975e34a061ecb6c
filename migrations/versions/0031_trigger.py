"""A plpgsql function and a trigger that calls it.

Revision ID: 0031_trigger
Revises: 0030_do_block
Create Date: 2026-01-12 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0031_trigger"
down_revision = "0030_do_block"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("image_count", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        """
        CREATE FUNCTION count_image() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE requests SET image_count = image_count + 1 WHERE id = NEW.request_id;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute("CREATE TRIGGER images_counted AFTER INSERT ON images FOR EACH ROW EXECUTE FUNCTION count_image()")
    op.execute(
        "UPDATE requests SET image_count = counted.images"
        " FROM (SELECT request_id, count(*) AS images FROM images GROUP BY request_id) AS counted"
        " WHERE counted.request_id = requests.id"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER images_counted ON images")
    op.execute("DROP FUNCTION count_image()")
    op.drop_column("requests", "image_count")

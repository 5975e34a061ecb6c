import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("remark", sa.Text), schema="public")
    op.create_check_constraint(
        "orders_remark_length", "orders", "char_length(remark) <= 1000", schema="public", postgresql_not_valid=True
    )

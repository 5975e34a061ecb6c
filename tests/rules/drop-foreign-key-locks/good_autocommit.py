from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")

from alembic import op


def before():
    op.execute("CREATE TABLE wares (sku varchar(40) PRIMARY KEY)")
    op.create_index("ix_items_sku", "items", ["sku"])


def upgrade():
    op.create_foreign_key("items_sku_fk", "items", "wares", ["sku"], ["sku"], postgresql_not_valid=True)

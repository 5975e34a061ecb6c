from alembic import op


def require(table, *columns):
    for column in columns:
        op.alter_column(table, column, nullable=False)  # finds


def upgrade():
    require("items", "sku", "quantity")

from alembic import op

SETTINGS = {"pg_version": 15}


def upgrade():
    op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")
    op.execute(  # finds
        "MERGE INTO audit USING items ON audit.id = items.id WHEN MATCHED THEN UPDATE SET what = items.sku"
    )

from alembic import op


def refer(column, target):
    op.execute(f"ALTER TABLE items ADD CONSTRAINT {target}_fk FOREIGN KEY ({column}) REFERENCES {target}")  # finds


def upgrade():
    for column, target in {"order_id": "orders", "id": "accounts"}.items():
        refer(column, target)

from alembic import op


def add(label):
    op.execute(f"ALTER TYPE order_state ADD VALUE '{label}'")


def upgrade():
    for label in ("refunded", "lost"):
        add(label)
    op.execute("DO $$ BEGIN UPDATE orders SET state = 'lost' WHERE id = 7; END $$")  # finds

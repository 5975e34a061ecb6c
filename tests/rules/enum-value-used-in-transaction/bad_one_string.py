from alembic import op


def upgrade():
    op.execute(  # finds
        "ALTER TYPE public.order_state ADD VALUE 'it''s lost'; DELETE FROM orders WHERE state = 'it''s lost'"
    )

from alembic import op


def before():
    op.create_index("ux_items_id", "items", ["id"], unique=True)


def upgrade():
    op.execute("ALTER TABLE items ADD CONSTRAINT items_pkey PRIMARY KEY USING INDEX ux_items_id")

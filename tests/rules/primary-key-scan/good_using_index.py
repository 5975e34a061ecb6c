from alembic import op


def before():
    with op.get_context().autocommit_block():
        op.create_index("items_pkey", "items", ["id"], unique=True, postgresql_concurrently=True)


def upgrade():
    op.execute("ALTER TABLE items ADD CONSTRAINT items_pkey PRIMARY KEY USING INDEX items_pkey")

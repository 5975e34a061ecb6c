from alembic import op


def before():
    op.create_check_constraint("items_whole", "items", "sku IS NOT NULL AND quantity > 0", postgresql_not_valid=True)


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE items VALIDATE CONSTRAINT items_whole")
    op.alter_column("items", "sku", nullable=False)

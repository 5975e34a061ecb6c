from alembic import op


def before():
    op.execute(
        """
        DO $$ BEGIN
            EXECUTE 'CREATE FUNCTION billing.uuid_generate_v4() RETURNS uuid
                     LANGUAGE sql AS ''SELECT gen_random_uuid()''';
        END $$
        """
    )


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN token uuid DEFAULT billing.uuid_generate_v4()")  # finds

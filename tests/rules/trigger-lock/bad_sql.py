from alembic import op


def upgrade():
    op.execute(  # finds
        """
        CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE CONSTRAINT TRIGGER invoices_seen AFTER INSERT ON billing.invoices
            FOR EACH ROW EXECUTE FUNCTION seen();
        """
    )

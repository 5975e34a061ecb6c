from alembic import op


def upgrade():
    op.execute("CREATE FUNCTION note_it() RETURNS void LANGUAGE sql AS $$ INSERT INTO audit (id) VALUES (1) $$")
    op.execute("SELECT note_it()")

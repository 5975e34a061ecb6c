import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE TABLE hosts (id bigserial PRIMARY KEY, range cidr, name varchar(100), price numeric(10, 2))")
    op.execute("ALTER TABLE hosts ADD COLUMN load numeric(4)")


def upgrade():
    op.execute("ALTER TABLE hosts ALTER COLUMN id TYPE bigint")
    op.execute("ALTER TABLE hosts ALTER COLUMN range TYPE inet")
    op.alter_column("hosts", "name", type_=sa.Text, existing_type=sa.String(100))
    op.alter_column("hosts", "price", type_=sa.Numeric(14, 2), existing_type=sa.Numeric(10, 2))
    op.execute("ALTER TABLE hosts ALTER COLUMN load TYPE numeric")

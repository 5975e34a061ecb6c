from alembic import op


def upgrade():
    op.execute("CREATE TABLE labels (id bigint GENERATED ALWAYS AS IDENTITY, label text)")
    op.create_primary_key("labels_pkey", "labels", ["id"])

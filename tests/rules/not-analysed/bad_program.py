import subprocess

from alembic import op


def upgrade():
    subprocess.run(["psql", "-f", "schema.sql"], check=True)  # finds
    op.execute("INSERT INTO audit (id) VALUES (1)")

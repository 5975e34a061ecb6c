import urllib.request

from alembic import op


def upgrade():
    with urllib.request.urlopen("http://localhost:9/flags") as answer:  # finds
        if answer.read() == b"on":  # finds
            op.execute("INSERT INTO audit (id) VALUES (1)")

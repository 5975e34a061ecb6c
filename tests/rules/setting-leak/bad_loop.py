from alembic import op


def tune(**settings):
    for name, value in settings.items():
        op.execute(f"SET {name} = '{value}'")  # finds


def upgrade():
    tune(maintenance_work_mem="1GB")

"""Safe online migrations for PostgreSQL on top of Alembic."""

__version__ = "0.1.0"

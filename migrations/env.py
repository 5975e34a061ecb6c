"""The sample service's env.py: as ``alembic init`` writes it, plus where the URL comes from and what is not ours."""

import os
import re
from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

from migrations.models import Base

config = context.config

if config.config_file_name is not None and config.attributes.get("configure_logging", True):
    fileConfig(config.config_file_name, disable_existing_loggers=False)

target_metadata = Base.metadata

url = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("DATABASE_URL")
if url:
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))

PARTITION = re.compile(r"usage_\d{4}_\d{2}")


def is_ours(name, type_, parent_names):
    """Autogenerate looks at our schemas, and leaves the partitions to the revisions that make them."""
    if type_ == "schema":
        return name in (None, "billing")
    return not (type_ == "table" and PARTITION.fullmatch(name))


def run_migrations_offline() -> None:
    """Write the SQL to standard output."""
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )

    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run against the database."""
    connectable = engine_from_config(
        config.get_section(config.config_ini_section, {}),
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )

    with connectable.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            include_schemas=True,
            include_name=is_ours,
            compare_server_default=True,
        )

        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()

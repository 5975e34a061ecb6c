"""Imported once by the server that processes are forked from: what each of them would otherwise import by itself."""

import pytest  # noqa: F401 -- a fault stands in a test's file
import sqlalchemy as sa
import sqlalchemy.dialects.postgresql.psycopg

import migrations.models  # noqa: F401 -- env.py's
import safemigrate.cli.main
import safemigrate.cli.migrate
import safemigrate.cli.plan
import safemigrate.console.jsonl
import safemigrate.scratch  # noqa: F401
from safemigrate.statement import read

# The parser and the compiler load on first use.
read.forms("ALTER TABLE t ADD COLUMN c integer")
str(sa.select(sa.column("c")))

"""``stats``: how large the tables are, for ``lint --statistics``. Reads the catalog only, and no rows of any table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.rows import class_row

from safemigrate import errors, sql
from safemigrate.config import Settings
from safemigrate.console import terminal
from safemigrate.hook import look
from safemigrate.lint.sift import statistics
from safemigrate.lint.sift.statistics import Size


def stats(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    found: dict[tuple[str, str], Size] = {}
    servers: dict[int, str] = {}

    def visit(_heads: tuple[str, ...], context: Any, _arguments: Mapping[str, Any]) -> None:
        with look.beside(context, settings) as (connections, _reader), connections.session() as connection:
            servers[connection.info.server_version] = connection.info.parameter_status("server_version") or ""
            for size in sizes(connection):
                place = (size.schema, size.name)
                found[place] = max(found.get(place, size), size, key=_bytes)

    look.look(cfg, ScriptDirectory.from_config(cfg), visit)
    number = min(servers, default=0)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    text = statistics.as_text([found[place] for place in sorted(found)], servers.get(number, ""), number, made)
    if options.output_file:
        _write(Path(options.output_file), text)
        terminal.write(sys.stderr, f"{len(found)} tables: {options.output_file}")
    else:
        sys.stdout.write(text)
    return errors.ExitCode.OK


def sizes(connection: psycopg.Connection[Any]) -> list[Size]:
    """The tables of the database, by schema and name."""
    with connection.cursor(row_factory=class_row(Size)) as cursor:
        return cursor.execute(sql.queries("statistics")["table_sizes"]).fetchall()


def _bytes(size: Size) -> int:
    """Of several databases with the same tables the largest counts."""
    return -1 if size.bytes is None else size.bytes


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise errors.BadInput(f'cannot write "{path}": {error.strerror}', state="nothing was changed") from error

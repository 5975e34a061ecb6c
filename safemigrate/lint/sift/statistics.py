"""How large production's tables are, from the file that ``safemigrate stats`` makes: rows and bytes, no data.

With it a table of few rows is small, and what grows with a table is estimated in seconds. The rates are what a busy
server can be trusted to reach, not what an idle one can: an embedded PostgreSQL 18 with two million rows in memory
checked 1,100 MB a second, built indexes over 280 to 670, and rewrote 50 to 90, with two indexes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safemigrate import errors
from safemigrate.config.lint import NEWEST, OLDEST
from safemigrate.findings import Claim, Duration
from safemigrate.statement.forms import Relation

VERSION = 1

MEGABYTE = 1_000_000
SCAN, BUILD, REWRITE = 200 * MEGABYTE, 50 * MEGABYTE, 20 * MEGABYTE
"""Bytes of a table that a second is enough for. Of a table that is rewritten, its indexes are built besides."""


@dataclass(frozen=True, slots=True)
class Size:
    """A table's *rows*, the *bytes* of it and of its TOAST table, and those of its indexes; None: nobody counted."""

    schema: str
    name: str
    rows: int | None = None
    bytes: int | None = None
    index_bytes: int | None = None


@dataclass(frozen=True)
class Statistics:
    """*pg_version* is the major version of the server, 0 where that is not known."""

    tables: Mapping[Relation, Size] = field(default_factory=dict)
    pg_version: int = 0

    @classmethod
    def of(cls, sizes: Iterable[Size], pg_version: int = 0) -> Statistics:
        return cls({key(Relation(size.name, size.schema)): size for size in sizes}, pg_version)

    def rows(self, relation: Relation) -> int | None:
        """About how many rows *relation* has; None where that is not known."""
        size = self.tables.get(key(relation))
        return size.rows if size else None

    def seconds(self, claim: Claim) -> float | None:
        """About how long *claim*'s locks are held, by the largest of its tables; None for an instant, and unknown."""
        sizes = [size for lock in claim.locks if (size := self.tables.get(key(lock.relation))) is not None]
        known = [seconds for size in sizes if (seconds := _seconds(size, claim.duration)) is not None]
        return max(known, default=None)


def key(relation: Relation) -> Relation:
    """A relation without the schema that is meant where none is named."""
    return Relation(relation.name) if relation.schema == "public" else relation


def relation(name: str) -> Relation:
    """The relation that a setting names: ``orders``, ``billing.invoices``."""
    schema, _, table = name.rpartition(".")
    return key(Relation(table, schema or None))


def _seconds(size: Size, duration: Duration) -> float | None:
    if size.bytes is None or duration is Duration.INSTANT:
        return None
    if duration is Duration.REWRITE:
        return size.bytes / REWRITE + (size.index_bytes or 0) / BUILD
    return size.bytes / (SCAN if duration is Duration.SCAN else BUILD)


def as_text(sizes: Sequence[Size], server: str, number: int, made: str) -> str:
    """The statistics file of a *server* such as "16.4", *number* 160004, *made* then (ISO 8601)."""
    document = {
        "version": VERSION,
        "made": made,
        "server_version": server,
        "server_version_num": number,
        "tables": [asdict(size) for size in sizes],
    }
    return json.dumps(document, indent=1) + "\n"


def read(path: Path) -> Statistics:
    """What stands in a statistics file. Raises BadInput, with what is wrong with it."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("version") != VERSION:
            raise ValueError(f"it is no statistics file of version {VERSION}")
        major = document.get("server_version_num", 0) // 10_000
        return Statistics.of(map(_size, document["tables"]), major if OLDEST <= major <= NEWEST else 0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else f"{error}" or type(error).__name__
        raise errors.BadInput(
            f'cannot read the statistics in "{path}"',
            details=[("because", str(why))],
            state="nothing was checked",
            next="safemigrate stats --output-file FILE writes them",
        ) from error


def _size(table: Any) -> Size:
    return Size(str(table["schema"]), str(table["name"]), *(_count(table.get(name)) for name in _COUNTS))


_COUNTS = ("rows", "bytes", "index_bytes")


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value

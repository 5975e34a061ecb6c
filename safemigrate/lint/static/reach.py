"""What a source may reach through its imports: a list of names that is closed. All else stays unknown, and uncalled.

Nothing is imported on behalf of a source: the modules below are SQLAlchemy, Alembic and the standard library.
"""

from __future__ import annotations

import contextlib
import datetime
import decimal
import enum
import importlib
import itertools
import json
import pathlib
import textwrap
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.base import SchemaEventTarget

from safemigrate.lint.static.limits import ITEMS, Refused
from safemigrate.lint.static.names import names
from safemigrate.lint.static.values import ELSEWHERE, UNKNOWN, Native, Unknown


@dataclass(frozen=True, slots=True)
class Module:
    """A module that may be looked into, or ``alembic.op``."""

    name: str


_DIALECTS = ("mssql", "mysql", "oracle", "postgresql", "sqlite")
_SQLALCHEMY = frozenset(
    {
        "sqlalchemy",
        "sqlalchemy.dialects",
        "sqlalchemy.orm",
        "sqlalchemy.orm.session",
        "sqlalchemy.schema",
        "sqlalchemy.sql",
        "sqlalchemy.types",
        *(f"sqlalchemy.dialects.{name}" for name in _DIALECTS),
        *(f"sqlalchemy.dialects.postgresql.{name}" for name in ("array", "base", "dml", "ext", "hstore", "json")),
        *(f"sqlalchemy.sql.{name}" for name in ("ddl", "dml", "elements", "expression", "functions", "schema")),
        *(f"sqlalchemy.sql.{name}" for name in ("selectable", "sqltypes")),
    }
)
_OTHERS = frozenset({"alembic", "alembic.context", "alembic.op", "alembic.operations", "alembic.operations.ops"})
_TOLD = frozenset({"config", "get_head_revision", "get_head_revisions", "get_tag_argument", "get_x_argument", "script"})
"""What only tells, of ``alembic.context``."""

_OURS = frozenset({"safemigrate", "safemigrate.ops"})

_CONSTRUCTORS = frozenset(
    {
        "sqlalchemy.sql._dml_constructors",
        "sqlalchemy.sql._elements_constructors",
        "sqlalchemy.sql._selectable_constructors",
        "sqlalchemy.dialects.mysql.dml",
        "sqlalchemy.dialects.postgresql.array",
        "sqlalchemy.dialects.postgresql.dml",
        "sqlalchemy.dialects.postgresql.ext",
        "sqlalchemy.dialects.sqlite.dml",
    }
)
"""Where the functions are defined that only make an expression."""

SQL = (sa.ClauseElement, sa.types.TypeEngine, SchemaEventTarget, sa.sql.elements.quoted_name)
"""The classes of SQLAlchemy whose kinds may be made: what is a part of a statement, or of a table's definition."""

_RUNS_CODE = (sa.PickleType, sa.types.TypeDecorator)

QUIET = names(
    "__future__ abc base64 calendar collections collections.abc copy csv dataclasses hashlib hmac io logging"
    " math numbers platform random re secrets statistics string struct time traceback types typing"
    " typing_extensions unicodedata warnings zoneinfo sqlalchemy.engine.reflection sqlalchemy.exc"
)
"""Modules that do nothing to a database: what comes out of them is unknown, and nothing to be told."""


def _product(*columns: Any, repeat: int = 1) -> list[Any]:
    size = 1
    for column in (*columns * min(repeat, 20),):
        size *= len(column)
    if size > ITEMS or repeat > 20:
        raise Refused("makes a value that is larger than what is read")
    return [*itertools.product(*columns, repeat=repeat)]


def tells(*_positional: Any, **_named: Any) -> Any:
    """For what only asks: the inspector, the environment, a new uuid."""
    return UNKNOWN


def _native(call: Any, name: str) -> Native:
    return Native(call, name)


NAMES: dict[str, Any] = {
    "alembic.context.is_offline_mode": _native(lambda: False, "is_offline_mode"),
    "contextlib.contextmanager": Module("contextlib.contextmanager"),
    "contextlib.nullcontext": _native(lambda *_: contextlib.nullcontext(), "nullcontext"),
    "contextlib.suppress": _native(lambda *_: contextlib.nullcontext(), "suppress"),
    "datetime.UTC": datetime.UTC,
    "itertools.chain": _native(lambda *columns: [each for column in columns for each in column], "chain"),
    "itertools.product": _native(_product, "product"),
    "json.dumps": _native(json.dumps, "dumps"),
    "json.loads": _native(json.loads, "loads"),
    "os.environ": UNKNOWN,
    "os.getenv": UNKNOWN,
    "os.path": Module("os.path"),
    "pathlib.Path": pathlib.PurePosixPath,
    "pathlib.PurePath": pathlib.PurePosixPath,
    "sqlalchemy.Inspector": UNKNOWN,
    "sqlalchemy.Interval": sa.Interval,
    "sqlalchemy.inspect": _native(tells, "inspect"),
    "sqlalchemy.literal": Native(sa.literal, "literal", "sql"),
    "sqlalchemy.literal_column": Native(sa.literal_column, "literal_column", "sql"),
    "sqlalchemy.orm.declarative_base": _native(tells, "declarative_base"),
    "sqlalchemy.orm.mapped_column": sa.Column,
    "sqlalchemy.orm.DeclarativeBase": UNKNOWN,
    "sqlalchemy.dialects.postgresql.dialect": Native(PGDialect_psycopg, "dialect"),
    "sqlmodel.sql.sqltypes.AutoString": sa.String,
    "textwrap.dedent": _native(textwrap.dedent, "dedent"),
    "typing.TYPE_CHECKING": False,
    "uuid.UUID": uuid.UUID,
    "uuid.uuid4": _native(tells, "uuid4"),
}

PLAIN_CLASSES: tuple[type[Any], ...] = (
    datetime.date,
    datetime.datetime,
    datetime.time,
    datetime.timedelta,
    datetime.timezone,
    decimal.Decimal,
    pathlib.PurePosixPath,
    uuid.UUID,
)

ENUMS: dict[str, type[enum.Enum]] = {
    "enum.Enum": enum.Enum,
    "enum.IntEnum": enum.IntEnum,
    "enum.StrEnum": enum.StrEnum,
}


def module(name: str) -> Any:
    """What ``import name`` gives."""
    if name in _SQLALCHEMY | _OTHERS | _OURS or name in ("os", "os.path"):
        return Module(name)
    if any(each.startswith(f"{name}.") for each in (*NAMES, *ENUMS)) or name in ("datetime", "decimal"):
        return Module(name)
    return UNKNOWN if name in QUIET else Unknown(name, ELSEWHERE)


def attribute(of: Module, name: str) -> Any:
    """What *name* is in a module."""
    full = f"{of.name}.{name}"
    if full in NAMES:
        return NAMES[full]
    if full in ENUMS:
        return ENUMS[full]
    if full in _SQLALCHEMY | _OTHERS | _OURS or any(each.startswith(f"{full}.") for each in NAMES):
        return Module(full)
    if of.name == "alembic.context" and name in _TOLD:
        return UNKNOWN
    found = _plain(of.name, name) or _sql(of.name, name) or _operation(of.name, name)
    return found or Unknown(full.removeprefix("alembic."))


def _plain(of: str, name: str) -> Any:
    found = getattr({"datetime": datetime, "decimal": decimal}.get(of), name, None)
    return found if found in PLAIN_CLASSES else None


def _sql(of: str, name: str) -> Any:
    if of not in _SQLALCHEMY or name.startswith("_"):
        return None
    found = getattr(importlib.import_module(of), name, None)
    if found is sa.func:
        return found
    if sql_class(found):
        return found
    if getattr(found, "__module__", "") in _CONSTRUCTORS and callable(found):
        return Native(found, name, "sql")
    return _session(of, name)


def sql_class(value: Any) -> bool:
    """Whether *value* is a class of SQLAlchemy (or our own) that may be made."""
    return (
        isinstance(value, type)
        and issubclass(value, (*SQL, sa.MetaData))
        and (value is sa.Interval or not issubclass(value, _RUNS_CODE))
        and value.__module__.startswith(("sqlalchemy.", "safemigrate.lint.static."))
    )


def _session(of: str, name: str) -> Any:
    if not of.startswith("sqlalchemy.orm") or name not in ("Session", "sessionmaker"):
        return None
    orm = importlib.import_module("sqlalchemy.orm")

    def session(bind: Any = UNKNOWN, **_options: Any) -> Any:
        if not isinstance(bind, sa.Connection):
            raise Refused("opens a session over a connection that is not known")
        return orm.Session(bind=bind)

    if name == "Session":
        return Native(session, name, "bind")

    def maker(bind: Any = UNKNOWN, **_options: Any) -> Any:
        return Native(lambda own=bind, **_more: session(own), name, "bind")

    return Native(maker, name)


def _operation(of: str, name: str) -> Any:
    if of != "alembic.operations.ops":
        return None
    found = getattr(importlib.import_module(of), name, None)
    return found if operation_class(found) else None


def operation_class(value: Any) -> bool:
    """Whether *value* is one of Alembic's operations, for ``op.invoke``."""
    return isinstance(value, type) and issubclass(value, MigrateOperation) and value.__module__.startswith("alembic.")

"""Which attributes of a value may be read: a list that is closed, for every class of values there is."""

from __future__ import annotations

import enum
import importlib
import pathlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import BatchOperations, Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from safemigrate.lint.static import files, plain, reach
from safemigrate.lint.static.limits import Refused
from safemigrate.lint.static.models import Model, Query
from safemigrate.lint.static.names import names
from safemigrate.lint.static.reach import Module
from safemigrate.lint.static.values import UNKNOWN, Native, Unknown

_OPERATIONS = names(
    "add_column alter_column batch_alter_table bulk_insert create_check_constraint create_exclude_constraint"
    " create_foreign_key create_index create_primary_key create_table create_table_comment create_unique_constraint"
    " drop_column drop_constraint drop_index drop_table drop_table_comment execute f get_bind get_context"
    " inline_literal invoke rename_table"
)
_DIRECTIVES = frozenset({"backfill", "batched_delete", "batched_update"})
_STATEMENTS = frozenset({"exec_driver_sql", "execute", "scalar", "scalars"})
_CONNECTION = _STATEMENTS | names("begin begin_nested close commit execution_options rollback")
_SESSION = _STATEMENTS | names("begin begin_nested close commit connection flush get_bind rollback")
_ROWS = names("add add_all bulk_insert_mappings bulk_save_objects bulk_update_mappings delete merge")
"""Methods of a session that write rows in SQL that only the ORM knows."""

_ASKS = names("expire expire_all expunge expunge_all get get_one refresh")

_SQL = names(
    "add all_ any_ append_column append_constraint as_scalar as_string as_integer as_boolean as_float asc astext"
    " between bindparams bool_op c cast collate columns compile concat constraints contained_by contains copy"
    " correlate create create_all cte delete desc distinct drop drop_all endswith enums except_ except_all"
    " excluded exists fetch filter foreign_keys from_select fullname group_by has_all has_any has_key having"
    " icontains ilike in_ indexes insert intersect is_ is_distinct_from is_not is_not_distinct_from isnot isouter"
    " join key label lateral length like limit literal_column match name not_ilike not_in not_like notilike notin_"
    " notlike nulls_first nulls_last nullsfirst nullslast offset on_conflict_do_nothing on_conflict_do_update op"
    " order_by outerjoin over overlaps params prefix_with primary_key regexp_match regexp_replace returning"
    " scalar_subquery schema select select_from self_group sorted_tables startswith subquery suffix_with table"
    " table_valued tables type union union_all update values where whereclause with_for_update with_only_columns"
    " with_variant within_group"
)


def member(value: Any, name: str, operations: Operations) -> Any:
    """``value.name``. Raises Refused for what may not be read."""
    if isinstance(value, Unknown):
        return value.member(name)
    if isinstance(value, (Model, Query)):
        return value.member(name)
    if name.startswith("_"):
        raise Refused(f"uses {name}, which is not read")
    if isinstance(value, Module):
        return _of_module(value, name, operations)
    if isinstance(value, enum.EnumMeta):
        return _of_enum(value, name)
    if isinstance(value, enum.Enum) and name in ("name", "value"):
        return value.name if name == "name" else value.value
    if isinstance(value, files.Opened):
        return Native(lambda *_, **__: value.text if name == "read" else None, name)
    found = _of_database(value, name)
    return _of_data(value, name) if found is None else found


def _of_module(module: Module, name: str, operations: Operations) -> Any:
    if module.name == "alembic.op" and name in _OPERATIONS | _DIRECTIVES:
        if name in _DIRECTIVES:
            importlib.import_module("safemigrate.ops")
        return Native(getattr(operations, name), f"op.{name}", "op")
    if module.name == "alembic.context" and name in ("execute", "get_bind", "get_context"):
        return _of_module(Module("alembic.op"), name, operations)
    if module.name == "safemigrate.ops":
        if name in _DIRECTIVES:
            return _of_module(Module("alembic.op"), name, operations)
        if name == "as_written":
            return Native(importlib.import_module(module.name).as_written, name)
    if module.name == "os.path":
        return _path(name)
    return reach.attribute(module, name)


def _path(name: str) -> Any:
    path = pathlib.PurePosixPath
    functions: dict[str, Callable[..., str]] = {
        "join": lambda *parts: str(path(*parts)),
        "dirname": lambda of: str(path(of).parent),
        "basename": lambda of: path(of).name,
        "abspath": str,
        "realpath": str,
    }
    return Native(functions[name], name) if name in functions else Unknown(f"os.path.{name}")


def _of_enum(kind: enum.EnumMeta, name: str) -> Any:
    if name not in kind.__members__:
        raise Refused(f"uses .{name} of {kind.__name__}, which is not read")
    return kind.__members__[name]


def _of_database(value: Any, name: str) -> Any:
    """An attribute of what leads to the database; None for another value."""
    if isinstance(value, BatchOperations):
        return Native(getattr(value, name), f"batch_op.{name}", "op", value) if name in _OPERATIONS else None
    if isinstance(value, MigrationContext):
        return _of_context(value, name)
    if isinstance(value, sa.Connection):
        return _over(value, name, _CONNECTION, ("dialect", "engine"))
    if isinstance(value, sa.Engine):
        return _over(value, name, frozenset({"begin", "connect"}), ("dialect", "name"))
    if isinstance(value, sa.engine.Transaction):
        return _over(value, name, frozenset({"close", "commit", "rollback"}), ())
    if type(value).__module__ == "sqlalchemy.orm.session":
        if name in ("query", *_ROWS):
            return Native(Query.of(value) if name == "query" else _rows, f"session.{name}", "bind", value)
        return Native(reach.tells, name) if name in _ASKS else _over(value, name, _SESSION, ())
    if isinstance(value, sa.Dialect):
        if name in ("name", "driver", "server_version_info"):
            return getattr(value, name)
        return UNKNOWN if name == "identifier_preparer" else Unknown(f"dialect.{name}")
    return None


def _rows(*_objects: Any, **_options: Any) -> Any:
    raise Refused("writes rows through the ORM, in SQL that is not read")


def _over(value: Any, name: str, methods: frozenset[str], told: tuple[str, ...]) -> Any:
    if name in methods:
        return Native(getattr(value, name), name, "bind", value)
    if name in told:
        return getattr(value, name)
    raise Refused(f"uses .{name} of a connection, which is not read")


def _of_context(context: MigrationContext, name: str) -> Any:
    if name in ("bind", "connection"):
        return context.connection
    if name == "autocommit_block":
        return Native(context.autocommit_block, name)
    if name in ("as_sql", "dialect"):
        return getattr(context, name)
    raise Refused(f"uses .{name} of the migration context, which is not read")


def _of_data(value: Any, name: str) -> Any:
    if isinstance(value, ReadOnlyColumnCollection):
        if name in ("get", "items", "keys", "values"):
            return Native(lambda *key: _collected(value, name, *key), name)
        return value[name]
    if value is sa.func or type(value) is type(sa.func):
        return getattr(value, name)
    if isinstance(value, (*reach.SQL, sa.MetaData)) and name in _SQL:
        found = getattr(value, name)
        return Native(found, name, "sql", value) if callable(found) and not isinstance(found, reach.SQL) else found
    if isinstance(value, type) and value in reach.PLAIN_CLASSES and plain.flows(value, name):
        return Native(lambda *_, **__: UNKNOWN, name)
    found = plain.method(value, name)
    return Native(found, name, of=value) if callable(found) else found


def _collected(columns: Any, name: str, *key: Any) -> Any:
    return columns.get(*key) if name == "get" else [*getattr(columns, name)()]

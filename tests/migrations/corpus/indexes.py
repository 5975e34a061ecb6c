"""What a revision does to indexes."""

from __future__ import annotations

from tests.migrations.corpus.constraints import add_index
from tests.migrations.corpus.world import Column, Index, Table, World, execute, q

_ORDERED = ("", "number", "text", "numeric", "moment", "key")


def _ordered(column: Column) -> bool:
    return column.flavor.family in _ORDERED and column.flavor.type not in ("json", "json")


def _any(world: World) -> tuple[Table, Column] | None:
    return world.column(_ordered)


def plain(world: World) -> str | None:
    """op.create_index, over one column or several."""
    found = _any(world)
    if found is None:
        return None
    table, first = found
    others = [each for each in table.columns.values() if each is not first and _ordered(each)]
    columns = [first, *(world.choose.some(others, 2) if others and world.choose.chance(40) else [])]
    name = world.name()
    more = world.choose.one(
        ("", "", "", ", if_not_exists=True", ", postgresql_using='hash'", ", postgresql_with={'fillfactor': 60}")
    )
    if "hash" in more:
        columns = [first]
    add_index(table, name, tuple(columns))
    return f"op.create_index({name!r}, {table.name!r}, {[each.name for each in columns]!r}{more}{table.at})"


def unique(world: World) -> str | None:
    """op.create_index(unique=True), partial sometimes."""
    found = world.column(lambda column: column.distinct and _ordered(column), lambda table: not table.partitioned)
    if found is None:
        return None
    table, column = found
    name = world.name()
    add_index(table, name, (column,), unique=True)
    where = f", postgresql_where=sa.text({column.sql + ' IS NOT NULL'!r})" if world.choose.chance(40) else ""
    return f"op.create_index({name!r}, {table.name!r}, [{column.name!r}], unique=True{where}{table.at})"


def partial(world: World) -> str | None:
    """With WHERE, INCLUDE, an order of its own."""
    found = _any(world)
    if found is None:
        return None
    table, column = found
    name = world.name()
    add_index(table, name, (column,))
    include = world.choose.one(list(table.columns))
    more = world.choose.one(
        (
            f", postgresql_where=sa.text({column.sql + ' IS NOT NULL'!r})",
            f", postgresql_include=[{include!r}]",
            f", postgresql_ops={{{column.name!r}: ''}}",
        )
    )
    if column.name != include:
        table.columns[include].held = table.columns[include].held or "include" in more
    return f"op.create_index({name!r}, {table.name!r}, [{column.name!r}]{more}{table.at})"


def expression(world: World) -> str | None:
    """Over an expression, or with a direction."""
    found = world.column(lambda column: column.flavor.family in ("text", "number") and _ordered(column))
    if found is None:
        return None
    table, column = found
    name = world.name()
    add_index(table, name, (column,))
    made = f"lower({column.sql})" if column.flavor.family == "text" else f"({column.sql} + 1)"
    keys = world.choose.one((f"sa.text({made!r})", f"sa.text({column.sql + ' DESC NULLS LAST'!r})"))
    column.held = True
    return f"op.create_index({name!r}, {table.name!r}, [{keys}]{table.at})"


def inverted(world: World) -> str | None:
    """USING gin, brin or gist."""
    found = world.column(lambda column: column.flavor.type in ("jsonb", "integer[]", "timestamp"))
    if found is None:
        return None
    table, column = found
    name = world.name()
    method = "brin" if column.flavor.type == "timestamp" else "gin"
    add_index(table, name, (column,))
    return f"op.create_index({name!r}, {table.name!r}, [{column.name!r}], postgresql_using={method!r}{table.at})"


def unnamed(world: World) -> str | None:
    """CREATE INDEX ON …, which PostgreSQL names."""
    found = _any(world)
    if found is None:
        return None
    table, column = found
    unique = "UNIQUE " if column.distinct and not table.partitioned and world.choose.chance(30) else ""
    return execute(f"CREATE {unique}INDEX ON {table.sql} ({column.sql})")


def concurrent(world: World) -> str | None:
    """postgresql_concurrently in an autocommit block."""
    found = world.column(_ordered, lambda table: not table.partitioned)
    if found is None:
        return None
    table, column = found
    name = world.name()
    add_index(table, name, (column,))
    create = f"op.create_index({name!r}, {table.name!r}, [{column.name!r}], postgresql_concurrently=True{table.at})"
    return f"with op.get_context().autocommit_block():\n    {create}"


def _known(world: World) -> tuple[Table, Index] | None:
    found = [(table, index) for table in world.tables for index in table.indexes.values()]
    return world.choose.one(found) if found else None


def drop(world: World) -> str | None:
    """op.drop_index."""
    found = _known(world)
    if found is None:
        return None
    table, index = found
    del table.indexes[index.name]
    return f"op.drop_index({index.name!r}, table_name={table.name!r}{table.at})"


def rename(world: World) -> str | None:
    """ALTER INDEX … RENAME."""
    found = _known(world)
    if found is None:
        return None
    table, index = found
    old, index.name = index.name, world.name()
    table.indexes[index.name] = table.indexes.pop(old)
    prefix = f"{q(table.schema)}." if table.schema != "public" else ""
    return execute(f"ALTER INDEX {prefix}{q(old)} RENAME TO {q(index.name)}")


def reindex(world: World) -> str | None:
    """REINDEX of a table."""
    table = world.table(lambda each: not each.partitioned)
    return execute(f"REINDEX TABLE {table.sql}") if table else None


def statistics(world: World) -> str | None:
    """CREATE STATISTICS over two columns."""
    table = world.table(lambda each: each.part is None and len([*filter(_ordered, each.columns.values())]) > 1)
    if table is None:
        return None
    one, two = world.choose.some([*filter(_ordered, table.columns.values())], 2)[:1] * 2
    other = next(each for each in table.columns.values() if each is not one and _ordered(each))
    one.held = two.held = other.held = True
    return execute(f"CREATE STATISTICS {q(world.name())} ON {one.sql}, {other.sql} FROM {table.sql}")

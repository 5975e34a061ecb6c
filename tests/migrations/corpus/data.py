"""What a revision does to rows."""

from __future__ import annotations

from tests.migrations.corpus.world import Column, Table, World, execute


def _writable(column: Column) -> bool:
    return column.written and not column.held and column.flavor.family != "key"


def set_constant(world: World) -> str | None:
    """UPDATE … SET column = constant, with WHERE or without."""
    found = world.column(lambda column: _writable(column) and column.flavor.constant != "" and not column.distinct)
    if found is None:
        return None
    table, column = found
    constant = column.flavor.constant
    column.volatile = False if not column.volatile else column.volatile
    ways = [("", False), (f" WHERE {column.sql} IS NULL", False)]
    if table.key is not None and table.key.flavor.type in ("integer", "bigint"):
        ways += [(f" WHERE {table.key.sql} % 2 = 0", column.nulls), (f" WHERE {table.key.sql} < 40", column.nulls)]
    where, column.nulls = world.choose.one(ways)
    return execute(f"UPDATE {table.sql} SET {column.sql} = {constant}{where}")


def increment(world: World) -> str | None:
    """UPDATE … SET n = n + 1: a row that is met twice shows."""
    found = world.column(
        lambda column: _writable(column) and column.flavor.family in ("number", "numeric") and not column.distinct
    )
    if found is None:
        return None
    table, column = found
    where = world.choose.one(("", f" WHERE {column.sql} > 2", f" AS it WHERE it.{column.sql} IS NOT NULL"))
    alias = " AS it" if where.startswith(" AS it") else ""
    where = where.removeprefix(" AS it")
    return execute(f"UPDATE {table.sql}{alias} SET {column.sql} = {column.sql} + 1{where}")


def append(world: World) -> str | None:
    """UPDATE … SET t = t || 'x', which fits whatever the column holds."""
    found = world.column(lambda column: _writable(column) and column.flavor.type == "text")
    if found is None:
        return None
    table, column = found
    return execute(f"UPDATE {table.sql} SET {column.sql} = {column.sql} || '+'")


def copy_column(world: World) -> str | None:
    """UPDATE … SET new = old."""
    found = world.column(lambda column: _writable(column) and not column.distinct)
    if found is None:
        return None
    table, column = found
    same = [
        each
        for each in table.columns.values()
        if each is not column and each.flavor.type == column.flavor.type and not each.volatile and not each.nulls
    ]
    if not same:
        return None
    column.nulls = False
    return execute(f"UPDATE {table.sql} SET {column.sql} = {world.choose.one(same).sql}")


def move_key(world: World) -> str | None:
    """UPDATE of the primary key itself: rows move along the way that batches go."""
    table = world.table(
        lambda each: each.key is not None and each.key.flavor.type == "integer" and not world.referenced(each)
    )
    if table is None or table.key is None or table.key.held or not table.key.written:
        return None
    return execute(f"UPDATE {table.sql} SET {table.key.sql} = {table.key.sql} + 100000")


def join(world: World) -> str | None:
    """UPDATE … FROM another table, and by a subselect."""
    found = world.column(lambda column: _writable(column) and column.flavor.constant != "" and not column.distinct)
    other = world.table(lambda each: each.key is not None and each.key.flavor.type in ("integer", "bigint"))
    if found is None or other is None or other.key is None or found[0].key is None:
        return None
    table, column = found
    assert table.key is not None
    if table is other or table.key.flavor.type not in ("integer", "bigint"):
        return None
    set_ = f"UPDATE {table.sql} SET {column.sql} = {column.flavor.constant}"
    key, same = f"{table.sql}.{table.key.sql}", f"other.{other.key.sql}"
    return execute(
        world.choose.one(
            (
                f"{set_} FROM {other.sql} AS other WHERE {same} = {key}",
                f"{set_} WHERE {table.key.sql} IN (SELECT {same} FROM {other.sql} AS other)",
                f"{set_} WHERE EXISTS (SELECT FROM {other.sql} AS other WHERE {same} = {key})",
            )
        )
    )


def delete(world: World) -> str | None:
    """DELETE of some rows, of none, or of all."""
    table = world.table(lambda each: each.part is None and not world.referenced(each))
    if table is None:
        return None
    columns = [each for each in table.columns.values() if each.flavor.family == "number" and not each.volatile]
    if not columns:
        return execute(f"DELETE FROM {table.sql}")
    column = world.choose.one(columns).sql
    return execute(f"DELETE FROM {table.sql} WHERE " + world.choose.one((f"{column} % 3 = 0", f"{column} < 2")))


def insert(world: World) -> str | None:
    """INSERT … SELECT, or op.bulk_insert."""
    table = world.table(lambda each: each.part is None and _insertable(each))
    if table is None:
        return None
    columns = [each for each in table.columns.values() if each.written and not each.default]
    rows = world.choose.number(1, 20)
    table.rows += rows
    for column in columns:
        column.nulls = column.nulls or column.flavor.nulls
    names, values = ", ".join(each.sql for each in columns), ", ".join(each.flavor.value for each in columns)
    return execute(f"INSERT INTO {table.sql} ({names}) SELECT {values} FROM {world.series(rows)}")


def _insertable(table: Table) -> bool:
    columns = [each for each in table.columns.values() if each.written and not each.default]
    references = [each for each in table.constraints.values() if each.kind == "foreign key"]
    return bool(columns) and not references and not table.partitioned


def truncate(world: World) -> str | None:
    """TRUNCATE, which nothing brings back."""
    table = world.table(lambda each: each.part is None and not world.referenced(each))
    return execute(f"TRUNCATE {table.sql}") if table and world.choose.chance(30) else None

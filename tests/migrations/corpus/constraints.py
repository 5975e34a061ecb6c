"""What a revision does to constraints, with a name and without."""

from __future__ import annotations

from tests.migrations.corpus.world import Column, Constraint, Index, Table, World, execute, q

_PLAIN = ("json", "list")


def _named(world: World) -> str | None:
    """A name, or None: then PostgreSQL chooses one."""
    return world.name() if world.choose.chance(70) else None


def _keep(table: Table, name: str | None, constraint: Constraint) -> None:
    if name:
        table.constraints[name] = constraint


def unique(world: World) -> str | None:
    """op.create_unique_constraint, over one column or two, deferrable or not."""
    found = world.column(
        lambda column: column.distinct and column.flavor.family not in _PLAIN, lambda table: not table.partitioned
    )
    if found is None:
        return None
    table, column = found
    columns = [column, *_beside(world, table, column)]
    name = _named(world)
    more = world.choose.one(("", "", ", deferrable=True", ", deferrable=True, initially='DEFERRED'"))
    _keep(table, name, Constraint(name or "", "unique", tuple(columns)))
    names = [each.name for each in columns]
    return f"op.create_unique_constraint({name!r}, {table.name!r}, {names!r}{more}{table.at})"


def _beside(world: World, table: Table, column: Column) -> list[Column]:
    others = [each for each in table.columns.values() if each is not column and each.flavor.family not in _PLAIN]
    return world.choose.some(others, 1) if others and world.choose.chance(30) else []


def unique_as_sql(world: World) -> str | None:
    """ALTER TABLE … ADD UNIQUE, INCLUDE and NULLS NOT DISTINCT among the ways; EXCLUDE as well."""
    found = world.column(
        lambda column: column.distinct and column.flavor.family not in _PLAIN, lambda table: not table.partitioned
    )
    if found is None:
        return None
    table, column = found
    name = _named(world)
    others = [each for each in table.columns.values() if each is not column]
    ways = [f"UNIQUE ({column.sql})", f"UNIQUE ({column.sql}) WITH (fillfactor = 60)", f"EXCLUDE ({column.sql} WITH =)"]
    if others:
        ways.append(f"UNIQUE ({column.sql}) INCLUDE ({world.choose.one(others).sql})")
    if world.version >= 15 and not column.nulls:
        ways.append(f"UNIQUE NULLS NOT DISTINCT ({column.sql})")
    _keep(table, name, Constraint(name or "", "unique", (column,)))
    return execute(f"ALTER TABLE {table.sql} ADD {f'CONSTRAINT {q(name)} ' if name else ''}{world.choose.one(ways)}")


def primary_key(world: World) -> str | None:
    """op.create_primary_key; its columns become NOT NULL."""
    kinds = ("primary key", "unnamed")
    found = world.column(
        lambda column: column.distinct and not column.nulls and column.flavor.family not in _PLAIN,
        lambda table: not table.partitioned and all(each.kind not in kinds for each in table.constraints.values()),
    )
    if found is None:
        return None
    table, column = found
    name = world.name()
    table.constraints[name] = Constraint(name, "primary key", (column,))
    table.key, column.nullable = column, False
    if world.choose.chance(30):
        return execute(f"ALTER TABLE {table.sql} ADD CONSTRAINT {q(name)} PRIMARY KEY ({column.sql})")
    return f"op.create_primary_key({name!r}, {table.name!r}, [{column.name!r}]{table.at})"


def check(world: World) -> str | None:
    """op.create_check_constraint."""
    found = world.column(lambda column: column.flavor.check != "")
    if found is None:
        return None
    table, column = found
    name = _named(world)
    _keep(table, name, Constraint(name or "", "check", (column,)))
    condition = column.flavor.check.format(column.sql)
    if name and world.choose.chance(60):
        return f"op.create_check_constraint({name!r}, {table.name!r}, {condition!r}{table.at})"
    return execute(f"ALTER TABLE {table.sql} ADD {f'CONSTRAINT {q(name)} ' if name else ''}CHECK ({condition})")


def check_not_valid(world: World) -> str | None:
    """NOT VALID, and sometimes VALIDATE CONSTRAINT after it."""
    found = world.column(lambda column: column.flavor.check != "", lambda table: not table.partitioned)
    if found is None:
        return None
    table, column = found
    name = world.name()
    validated = world.choose.chance(50)
    table.constraints[name] = Constraint(name, "check", (column,), validated=validated)
    condition = column.flavor.check.format(column.sql)
    add = execute(f"ALTER TABLE {table.sql} ADD CONSTRAINT {q(name)} CHECK ({condition}) NOT VALID")
    return f"{add}\n{_validate(table, name)}" if validated else add


def validate(world: World) -> str | None:
    """VALIDATE CONSTRAINT, long after."""
    found = [
        (table, each)
        for table in world.tables
        for each in table.constraints.values()
        if each.name and not each.validated
    ]
    if not found:
        return None
    table, constraint = world.choose.one(found)
    constraint.validated = True
    return _validate(table, constraint.name)


def _validate(table: Table, name: str) -> str:
    return execute(f"ALTER TABLE {table.sql} VALIDATE CONSTRAINT {q(name)}")


def foreign_key(world: World) -> str | None:
    """op.create_foreign_key, from a column whose values are all there, or that has none."""
    pairs = [
        (table, column, target)
        for table in world.tables
        if table.part is None
        for column in table.columns.values()
        for target in world.tables
        if target.key is not None and target.part is None and not target.partitioned and _fits(table, column, target)
    ]
    if not pairs:
        return None
    table, column, target = world.choose.one(pairs)
    assert target.key is not None
    name = None if world.choose.chance(25) else world.name()
    _keep(table, name, Constraint(name or "", "foreign key", (column,), target))
    if not name:
        table.constraints[f"none {world.number}"] = Constraint("", "foreign key", (column,), target)
        world.number += 1
    more = world.choose.one(
        ("", "", ", ondelete='CASCADE'", ", ondelete='SET NULL', onupdate='CASCADE'", ", deferrable=True",
         ", deferrable=True, initially='DEFERRED'", ", match='FULL'")
    )  # fmt: skip
    column.held = True
    if not table.partitioned and world.choose.chance(20):
        more += ", postgresql_not_valid=True"
        if name:
            table.constraints[name].validated = False
    return (
        f"op.create_foreign_key({name!r}, {table.name!r}, {target.name!r}, [{column.name!r}], [{target.key.name!r}], "
        f"source_schema={table.schema!r}, referent_schema={target.schema!r}{more})"
    )


def _fits(table: Table, column: Column, target: Table) -> bool:
    key = target.key
    if key is None or key.flavor.type != column.flavor.type or column.volatile:
        return False
    # Its own key refers to itself; a column that was added and never filled refers to nothing.
    return column is key or (column.nulls and not column.distinct and column.flavor.value != "nullif(g % 5, 0)")


def drop_constraint(world: World) -> str | None:
    """op.drop_constraint, of any kind."""
    found = [
        (table, each)
        for table in world.tables
        for each in table.constraints.values()
        if each.name and each.kind != "unnamed" and not (each.columns and _needed(world, table, each))
    ]
    if not found:
        return None
    table, constraint = world.choose.one(found)
    del table.constraints[constraint.name]
    if constraint.kind == "primary key":
        table.key = None
    return f"op.drop_constraint({constraint.name!r}, {table.name!r}{table.at})"


def _needed(world: World, table: Table, constraint: Constraint) -> bool:
    return constraint.kind in ("primary key", "unique") and (table.part is not None or world.referenced(table))


def rename_constraint(world: World) -> str | None:
    """RENAME CONSTRAINT."""
    found = [(table, each) for table in world.tables for each in table.constraints.values() if _mine(each)]
    if not found:
        return None
    table, constraint = world.choose.one(found)
    old, new = constraint.name, world.name()
    table.constraints[new] = table.constraints.pop(old)
    constraint.name = new
    return execute(f"ALTER TABLE {table.sql} RENAME CONSTRAINT {q(old)} TO {q(new)}")


def _mine(constraint: Constraint) -> bool:
    return bool(constraint.name) and constraint.kind != "unnamed"


def comment_constraint(world: World) -> str | None:
    """COMMENT ON CONSTRAINT."""
    found = [(table, each) for table in world.tables for each in table.constraints.values() if _mine(each)]
    if not found:
        return None
    table, constraint = world.choose.one(found)
    return execute(f"COMMENT ON CONSTRAINT {q(constraint.name)} ON {table.sql} IS 'why it is there'")


def doomed(world: World) -> str | None:
    """What the rows do not allow, if there are any."""
    found = world.column(lambda column: column.flavor.family == "number" and not column.distinct)
    if found is None:
        return None
    table, column = found
    adds = [f"ADD CHECK ({column.sql} < 0)", f"ADD CONSTRAINT {q(world.name())} CHECK ({column.sql} IS NULL)"]
    if not table.partitioned:
        adds.append(f"ADD CONSTRAINT {q(world.name())} UNIQUE ({column.sql})")
    if column.nulls:
        adds = [f"ALTER COLUMN {column.sql} SET NOT NULL"]
    return execute(f"ALTER TABLE {table.sql} {world.choose.one(adds)}")


def add_index(table: Table, name: str, columns: tuple[Column, ...], *, unique: bool = False) -> None:
    table.indexes[name] = Index(name, columns, unique)

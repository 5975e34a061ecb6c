"""What a revision does to everything that is neither a table nor a part of one."""

from __future__ import annotations

from tests.migrations.corpus.world import Table, World, execute, q


def create_enum(world: World) -> str | None:
    """An enum, by SQL or by SQLAlchemy's type."""
    name = world.name()
    labels = world.enums[name] = ["sad", "ok"]
    if world.choose.chance(50):
        return execute(f"CREATE TYPE {q(name)} AS ENUM ('sad', 'ok')")
    return f"postgresql.ENUM({', '.join(map(repr, labels))}, name={name!r}).create(op.get_bind())"


def add_label(world: World) -> str | None:
    """ALTER TYPE … ADD VALUE."""
    if not world.enums:
        return None
    name = world.choose.one(list(world.enums))
    world.number += 1
    label = f"happy {world.number}"
    before = world.choose.one(("", f" BEFORE '{world.enums[name][0]}'", f" AFTER '{world.enums[name][0]}'"))
    return execute(f"ALTER TYPE {q(name)} ADD VALUE '{label}'{before}")


def rename_label(world: World) -> str | None:
    """ALTER TYPE … RENAME VALUE."""
    if not world.enums:
        return None
    name = world.choose.one(list(world.enums))
    world.number += 1
    old, new = world.enums[name][1], f"fine {world.number}"
    world.enums[name][1] = new
    return execute(f"ALTER TYPE {q(name)} RENAME VALUE '{old}' TO '{new}'")


def create_view(world: World) -> str | None:
    """A view over some columns."""
    table = world.table(lambda each: each.part is None)
    if table is None:
        return None
    name = world.name()
    columns = world.choose.some(list(table.columns.values()), 3)
    for column in columns:
        column.held = True
    table.held = True
    world.views[name] = columns
    return execute(f"CREATE VIEW {q(name)} AS SELECT {', '.join(each.sql for each in columns)} FROM {table.sql}")


def replace_view(world: World) -> str | None:
    """CREATE OR REPLACE VIEW … without a table behind it, or with a comment."""
    if not world.views:
        return None
    name = world.choose.one(list(world.views))
    return execute(f"COMMENT ON VIEW {q(name)} IS 'number {world.number}'")


def constant_view(world: World) -> str | None:
    """A view that is replaced at once by one with a column more."""
    name = q(world.name())
    first = execute(f"CREATE VIEW {name} AS SELECT 1 AS a")
    return f"{first}\n" + execute(f"CREATE OR REPLACE VIEW {name} AS SELECT 2 AS a, 'x'::text AS b")


def drop_view(world: World) -> str | None:
    """DROP VIEW; its columns stay out of the way of what follows."""
    if not world.views:
        return None
    name = world.choose.one(list(world.views))
    del world.views[name]
    return execute(f"DROP VIEW {q(name)}")


def create_matview(world: World) -> str | None:
    """A materialized view, with a unique index sometimes: then it can be refreshed concurrently."""
    table = world.table(lambda each: each.part is None and any(not column.volatile for column in each.columns.values()))
    if table is None:
        return None
    name = world.name()
    column = world.choose.one([each for each in table.columns.values() if not each.volatile])
    column.held = table.held = True
    column.written = column.written and not column.distinct
    made = execute(f"CREATE MATERIALIZED VIEW {q(name)} AS SELECT {column.sql} AS c FROM {table.sql}")
    if not (column.distinct and table.schema == "public"):
        world.matviews[name] = ""
        return made
    world.matviews[name] = "unique"
    return f"{made}\n" + execute(f"CREATE UNIQUE INDEX {q(world.name())} ON {q(name)} (c)")


def refresh_matview(world: World) -> str | None:
    """REFRESH MATERIALIZED VIEW."""
    if not world.matviews:
        return None
    return execute(f"REFRESH MATERIALIZED VIEW {q(world.choose.one(list(world.matviews)))}")


def drop_matview(world: World) -> str | None:
    """DROP MATERIALIZED VIEW."""
    if not world.matviews:
        return None
    name = world.choose.one(list(world.matviews))
    del world.matviews[name]
    return execute(f"DROP MATERIALIZED VIEW {q(name)}")


def sequence(world: World) -> str | None:
    """A sequence, made or changed."""
    if world.sequences and world.choose.chance(50):
        name = world.choose.one(world.sequences)
        return execute(f"ALTER SEQUENCE {q(name)} INCREMENT BY {world.choose.number(2, 9)}")
    name = world.name()
    world.sequences.append(name)
    return execute(f"CREATE SEQUENCE {q(name)} START 5 OWNED BY NONE")


def trigger(world: World) -> str | None:
    """A function, and a trigger that calls it and changes nothing."""
    table = world.table(lambda each: each.part is None)
    if table is None:
        return None
    name = q(world.name())
    body = "BEGIN RETURN NEW; END"
    function = execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS '{body}'")
    moment = world.choose.one(("BEFORE UPDATE", "AFTER INSERT OR UPDATE"))
    made = f"CREATE TRIGGER {name} {moment} ON {table.sql} FOR EACH ROW EXECUTE FUNCTION {name}()"
    return f"{function}\n{execute(made)}"


def function(world: World) -> str | None:
    """A function, made or replaced."""
    if world.functions and world.choose.chance(50):
        name = world.choose.one(world.functions)
    else:
        name = world.name()
        world.functions.append(name)
    body = f"SELECT a + {world.choose.number(1, 9)}"
    return execute(f"CREATE OR REPLACE FUNCTION {q(name)}(a int) RETURNS int LANGUAGE sql AS '{body}'")


def block(world: World) -> str | None:
    """A DO block that changes a table."""
    table = world.table()
    if table is None or "'" in table.sql:
        return None
    comment = f"COMMENT ON TABLE {table.sql} IS 'from a block'"
    return execute(f"DO $$ BEGIN IF true THEN {comment}; END IF; END $$")


def grant(world: World) -> str | None:
    """GRANT and REVOKE."""
    table = world.table()
    if table is None:
        return None
    words = world.choose.one(("GRANT SELECT ON {} TO PUBLIC", "REVOKE ALL ON {} FROM PUBLIC"))
    return execute(words.format(table.sql))


def row_security(world: World) -> str | None:
    """A policy, and row security for those who do not own the table."""
    table: Table | None = world.table(lambda each: each.part is None)
    if table is None:
        return None
    policy = execute(f"CREATE POLICY {q(world.name())} ON {table.sql} FOR SELECT USING (true)")
    return f"{policy}\n" + execute(f"ALTER TABLE {table.sql} ENABLE ROW LEVEL SECURITY")

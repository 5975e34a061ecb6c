"""Things as the SQL that makes them again: what the catalog has of views, functions, triggers, types, sequences, …"""

from __future__ import annotations

from dataclasses import dataclass

from safemigrate.facts import Relation
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo import grants
from safemigrate.plan.undo.base import comments
from safemigrate.plan.undo.indexes import definition


@dataclass(frozen=True, slots=True)
class Definition:
    """*made* makes the thing where it is gone; *replaced* puts it back where it was replaced or altered.

    *loses* is what *made* cannot bring back.
    """

    made: tuple[str, ...]
    replaced: tuple[str, ...]
    loses: str = ""


def view(catalog: Catalog, name: Relation) -> Definition | None:
    row = catalog.relation(name)
    if row is None or row["kind"] not in {"v", "m"}:
        return None
    query = catalog.row("view", oid=row["oid"])
    assert query is not None
    own, kind = text.relation(catalog.named(row)), "VIEW" if row["kind"] == "v" else "MATERIALIZED VIEW"
    options = f" WITH ({', '.join(row['options'])})" if row["options"] else ""
    body = query["definition"].rstrip().removesuffix(";")
    create = f"CREATE {kind} {own}{options} AS\n{body}"
    about = _about_view(catalog, row, own, kind)
    # CREATE OR REPLACE VIEW can add columns but not take them away: only DROP brings back fewer.
    return Definition((create, *about), (f"DROP {kind} {own}", create, *about))


def _about_view(catalog: Catalog, row: Row, own: str, kind: str) -> tuple[str, ...]:
    """Comments, grants, indexes, triggers and rules of a view."""
    statements = [*comments(kind, own, row["comment"])]
    for each in catalog.rows("column_comments", oid=row["oid"]):
        statements.extend(comments("column", f"{own}.{text.name(each['name'])}", each["comment"]))
    for each in catalog.rows("indexes_of", oid=row["oid"]):
        index = catalog.index(each["oid"])
        if index:
            made = definition(index)
            statements.extend([made.create, *made.marks])
    statements.extend(each["definition"] for each in catalog.rows("triggers_of", oid=row["oid"]))
    statements.extend(each["definition"].removesuffix(";") for each in catalog.rows("rules_of", oid=row["oid"]))
    statements.append(f"ALTER {kind} {own} OWNER TO {text.name(row['owner'])}")
    statements.extend(grants.again(catalog, "relation", row["oid"], f"TABLE {own}", row["owner"]))
    return tuple(statements)


def function(catalog: Catalog, name: Relation, arguments: tuple[str, ...]) -> Definition | None:
    row = catalog.function(name, arguments) or _only(catalog, name, arguments)
    if row is None or row["definition"] is None:
        return None
    kind = "PROCEDURE" if row["kind"] == "p" else "FUNCTION"
    own = f"{text.relation(catalog.named(row))}({row['arguments']})"
    about = (
        *comments(kind, own, row["comment"]),
        f"ALTER {kind} {own} OWNER TO {text.name(row['owner'])}",
        *grants.again(catalog, "function", row["oid"], f"{kind} {own}", row["owner"]),
    )
    create = row["definition"].rstrip()
    return Definition((create, *about), (create,))


def _only(catalog: Catalog, name: Relation, arguments: tuple[str, ...]) -> Row | None:
    """DROP FUNCTION f, without arguments, means the only one of that name."""
    if arguments:
        return None
    signature = catalog.value("functions_named", name=text.relation(name))
    return catalog.row("function", signature=signature) if signature else None


def on_table(catalog: Catalog, kind: str, table: Relation, name: str) -> Definition | None:
    """A trigger, rule or policy."""
    row = catalog.part(kind, table, name)
    if row is None:
        return None
    own = f"{text.name(name)} ON {text.relation(catalog.qualified(table))}"
    create = _policy(row, own) if kind == "policy" else row["definition"].removesuffix(";")
    made = (create, *comments(kind, own, row["comment"]), *_state(catalog, kind, table, row))
    return Definition(made, (f"DROP {kind.upper()} {own}", *made))


def _state(catalog: Catalog, kind: str, table: Relation, row: Row) -> tuple[str, ...]:
    states = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
    if row.get("enabled", "O") == "O":
        return ()
    owner = text.relation(catalog.qualified(table))
    return (f"ALTER TABLE {owner} {states[row['enabled']]} {kind.upper()} {text.name(row['name'])}",)


_COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


def _policy(row: Row, own: str) -> str:
    permissive = "PERMISSIVE" if row["permissive"] else "RESTRICTIVE"
    words = f"CREATE POLICY {own} AS {permissive} FOR {_COMMANDS[row['command']]} TO {', '.join(row['roles'])}"
    words += f" USING ({row['visible']})" if row["visible"] else ""
    return words + (f" WITH CHECK ({row['checked']})" if row["checked"] else "")


def type_(catalog: Catalog, name: Relation) -> Definition | None:
    row = catalog.type(name)
    if row is None:
        return None
    own = text.relation(catalog.named(row))
    create = _create_type(catalog, row, own)
    if create is None:
        return None
    kind = "DOMAIN" if row["kind"] == "d" else "TYPE"
    about = (
        *comments(kind, own, row["comment"]),
        f"ALTER {kind} {own} OWNER TO {text.name(row['owner'])}",
        *grants.again(catalog, "type", row["oid"], f"{kind} {own}", row["owner"]),
    )
    return Definition((*create, *about), (*create, *about))


def _create_type(catalog: Catalog, row: Row, own: str) -> tuple[str, ...] | None:
    if row["kind"] == "e":
        return (f"CREATE TYPE {own} AS ENUM ({', '.join(text.literal(label) for label in row['labels'])})",)
    if row["kind"] == "c":
        attributes = catalog.rows("attributes", oid=row["relation"])
        pairs = ", ".join(f"{text.name(each['name'])} {each['type']}" for each in attributes)
        return (f"CREATE TYPE {own} AS ({pairs})",)
    if row["kind"] == "d":
        return _create_domain(catalog, row, own)
    return None


def _create_domain(catalog: Catalog, row: Row, own: str) -> tuple[str, ...]:
    words = f"CREATE DOMAIN {own} AS {row['base']}"
    words += f" DEFAULT {row['expression']}" if row["expression"] else ""
    constraints = catalog.rows("domain_constraints", oid=row["oid"])
    named = [each for each in constraints if each["kind"] == "n"]
    if row["not_null"]:
        words += f" CONSTRAINT {text.name(named[0]['name'])} NOT NULL" if named else " NOT NULL"
    checks = [each for each in constraints if each["kind"] == "c"]
    added = (f"ALTER DOMAIN {own} ADD CONSTRAINT {text.name(each['name'])} {each['definition']}" for each in checks)
    return (words, *added)


def sequence(catalog: Catalog, name: Relation) -> Definition | None:
    row = catalog.relation(name)
    it = catalog.row("sequence", oid=row["oid"]) if row and row["kind"] == "S" else None
    if not (row and it):
        return None
    own = text.relation(catalog.named(row))
    options = (
        f"AS {it['type']} START WITH {it['start']} INCREMENT BY {it['increment']} MINVALUE {it['minimum']} "
        f"MAXVALUE {it['maximum']} CACHE {it['cache']} {'CYCLE' if it['cycle'] else 'NO CYCLE'}"
    )
    owned = f"ALTER SEQUENCE {own} OWNED BY {it['owned_by'] or 'NONE'}"
    position = (
        () if it["last_value"] is None else (f"SELECT pg_catalog.setval({text.literal(own)}, {it['last_value']})",)
    )
    about = (
        *comments("sequence", own, row["comment"]),
        f"ALTER SEQUENCE {own} OWNER TO {text.name(row['owner'])}",
        *grants.again(catalog, "relation", row["oid"], f"SEQUENCE {own}", row["owner"]),
    )
    made = (f"CREATE SEQUENCE {own} {options}", *about, owned, *position)
    return Definition(made, (f"ALTER SEQUENCE {own} {options}", owned))


def schema(catalog: Catalog, name: Relation) -> Definition | None:
    row = catalog.row("schema", name=name.name)
    if row is None:
        return None
    own = text.name(name.name)
    made = (
        f"CREATE SCHEMA {own} AUTHORIZATION {text.name(row['owner'])}",
        *comments("schema", own, row["comment"]),
        *grants.again(catalog, "schema", row["oid"], f"SCHEMA {own}", row["owner"]),
    )
    return Definition(made, made)


def statistics(catalog: Catalog, name: Relation) -> Definition | None:
    row = catalog.row("statistics", name=name.name, schema=name.schema)
    if row is None:
        return None
    own = text.relation(catalog.named(row))
    made = (row["definition"], *comments("statistics", own, row["comment"]))
    return Definition(made, (f"DROP STATISTICS {own}", *made))


def extension(catalog: Catalog, name: Relation) -> Definition | None:
    row = catalog.row("extension", name=name.name)
    if row is None:
        return None
    made = (f"CREATE EXTENSION {text.name(name.name)} VERSION {text.literal(row['version'])}",)
    return Definition(made, made, loses=f"what extension {name} kept in its own tables")

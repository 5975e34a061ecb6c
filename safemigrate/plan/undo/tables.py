"""Taking back what was done to tables as a whole, to their names, and to their partitions."""

from __future__ import annotations

from safemigrate.facts import Relation
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo.base import NOTHING, OPEN, alter, lost, qualified, sql, table
from safemigrate.statement import forms
from safemigrate.steps import Undo

_ENABLED = {
    "O": "ENABLE {what} {name}",
    "D": "DISABLE {what} {name}",
    "R": "ENABLE REPLICA {what} {name}",
    "A": "ENABLE ALWAYS {what} {name}",
}


def create_table(form: forms.CreateTable, catalog: Catalog | None) -> Undo:
    if form.temporary:
        return sql(f"DROP TABLE IF EXISTS pg_temp.{text.name(form.relation.name)}")
    if form.if_not_exists:
        if catalog is None:
            return OPEN
        if catalog.relation(form.relation):
            return NOTHING
    return sql(f"DROP TABLE IF EXISTS {_created(catalog, form.relation)}")


def _created(catalog: Catalog | None, name: Relation) -> str:
    """A name that is about to be made: of the same name in another schema of search_path there may be one already."""
    if name.schema or catalog is None:
        return text.relation(name)
    return text.relation(Relation(name.name, catalog.value("current_schema")))


def drop_table(form: forms.DropTable, catalog: Catalog | None) -> Undo:
    if catalog and form.if_exists and catalog.relation(form.relation) is None:
        return NOTHING
    return lost(f"the rows of {form.relation}")


def truncate(form: forms.Truncate, _catalog: Catalog | None) -> Undo:
    return lost(f"the rows of {', '.join(str(relation) for relation in form.relations)}")


def rename(form: forms.RenameRelation, catalog: Catalog | None) -> Undo:
    new = Relation(form.new, form.relation.schema)
    if catalog and not form.relation.schema and (row := catalog.relation(form.relation)):
        new = Relation(form.new, row["schema"])
    return sql(f"ALTER {form.kind.upper()} {text.relation(new)} RENAME TO {text.name(form.relation.name)}")


def alter_table(form: forms.AlterTable, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.relation)
    if found is None:
        return OPEN
    catalog, row = found
    target = text.relation(catalog.named(row))
    match form.action:
        case "owner":
            return sql(alter(target, f"OWNER TO {text.name(row['owner'])}"))
        case "enable trigger" | "disable trigger":
            return _states(catalog, row, form, "triggers_of", "TRIGGER")
        case "enable rule" | "disable rule":
            return _states(catalog, row, form, "rules_of", "RULE")
        case "row security":
            enabled = "ENABLE" if row["row_security"] else "DISABLE"
            forced = "FORCE" if row["force_row_security"] else "NO FORCE"
            return sql(alter(target, f"{enabled} ROW LEVEL SECURITY", f"{forced} ROW LEVEL SECURITY"))
        case "replica identity":
            return sql(alter(target, f"REPLICA IDENTITY {_replica_identity(catalog, row)}"))
        case "set options" | "reset options":
            return _options(form, row, target)
        case "inherit" | "no inherit":
            return _inheritance(form, catalog, target)
        case "cluster on" | "set without cluster":
            index = catalog.value("clustered_on", oid=row["oid"])
            return sql(alter(target, f"CLUSTER ON {text.name(index)}" if index else "SET WITHOUT CLUSTER"))
        case "set logged" | "set unlogged":
            return sql(alter(target, "SET UNLOGGED" if row["persistence"] == "u" else "SET LOGGED"))
        case "set tablespace":
            return sql(alter(target, f"SET TABLESPACE {text.name(row['tablespace'] or 'pg_default')}"))
        case "set access method":
            return sql(alter(target, f"SET ACCESS METHOD {text.name(row['access_method'])}"))
    return OPEN


def _inheritance(form: forms.AlterTable, catalog: Catalog, target: str) -> Undo:
    if form.other is None:
        return OPEN
    parent = qualified(catalog, form.other)
    if form.action == "inherit":
        return sql(alter(target, f"NO INHERIT {parent}"))
    keeps = f"the inherited columns of {form.relation} count as its own too"
    return Undo((alter(target, f"INHERIT {parent}"),), keeps=keeps)


def _states(catalog: Catalog, row: Row, form: forms.AlterTable, query: str, what: str) -> Undo:
    """Triggers (or rules) as they were, one or all."""
    rows = catalog.rows(query, oid=row["oid"])
    chosen = [each for each in rows if form.name in {"all", "user", each["name"]}]
    actions = [_ENABLED[each["enabled"]].format(what=what, name=text.name(each["name"])) for each in chosen]
    if form.name == "all":  # those of foreign keys too, which have no name of their own
        actions.insert(0, "ENABLE TRIGGER ALL")
    return sql(alter(text.relation(catalog.named(row)), *actions)) if actions else NOTHING


def _replica_identity(catalog: Catalog, row: Row) -> str:
    if row["replica_identity"] == "i":
        return f"USING INDEX {text.name(catalog.value('replica_index', oid=row['oid']))}"
    return {"d": "DEFAULT", "n": "NOTHING", "f": "FULL"}[row["replica_identity"]]


def _options(form: forms.AlterTable, row: Row, target: str) -> Undo:
    before = dict(option.split("=", 1) for option in row["options"])
    kept = [f"{option} = {text.literal(before[option])}" for option in form.options if option in before]
    gone = [option for option in form.options if option not in before]
    if any(option.startswith("toast.") for option in form.options):
        return lost("the former storage parameters of the TOAST table")
    actions = [f"SET ({', '.join(kept)})"] if kept else []
    actions += [f"RESET ({', '.join(gone)})"] if gone else []
    return sql(alter(target, *actions)) if actions else NOTHING


# -- partitions


def attach(form: forms.AttachPartition, catalog: Catalog | None) -> Undo:
    if form.kind == "index":
        return lost("an attached index cannot be detached again")
    found = table(catalog, form.partition)
    if found is None:
        return OPEN
    parent, part = qualified(catalog, form.relation), text.relation(found[0].named(found[1]))
    return sql(alter(parent, f"DETACH PARTITION {part}"), *_without_new_parts(*found))


def _without_new_parts(catalog: Catalog, row: Row) -> tuple[str, ...]:
    """Drops the constraints and indexes that a table does not have now. ATTACH makes those of the parent on the
    partition, and DETACH leaves them there; their names are not known before.
    """
    known = ", ".join(text.literal(each["relname"]) for each in catalog.rows("parts", oid=row["oid"])) or "''"
    name = text.literal(text.relation(catalog.named(row)))
    return (
        f"""DO $safemigrate$
DECLARE part record;
BEGIN
    FOR part IN SELECT conname FROM pg_constraint WHERE conrelid = {name}::regclass AND contype <> 'n'
        AND conparentid = 0 AND conislocal AND conname NOT IN ({known}) LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {name}, part.conname);
    END LOOP;
    FOR part IN SELECT i.indexrelid::regclass AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = {name}::regclass AND c.relname NOT IN ({known}) LOOP
        EXECUTE format('DROP INDEX %s', part.name);
    END LOOP;
    FOR part IN SELECT tgname FROM pg_trigger WHERE tgrelid = {name}::regclass AND NOT tgisinternal
        AND tgname NOT IN ({known}) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', part.tgname, {name});
    END LOOP;
END $safemigrate$""",
    )


def detach(form: forms.DetachPartition, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.partition)
    if found is None:
        return OPEN
    if found[1]["bound"] is None:
        return NOTHING
    parent, part = qualified(catalog, form.relation), text.relation(found[0].named(found[1]))
    attach_again = alter(parent, f"ATTACH PARTITION {part} {found[1]['bound']}")
    # DETACH CONCURRENTLY leaves a copy of the partition constraint; it spares ATTACH the scan, and goes afterwards.
    return sql(attach_again, *(_without_new_parts(*found) if form.concurrently else ()))

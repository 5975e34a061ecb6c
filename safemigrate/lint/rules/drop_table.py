"""drop-table: a table that the running release may still use.

Why      The release that runs fails when it uses the table. The lock is ACCESS EXCLUSIVE, on the table and on every
         table that its foreign keys point at: all of them are stopped until the transaction ends. The rows are gone.
Bad      op.drop_table("orders")
Instead  first a release that has no model of it; in the revision of a later one, its foreign keys one by one, then
             op.drop_table("orders")

Silent for tables that are new or temporary, and for IF EXISTS on a table that the history does not know.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.DropTable, at: Situation) -> Iterator[Found]:
    absent = form.if_exists and at.table(form.relation) is None and not at.schema.gaps
    if not at.concerns(form.relation) or absent:
        return
    keys = _foreign_keys(form, at)
    locked = ", ".join(str(at.shown(relation)) for relation in dict.fromkeys(keys.values()))
    yield Found(
        f"the release that runs fails when it uses {form.relation}{_model(form, at)}"
        + (f"; its foreign keys lock {locked} as well" if locked else ""),
        instead=_instead(form, list(keys)),
        handled=False,
    )


def _model(form: forms.DropTable, at: Situation) -> str:
    if not at.models:
        return ""
    mapped = at.models.table(form.relation)
    return f" ({mapped} maps it)" if mapped else " (no model maps it: is that release out?)"


def _foreign_keys(form: forms.DropTable, at: Situation) -> dict[str, Relation]:
    """The foreign keys of the table by name, with the tables that somebody uses at the other end."""
    table = at.table(form.relation)
    several = table.constraints.values() if table else ()
    pairs = {each.name: each.references for each in several if each.references}
    return {name: relation for name, relation in pairs.items() if at.concerns(relation)}


def _instead(form: forms.DropTable, keys: list[str]) -> str:
    """With several foreign keys, each goes by itself, so that no two of the other tables are locked at once."""
    name, schema = form.relation.name, spell.schema(form.relation)
    drop = spell.call("drop_table", name, **schema)
    first = [spell.call("drop_constraint", key, name, type_="foreignkey", **schema) for key in keys]
    lines = spell.autocommit(*first, drop) if len(keys) > 1 else drop
    return f"# in the revision of a later release, when no code that runs uses {form.relation}:\n{lines}"

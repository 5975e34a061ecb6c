"""index-replaced-too-early: an index is dropped before the one that replaces it is there.

Why      While the new one is built, which takes long, every query that needs one of them reads the whole table.
Bad      op.drop_index("ix_orders_account_id", postgresql_concurrently=True)
         op.create_index("ix_orders_account", "orders", ["account_id", "state"], postgresql_concurrently=True)
Instead  op.create_index("ix_orders_account", "orders", ["account_id", "state"], postgresql_concurrently=True)
         op.drop_index("ix_orders_account_id", postgresql_concurrently=True)

One replaces another that begins with the same column of the same table, in the same revision.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, Table, forms
from safemigrate.lint.schema import Index

SEVERITY = Severity.WARNING
DEFAULT = False


def check(form: forms.DropIndex, at: Situation) -> Iterator[Found]:
    found = at.schema.index(form.index)
    if found is None or not at.concerns(found[0].name):
        return
    table, index = found
    new = _replacement(table, index, at)
    if new is None:
        return
    yield Found(
        f"queries of {new.relation} are without {index.name} until {_new(new, index)} is built",
        instead=spell.autocommit(*_instead(form, new, table)),
        handled=False,
    )


def _new(new: forms.CreateIndex, index: Index) -> str:
    return "the new one" if new.name in ("", index.name) else new.name


def _replacement(table: Table, index: Index, at: Situation) -> forms.CreateIndex | None:
    """The later index of the revision that begins as the dropped one does."""
    later = (form for sent in at.later() for form in sent.statement.forms if isinstance(form, forms.CreateIndex))
    same = (form for form in later if at.schema.key(form.relation) == table.name and index.columns)
    return next((form for form in same if form.columns[:1] == index.columns[:1]), None)


def _instead(form: forms.DropIndex, new: forms.CreateIndex, table: Table) -> list[str]:
    """Both under the names that they are to have in the end."""
    same = new.name == form.index.name
    name = f"{new.name}_new" if same else new.name or f"ix_{new.relation.name}_{'_'.join(new.columns)}"
    more = {"unique": True} if new.unique else {}
    create = spell.call(
        "create_index", name, new.relation.name, new.columns, **more, **spell.schema(new.relation),
        postgresql_concurrently=True,
    )  # fmt: skip
    rename = f"ALTER INDEX {spell.name(name)} RENAME TO {spell.name(new.name)}"
    return [create, spell.drop_index(form.index, table.name), *([spell.execute(rename)] if same else [])]

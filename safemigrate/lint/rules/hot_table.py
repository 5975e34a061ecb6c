"""hot-table: a change of a table that the configuration calls hot.

Why      On a table that everybody uses, even an instant under a lock stops everybody, a further index slows every
         write, a further column makes every row longer, and an UPDATE competes with all of them.
Bad      op.add_column("orders", sa.Column("hint", sa.Text()))    # and hot_tables = ["orders"]
Instead  a table beside it, with a foreign key as its primary key; what has to be, in a quiet hour

Silent as long as hot_tables names no table. It looks at new indexes and columns, NOT NULL, and UPDATEs.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(
    form: forms.CreateIndex | forms.AddColumn | forms.SetNotNull | forms.DropNotNull | forms.Write, at: Situation
) -> Iterator[Found]:
    relation, full = form.relation, at.schema.key(form.relation)
    if not {relation.name if full.schema == at.schema.search_path else "", str(full)} & at.hot:
        return
    match form:
        case forms.CreateIndex():
            yield Found(
                f"every write to {relation}, which is hot, has {form.name or 'a further index'} to keep", _QUIET
            )
        case forms.AddColumn():
            yield Found(f"every row of {relation}, which is hot, gets longer by {form.column.name}", _beside(form, at))
        case forms.SetNotNull() | forms.DropNotNull():
            yield Found(f"{relation}, which is hot, is stopped while NOT NULL of {form.column} changes", _QUIET)
        case forms.Write(kind="update"):
            yield Found(f"this UPDATE competes with everybody for the rows of {relation}, which is hot", _QUIET)


_QUIET = "# in a quiet hour, and with an ignore that says why it has to be"


def _beside(form: forms.AddColumn, at: Situation) -> str:
    """A table beside it, with a row for each row that has something to say."""
    table, column = spell.relation(form.relation), spell.name(form.column.name)
    name = spell.relation(Relation(f"{form.relation.name}_{form.column.name}", form.relation.schema))
    key = at.key_of(form.relation)
    own = at.column(form.relation, key[0]) if len(key) == 1 else None
    first = f"{spell.name(own.name)} {own.type}" if own else "id bigint"
    return spell.execute(f"CREATE TABLE {name} ({first} PRIMARY KEY REFERENCES {table}, {column} {form.column.type})")

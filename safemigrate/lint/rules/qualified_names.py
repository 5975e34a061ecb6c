"""qualified-names: a table without its schema.

Why      Which table is meant hangs on the search_path of whoever runs the migration: with another role, or another
         setting of the database, it is another one, or none.
Bad      op.add_column("orders", sa.Column("note", sa.Text()))
Instead  op.add_column("orders", sa.Column("note", sa.Text()), schema="public")

One finding for each statement. Silent for temporary tables.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Form, Found, Impact, Relation, Sent, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False
STYLE = True

_OF_TABLES = forms.TableForm | forms.CreateTable | forms.DropTable | forms.Write


def check(sent: Sent, at: Situation) -> Iterator[Found]:
    tables = [
        form.relation for form in sent.statement.forms if isinstance(form, _OF_TABLES) and not _temporary(form, at)
    ]
    bare = next((relation for relation in tables if relation.schema is None), None)
    if bare is not None:
        yield Found(
            f"which {bare} is meant hangs on the search_path",
            instead=f'# schema="{at.schema.search_path}", or in SQL {_qualified(bare, at)}',
            impact=Impact(),
        )


def _temporary(form: Form, at: Situation) -> bool:
    if isinstance(form, forms.CreateTable):
        return form.temporary
    table = at.table(form.relation) if isinstance(form, _OF_TABLES) else None
    return table is not None and table.temporary


def _qualified(relation: Relation, at: Situation) -> str:
    return str(at.schema.key(relation))

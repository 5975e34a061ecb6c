"""enum-value-used-in-transaction: a new label of an enum is used before the transaction that adds it is over.

Why      PostgreSQL refuses it (55P04, unsafe use of new value): the deploy fails there. Revisions that env.py runs in
         one transaction are no way out; a block that commits the label is.
Bad      op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
         op.alter_column("orders", "state", server_default="refunded")
Instead  with op.get_context().autocommit_block():
             op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
         in a revision of its own; and the use in the next one

Silent where the label is compared as text only, and from 17 on where the same transaction has created the type.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Form, Found, Impact, Relation, Sent, Severity, Situation, forms
from safemigrate.statement import edit, read

SEVERITY = Severity.ERROR

_LATER = ("function", "procedure")


def check(sent: Sent, at: Situation) -> Iterator[Found]:
    before = [form for done in at.before() for form in done.forms]
    made = {at.schema.key(form.name) for form in before if isinstance(form, forms.Create) and form.kind == "enum"}
    for added in (form for form in before if isinstance(form, forms.AddEnumValue)):
        own = at.schema.key(added.type) in made
        if _quoted(added.value) not in sent.statement.sql or not _uses(sent, added, at) or (own and at.version >= 17):
            continue
        committed = f"# in a revision before this one:\n{spell.autocommit(spell.execute(_statement(added, at)))}"
        yield Found(
            f"it uses the label {added.value} of {added.type} in the transaction that adds it: PostgreSQL refuses that",
            instead=f"# say {_quoted(added.value)} in the CREATE TYPE of {added.type}" if own else committed,
            handled=True,
            impact=Impact(),
        )


def _statement(added: forms.AddEnumValue, at: Situation) -> str:
    told = [edit.alone(added, done.sent.statement.sql) for done in at.before() if added in done.forms]
    return told[0] or f"ALTER TYPE {spell.relation(added.type)} ADD VALUE {_quoted(added.value)}"


def _quoted(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"


def _uses(sent: Sent, added: forms.AddEnumValue, at: Situation) -> bool:
    """Whether the label stands where it is one of the type: the type is named, or a table that has a column of it."""
    wanted = at.schema.key(added.type)
    for form in sent.statement.forms:
        if isinstance(form, forms.AddEnumValue | forms.RenameEnumValue | forms.Comment):
            continue
        if isinstance(form, forms.Create) and form.kind in _LATER:
            continue
        if any(_has(relation, wanted, at) for relation in _relations(form)) or wanted.name in read.names(
            sent.statement.sql
        ):
            return True
    return False


def _relations(form: Form) -> Iterator[Relation]:
    if isinstance(form, forms.Do):
        for each in form.inside:
            yield from _relations(each)
    if isinstance(form, forms.Write | forms.TableForm):
        yield form.relation
    if isinstance(form, forms.Write | forms.Select | forms.Create | forms.CreateTable):
        yield from form.reads


def _has(relation: Relation, wanted: Relation, at: Situation) -> bool:
    table = at.table(relation)
    return table is None or any(at.schema.type(column.type) == wanted for column in table.columns.values())

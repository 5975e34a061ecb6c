"""mixed-schema-and-data: a revision changes the schema and the rows of an existing table.

Why      The two take different times and different locks, and a failure of one takes back, or repeats, the other.
Bad      op.add_column("orders", sa.Column("note", sa.Text()))
         op.execute("UPDATE orders SET note = '' WHERE id = 1")
Instead  two revisions: the schema in the first, the rows in the second

Advice: it has to be selected. Silent for the first rows of a table that is new.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Form, Found, Impact, Reading, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False

_NEITHER = forms.Select | forms.Set | forms.Transaction | forms.LockTable | forms.Maintenance | forms.Unknown


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    several = [(sent, form) for sent in reading.sent for each in sent.statement.forms for form in _inner(each)]
    written = next(
        (sent for sent, form in several if isinstance(form, forms.Write) and at.concerns(form.relation)), None
    )
    changes = any(not isinstance(form, forms.Write | _NEITHER) for _sent, form in several)
    if written is not None and changes:
        yield Found(
            "rows are written in a revision that changes the schema as well",
            instead="# in a revision of its own",
            impact=Impact(),
            sent=written,
        )


def _inner(form: Form) -> tuple[Form, ...]:
    return form.inside if isinstance(form, forms.Do) else (form,)

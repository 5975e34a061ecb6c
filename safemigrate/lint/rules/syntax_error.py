"""syntax-error: SQL that does not parse.

Why      PostgreSQL refuses it, most likely: the deploy fails there.
Bad      op.execute("ALTER TABLE orders ADD COLUM note text")
Instead  op.execute("ALTER TABLE orders ADD COLUMN note text")

The grammar is that of PostgreSQL 18. The bodies of DO and of PL/pgSQL functions that are called are read as well.
Silent for SQL that has parts which only running the revision shows: that is not-analysed.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.ERROR

_SIGN = "does not parse: "


def check(form: forms.Unknown | forms.Do, at: Situation) -> Iterator[Found]:
    reason = form.reason if isinstance(form, forms.Unknown) else form.opaque
    what, sign, why = reason.partition(_SIGN)
    if not sign or (at.sent is not None and not at.sent.certain):
        return
    subject = "its body" if "body" in what or isinstance(form, forms.Do) else "this SQL"
    yield Found(f"{subject} does not parse: {why}", handled=False, impact=Impact())

"""setting-leak: SET without LOCAL, and the revision never takes it back.

Why      The setting stays for the whole session: the revisions that follow run under it, and so does Alembic's own
         statement about alembic_version, which a changed search_path or role leads astray.
Bad      op.execute("SET search_path TO billing")
Instead  op.execute("SET LOCAL search_path TO billing")

In an autocommit_block(), where LOCAL means nothing, RESET it at the end. A timeout that leaks is only told as
information.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Form, Found, Impact, Severity, Situation, forms

SEVERITY = Severity.WARNING

_SET = re.compile(r"\bSET\s+(SESSION\s+(?!AUTHORIZATION|CHARACTERISTICS))?", re.IGNORECASE)
_CHARACTERISTICS = re.compile(r"\bSET\s+SESSION\s+CHARACTERISTICS\s+AS\s+TRANSACTION\b", re.IGNORECASE)
_FOR_THE_VERSION = frozenset({"search_path", "role", "session_authorization"})


def check(form: forms.Set, at: Situation) -> Iterator[Found]:
    if form.local or form.reset or form.constraints or _taken_back(form, at):
        return
    also = ", and for Alembic's own statement about its version" if form.name in _FOR_THE_VERSION else ""
    yield Found(
        f"{form.name} stays set for the revisions that follow{also}",
        instead=_instead(form, at),
        handled=True,
        severity=Severity.INFO if form.name.endswith("_timeout") else None,
        impact=Impact(),
    )


def _taken_back(form: forms.Set, at: Situation) -> bool:
    return any(_resets(each, form.name) for sent in at.later() for each in sent.statement.forms)


def _resets(form: Form, name: str) -> bool:
    return isinstance(form, forms.Set) and form.reset and form.name in ("", name)


def _instead(form: forms.Set, at: Situation) -> str:
    if at.within:
        return f"# in the body: SET LOCAL {form.name}"
    if at.autocommit or form.name == "session_authorization":
        word = "SESSION AUTHORIZATION" if form.name == "session_authorization" else form.name
        return f"{spell.execute(at.sql)}\n# and at the end:\n{spell.execute(f'RESET {word}')}"
    if form.name == "SESSION CHARACTERISTICS":
        return spell.execute(_CHARACTERISTICS.sub("SET TRANSACTION", at.sql, count=1))
    return spell.execute(_SET.sub("SET LOCAL ", at.sql, count=1))

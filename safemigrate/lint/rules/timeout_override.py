"""timeout-override: lock_timeout or statement_timeout is switched off, or made long.

Why      lock_timeout is what keeps a migration that has to wait from stopping everybody behind it. What env.py or the
         role has set is gone from here on.
Bad      op.execute("SET lock_timeout = 0")
Instead  op.execute("SET LOCAL lock_timeout = '2s'")

Long is more than 10 seconds for lock_timeout, and more than an hour for statement_timeout. Silent for a RESET of what
the revision has set itself, and for statement_timeout outside of a transaction, where CONCURRENTLY takes its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.WARNING

_LONGEST = {"lock_timeout": 10.0, "statement_timeout": 3600.0}
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_VALUE = re.compile(r"\s*\+?((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(us|ms|s|min|h|d|)\s*")


def check(form: forms.Set, at: Situation) -> Iterator[Found]:
    for name in _LONGEST if form.reset and not form.name else [form.name.lower()]:
        what = _what(form, name, at) if name in _LONGEST else ""
        if what and not (name == "statement_timeout" and at.autocommit):
            usual = "2s" if name == "lock_timeout" else "15min"
            yield Found(
                what,
                instead=spell.execute(f"SET {'' if at.autocommit else 'LOCAL '}{name} = '{usual}'"),
                impact=Impact(),
            )
            return


def _what(form: forms.Set, name: str, at: Situation) -> str:
    if form.reset:
        own = any(_sets(each, name) for sent in at.earlier() for each in sent.statement.forms)
        return "" if own else f"{name} is reset: what env.py has set for the migrations is gone"
    duration = seconds(form.value)
    if duration is None or 0 < duration <= _LONGEST[name]:
        return ""
    return f"{name} is {_told(form.value)}: {_CONSEQUENCES[name]}" if duration else f"{name} is switched off"


_CONSEQUENCES = {
    "lock_timeout": "whoever comes behind a waiting statement waits for so long",
    "statement_timeout": "a statement that goes wrong keeps its locks for so long",
}


def _sets(form: object, name: str) -> bool:
    return isinstance(form, forms.Set) and form.name.lower() == name and not form.reset


def seconds(value: str) -> float | None:
    """The duration that PostgreSQL reads in a timeout's *value*, where a bare number is milliseconds; None for none."""
    found = _VALUE.fullmatch(value)
    return float(found[1]) * _SECONDS[found[2] or "ms"] if found else None


def _told(value: str) -> str:
    return f"{value} ms" if value.strip().isdigit() else value

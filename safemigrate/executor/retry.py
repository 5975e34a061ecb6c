"""Which errors pass by themselves. Pure: an SQLSTATE in, a class out (manual, appendix A).

Never by the words of a message: they change with lc_messages.
"""

from __future__ import annotations

from enum import StrEnum


class Class(StrEnum):
    """What an error asks for."""

    LOCK = "lock"
    """Look again, then try again with a longer lock_timeout."""

    CONFLICT = "conflict"
    """Somebody else won a deadlock or a serialization race: try again."""

    CONNECTION = "connection"
    """The session is gone: reconnect, ask the journal what became of the step, go on."""

    INTERRUPTED = "interrupted"
    """We cancelled it ourselves because we were asked to stop."""

    FINAL = "final"
    """Trying again would meet the same."""


_CONFLICT = {"40P01", "40001"}
_GONE = {"57P01", "57P02", "57P03", "57P05", "25P03"}


def classify(sqlstate: str | None, *, broken: bool, own_timeout: bool = False, stopping: bool = False) -> Class:
    """The class of an error with this *sqlstate* (None: it came from the client side).

    *broken*: the connection is unusable afterwards. *own_timeout*: a statement_timeout that we set has run out.
    *stopping*: a signal asked us to stop, and we cancelled the statement.
    """
    if sqlstate == "57014":
        if stopping:
            return Class.INTERRUPTED
        return Class.LOCK if own_timeout else Class.FINAL
    if sqlstate == "55P03":
        return Class.LOCK
    if sqlstate in _CONFLICT:
        return Class.CONFLICT
    if broken or sqlstate in _GONE or (sqlstate or "").startswith("08"):
        return Class.CONNECTION
    return Class.FINAL

"""Who waits for whom, as a forest and as text. Pure: rows in, trees out.

The roots are those who wait for nobody and make others wait; a session that waits for several appears under each. Where
sessions wait for each other in a circle (until the server's deadlock check), the oldest of the circle is the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safemigrate.locks.inspect import MODES, duration

Key = int | str
"""A session's pid, or the name (gid) of a prepared transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A session or prepared transaction, the lock it waits for if it does, and who makes it wait.

    *waits_for*: the lock in words, empty when it waits for none. *age* is its transaction's, None where there is none
    or the server hides it. *holds*: the locks it has on relations that matter here. *mentioned*: it has or wants a lock
    on a relation that was asked for.
    """

    pid: int | None
    gid: str | None = None
    blocked_by: tuple[Key, ...] = ()
    waits_for: str = ""
    row: bool = False
    waited: float = 0.0
    age: float | None = None
    user: str = ""
    application: str = ""
    state: str = ""
    query: str = ""
    holds: tuple[str, ...] = ()
    mentioned: bool = False

    @property
    def key(self) -> Key:
        return self.gid or "" if self.pid is None else self.pid


@dataclass(frozen=True, slots=True)
class Node:
    """*row* and those who wait for it. *repeated*: shown elsewhere with its own waiters, or the end of a circle."""

    row: Row
    waiters: tuple[Node, ...] = ()
    repeated: bool = False

    def walk(self) -> Iterator[Node]:
        yield self
        for waiter in self.waiters:
            yield from waiter.walk()


def lock(locktype: str, mode: str, relation: str | None, page: int | None, tuple_: int | None) -> str:
    """A lock in words: "ACCESS EXCLUSIVE on orders", "row (0,7) of orders", "a transaction to end"."""
    words = MODES[mode].sql if mode in MODES else mode
    if locktype == "relation":
        return f"{words} on {relation}"
    if locktype in ("tuple", "transactionid", "spectoken"):
        if relation is None:
            return "a transaction to end"
        return f"row ({page},{tuple_}) of {relation}" if page is not None else f"a row of {relation}"
    if locktype == "virtualxid":
        return "an old snapshot or lock to go"
    return f"{words} on {locktype} lock" if relation is None else f"{words} on {locktype} lock of {relation}"


def forest(rows: Sequence[Row]) -> list[Node]:
    """The trees, those that make others wait longest first."""
    known = {row.key: row for row in rows}
    waiters: dict[Key, list[Row]] = {key: [] for key in known}
    for row in rows:
        for key in dict.fromkeys(row.blocked_by):
            if key in known and key != row.key:
                waiters[key].append(row)
    shown: set[Key] = set()
    # Who is free first, so that what is then not shown yet is in a circle or behind one.
    roots = sorted(rows, key=lambda row: (_blocked(row, known), -(row.age or 0.0)))
    trees = [_grow(row, waiters, shown) for row in roots if row.key not in shown]
    return sorted(trees, key=_harm)


def _blocked(row: Row, known: Mapping[Key, Row]) -> bool:
    return any(key in known and key != row.key for key in row.blocked_by)


def _grow(row: Row, waiters: Mapping[Key, Sequence[Row]], shown: set[Key]) -> Node:
    if row.key in shown:
        return Node(row, repeated=True)
    shown.add(row.key)
    return Node(row, tuple(_grow(waiter, waiters, shown) for waiter in sorted(waiters[row.key], key=_rank)))


def _rank(row: Row) -> tuple[float, str]:
    return (-row.waited, str(row.key))


def _harm(node: Node) -> tuple[float, float, str]:
    waited = [each.row.waited for each in node.walk() if each is not node]
    return (-max(waited, default=-1.0), -(node.row.age or 0.0), str(node.row.key))


def about(trees: Iterable[Node]) -> list[Node]:
    """Only the trees in which somebody has or wants a lock on a relation that was asked for."""
    return [tree for tree in trees if any(node.row.mentioned for node in tree.walk())]


def render(trees: Sequence[Node]) -> str:
    """The forest as plain lines, one session each."""
    return "\n".join(line for tree in trees for line in _lines(tree, "", "", ""))


def _lines(node: Node, before: str, branch: str, below: str) -> Iterator[str]:
    yield before + branch + _text(node)
    inner = before + below
    for waiter in node.waiters[:-1]:
        yield from _lines(waiter, inner, "├─ ", "│  ")
    for waiter in node.waiters[-1:]:
        yield from _lines(waiter, inner, "└─ ", "   ")


def _text(node: Node) -> str:
    row = node.row
    name = f'prepared transaction "{row.gid}"' if row.pid is None else f"pid {row.pid}"
    who = "@".join(part for part in (row.user, row.application) if part)
    parts = [f"{name} {who}".rstrip()]
    if row.waits_for:
        parts.append(f"waits {duration(row.waited)} for {row.waits_for}")
    else:
        parts.append(_doing(row))
    if node.repeated:
        return ", ".join([*parts, "shown above"])
    if row.holds:
        parts.append(f"holds {', '.join(row.holds)}")
    text = ", ".join(parts)
    return f"{text}: {row.query}" if row.query else text


def _doing(row: Row) -> str:
    state = row.state or "in a transaction"
    return state if row.age is None else f"{state} for {duration(row.age)}"


def as_json(trees: Iterable[Node]) -> list[dict[str, Any]]:
    """The forest as plain dicts; waiters nest under whom they wait for."""
    return [_json(tree) for tree in trees]


def _json(node: Node) -> dict[str, Any]:
    row = node.row
    return {
        "pid": row.pid,
        "gid": row.gid,
        "user": row.user,
        "application": row.application,
        "state": row.state,
        "transaction_seconds": None if row.age is None else round(row.age, 3),
        "waits_for": row.waits_for or None,
        "row_lock": row.row,
        "waited_seconds": round(row.waited, 3) if row.waits_for else None,
        "blocked_by": list(row.blocked_by),
        "holds": list(row.holds),
        "query": row.query,
        "repeated": node.repeated,
        "waiters": [_json(waiter) for waiter in node.waiters],
    }

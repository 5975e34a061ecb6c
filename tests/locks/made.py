"""Blockers that no server has to make: for the decisions, which are pure."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from safemigrate.facts import LockMode
from safemigrate.locks import inspect

_SESSION: dict[str, Any] = {
    "pid": 4242,
    "gid": None,
    "user": "bi",
    "application": "reports",
    "client": "10.0.0.7",
    "backend_type": "client backend",
    "state": "idle in transaction",
    "mode": LockMode.ACCESS_SHARE,
    "relation": "orders",
    "granted": True,
    "age": 2280.0,
    "waiting": False,
    "query": "SELECT sum(total) FROM orders",
    "oid": 16384,
    "transaction": "3/77",
}


def blocker(**changes: Any) -> inspect.Blocker:
    return inspect.Blocker(**{**_SESSION, **changes})


def autovacuum(**changes: Any) -> inspect.Blocker:
    session = {"user": "", "application": "", "backend_type": "autovacuum worker", "state": "active"}
    query = "autovacuum: VACUUM public.orders"
    return blocker(**{**session, "mode": LockMode.SHARE_UPDATE_EXCLUSIVE, "query": query, **changes})


def prepared(**changes: Any) -> inspect.Blocker:
    session = {"pid": None, "gid": "tx-9", "application": "", "backend_type": "prepared transaction", "state": ""}
    return blocker(**{**session, "query": "", **changes})


ages = st.one_of(st.floats(0, 5), st.floats(0, 1e6), st.just(float("inf")))
blockers = st.one_of(
    st.builds(blocker, pid=st.integers(1, 9), age=ages, granted=st.booleans(), superuser=st.booleans()),
    st.builds(autovacuum, pid=st.integers(10, 19), age=ages, wraparound=st.booleans()),
    st.builds(prepared, age=ages),
    st.builds(blocker, pid=st.integers(20, 29), age=ages, replication=st.just(True), backend_type=st.just("walsender")),
)

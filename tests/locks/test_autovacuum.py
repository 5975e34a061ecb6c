from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from safemigrate import scratch
from safemigrate.facts import LockMode
from safemigrate.locks import gate, inspect, policy
from tests import fix_blocker

# So slow that it is still at it when we look: one page costs more than the limit, each pause is the longest allowed.
SLOWLY = "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 0"

MANY_TRANSACTIONS = """
    DO $$ BEGIN FOR i IN 1..100100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
"""


@pytest.fixture
def watch(pg_server: scratch.Server, database: scratch.Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        connection.execute("ALTER SYSTEM SET autovacuum_naptime = 1")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE TABLE orders (id int, filler text) WITH (autovacuum_enabled = false)")
        connection.execute("INSERT INTO orders SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i")
        connection.execute("DELETE FROM orders WHERE id % 2 = 0")
        try:
            yield connection
        finally:
            connection.execute("RESET ROLE")
            connection.execute("ALTER SYSTEM RESET autovacuum_naptime")
            connection.execute("SELECT pg_reload_conf()")


def seen(watch: psycopg.Connection) -> list[inspect.Blocker]:
    row = watch.execute("SELECT 'orders'::regclass::oid").fetchone()
    assert row is not None
    return inspect.blockers(watch, [(row[0], LockMode.ACCESS_EXCLUSIVE)])


def test_an_ordinary_autovacuum_is_known_also_to_a_role_without_rights_and_is_cancelled_by_one_with(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    watch.execute(f"ALTER TABLE orders SET ({SLOWLY}, autovacuum_enabled = true)")
    fix_blocker.until(lambda: seen(watch), seconds=60)
    (worker,) = seen(watch)
    assert (worker.autovacuum, worker.mode) == (True, LockMode.SHARE_UPDATE_EXCLUSIVE)
    blocker.role("nobody_special")
    watch.execute("SET ROLE nobody_special")
    (hidden,) = seen(watch)
    assert hidden.autovacuum
    watch.execute("RESET ROLE")
    allowed = gate.Autovacuums(may_cancel=policy.rights(watch).cancels_autovacuum)
    fix_blocker.until(lambda: seen(watch)[0].age > 0.1)
    decision = gate.after_look(seen(watch), schedule=gate.Schedule(), waited=0, autovacuums=allowed)
    assert isinstance(decision, gate.Autovacuum)
    watch.execute("ALTER SYSTEM SET autovacuum_naptime = 60")  # it comes back a minute later
    watch.execute("SELECT pg_reload_conf()")
    assert policy.signal(watch, decision.because[0], policy.Cancel())
    fix_blocker.until(lambda: worker.pid not in {each.pid for each in seen(watch)})


def test_an_autovacuum_against_wraparound_is_told_from_an_ordinary_one_by_every_role(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    watch.execute(f"ALTER TABLE orders SET ({SLOWLY}, autovacuum_freeze_max_age = 100000)")
    watch.execute(MANY_TRANSACTIONS)
    fix_blocker.until(lambda: seen(watch), seconds=60)
    (worker,) = seen(watch)
    assert (worker.wraparound, worker.autovacuum) == (True, False)
    assert "autovacuum to prevent wraparound" in str(worker)
    blocker.role("nobody_special")
    watch.execute("SET ROLE nobody_special")
    (hidden,) = seen(watch)
    assert (hidden.wraparound, hidden.autovacuum) == (True, False)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        policy.signal(watch, hidden, policy.Cancel())

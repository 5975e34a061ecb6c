"""An autovacuum is in the way: it goes by itself, but never for a request that is shorter than deadlock_timeout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from safemigrate import scratch
from tests import fix_blocker
from tests.scenarios.service import Service

# One page costs more than the limit, and each pause is the longest allowed: it lasts for minutes.
SLOWLY = """
    ALTER TABLE big SET (autovacuum_enabled = true, autovacuum_vacuum_threshold = 0,
        autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
"""
CREATE = 'op.execute("CREATE TABLE big (id int, filler text) WITH (autovacuum_enabled = false)")'


@pytest.fixture
def vacuumed(service: Service, pg_server: scratch.Server) -> Iterator[Service]:
    """A service whose role ``deployer`` owns a table that an autovacuum has begun to work on."""
    service.deployed_by("deployer")
    service.revision(CREATE)
    assert service.upgrade().code == 0
    service.revision('op.execute("ALTER TABLE big ADD note text")')
    service.execute("INSERT INTO big SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i")
    service.execute("DELETE FROM big WHERE id % 2 = 0")
    with pg_server.connect() as connection:
        try:
            connection.execute("ALTER SYSTEM SET autovacuum_naptime = 1")
            connection.execute("ALTER SYSTEM SET deadlock_timeout = '300ms'")
            connection.execute("SELECT pg_reload_conf()")
            service.execute(SLOWLY)
            fix_blocker.until(lambda: working(service), seconds=60)
            connection.execute("ALTER SYSTEM RESET autovacuum_naptime")  # once gone it comes back a minute later
            connection.execute("SELECT pg_reload_conf()")
            yield service
        finally:
            connection.execute("ALTER SYSTEM RESET autovacuum_naptime")
            connection.execute("ALTER SYSTEM RESET deadlock_timeout")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
            )


def working(service: Service) -> list[int]:
    """The autovacuum workers at the table."""
    query = """
        SELECT pid FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND query LIKE '%public.big'
            AND datname = current_database() AND now() - xact_start > interval '200 ms'
    """
    return [row[0] for row in service.rows(query.replace("%", "%%"))]


def test_a_role_that_may_not_cancel_it_waits_and_then_makes_one_try_that_makes_it_go(vacuumed: Service) -> None:
    (worker,) = working(vacuumed)
    # The owner of the table may not signal it: half of the patience, then one try beyond deadlock_timeout.
    outcome = vacuumed.upgrade("--lock-patience", "3s")
    assert outcome.code == 0, outcome
    assert outcome.named("blocker_signalled") == []
    (seen,) = outcome.named("step_waiting")[0]["blockers"]
    assert (seen["pid"], seen["backend_type"]) == (worker, "autovacuum worker")
    (step,) = outcome.named("step_done")
    assert (step["attempts"], step["waited"] > 1.4) == (1, True)
    assert working(vacuumed) == []


def test_it_is_cancelled_at_once_by_a_role_that_may(vacuumed: Service) -> None:
    (worker,) = working(vacuumed)
    vacuumed.url = vacuumed.database.url
    outcome = vacuumed.upgrade("--lock-patience", "20s")
    assert outcome.code == 0, outcome
    (signalled,) = outcome.named("blocker_signalled")
    assert (signalled["blocker"]["pid"], signalled["action"]) == (worker, "cancel")
    assert outcome.finished["seconds"] < 5

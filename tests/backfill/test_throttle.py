"""Each reason to hold, made on a real server; time is told by a clock that jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import conninfo, sql

from safemigrate import config, scratch
from safemigrate.backfill import pause, throttle
from safemigrate.backfill.throttle import active_sessions, replication_lag, sql_check
from safemigrate.journal import Journal
from safemigrate.scratch import embedded
from tests import fix_blocker, fix_proxy

SCOPE = "public.alembic_version"


HIDDEN = 'the lag of standby "walreceiver" is hidden from this role: it wants pg_read_all_stats'


@dataclass
class Jumping:
    """A clock that stands still until the test moves it."""

    seconds: float = 100.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def draw(self) -> float:
        return 0.5


@dataclass
class Watching:
    """Throttles on a database, and the clock by which they look."""

    throttles: throttle.Throttles
    clock: Jumping
    pids: list[int]

    def later(self, seconds: float = throttle.EVERY) -> str:
        self.clock.sleep(seconds)
        return self.throttles.reason()


Watch = Callable[..., Watching]


def watching(connection: psycopg.Connection[Any], **written: object) -> Watching:
    settings = config.load(environ={}, flags={"max_replication_lag": 0, **written})
    clock, pids = Jumping(), list[int]()
    return Watching(throttle.Throttles(settings, connection, SCOPE, lambda: pids, clock), clock, pids)


@pytest.fixture
def connection(database: scratch.Database) -> Iterator[psycopg.Connection[Any]]:
    with database.connect() as made:
        Journal(made, SCOPE, "").create()
        made.execute("CREATE TABLE orders (id int PRIMARY KEY, note text)")
        made.execute("INSERT INTO orders SELECT n, 'note' FROM generate_series(1, 1000) n")
        yield made


@pytest.fixture
def role(database: scratch.Database, blocker: fix_blocker.Blockers) -> Iterator[psycopg.Connection[Any]]:
    """A session of a role that may see nothing of other sessions."""
    blocker.role("humble")
    dsn = conninfo.make_conninfo(database.dsn, user="humble", password="humble")
    with psycopg.connect(dsn, autocommit=True) as made:
        yield made


@pytest.mark.matrix
def test_on_a_quiet_server_nothing_holds_with_every_throttle_on(connection: psycopg.Connection[Any]) -> None:
    watch = watching(
        connection,
        max_replication_lag="10s",
        max_wal_rate="50",
        max_active_sessions="5",
        throttle_check="SELECT count(*) = 1000 FROM orders",
    )
    assert [watch.later() for _ in range(3)] == ["", "", ""]
    assert watch.throttles.others() == 0


@pytest.mark.matrix
def test_a_pause_holds_with_who_and_why_until_it_is_over(connection: psycopg.Connection[Any]) -> None:
    watch = watching(connection)
    assert pause.begin(connection, SCOPE, "the shop is full") is None
    assert watch.later().startswith("paused by postgres since ")
    assert watch.later().endswith(": the shop is full")
    pause.end(connection, SCOPE)
    assert watch.later() == ""


def test_a_pause_of_another_scope_is_no_reason(connection: psycopg.Connection[Any]) -> None:
    pause.begin(connection, "other.alembic_version", "")
    assert watching(connection).later() == ""


def test_a_second_pause_takes_the_place_of_the_first_and_tells_of_it(connection: psycopg.Connection[Any]) -> None:
    pause.begin(connection, SCOPE, "first")
    before = pause.begin(connection, SCOPE, "second")
    assert before is not None
    assert before.reason == "first"
    over = pause.end(connection, SCOPE)
    assert over is not None
    assert (over.reason, over.user) == ("second", "postgres")
    assert pause.end(connection, SCOPE) is None


def test_each_throttle_looks_at_most_once_a_second(connection: psycopg.Connection[Any]) -> None:
    watch = watching(connection)
    assert watch.later() == ""
    pause.begin(connection, SCOPE, "")
    assert watch.later(0.9) == ""
    assert watch.later(0.1) != ""


@pytest.mark.matrix
def test_a_session_that_waits_for_us_holds_and_one_that_waits_for_another_does_not(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    ours, theirs = blocker.session(), blocker.session()
    ours.connection.execute("UPDATE orders SET note = '' WHERE id = 1")
    theirs.connection.execute("UPDATE orders SET note = '' WHERE id = 2")
    waiter = blocker.running(sql.SQL("UPDATE orders SET note = '' WHERE id = 1"))
    blocker.running(sql.SQL("UPDATE orders SET note = '' WHERE id = 2"))
    watch = watching(connection, batch_target="1ms")
    assert watch.later() == ""
    watch.pids.append(ours.pid)
    fix_blocker.until(watch.later)
    assert watch.later().startswith(f"pid {waiter.pid} app waits for us for ")
    ours.connection.rollback()
    fix_blocker.until(lambda: not watch.later())


@pytest.mark.matrix
def test_more_active_sessions_than_allowed_hold_and_ours_and_idle_ones_do_not_count(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    blocker.idle_in_transaction("orders")
    running = [blocker.long_select("orders") for _ in range(3)]
    watch = watching(connection, max_active_sessions="2")
    assert watch.later() == "3 other sessions are active"
    watch.pids.append(running[0].pid)
    assert watch.later() == ""


def test_a_role_that_may_not_see_what_sessions_do_counts_those_in_a_transaction(
    connection: psycopg.Connection[Any], role: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    connection.execute("GRANT USAGE ON SCHEMA safemigrate TO humble; GRANT SELECT ON safemigrate.pause TO humble")
    blocker.long_select("orders")
    blocker.session(autocommit=True)
    assert active_sessions.others(role, []) == 1


def test_the_number_of_others_is_an_average_that_follows_the_load(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    running = [blocker.long_select("orders") for _ in range(2)]
    watch = watching(connection)
    assert watch.throttles.others() == 2
    for each in running:
        each.release()
    fix_blocker.until(lambda: not active_sessions.others(connection, []))
    assert watch.throttles.others() == 2, "no second look at the same moment"
    watch.clock.sleep(1.5 * throttle.EVERY_OTHERS)
    assert 0 < watch.throttles.others() < 2
    for _ in range(10 * throttle.LOOKS):
        watch.clock.sleep(1.5 * throttle.EVERY_OTHERS)
        watch.throttles.others()
    assert watch.throttles.others() == pytest.approx(0, abs=0.01)


@pytest.mark.matrix
def test_the_wal_rate_is_that_since_the_last_look(connection: psycopg.Connection[Any]) -> None:
    watch = watching(connection, max_wal_rate="1")
    assert watch.later() == "", "one look is no rate"
    connection.execute("SELECT pg_logical_emit_message(false, 'test', repeat('x', 4 * 1024 * 1024))")
    assert watch.later(2.0) == "the server writes 2 MB of WAL a second"
    assert watch.later() == ""


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT true", ""),
        ("SELECT note LIKE '%o%' FROM orders", ""),
        ("SELECT false", "throttle_check says false"),
        ("SELECT NULL::boolean", "throttle_check says NULL"),
        ("SELECT 1", "throttle_check says 1"),
        ("SELECT true WHERE false", "throttle_check gives no row"),
        ("SET search_path = public", "throttle_check gives no row"),
        ("SELECT ok FROM nowhere", 'throttle_check failed: relation "nowhere" does not exist'),
        ("SELEC", 'throttle_check failed: syntax error at or near "SELEC"'),
        ("DELETE FROM orders", "throttle_check failed: cannot execute DELETE in a read-only transaction"),
    ],
)
def test_only_true_is_a_yes_of_the_users_check(connection: psycopg.Connection[Any], query: str, reason: str) -> None:
    watch = watching(connection, throttle_check=query)
    assert watch.later() == reason
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_check_that_does_not_end_is_no_yes(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_check, "LONGEST", "50ms")
    watch = watching(connection, throttle_check="SELECT true FROM pg_sleep(60)")
    assert watch.later() == "throttle_check failed: canceling statement due to statement timeout"


def test_what_cannot_be_looked_at_holds(connection: psycopg.Connection[Any]) -> None:
    watch = watching(connection)
    connection.execute("DROP TABLE safemigrate.pause")
    assert watch.later() == 'cannot look whether to wait: relation "safemigrate.pause" does not exist'


@pytest.mark.parametrize("written", [{}, {"throttle_check": "SELECT true"}, {"max_replication_lag": "10s"}])
def test_a_lost_connection_is_the_callers_who_brings_a_new_one(
    database: scratch.Database, connection: psycopg.Connection[Any], proxy: fix_proxy.Proxy, written: dict[str, str]
) -> None:
    with psycopg.connect(proxy.dsn(database.dsn), autocommit=True) as wire:
        watch = watching(wire, **written)
        assert watch.later() == ""
        proxy.cut()
        with pytest.raises(psycopg.OperationalError):
            watch.later()
        with pytest.raises(psycopg.OperationalError):
            watch.later()
    watch.throttles.connection = connection
    assert watch.later() == ""


class TestReplicationLag:
    """On a primary with a standby of it."""

    @contextmanager
    def lag(self, primary: embedded.Embedded, longest: str = "10s") -> Iterator[Watching]:
        with self.unset(primary, max_replication_lag=longest) as watch:
            yield watch

    @contextmanager
    def unset(self, primary: embedded.Embedded, **settings: str) -> Iterator[Watching]:
        """With the default of the bound, unless *settings* have another."""
        with primary.database() as made, made.connect() as connection:
            Journal(connection, SCOPE, "").create()
            yield watching(connection, **{"max_replication_lag": None, **settings})

    @contextmanager
    def blind(self, watch: Watching) -> Iterator[None]:
        """Within the block our role may not see how far standbys are."""
        watch.throttles.connection.execute("CREATE ROLE blind; GRANT USAGE ON SCHEMA safemigrate TO blind")
        watch.throttles.connection.execute("GRANT SELECT ON safemigrate.pause TO blind; SET ROLE blind")
        try:
            yield
        finally:
            watch.throttles.connection.execute("RESET ROLE; DROP OWNED BY blind; DROP ROLE blind")

    @pytest.mark.matrix
    def test_a_standby_that_replays_nothing_holds_once_it_is_too_late(
        self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]
    ) -> None:
        primary, standby = pg_pair
        with self.lag(primary) as watch, psycopg.connect(standby.dsn, autocommit=True) as replica:
            assert watch.later() == ""
            replica.execute("SELECT pg_wal_replay_pause()")
            watch.throttles.connection.execute("SELECT pg_logical_emit_message(true, 'test', 'late')")
            assert watch.later() == ""
            assert watch.later(9.0) == ""
            assert watch.later(2.0) == 'standby "walreceiver" is 11 s behind'
            replica.execute("SELECT pg_wal_replay_resume()")
            fix_blocker.until(lambda: not watch.later(), seconds=30)

    def test_an_idle_primary_makes_no_standby_late(self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]) -> None:
        with self.lag(pg_pair[0]) as watch:
            fix_blocker.until(lambda: caught_up(watch), seconds=30)
            assert [watch.later(60.0) for _ in range(5)] == [""] * 5

    @pytest.mark.matrix
    def test_a_standby_that_vanished_holds_after_a_grace_and_not_when_it_is_back(
        self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]
    ) -> None:
        primary, standby = pg_pair
        with self.lag(primary) as watch:
            fix_blocker.until(lambda: not watch.later(), seconds=30)
            standby.halt()
            try:
                fix_blocker.until(lambda: not standbys(watch), seconds=30)
                assert watch.later(replication_lag.GRACE - 1) == ""
                assert watch.later(2.0) == 'standby "walreceiver" has been gone for 6 s'
            finally:
                standby.launch()
            fix_blocker.until(lambda: not watch.later(), seconds=30)

    @pytest.mark.matrix
    def test_a_lag_that_was_asked_for_and_may_not_be_seen_holds_after_a_grace(
        self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]
    ) -> None:
        with self.lag(pg_pair[0]) as watch, self.blind(watch):
            assert watch.later() == ""
            assert watch.later(replication_lag.GRACE + 1) == HIDDEN

    def test_a_lag_that_nobody_asked_for_and_may_not_be_seen_is_told_and_let_pass(
        self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]
    ) -> None:
        with self.unset(pg_pair[0]) as watch, self.blind(watch):
            assert watch.later() == ""
            assert watch.later(replication_lag.GRACE + 1) == ""
            assert watch.throttles.unseen == HIDDEN

    def test_a_lag_that_was_seen_and_is_hidden_later_holds(
        self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]
    ) -> None:
        with self.unset(pg_pair[0]) as watch:
            assert watch.later() == ""
            with self.blind(watch):
                assert "standby" in watch.later(replication_lag.GRACE + 1)

    def test_a_look_that_fails_holds_after_a_grace(self, pg_pair: tuple[embedded.Embedded, embedded.Embedded]) -> None:
        with self.lag(pg_pair[0]) as watch:
            fix_blocker.until(lambda: not watch.later(), seconds=30)
            watch.throttles.connection.execute("ALTER VIEW pg_stat_replication RENAME TO elsewhere")
            try:
                assert watch.later(replication_lag.GRACE) == ""
                unknown = 'replication lag is unknown: relation "pg_catalog.pg_stat_replication" does not exist'
                assert watch.later() == unknown
            finally:
                watch.throttles.connection.execute("ALTER VIEW pg_catalog.elsewhere RENAME TO pg_stat_replication")


def standbys(watch: Watching) -> bool:
    return _asked(watch, "SELECT count(*) > 0 FROM pg_stat_replication")


def caught_up(watch: Watching) -> bool:
    return _asked(watch, "SELECT bool_and(replay_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication")


def _asked(watch: Watching, query: LiteralString) -> bool:
    row = watch.throttles.connection.execute(query).fetchone()
    return bool(row and row[0])


@given(st.floats(0, 100), st.floats(0, 1000), st.integers(0, 1000))
def test_the_rest_is_what_was_asked_for_and_more_only_for_others(seconds: float, others: float, percent: int) -> None:
    alone, among = throttle.nice(seconds, 0, percent), throttle.nice(seconds, others, percent)
    assert alone == seconds * (percent / 100)
    assert alone <= among <= max(alone, seconds * throttle.LONGEST_REST)


@given(st.floats(0.001, 100), st.floats(0, 1000), st.floats(0, 1000))
def test_batches_are_shorter_the_more_others_are_at_work_and_never_shorter_than_a_quarter(
    target: float, few: float, more: float
) -> None:
    few, more = sorted((few, more))
    assert throttle.brief(target, 0) == target
    assert target / 4 <= throttle.brief(target, more) <= throttle.brief(target, few) <= target

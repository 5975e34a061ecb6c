from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate import config, scratch
from safemigrate.facts import LockMode
from safemigrate.locks import inspect, policy
from tests import fix_blocker
from tests.locks import made

ACTIVE = {"state": "active"}


@pytest.fixture
def watch(database: scratch.Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        connection.execute("CREATE TABLE orders (id int PRIMARY KEY)")
        connection.execute("INSERT INTO orders VALUES (1)")
        yield connection


def act(
    blocker: inspect.Blocker,
    on_blocker: config.OnBlocker = "terminate",
    *,
    seen_for: float = 10,
    named: tuple[str, ...] = (),
    never: tuple[str, ...] = (),
) -> policy.Leave | policy.Cancel | policy.Terminate | policy.Fail:
    return policy.act(blocker, on_blocker=on_blocker, grace=5, seen_for=seen_for, named=named, never=never)


def test_waiting_is_never_more_than_waiting() -> None:
    assert isinstance(act(made.blocker(), "wait"), policy.Leave)


def test_an_old_holder_is_ended_after_the_grace() -> None:
    assert isinstance(act(made.blocker(), seen_for=4.9), policy.Leave)
    assert act(made.blocker()) == policy.Terminate()
    assert act(made.blocker(**ACTIVE), "cancel") == policy.Cancel()


def test_a_cancel_that_would_change_nothing_is_not_sent() -> None:
    assert "idle in its transaction" in str(act(made.blocker(), "cancel"))


def test_a_young_transaction_is_let_be_even_if_its_session_was_seen_before() -> None:
    assert isinstance(act(made.blocker(age=0.5)), policy.Leave)


def test_an_age_that_the_server_hides_counts_from_when_we_first_saw_it() -> None:
    unseen = made.blocker(age=float("inf"), **ACTIVE)
    assert isinstance(act(unseen, seen_for=0.5), policy.Leave)
    assert act(unseen, "cancel") == policy.Cancel()


def test_a_session_that_only_queues_is_let_be() -> None:
    assert isinstance(act(made.blocker(granted=False)), policy.Leave)
    assert isinstance(act(made.blocker(granted=False), "fail"), policy.Leave)


def test_fail_fails_after_the_grace_whoever_it_is() -> None:
    assert isinstance(act(made.blocker(), "fail", seen_for=1), policy.Leave)
    assert act(made.autovacuum(wraparound=True), "fail") == policy.Fail("in our way for 10 s")


@pytest.mark.parametrize(
    ("blocker", "name"),
    [
        (made.autovacuum(wraparound=True), "4242"),
        (made.blocker(replication=True), "bi"),
        (made.blocker(superuser=True), "reports"),
        (made.prepared(), "tx-9"),
    ],
)
def test_the_protected_are_touched_only_when_named(blocker: inspect.Blocker, name: str) -> None:
    assert isinstance(act(blocker), policy.Leave)
    assert act(blocker, named=(name,)) == policy.Terminate()
    assert isinstance(act(blocker, named=(name,), never=(name,)), policy.Leave)


def test_a_prepared_transaction_is_not_named_by_its_owner() -> None:
    assert isinstance(act(made.prepared(), named=("bi",)), policy.Leave)


def test_a_prepared_transaction_cannot_be_cancelled() -> None:
    assert isinstance(act(made.prepared(), "cancel", named=("tx-9",)), policy.Leave)


def test_ordinary_autovacuum_is_the_gates_matter() -> None:
    assert isinstance(act(made.autovacuum(), named=("4242",)), policy.Leave)


def test_an_empty_name_names_nobody() -> None:
    assert isinstance(act(made.blocker(superuser=True, application=""), named=("",)), policy.Leave)


@given(made.blockers, st.sampled_from(["wait", "cancel", "terminate", "fail"]), st.floats(0, 100), st.floats(0, 100))
def test_nothing_protected_young_or_queued_is_ever_signalled(
    blocker: inspect.Blocker, on_blocker: config.OnBlocker, grace: float, seen_for: float
) -> None:
    action = policy.act(blocker, on_blocker=on_blocker, grace=grace, seen_for=seen_for)
    if isinstance(action, policy.Cancel | policy.Terminate):
        assert blocker.granted
        assert blocker.age >= 1
        assert seen_for >= grace
        assert blocker.pid is not None
        assert not any([blocker.superuser, blocker.replication, blocker.wraparound])


def seen(watch: psycopg.Connection) -> inspect.Blocker:
    row = watch.execute("SELECT 'orders'::regclass::oid").fetchone()
    assert row is not None
    (found,) = inspect.blockers(watch, [(row[0], LockMode.ACCESS_EXCLUSIVE)])
    return found


def test_terminate_ends_the_session_that_was_looked_at(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    blocker.idle_in_transaction("orders", user="app")
    found = seen(watch)
    assert (found.user, found.superuser) == ("app", False)
    assert policy.signal(watch, found, policy.Terminate())
    fix_blocker.until(lambda: not _alive(watch, found))
    assert not policy.signal(watch, found, policy.Terminate())


def test_cancel_ends_the_running_query(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.long_select("orders")
    found = seen(watch)
    assert policy.signal(watch, found, policy.Cancel())
    fix_blocker.until(lambda: not inspect.blockers(watch, [(found.oid, LockMode.ACCESS_EXCLUSIVE)]))
    assert _alive(watch, found)


def test_the_next_transaction_of_the_same_session_is_not_signalled(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    session = blocker.idle_in_transaction("orders")
    found = seen(watch)
    session.connection.rollback()
    session.connection.execute("SELECT 1 FROM orders")
    assert not policy.signal(watch, found, policy.Terminate())
    assert _alive(watch, found)


def test_a_named_prepared_transaction_is_rolled_back(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    held = blocker.prepared("orders")
    found = seen(watch)
    assert policy.signal(watch, found, policy.Terminate())
    held.gid = ""
    assert not policy.signal(watch, found, policy.Terminate())


def test_a_role_that_may_not_signal_is_told_by_the_server(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    blocker.idle_in_transaction("orders", user="app")
    blocker.role("other_app")
    watch.execute("SET ROLE other_app")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        policy.signal(watch, seen(watch), policy.Terminate())


def test_rights_are_those_of_the_role(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers, pg_version: int
) -> None:
    assert policy.rights(watch) == policy.Rights(True, True, True, 1.0)
    blocker.role("app")
    watch.execute("SET ROLE app")
    assert policy.rights(watch) == policy.Rights(False, False, False, 1.0)
    watch.execute("RESET ROLE")
    if pg_version >= 18:
        blocker.role("vacuum_signaller")
        watch.execute("GRANT pg_signal_autovacuum_worker TO vacuum_signaller")
        watch.execute("SET ROLE vacuum_signaller")
        assert policy.rights(watch).cancels_autovacuum


def _alive(watch: psycopg.Connection, found: inspect.Blocker) -> bool:
    return watch.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [found.pid]).fetchone() is not None

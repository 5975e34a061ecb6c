"""Random histories: what safemigrate arrives at equals what plain Alembic arrives at, and what it takes back is gone.

``SAFEMIGRATE_TEST_EXAMPLES`` says how many of them each of the four parts runs; with it they are others each time.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

import hypothesis
import pytest
from alembic.util import CommandError
from hypothesis import HealthCheck, Phase

from safemigrate import errors
from safemigrate.scratch import Database, Server
from tests.migrations import corpus, online
from tests.migrations.corpus import Ending, History
from tests.migrations.corpus.world import execute
from tests.migrations.replay import Found, Replay

EXAMPLES = int(os.environ.get("SAFEMIGRATE_TEST_EXAMPLES", "0"))

ENDINGS: tuple[Ending, ...] = ("taken back", "resumed", "failed")

PARTS = range(4)
"""So that several test processes can share the work."""

ONE_TRANSACTION = ("55006", "55P04")
"""What fails only because plain Alembic is in one transaction: pending trigger events, a new label of an enum."""


@pytest.mark.timeout(0 if EXAMPLES else 180)
@pytest.mark.parametrize("part", PARTS)
def test_random_histories_arrive_where_plain_alembic_does_and_can_be_taken_back(pg_server: Server, part: int) -> None:
    seed = secrets.randbits(32) if EXAMPLES else part

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=EXAMPLES or 12,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(history=corpus.histories(pg_server.version))
    def check(history: History) -> None:
        hypothesis.note(history.text)
        with tempfile.TemporaryDirectory() as folder:
            check_history(Replay(Path(folder) / "project", history), plain, ours)

    with pg_server.database() as plain, pg_server.database() as ours:
        check()


LONG = "b" * 58

SEEDS = (
    "CREATE TABLE t (id int PRIMARY KEY, a int, b int CHECK (b > -5))",
    "INSERT INTO t SELECT g, g, g FROM generate_series(1, 50) AS g",
    "CREATE TABLE p (k int, n int, PRIMARY KEY (k, n)) PARTITION BY LIST (k)",
    "CREATE INDEX ON p (n)",
    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
    "INSERT INTO p SELECT 1, g FROM generate_series(1, 9) AS g",
    f"CREATE TABLE o (k int, {LONG}a int) PARTITION BY LIST (k)",
    "CREATE TABLE o1 PARTITION OF o DEFAULT",
)

ALTERED = {
    "checks of one name": ["t ADD COLUMN x int CHECK (x >= 0)", "t ADD CHECK (x < 9)", "t ADD CHECK (x < 8)"],
    "keys of one name": ["t ADD UNIQUE (a)", "t ADD UNIQUE (a) INCLUDE (b)", "t ADD UNIQUE (a) DEFERRABLE"],
    "a name that is free again": ["t ADD CHECK (a > 0)", "t DROP CONSTRAINT t_a_check", "t ADD CHECK (a > 0)"],
    "a column that comes back": ["t ADD CHECK (b > 0)", "t DROP COLUMN b", "t ADD COLUMN b int CHECK (b > 0)"],
    "a name that another constraint gets": [
        "t ADD CHECK (a > 0)",
        "t RENAME CONSTRAINT t_a_check TO t_a_check1",
        "t ADD CHECK (a > 1)",
        "t ADD CHECK (a > 2)",
    ],
    "a check as it is": [
        "t ADD CHECK (a > 0) NOT VALID",
        "t ADD CHECK (a > 1)",
        "t ADD COLUMN t_a int CHECK (t_a > 1)",
    ],
    "the index of a key": ["t ADD UNIQUE (a)", "t DROP CONSTRAINT t_a_key", "t ADD UNIQUE (a)"],
    "not null again": ["t ALTER a SET NOT NULL", "t ALTER a DROP NOT NULL", "t ALTER a SET NOT NULL"],
    "not null of one name": [
        f"o ADD COLUMN {LONG}b int GENERATED ALWAYS AS IDENTITY",
        f"o ALTER {LONG}a SET NOT NULL",
        "o ALTER k SET NOT NULL",
    ],
    "serials of one name": [f"t ADD COLUMN {LONG}a serial", f"t ADD COLUMN {LONG}b bigserial"],
    "another type under a check": ["t ALTER b TYPE numeric"],
    "a column of the same name": [
        "t ADD COLUMN x int CHECK (x > 0)",
        "t DROP COLUMN x",
        "t ADD COLUMN x int CHECK (x > 1)",
    ],
    "another name of the column": ["t RENAME a TO z", "t ADD CHECK (z > 0)", "t ALTER z SET NOT NULL"],
    "another name of the table": ["t RENAME TO z", "z ADD CHECK (a > 0)", "z ALTER a SET NOT NULL", "z ADD UNIQUE (a)"],
    "a partition that comes back": ["p DETACH PARTITION p1", "p ATTACH PARTITION p1 FOR VALUES IN (1)"],
}
TOLD = {name: [f"ALTER TABLE {each}" for each in several] for name, several in ALTERED.items()} | {
    "an index of another name": ["CREATE INDEX ON t (a)", "ALTER INDEX t_a_idx RENAME TO z", "CREATE INDEX ON t (a)"],
    "a key of another name": ["ALTER TABLE t RENAME id TO z", "UPDATE t SET a = a + 1", "UPDATE t SET z = z + 1"],
    "a key that is gone": [
        "ALTER TABLE t DROP CONSTRAINT t_pkey",
        "UPDATE t SET a = a + 1",
        "DELETE FROM t WHERE a > 9",
    ],
    "a comment on what is gone": [
        "ALTER TABLE t ADD CONSTRAINT z UNIQUE (a)",
        "COMMENT ON CONSTRAINT z ON t IS 'soon gone'",
        "ALTER TABLE t DROP CONSTRAINT z",
    ],
    "a partition that is gone": ["ALTER TABLE p DETACH PARTITION p1", "CREATE INDEX ON p (n, k)"],
    "a partition that is new": ["CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)", "CREATE INDEX ON p (n, k)"],
    "an index that is gone": ["CREATE INDEX ON t (a)", "DROP INDEX t_a_idx", "CREATE INDEX ON t (a)"],
}
"""Revisions of statements that build upon each other: the catalog that they are planned by is the one before all."""


@pytest.mark.parametrize("name", TOLD)
def test_statements_that_build_upon_each_other_arrive_where_plain_alembic_does(
    pg_server: Server, tmp_path: Path, name: str
) -> None:
    text = "\n".join(execute(each) for each in TOLD[name])
    with pg_server.database() as plain, pg_server.database() as ours:
        for ending in ENDINGS:
            history = History(SEEDS, (text,), frozenset(), ending, steps=1, small_table=0)
            check_history(Replay(tmp_path / ending, history), plain, ours)


def check_history(replay: Replay, plain: Database, ours: Database) -> None:
    """Run both ways, with what is to befall the last revision, and compare."""
    replay.seed(plain)
    replay.seed(ours)
    refusal = replay.plainly(plain)
    expected = replay.found(plain)
    last = len(replay.history.revisions)
    before = _prepared(replay, ours, last) if refusal is None else None
    failure = replay.safely(ours, "head")
    if refusal is not None:
        _check_failed_alike(replay, refusal, failure, expected, ours)
        return
    assert failure is None, failure
    _check_equal(replay.found(ours), expected)
    if before is not None and replay.history.ending in ("taken back", "resumed"):
        _check_taken_back(replay, ours, before, f"r{last}")


def _prepared(replay: Replay, ours: Database, last: int) -> Found:
    """What is there before the last revision, which then is begun and ends early, as the history says."""
    if last > 1:
        failure = replay.safely(ours, f"r{last - 1}")
        assert failure is None, failure
    before = replay.found(ours)
    match replay.history.ending:
        case "resumed":
            replay.interrupted(ours, "head")
        case "interrupted":
            if isinstance(replay.interrupted(ours, "head"), errors.Interrupted):
                _check_taken_back(replay, ours, before)
        case "failed":
            failure = replay.failed(ours, "head")
            if isinstance(failure, errors.RolledBack) and "stays behind" not in str(failure):
                _check_equal(replay.found(ours), before, exactly=True)
            elif failure is not None:
                assert isinstance(failure, errors.RolledBack | errors.Paused), failure
    return before


def _check_taken_back(replay: Replay, ours: Database, before: Found, revision: str = "") -> None:
    """Everything is as before, or nothing was touched because something would be lost."""
    failure = replay.taken_back(ours, revision)
    if failure is not None:
        assert isinstance(failure, errors.BadInput), failure
    elif not online.stays_behind(replay.heard):
        _check_equal(replay.found(ours), before, exactly=True)


def _check_failed_alike(
    replay: Replay, refusal: Exception, failure: Exception | None, expected: Found, ours: Database
) -> None:
    """What plain Alembic cannot do cannot be done in steps either, and leaves no trace."""
    if getattr(getattr(refusal, "orig", None), "sqlstate", "") in ONE_TRANSACTION:
        return
    assert failure is not None, refusal
    assert not isinstance(refusal, CommandError), refusal
    if not (isinstance(failure, errors.Paused) or "stays behind" in str(failure)):
        _check_equal(replay.found(ours), expected)


def _check_equal(found: Found, expected: Found, *, exactly: bool = False) -> None:
    assert found.dump == expected.dump
    assert (found.rows if exactly else found.shapes) == (expected.rows if exactly else expected.shapes)
    assert found.head == expected.head


def test_operations_are_of_many_kinds() -> None:
    assert len(corpus.KINDS) >= 25
    assert all(make.__doc__ for make in corpus.KINDS)

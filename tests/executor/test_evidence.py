"""An error that is about rows says which: counted, with samples, and with the query that finds them all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest
from psycopg import sql

from safemigrate import scratch
from tests import fix_blocker, fix_project
from tests.fix_blocker import Blockers
from tests.scenarios.service import Outcome, Service

SPLIT = ("--small-table", "0")
AS_WRITTEN = ("--as-written",)


@pytest.fixture
def service(
    project: fix_project.Project, database: scratch.Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = Service(project, database)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(params=[SPLIT, AS_WRITTEN], ids=["split", "as-written"])
def way(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """However the statement is done, the same is told of the rows."""
    found: tuple[str, ...] = request.param
    return found


def failing(service: Service, statement: str, *flags: str, code: int = 5) -> Outcome:
    """Run a revision of one *statement*, which fails because of rows."""
    service.revision(f"op.execute({statement!r})")
    outcome = service.upgrade(*flags)
    assert outcome.code == code, outcome
    return outcome


def found(service: Service, outcome: Outcome) -> list[tuple[object, ...]]:
    """What the query that is told finds, sorted."""
    (query,) = outcome.detailed("find them")
    return sorted(service.rows(query))


def test_rows_that_do_not_meet_a_check_are_counted_and_shown_with_key_and_columns(
    service: Service, way: tuple[str, ...]
) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int, note text)")
    service.execute("INSERT INTO acct SELECT n, n - 10, 'seven' FROM generate_series(1, 2000) n")
    outcome = failing(service, "ALTER TABLE acct ADD CONSTRAINT positive CHECK (qty % 1000 >= 0 AND note > '')", *way)
    assert outcome.detailed("rows") == ["9 rows violate it"]
    assert outcome.detailed("sample") == [f"id={n}: qty={n - 10}, note='seven'" for n in range(1, 6)]
    assert [row[:2] for row in found(service, outcome)] == [(n, n - 10) for n in range(1, 10)]
    assert outcome.error["next"] == "mend the rows that this query finds, then run again"


def test_names_in_mixed_case_and_composite_keys_are_quoted_where_it_is_sql_and_not_where_it_is_told(
    service: Service, way: tuple[str, ...]
) -> None:
    service.execute('CREATE SCHEMA "My Schema"')
    service.execute(
        """
        CREATE TABLE "My Schema"."Order %s" ("Tenant" text, "Line.No" int, "select" numeric, ok bool,
            PRIMARY KEY ("Line.No", "Tenant"))
        """
    )
    service.execute("""INSERT INTO "My Schema"."Order %s" VALUES ('O''Hara', 1, -2.50, true), ('x', 2, 3, NULL)""")
    statement = (
        """ALTER TABLE "My Schema"."Order %s" ADD CONSTRAINT "Only ""Good"" 100%" CHECK ("select" > 0 OR NOT ok)"""
    )
    outcome = failing(service, statement, *way)
    assert outcome.detailed("rows") == ["1 row violates it"]
    assert outcome.detailed("sample") == ["Line.No=1, Tenant='O''Hara': select=-2.50, ok=true"]
    assert [row[:2] for row in found(service, outcome)] == [("O'Hara", 1)]


def test_a_row_of_a_table_without_primary_key_is_told_by_its_ctid(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE heap (qty int, note text)")
    service.execute("INSERT INTO heap VALUES (1, 'a'), (NULL, 'b')")
    outcome = failing(service, "ALTER TABLE heap ALTER qty SET NOT NULL", *way)
    assert outcome.detailed("rows") == ["1 row violates it"]
    assert outcome.detailed("sample") == ["ctid=(0,2): qty=NULL"]
    assert found(service, outcome) == [(None, "b")]


def test_rows_of_all_partitions_are_found_whichever_of_them_failed(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE usage (id int, qty int) PARTITION BY LIST (id)")
    for number in range(3):
        service.execute(f"CREATE TABLE usage_{number} PARTITION OF usage FOR VALUES IN ({number})")
    service.execute("INSERT INTO usage VALUES (0, 1), (1, -1), (2, -2), (2, 5)")
    outcome = failing(service, "ALTER TABLE usage ADD CONSTRAINT positive CHECK (qty > 0)", *way)
    assert outcome.detailed("rows") == ["2 rows violate it"]
    assert outcome.detailed("sample") == [
        "tableoid=usage_1, ctid=(0,1): qty=-1",
        "tableoid=usage_2, ctid=(0,1): qty=-2",
    ]
    assert found(service, outcome) == [(1, -1), (2, -2)]


def test_duplicates_in_partitions_are_found_in_all_of_them(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE usage (id int, qty int) PARTITION BY LIST (id)")
    for number in range(3):
        service.execute(f"CREATE TABLE usage_{number} PARTITION OF usage FOR VALUES IN ({number})")
    service.execute("INSERT INTO usage VALUES (0, 1), (1, 7), (1, 7), (2, 5), (2, 5), (2, 5)")
    outcome = failing(service, "CREATE UNIQUE INDEX ux ON usage (id, qty)", *way)
    assert outcome.detailed("rows") == ["5 rows share 2 keys"]
    assert outcome.detailed("sample") == ["id=2, qty=5: 3 times", "id=1, qty=7: 2 times"]
    assert found(service, outcome) == [(1, 7, 2), (2, 5, 3)]


UNIQUE = (
    "CREATE UNIQUE INDEX ux ON acct (email)",
    "ALTER TABLE acct ADD UNIQUE (email)",
    "ALTER TABLE acct ADD CONSTRAINT ux UNIQUE (email) INCLUDE (qty)",
    "ALTER TABLE acct ADD PRIMARY KEY (email)",
)


@pytest.mark.parametrize("statement", UNIQUE)
def test_duplicated_keys_are_shown_with_how_often(service: Service, statement: str, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE acct (email text NOT NULL, qty int)")
    service.execute("INSERT INTO acct SELECT n || '@a', n FROM generate_series(1, 1000) n")
    service.execute("INSERT INTO acct SELECT n || '@a', n FROM generate_series(1, 7) n, generate_series(1, n % 3)")
    outcome = failing(service, statement, *way)
    assert outcome.detailed("rows") == ["12 rows share 5 keys"]
    assert outcome.detailed("sample") == [
        "email='2@a': 3 times",
        "email='5@a': 3 times",
        "email='1@a': 2 times",
        "email='4@a': 2 times",
        "email='7@a': 2 times",
    ]
    assert len(found(service, outcome)) == 5


def test_a_concurrent_build_is_told_of_as_well_though_its_index_is_gone(service: Service) -> None:
    service.execute("CREATE TABLE acct (id int, email text, live bool)")
    service.execute(
        "INSERT INTO acct VALUES (1, 'A', true), (2, 'a', true), (3, 'a', false), (4, NULL, true), (5, NULL, true)"
    )
    outcome = failing(service, 'CREATE UNIQUE INDEX CONCURRENTLY ux ON acct (lower(email) COLLATE "C") WHERE live')
    assert outcome.detailed("rows") == ["2 rows share 1 key"]
    assert outcome.detailed("sample") == ["""(lower(email)) COLLATE "C"='a': 2 times"""]
    assert found(service, outcome) == [("a", 2)]


def test_nulls_that_are_not_distinct_are_duplicates(service: Service, way: tuple[str, ...], pg_version: int) -> None:
    if pg_version < 15:
        pytest.skip("NULLS NOT DISTINCT came with PostgreSQL 15")
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, email text, kind int)")
    service.execute("INSERT INTO acct VALUES (1, NULL, 1), (2, NULL, 1), (3, NULL, 2)")
    outcome = failing(service, "ALTER TABLE acct ADD UNIQUE NULLS NOT DISTINCT (email, kind)", *way)
    assert outcome.detailed("rows") == ["2 rows share 1 key"]
    assert outcome.detailed("sample") == ["email=NULL, kind=1: 2 times"]


def test_orphans_of_a_foreign_key_are_counted_and_shown(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE parent (a int, b int, PRIMARY KEY (b, a))")
    service.execute("CREATE TABLE child (id int PRIMARY KEY, x int, y int)")
    service.execute("INSERT INTO parent VALUES (1, 2)")
    service.execute("INSERT INTO child VALUES (1, 2, 1), (2, 1, 2), (3, NULL, 9), (4, 9, NULL), (5, NULL, NULL)")
    outcome = failing(service, "ALTER TABLE child ADD FOREIGN KEY (x, y) REFERENCES parent", *way)
    assert outcome.detailed("rows") == ["1 row violates it"]
    assert outcome.detailed("sample") == ["id=2: x=1, y=2"]
    assert found(service, outcome) == [(2, 1, 2)]
    service.execute("DELETE FROM child WHERE id = 2")
    statement = "ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES parent (b, a) MATCH FULL"
    service.edit("r1", "ALTER TABLE child ADD FOREIGN KEY (x, y) REFERENCES parent", statement)
    outcome = service.upgrade(*way)
    assert outcome.detailed("rows") == ["2 rows violate it"]
    assert outcome.detailed("sample") == ["id=3: x=NULL, y=9", "id=4: x=9, y=NULL"]


def test_orphans_in_partitions_are_found(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY HASH (id)")
    service.execute("CREATE TABLE parent_0 PARTITION OF parent FOR VALUES WITH (MODULUS 1, REMAINDER 0)")
    service.execute("CREATE TABLE child (id int, parent int) PARTITION BY LIST (id)")
    for number in range(2):
        service.execute(f"CREATE TABLE child_{number} PARTITION OF child FOR VALUES IN ({number})")
    service.execute("INSERT INTO parent VALUES (1)")
    service.execute("INSERT INTO child VALUES (0, 1), (1, 2), (1, 1), (0, 3)")
    outcome = failing(service, "ALTER TABLE child ADD FOREIGN KEY (parent) REFERENCES parent (id)", *way)
    assert outcome.detailed("rows") == ["2 rows violate it"]
    assert found(service, outcome) == [(0, 3), (1, 2)]


def test_rows_that_exclude_each_other_are_shown_in_pairs(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE booking (id int PRIMARY KEY, during int4range, gone bool)")
    service.execute(
        "INSERT INTO booking VALUES (1, '[1,5)', false), (2, '[3,9)', false), (3, '[4,5)', true), (4, NULL, false)"
    )
    statement = "ALTER TABLE booking ADD CONSTRAINT once EXCLUDE USING gist (during WITH &&) WHERE (NOT gone)"
    outcome = failing(service, statement, *way)
    assert outcome.detailed("rows") == ["1 pair of rows conflicts"]
    assert outcome.detailed("sample") == ["id=1, during='[1,5)'; id=2, during='[3,9)'"]
    assert len(found(service, outcome)) == 1


def test_children_are_told_by_their_table_where_only_the_parent_has_the_key(
    service: Service, way: tuple[str, ...]
) -> None:
    service.execute("CREATE TABLE parent (id int PRIMARY KEY, qty int)")
    service.execute("CREATE TABLE child () INHERITS (parent)")
    service.execute("INSERT INTO parent VALUES (1, 1)")
    service.execute("INSERT INTO child VALUES (1, -1)")
    outcome = failing(service, "ALTER TABLE parent ADD CHECK (qty > 0)", *way)
    assert outcome.detailed("sample") == ["tableoid=child, id=1: qty=-1"]


def test_of_several_actions_the_one_that_failed_is_told_of(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, a int, b int)")
    service.execute("INSERT INTO acct VALUES (1, 1, 1), (2, 2, -2)")
    statement = "ALTER TABLE acct ADD CONSTRAINT a CHECK (a > 0), ADD note text, ADD CONSTRAINT b CHECK (b > 0)"
    outcome = failing(service, statement, *way)
    assert outcome.detailed("sample") == ["id=2: b=-2"]


def test_redacted_neither_samples_nor_the_servers_detail_show_a_value(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, email text)")
    service.execute("INSERT INTO acct VALUES (1, 'secret'), (2, 'secret')")
    outcome = failing(service, "CREATE UNIQUE INDEX ux ON acct (email)", "--redact-queries", *way)
    assert outcome.detailed("rows") == ["2 rows share 1 key"]
    assert outcome.detailed("sample") == []
    assert "secret" not in repr(outcome)
    assert found(service, outcome) == [("secret", 2)]


def test_a_value_is_told_on_one_line_and_not_at_length(service: Service, way: tuple[str, ...]) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, note text)")
    service.execute("INSERT INTO acct VALUES (1, E'one\\n\\ttwo' || repeat('x', 1000))")
    outcome = failing(service, "ALTER TABLE acct ADD CHECK (length(note) < 5)", *way)
    assert outcome.detailed("sample") == [f"id=1: note='one two{'x' * 52}…'"]


def test_more_rows_than_can_be_counted_in_time_are_at_least_so_many(service: Service) -> None:
    service.execute(
        "CREATE FUNCTION good(qty int) RETURNS bool STABLE LANGUAGE sql AS 'SELECT qty > 0 FROM pg_sleep(0.01)'"
    )
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int)")
    service.execute("INSERT INTO acct SELECT n, -n FROM generate_series(1, 2000) n")
    outcome = failing(service, "ALTER TABLE acct ADD CHECK (good(qty))")
    (rows,) = outcome.detailed("rows")
    assert rows == "at least 5 rows violate it; not all were counted: that takes longer than 5 s"
    assert len(outcome.detailed("sample")) == 5


def test_a_table_that_somebody_holds_is_not_waited_for(service: Service, blocker: Blockers) -> None:
    """The evidence is not worth a place in the queue of a lock."""
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int); INSERT INTO acct VALUES (1, -1)")
    service.execute(
        """
        CREATE FUNCTION hold() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.2); RETURN false; END $$
        """
    )
    service.execute("ALTER TABLE acct ADD CONSTRAINT held CHECK (hold()) NOT VALID")
    service.revision('op.execute("ALTER TABLE acct VALIDATE CONSTRAINT held")')
    running = service.start("upgrade", "head")
    running.until("step_started")
    fix_blocker.until(lambda: service.backends("query LIKE '%VALIDATE%' AND wait_event = 'PgSleep'"), seconds=30)
    blocker.running(sql.SQL("LOCK TABLE acct IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)"))
    outcome = running.finish()
    assert outcome.code == 5
    assert outcome.detailed("rows") == ["not counted: canceling statement due to lock timeout"]


def test_a_role_that_may_not_read_the_table_is_told_so_and_how_to_find_them(service: Service) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int)")
    service.execute("INSERT INTO acct VALUES (1, -1)")
    service.deployed_by("deployer")
    service.execute("ALTER TABLE acct OWNER TO deployer")
    service.execute("REVOKE SELECT ON acct FROM deployer")
    outcome = failing(service, "ALTER TABLE acct ADD CONSTRAINT positive CHECK (qty > 0)")
    assert outcome.detailed("rows") == ["not counted: permission denied for table acct"]
    assert found(service, outcome) == [(1, -1)]


def test_rows_that_a_policy_hides_are_not_passed_over(service: Service) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int)")
    service.execute("INSERT INTO acct VALUES (1, -1)")
    service.deployed_by("deployer")
    service.execute("ALTER TABLE acct OWNER TO deployer, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    outcome = failing(service, "ALTER TABLE acct ADD CONSTRAINT positive CHECK (qty > 0)")
    (rows,) = outcome.detailed("rows")
    assert rows == 'not counted: query would be affected by row-level security policy for table "acct"'


def test_rows_that_are_gone_by_now_are_told_of_as_gone(service: Service) -> None:
    """The CHECK is false for the step and true for whoever asks later."""
    service.execute("CREATE TABLE acct (id int PRIMARY KEY); INSERT INTO acct VALUES (1)")
    service.execute(
        """
        CREATE FUNCTION good() RETURNS bool LANGUAGE sql AS 'SELECT current_setting(''transaction_read_only'')::bool'
        """
    )
    outcome = failing(service, "ALTER TABLE acct ADD CHECK (good())")
    assert outcome.detailed("rows") == ["none violates it by now"]


def test_a_check_that_writes_cannot_do_so_while_the_rows_are_looked_at(service: Service) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY); INSERT INTO acct VALUES (1); CREATE TABLE seen (id int)")
    service.execute(
        "CREATE FUNCTION good(id int) RETURNS bool LANGUAGE sql AS 'INSERT INTO seen VALUES (id); SELECT false'"
    )
    outcome = failing(service, "ALTER TABLE acct ADD CHECK (good(id))")
    assert outcome.detailed("rows") == ["not counted: cannot execute INSERT in a read-only transaction"]
    assert service.rows("SELECT FROM seen") == []


WRITES = (
    "INSERT INTO acct VALUES (1, 1)",
    "UPDATE acct SET qty = NULL",
    "DO $$ BEGIN INSERT INTO acct VALUES (1, 1); END $$",
    "ALTER TABLE acct ADD more int NOT NULL",
    "ALTER TABLE acct ALTER qty TYPE smallint USING NULL",
)


@pytest.mark.parametrize("statement", WRITES)
def test_what_fails_on_rows_that_it_writes_itself_is_told_in_the_servers_words_alone(
    service: Service, statement: str
) -> None:
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int NOT NULL); INSERT INTO acct VALUES (1, 1)")
    outcome = failing(service, statement)
    assert [outcome.detailed(label) for label in ("rows", "sample", "find them")] == [[], [], []]
    assert outcome.error["next"] == "mend the cause, then run again"


def test_a_session_that_is_lost_while_the_rows_are_counted_changes_nothing(service: Service) -> None:
    service.execute(
        "CREATE FUNCTION good(qty int) RETURNS bool STABLE LANGUAGE sql AS 'SELECT qty > 0 FROM pg_sleep(0.01)'"
    )
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int)")
    service.execute("INSERT INTO acct SELECT n, -n FROM generate_series(1, 2000) n")
    service.revision()
    assert service.upgrade().code == 0
    before = service.database.dump()
    revision = service.revision('op.execute("ALTER TABLE acct ADD CHECK (good(qty))")')
    running = service.start("upgrade", "head")
    fix_blocker.until(lambda: service.backends("query LIKE 'SELECT count%'"), seconds=30)
    (pid,) = service.backends("query LIKE 'SELECT count%'")
    service.rows("SELECT pg_terminate_backend(%s)", pid)
    outcome = running.finish()
    assert outcome.code == 5
    assert "is violated by some row (23514)" in outcome.told
    assert service.database.dump() == before
    assert service.journal(revision)[0] == "undone"


def test_a_signal_ends_the_counting(service: Service) -> None:
    service.execute(
        "CREATE FUNCTION good(qty int) RETURNS bool STABLE LANGUAGE sql AS 'SELECT qty > 0 FROM pg_sleep(0.5)'"
    )
    service.execute("CREATE TABLE acct (id int PRIMARY KEY, qty int)")
    service.execute("INSERT INTO acct SELECT n, -n FROM generate_series(1, 5) n")
    service.revision('op.execute("ALTER TABLE acct ADD CHECK (good(qty))")')
    running = service.start("upgrade", "head", "--on-failure", "pause")
    fix_blocker.until(lambda: service.backends("query LIKE 'SELECT left%'"), seconds=30)
    running.send(signal.SIGTERM)
    running.send(signal.SIGTERM)
    outcome = running.finish(seconds=10)
    assert outcome.code in (5, 143)
    assert "is violated by some row (23514)" in outcome.told

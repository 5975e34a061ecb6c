"""A statement that is split is killed between its parts, and goes either way: on to what Alembic makes, or back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests import fix_project
from tests.executor.child import KILLED, Children, Event, Fault, die

SPLIT = ("--small-table", "0")

TABLES = """
    CREATE TABLE parent (id bigint PRIMARY KEY);
    CREATE TABLE acct (id bigint NOT NULL, email text, balance int DEFAULT 0, parent bigint);
    CREATE TABLE usage (id int NOT NULL, acct bigint, note text) PARTITION BY LIST (id);
    CREATE TABLE usage_1 PARTITION OF usage FOR VALUES IN (1);
    CREATE TABLE usage_2 PARTITION OF usage FOR VALUES IN (2);
    INSERT INTO parent SELECT generate_series(1, 300);
    INSERT INTO acct SELECT n, n || '@a', n, n FROM generate_series(1, 300) n;
    INSERT INTO usage SELECT n % 2 + 1, n, 'x' FROM generate_series(1, 300) n
"""

# One statement, or several that are split, of each kind; every one in at least two parts.
STATEMENTS = {
    "not null": 'op.alter_column("acct", "email", nullable=False)',
    "check": 'op.create_check_constraint("positive", "acct", "balance > 0")',
    "unique constraint": 'op.create_unique_constraint("ux_email", "acct", ["email"])',
    "primary key": 'op.create_primary_key("pk_acct", "acct", ["id", "email"])',
    "foreign key": 'op.create_foreign_key("fk_parent", "acct", "parent", ["parent"], ["id"])',
    "index of partitions": 'op.create_index("ix_acct", "usage", ["acct"])',
    "unique of partitions": 'op.create_unique_constraint("ux_acct", "usage", ["id", "acct"])',
    "foreign key of partitions": 'op.create_foreign_key("fk_acct", "usage", "parent", ["acct"], ["id"])',
    "not null of partitions": 'op.alter_column("usage", "note", nullable=False)',
    "several actions": 'op.execute("ALTER TABLE acct ADD CHECK (balance > 0), ALTER email SET NOT NULL, ADD x int")',
    "volatile default": """op.add_column(
        "acct", sa.Column("token", sa.UUID(), server_default=sa.func.gen_random_uuid(), nullable=False)
    )""",
}  # fmt: skip

Each = pytest.mark.parametrize("statement", list(STATEMENTS.values()), ids=list(STATEMENTS))


@dataclass
class KilledAtEdge(Fault):
    """Dies when the *number*-th step begins or ends, both counted."""

    number: int

    def happened(self, event: Event) -> None:
        if event["event"] in ("step_started", "step_done"):
            self.number -= 1
            if not self.number:
                die()


@dataclass
class TerminatedAtEdges(Fault):
    """Ends all of our sessions when a step begins, for the first time, and when it ends."""

    dsn: str
    met: set[str] = field(default_factory=set)

    def happened(self, event: Event) -> None:
        edge = f"{event['event']} {event.get('title')}"
        if event["event"] in ("step_started", "step_done") and edge not in self.met:
            self.met.add(edge)
            with psycopg.connect(self.dsn, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name LIKE 'safemigrate/%'"
                )


@dataclass
class Splits:
    """One project on two databases: *plain* is Alembic's, on *ours* safemigrate runs in processes of its own."""

    twins: fix_project.Twins
    children: Children

    def begin(self, *statements: str) -> str:
        """A first revision that is applied, and a second one of *statements* that Alembic has applied; its name."""
        self.twins.project.revision(f"op.execute({TABLES!r})")
        self.twins.both("upgrade", "head")
        name = self.twins.project.revision("\n".join(statements)).stem
        return name

    def alembic(self) -> str:
        """What plain Alembic makes of the revision as it is now."""
        self.twins.project.alembic(self.twins.plain, "upgrade", "head").well()
        return self.twins.plain.dump()

    def edit(self, name: str, before: str, after: str) -> None:
        path = self.twins.project.folder / "scripts" / "versions" / f"{name}.py"
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    def killed(self, number: int) -> bool:
        """Upgrade, to be killed at edge *number*; False when that was beyond the end."""
        code, child = self.children.run("upgrade", "head", *SPLIT, fault=KilledAtEdge(number))
        assert code in (0, KILLED), child.text
        return code == KILLED

    @property
    def dump(self) -> str:
        return self.twins.ours.dump()

    def left(self) -> list[tuple[object, ...]]:
        """Constraints that are not valid and indexes that are not."""
        with self.twins.ours.connect() as connection:
            return connection.execute(
                "SELECT conname FROM pg_constraint WHERE NOT convalidated "
                "UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
            ).fetchall()


@pytest.fixture
def splits(twins: fix_project.Twins, tmp_path: Path) -> Iterator[Splits]:
    children = Children(twins.ours.url, tmp_path, twins.project.folder / "alembic.ini")
    try:
        yield Splits(twins, children)
    finally:
        children.end()


@Each
def test_killed_at_every_edge_in_turn_and_resumed_it_ends_as_plain_alembic(splits: Splits, statement: str) -> None:
    splits.begin(statement)
    number, verb = 1, ["upgrade", "head", *SPLIT]
    while True:
        code, child = splits.children.run(*verb, fault=KilledAtEdge(number))
        if code != KILLED:
            break
        # What is done is skipped and not counted: the step that was being done is begun again, and then is done.
        number, verb = (2 if number == 1 else 1), ["resume", *SPLIT]
        assert len(splits.children.all) < 60
    assert code == 0, child.text
    assert len(splits.children.all) > 3
    assert splits.dump == splits.alembic()
    assert splits.left() == []


@Each
def test_killed_at_any_edge_and_rolled_back_it_is_as_before(splits: Splits, statement: str) -> None:
    splits.begin(statement)
    before, number = splits.dump, 1
    while splits.killed(number):
        splits.children.must("rollback")
        assert splits.dump == before, number
        # Partitions have the same parts once each: every third edge falls into all kinds of them.
        number += 3 if '"usage"' in statement else 1
    assert number > 4
    assert splits.dump == splits.alembic()


@Each
def test_when_its_sessions_are_ended_at_every_edge_it_ends_as_plain_alembic(splits: Splits, statement: str) -> None:
    splits.begin(statement)
    splits.children.must("upgrade", "head", *SPLIT, fault=TerminatedAtEdges(splits.twins.ours.dsn))
    assert splits.dump == splits.alembic()
    assert splits.left() == []


# -- the file is edited meanwhile

NOT_NULL, UNIQUE, CHECK = STATEMENTS["not null"], STATEMENTS["unique constraint"], STATEMENTS["check"]


@pytest.mark.parametrize("number", [2, 3, 4])
def test_what_was_begun_goes_on_as_planned_and_what_was_not_as_the_file_is_now(splits: Splits, number: int) -> None:
    """Killed within the first statement, of which nothing changes."""
    name = splits.begin(NOT_NULL, UNIQUE)
    assert splits.killed(number)
    splits.edit(name, '"ux_email"', '"ux_other"')
    splits.edit(name, NOT_NULL, f"{NOT_NULL}\n    {CHECK}")
    splits.children.must("resume", *SPLIT)
    assert splits.dump == splits.alembic()
    assert splits.left() == []


@pytest.mark.parametrize("after", ["", NOT_NULL.replace("email", "balance")], ids=["taken out", "changed"])
def test_a_begun_statement_that_is_not_in_the_file_any_more_is_an_error_with_a_diff(splits: Splits, after: str) -> None:
    name = splits.begin(NOT_NULL, UNIQUE)
    original = splits.dump
    assert splits.killed(2)
    before = splits.dump
    splits.edit(name, NOT_NULL, after)
    child = splits.children.must("resume", *SPLIT, code=2)
    assert "was edited after some of its steps had been applied" in child.error["what"]
    (diff,) = child.details("diff")
    assert "NOT NULL" in diff
    assert "-" in diff
    assert splits.dump == before
    splits.children.must("rollback")
    assert splits.dump == original
    splits.children.must("upgrade", "head", *SPLIT)
    assert splits.dump == splits.alembic()


def test_put_back_as_it_was_it_is_resumed(splits: Splits) -> None:
    name = splits.begin(NOT_NULL, UNIQUE)
    assert splits.killed(3)
    splits.edit(name, NOT_NULL, "")
    splits.children.must("resume", *SPLIT, code=2)
    splits.edit(name, UNIQUE, f"{NOT_NULL}\n    {UNIQUE}")
    splits.children.must("resume", *SPLIT)
    assert splits.dump == splits.alembic()


def test_a_statement_that_was_begun_split_goes_on_so_though_it_is_to_be_done_as_written_now(splits: Splits) -> None:
    splits.begin(NOT_NULL, UNIQUE)
    assert splits.killed(3)
    splits.children.must("resume", "--as-written")
    assert splits.dump == splits.alembic()
    assert splits.left() == []


def test_when_all_is_done_but_the_version_row_nothing_is_done_again(splits: Splits) -> None:
    splits.begin(NOT_NULL)
    last = 1
    while splits.killed(last):
        splits.children.must("rollback")
        last += 1
    splits.children.must("rollback", "r2")
    assert splits.killed(last - 1)
    child = splits.children.must("resume", *SPLIT)
    assert [event for event in child.events if event["event"] == "step_started"] == []
    assert splits.dump == splits.alembic()

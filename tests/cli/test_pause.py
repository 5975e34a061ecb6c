"""``pause`` and ``resume``: batches stand still and go on, and everybody is told why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from safemigrate import scratch
from safemigrate.cli import main
from safemigrate.errors import ExitCode
from tests import fix_golden, fix_project

THINGS = "op.create_table('things', sa.Column('id', sa.Integer, primary_key=True))"


@pytest.fixture
def applied(project: fix_project.Project, database: scratch.Database) -> fix_project.Project:
    project.revision(THINGS)
    project.safemigrate(database, "upgrade", "head").well()
    return project


@pytest.fixture
def active(applied: fix_project.Project, database: scratch.Database) -> Iterator[None]:
    """Another run's one-at-a-time lock on the migrated database, held until the test is over."""
    with database.connect(application_name="safemigrate/other") as connection:
        query = "SELECT pg_advisory_lock(hashtextextended('safemigrate:' || scope, 0)) FROM safemigrate.run LIMIT 1"
        connection.execute(query)
        yield


def paused(database: scratch.Database) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute("SELECT scope, reason, database_user FROM safemigrate.pause").fetchall()


def test_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit):
        main.main(["pause", "--help"])
    fix_golden.check("cli/pause.txt", re.sub(r"(-\w) [A-Z]+, --", r"\1, --", capsys.readouterr().out))


def test_a_pause_and_its_end(applied: fix_project.Project, database: scratch.Database) -> None:
    said = applied.safemigrate(database, "pause", "--reason", "the shop is full").well().out
    assert said.endswith("; no run is active: the next one will wait\n")
    assert [row[1:] for row in paused(database)] == [("the shop is full", "postgres")]
    said = applied.safemigrate(database, "resume").well().out
    assert re.search(r"^batches were paused by postgres since .*: the shop is full; no run is active$", said, re.M)
    assert "nothing is half done" in said
    assert paused(database) == []


def test_status_shows_the_pause(applied: fix_project.Project, database: scratch.Database) -> None:
    assert "paused" not in applied.safemigrate(database, "status").well().out
    applied.safemigrate(database, "pause", "--reason", "a \x1b[31msale").well()
    text = applied.safemigrate(database, "status").well().out
    assert re.search(r"^  batches     paused by postgres since \S+ \S+ UTC: a  ?\[31msale$", text, re.M)
    (found,) = json.loads(applied.safemigrate(database, "status", "--json").well().out)["databases"]
    assert found["pause"]["user"] == "postgres"
    assert found["pause"]["reason"].startswith("a ")


def test_whoever_paused_before_is_told_of(applied: fix_project.Project, database: scratch.Database) -> None:
    applied.safemigrate(database, "pause", "--reason", "first").well()
    said = applied.safemigrate(database, "pause").well().out
    assert re.search(r"^in the place of an earlier pause \(paused by postgres since .*: first\)$", said, re.M)
    assert [row[1] for row in paused(database)] == [""]


def test_a_database_that_was_never_migrated_can_be_paused(
    project: fix_project.Project, database: scratch.Database
) -> None:
    project.revision(THINGS)
    project.safemigrate(database, "pause").well()
    assert len(paused(database)) == 1
    project.safemigrate(database, "upgrade", "head").well()
    assert "things" in database.dump(), "only batches stand still"
    assert len(paused(database)) == 1


@pytest.mark.usefixtures("active")
def test_while_a_run_is_active_resume_lets_it_go_on_and_starts_none(
    applied: fix_project.Project, database: scratch.Database
) -> None:
    said = applied.safemigrate(database, "pause").well().out
    assert re.search(r"; run safemigrate/other \(pid \d+\) stands still after its batch$", said, re.M)
    said = applied.safemigrate(database, "resume").well().out
    assert re.fullmatch(r"batches were paused by .*; run safemigrate/other \(pid \d+\) goes on\n", said)
    assert paused(database) == []


def test_programs_get_notices(applied: fix_project.Project, database: scratch.Database) -> None:
    for verb in ("pause", "resume"):
        lines = applied.safemigrate(database, verb, "--json").well().out.splitlines()
        assert {json.loads(line)["event"] for line in lines} == {"notice"}


def test_the_end_of_a_pause_is_not_nothing(applied: fix_project.Project, database: scratch.Database) -> None:
    applied.safemigrate(database, "pause").well()
    assert applied.safemigrate(database, "resume", "--detailed-exit-code").code == ExitCode.OK
    assert applied.safemigrate(database, "resume", "--detailed-exit-code").code == ExitCode.NOTHING_TO_DO


def test_what_is_half_done_goes_on_when_the_pause_is_over(
    applied: fix_project.Project, database: scratch.Database
) -> None:
    path = applied.revision("op.add_column('things', sa.Column('n', sa.Integer))\nop.execute('SELECT 1 / 0')")
    assert applied.safemigrate(database, "upgrade", "head", "--on-failure", "pause").code == ExitCode.PAUSED
    applied.safemigrate(database, "pause").well()
    path.write_text(path.read_text().replace("1 / 0", "1"))
    said = applied.safemigrate(database, "resume").well().out
    assert "batches were paused by" in said
    assert "r2 (head)" in applied.safemigrate(database, "current").out

"""The verbs of our own: plan, status, resume, rollback, locks; and the exit codes, each provoked once."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from typing import Any

import pytest
from psycopg import sql

from safemigrate import scratch
from safemigrate.cli import main
from safemigrate.errors import ExitCode
from safemigrate.facts import LockMode
from tests import fix_blocker, fix_golden, fix_project

ACCOUNTS = "op.create_table('accounts', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.Text))"
FILLED = ACCOUNTS + "\nop.execute(\"INSERT INTO accounts (name) VALUES ('a')\")"
ADDS = "op.add_column('accounts', sa.Column('a', sa.Integer))\n"
FAILS = "op.execute('SELECT 1 / 0')\n"


def lines(ended: fix_project.Ended) -> list[dict[str, Any]]:
    """Standard output as JSON, one object a line; nothing else is said."""
    assert ended.err == ""
    return [json.loads(line) for line in ended.out.splitlines()]


def document(ended: fix_project.Ended) -> Any:
    assert ended.err == ""
    return json.loads(ended.well().out)


@pytest.fixture
def halfway(project: fix_project.Project, database: scratch.Database) -> fix_project.Project:
    """r1 is applied; of r2 the first step is done, the second failed, and the run paused."""
    project.revision(FILLED, "op.drop_table('accounts')")
    project.revision(ADDS + FAILS + "op.create_table('last', sa.Column('id', sa.Integer))")
    assert project.safemigrate(database, "upgrade", "head", "--on-failure", "pause").code == ExitCode.PAUSED
    return project


def _mend(project: fix_project.Project) -> None:
    path = project.folder / "scripts" / "versions" / "r2.py"
    path.write_text(path.read_text().replace("1 / 0", "1"))


@pytest.mark.parametrize(
    "verb", ["", "plan", "status", "resume", "rollback", "locks", "lint", "stats", "upgrade", "downgrade", "stamp"]
)
def test_help(verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit):
        main.main([verb, "--help"] if verb else ["--help"])
    # Python 3.13 writes "-c, --config CONFIG" where earlier ones repeat the metavar.
    shown = re.sub(r"(-\w) [A-Z]+, --", r"\1, --", capsys.readouterr().out)
    fix_golden.check(f"cli/{verb or 'safemigrate'}.txt", shown)


# -- plan


def test_plan_changes_nothing(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(FILLED)
    before = database.dump()
    for flags in ([], ["--json"], ["--statements"], ["base+1"], ["--downgrade", "base"]):
        project.safemigrate(database, "plan", *flags).well()
    project.safemigrate(database, "status").well()
    project.safemigrate(database, "locks").well()
    assert database.dump() == before
    with database.connect() as connection:
        query = "SELECT to_regclass('alembic_version'), to_regnamespace('safemigrate')"
        assert connection.execute(query).fetchone() == (None, None)


def test_plan_names_mode_steps_locks_undo_and_lines(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(FILLED)
    project.safemigrate(database, "upgrade", "head").well()
    path = project.revision(ADDS + "op.execute('CALL anything()')\nop.drop_column('accounts', 'name')")
    shown = project.safemigrate(database, "plan", "--statements").well().out
    for text in (
        "revision r2 (after r1): number 2",
        "mode steps: its statements are known beforehand",
        "1. add column accounts.a",
        "ALTER TABLE accounts ADD COLUMN a INTEGER;",
        f"{path}:13",
        "ACCESS EXCLUSIVE on accounts",
        'DROP COLUMN IF EXISTS "a"',
        "point of no return",
        "UNKNOWN: a procedure may do anything",
        "the values of accounts.name",
    ):
        assert text in shown
    plan = document(project.safemigrate(database, "plan", "--json"))
    (revision,) = plan["revisions"]
    assert (revision["revision"], revision["mode"], revision["point_of_no_return"]) == ("r2", "steps", 2)
    assert [step["unknown"] != "" for step in revision["steps"]] == [False, True, False]
    assert plan["totals"]["unknown"] == 1


def test_plan_says_why_a_revision_runs_whole(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS + "\nop.get_bind().execute(sa.text('DELETE FROM accounts'))")
    (revision,) = document(project.safemigrate(database, "plan", "--json"))["revisions"]
    assert revision["mode"] == "whole"
    assert "writes data through get_bind()" in revision["why"]
    assert "mode whole: it writes data" in project.safemigrate(database, "plan").well().out
    assert "mode is whole (--mode)" in project.safemigrate(database, "plan", "--mode", "whole").well().out
    assert "2. delete accounts" in project.safemigrate(database, "plan", "--mode", "steps").well().out


def test_plan_of_a_part_and_of_a_downgrade(project: fix_project.Project, database: scratch.Database) -> None:
    for name in ("one", "two", "three"):
        project.revision(f"op.create_table('{name}', sa.Column('id', sa.Integer))", f"op.drop_table('{name}')")
    part = document(project.safemigrate(database, "plan", "r2", "--json"))
    assert [revision["revision"] for revision in part["revisions"]] == ["r1", "r2"]
    project.safemigrate(database, "upgrade", "head").well()
    back = document(project.safemigrate(database, "plan", "--downgrade", "-2", "--json"))
    assert [revision["revision"] for revision in back["revisions"]] == ["r3", "r2"]
    assert back["revisions"][0]["steps"][0]["title"] == "drop table three"


def test_plan_with_nothing_pending(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)
    project.safemigrate(database, "upgrade", "head").well()
    assert document(project.safemigrate(database, "plan", "--json"))["revisions"] == []
    ended = project.safemigrate(database, "plan").well()
    assert "nothing" in ended.out.lower()
    assert project.safemigrate(database, "plan", "--detailed-exit-code").code == ExitCode.NOTHING_TO_DO


# -- status


def test_status_before_the_first_run(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)
    shown = project.safemigrate(database, "status").well().out
    for text in ("applied     nothing", "pending     r1", "none yet", "lock_timeout         100ms        default"):
        assert text in shown
    (found,) = document(project.safemigrate(database, "status", "--json"))["databases"]
    assert (found["heads"], found["pending"], found["journal"]) == ([], ["r1"], False)


def test_status_of_what_is_half_done(halfway: fix_project.Project, database: scratch.Database) -> None:
    shown = halfway.safemigrate(database, "status").well().out
    for text in (
        "applied     r1",
        "half done   upgrade of r2, paused",
        "done     add column accounts.a",
        "safemigrate resume",
    ):
        assert text in shown
    found = document(halfway.safemigrate(database, "status", "--json", "--lock-timeout", "77ms"))
    (status,) = found["databases"]
    assert [step["state"] for step in status["steps"]] == ["done", "planned", "planned"]
    assert status["unfinished"]["revision"] == "r2"
    assert status["runs"][0]["state"] == "paused"
    assert found["settings"]["lock_timeout"] == {"value": "77ms", "source": "--lock-timeout"}


# -- resume


def test_resume_goes_on_to_where_the_run_was_going(halfway: fix_project.Project, database: scratch.Database) -> None:
    halfway.revision("op.create_table('more', sa.Column('id', sa.Integer))")
    _mend(halfway)
    ended = halfway.safemigrate(database, "resume").well()
    assert "step skipped: add column accounts.a (done before, says the journal)" in ended.out
    assert "r3 (head)" in halfway.safemigrate(database, "current").out


def test_upgrade_goes_on_as_resume_does(halfway: fix_project.Project, database: scratch.Database) -> None:
    _mend(halfway)
    halfway.safemigrate(database, "upgrade", "head").well()
    assert "r2 (head)" in halfway.safemigrate(database, "current").out


def test_resume_of_a_downgrade(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS, "op.drop_table('accounts')")
    path = project.revision("pass", "op.create_table('x', sa.Column('id', sa.Integer))\n" + FAILS)
    project.safemigrate(database, "upgrade", "head").well()
    assert project.safemigrate(database, "downgrade", "base", "--on-failure", "pause").code == ExitCode.PAUSED
    # The version table says that r2 is applied; the journal knows better.
    ended = project.safemigrate(database, "upgrade", "head")
    assert ended.code == ExitCode.BAD_INPUT
    assert "downgrade of revision r2 is half done" in ended.err
    path.write_text(path.read_text().replace("1 / 0", "1"))
    ended = project.safemigrate(database, "resume").well()
    assert "done before" in ended.out
    assert project.safemigrate(database, "current").out == ""
    assert "accounts" not in database.dump()


def test_resume_with_nothing_half_done(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)
    assert "nothing is half done" in project.safemigrate(database, "resume").well().out
    ended = project.safemigrate(database, "resume", "--json", "--detailed-exit-code")
    assert ended.code == ExitCode.NOTHING_TO_DO
    assert lines(ended)[0]["event"] == "notice"


def test_other_work_has_to_wait_for_what_is_half_done(halfway: fix_project.Project, database: scratch.Database) -> None:
    ended = halfway.safemigrate(database, "downgrade", "base")
    assert ended.code == ExitCode.BAD_INPUT
    assert "upgrade of revision r2 is half done" in ended.err
    assert "safemigrate resume" in ended.err


# -- rollback


def test_rollback_of_what_is_half_done(halfway: fix_project.Project, database: scratch.Database) -> None:
    events = lines(halfway.safemigrate(database, "rollback", "--json"))
    assert [event["event"] for event in events] == ["run_started", "undo_started", "undo_done", "run_finished"]
    assert " a integer" not in database.dump()
    assert "half done   nothing" in halfway.safemigrate(database, "status").out
    assert "r1" in halfway.safemigrate(database, "current").out


def test_rollback_of_the_newest_revision_is_as_before(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(FILLED)
    project.safemigrate(database, "upgrade", "head").well()
    before = database.dump(), database.checksum()
    project.revision(
        ADDS + "op.create_index('ix', 'accounts', ['a'])\nop.create_check_constraint('ck', 'accounts', 'a > 0')"
    )
    project.safemigrate(database, "upgrade", "head").well()
    project.safemigrate(database, "rollback", "r2").well()
    assert (database.dump(), database.checksum()) == before
    project.safemigrate(database, "upgrade", "head").well()


def test_rollback_says_beforehand_what_cannot_come_back(
    project: fix_project.Project, database: scratch.Database
) -> None:
    project.revision(FILLED)
    project.revision(ADDS + "op.drop_column('accounts', 'name')")
    project.safemigrate(database, "upgrade", "head").well()
    before = database.dump()
    ended = project.safemigrate(database, "rollback", "r2")
    assert ended.code == ExitCode.BAD_INPUT
    assert "the values of accounts.name" in ended.err
    assert "nothing was changed" in ended.err
    assert "rollback r2 --accept-loss" in ended.err
    assert database.dump() == before
    done = project.safemigrate(database, "rollback", "r2", "--accept-loss").well()
    assert "cannot come back" in done.out
    assert "name text" in database.dump()
    assert " a integer" not in database.dump()
    assert "r1" in project.safemigrate(database, "current").out


def test_rollback_refuses_what_is_not_the_newest(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)
    project.revision("op.create_table('more', sa.Column('id', sa.Integer))")
    project.safemigrate(database, "upgrade", "head").well()
    for revision, text in (("r1", "not the newest"), ("", "nothing is half done")):
        ended = project.safemigrate(database, "rollback", *filter(None, [revision]))
        assert ended.code == ExitCode.BAD_INPUT
        assert text in ended.err
        assert "safemigrate rollback r2" in ended.err


def test_rollback_of_what_alembic_applied(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)
    project.alembic(database, "upgrade", "head").well()
    ended = project.safemigrate(database, "rollback", "r1")
    assert ended.code == ExitCode.BAD_INPUT
    assert "journal does not know" in ended.err
    assert "safemigrate downgrade" in ended.err


# -- locks


def test_locks_shows_the_tree(
    project: fix_project.Project, database: scratch.Database, blocker: fix_blocker.Blockers
) -> None:
    project.revision(FILLED)
    project.safemigrate(database, "upgrade", "head").well()
    assert "nobody waits" in project.safemigrate(database, "locks").well().out
    holder = blocker.row_lock("accounts")
    waiter = blocker.running(sql.SQL("UPDATE accounts SET name = 'b'"))
    shown = project.safemigrate(database, "locks").well().out
    assert shown.index(str(holder.pid)) < shown.index(str(waiter.pid))
    (line,) = lines(project.safemigrate(database, "locks", "accounts", "--json"))
    assert line["trees"][0]["pid"] == holder.pid
    ended = project.safemigrate(database, "locks", "nowhere")
    assert ended.code == ExitCode.BAD_INPUT
    assert 'no relation "nowhere"' in ended.err


def test_locks_watches_until_it_is_interrupted(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)

    def interrupt() -> None:
        looks = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_locks%' AND pid <> pg_backend_pid()"
        with database.connect() as connection:
            fix_blocker.until(lambda: connection.execute(looks).fetchone())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    ended = project.safemigrate(database, "locks", "--watch", "--json", "--interval", "0.05")
    thread.join()
    assert ended.code == ExitCode.OK
    assert all(line["trees"] == [] for line in lines(ended))


# -- exit codes


def test_exit_codes_of_runs_without_incident(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(ACCOUNTS)
    assert project.safemigrate(database, "upgrade", "head", "--detailed-exit-code").code == ExitCode.OK
    assert project.safemigrate(database, "upgrade", "head", "--detailed-exit-code").code == ExitCode.NOTHING_TO_DO
    assert project.safemigrate(database, "upgrade", "head").code == ExitCode.OK
    ended = project.safemigrate(database, "upgrade", "head", "--json")
    assert lines(ended)[-1]["outcome"] == "nothing_to_do"


@pytest.mark.parametrize("mode", ["auto", "whole"])
def test_exit_code_of_locks_that_were_not_to_be_had(
    project: fix_project.Project, database: scratch.Database, blocker: fix_blocker.Blockers, mode: str
) -> None:
    project.revision(ACCOUNTS)
    project.safemigrate(database, "upgrade", "head").well()
    project.revision("op.create_table('first', sa.Column('id', sa.Integer))\n" + ADDS)
    before = database.dump()
    holder = blocker.hold("accounts", LockMode.ACCESS_SHARE)
    fix_blocker.until(lambda: holder.pid)
    ended = project.safemigrate(database, "upgrade", "head", "--lock-patience", "400ms", "--mode", mode, "--json")
    assert ended.code == ExitCode.COULD_NOT_LOCK
    error = lines(ended)[-1]
    assert (error["event"], error["error"], error["exit_code"]) == ("error", "could_not_lock", 4)
    assert any(f"pid {holder.pid}" in row["text"] for row in error["details"])
    assert "as before" in error["state"]
    assert "safemigrate locks" in error["next"]
    assert database.dump() == before


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]
)
def test_exit_code_of_an_interrupted_run(
    project: fix_project.Project, database: scratch.Database, number: signal.Signals, code: ExitCode
) -> None:
    project.revision(
        ACCOUNTS + "\nop.execute('SELECT pg_sleep(20)')\nop.create_table('x', sa.Column('id', sa.Integer))"
    )

    def interrupt() -> None:
        query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
        with database.connect() as connection:
            fix_blocker.until(lambda: connection.execute(query).fetchone())
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=interrupt)
    thread.start()
    ended = project.safemigrate(database, "upgrade", "head")
    thread.join()
    assert ended.code == code, ended.text
    assert f"interrupted by {number.name}" in ended.err
    assert "safemigrate resume, or safemigrate rollback" in ended.err
    with database.connect() as connection:
        states = connection.execute("SELECT state FROM safemigrate.step ORDER BY ordinal").fetchall()
    assert [state for (state,) in states] == ["done", "planned", "planned"]
    project.safemigrate(database, "rollback").well()
    assert "accounts" not in database.dump()


def test_errors_with_json_are_one_object_on_standard_output(project: fix_project.Project, database) -> None:
    project.revision(FAILS)
    for arguments, code in (
        (("upgrade", "head"), ExitCode.ROLLED_BACK),
        (("upgrade", "nope"), ExitCode.BAD_INPUT),
        (("upgrade", "head", "--lock-timeout", "x"), ExitCode.BAD_INPUT),
        (("plan", "nope"), ExitCode.BAD_INPUT),
        (("rollback",), ExitCode.BAD_INPUT),
        (("locks", "nope"), ExitCode.BAD_INPUT),
        (("stamp", "nope"), ExitCode.BAD_INPUT),
    ):
        ended = project.safemigrate(database, *arguments, "--json")
        error = lines(ended)[-1]
        assert set(error) >= {"event", "error", "exit_code", "what", "details", "state", "next"}
        assert (ended.code, error["exit_code"]) == (code, code)

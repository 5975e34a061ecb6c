"""What the role or the database has set does not break a run; what the revision itself has set holds for it."""

from __future__ import annotations

import pytest

from tests import fix_project
from tests.fix_blocker import Blockers
from tests.scenarios.service import Service

CREATE = """
op.create_table("acct", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("balance", sa.Integer()))
op.execute("INSERT INTO acct SELECT generate_series(1, 1000)")
"""

STEPS = """
op.add_column("acct", sa.Column("note", sa.Text()))
op.execute("UPDATE acct SET note = pg_sleep(0.2)::text WHERE id = 1")
with op.get_context().autocommit_block():
    op.create_index("ix_note", "acct", ["note"], postgresql_concurrently=True)
"""

WHOLE = """
op.get_bind().execute(sa.text("UPDATE acct SET balance = length(pg_sleep(0.2)::text) WHERE id = 1"))
"""

# While the second revision runs, env.py's connection is idle for longer than 100 ms, and so is its transaction.
TIMEOUTS = {
    "lock_timeout": "1ms",
    "statement_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1ms",
    "idle_session_timeout": "100ms",
}
BEGUN = fix_project.ENV.replace("engine.connect()", "engine.begin()")


@pytest.mark.matrix
@pytest.mark.parametrize("env", [fix_project.ENV, BEGUN], ids=["alembic", "env.py"])
@pytest.mark.parametrize("name", TIMEOUTS)
def test_a_short_timeout_of_the_roles_does_not_break_a_run_whoever_owns_the_transaction(
    service: Service, name: str, env: str
) -> None:
    service.project.env(env)
    service.deployed_by("deployer", **{name: TIMEOUTS[name]})
    revisions = [service.revision(text) for text in (CREATE, STEPS, WHOLE)]
    outcome = service.upgrade()
    assert outcome.code == 0, outcome
    assert service.heads == revisions[-1:]
    assert service.index_is_valid("ix_note")
    assert [event["text"] for event in outcome.named("notice") if "lost" in event["text"]] == []
    assert service.safemigrate("downgrade", "-1").code == 0


def test_a_search_path_of_the_roles_is_where_unqualified_names_go(service: Service) -> None:
    service.execute("CREATE SCHEMA tenant")
    service.deployed_by("deployer", search_path="tenant, public")
    service.execute("GRANT ALL ON SCHEMA tenant TO deployer")
    service.execute("CREATE TABLE public.acct (untouched int)")
    service.revision(CREATE)
    service.revision(STEPS)
    outcome = service.upgrade()
    assert outcome.code == 0, outcome
    assert service.columns("tenant.acct") == ["id", "balance", "note"]
    assert service.columns("public.acct") == ["untouched"]
    assert service.value("SELECT version_num FROM tenant.alembic_version") == "r2"


def test_a_search_path_without_any_schema_fails_before_anything_is_changed(service: Service) -> None:
    service.deployed_by("deployer", search_path="")
    service.revision('op.create_table("acct", sa.Column("id", sa.Integer()), schema="public")')
    outcome = service.upgrade()
    assert outcome.code != 0
    assert "no schema has been selected to create in" in outcome.told
    assert service.value("SELECT to_regclass('public.acct')") is None


def test_a_revisions_own_options_hold_for_it_and_for_no_other(accounts: Service, blocker: Blockers) -> None:
    first = accounts.revision(
        'op.add_column("acct", sa.Column("note", sa.Text()))',
        head='safemigrate_options = {"lock_patience": "400ms"}',
    )
    held = blocker.idle_in_transaction("acct")
    outcome = accounts.upgrade("--lock-patience", "1min")
    assert outcome.code == 4, outcome
    assert "400 ms allowed" in outcome.told
    held.release()
    second = accounts.revision('op.add_column("acct", sa.Column("more", sa.Text()))')
    running = accounts.start("upgrade", first)
    assert running.finish().code == 0
    held = blocker.idle_in_transaction("acct")
    running = accounts.start("upgrade", "head", "--lock-patience", "1min")
    running.until("step_waiting", lambda event: event["seconds"] > 0.8)
    held.release()
    assert running.finish().code == 0
    assert accounts.heads == [second]


def test_a_revision_may_ask_to_run_whole(accounts: Service) -> None:
    revision = accounts.revision(
        """
        op.add_column("acct", sa.Column("note", sa.Text()))
        op.execute("SELECT 1 / 0")
        """,
        head='safemigrate_options = {"mode": "whole"}',
    )
    before = accounts.database.dump()
    outcome = accounts.upgrade()
    assert outcome.code == 5
    (started,) = outcome.named("revision_started")
    assert started["mode"] == "whole"
    assert f"safemigrate_options of revision {revision}" in started["why"]
    assert accounts.database.dump() == before


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ('{"lock_patiense": "1s"}', "did you mean lock_patience?"),
        ('{"lock_timeout": "soon"}', 'bad value for lock_timeout: "soon"'),
        ('{"lease_patience": "1s"}', "lease_patience cannot be set for one revision"),
        ("5", "is not a dict"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_before_the_revision_begins(
    accounts: Service, options: str, what: str
) -> None:
    accounts.revision('op.add_column("acct", sa.Column("note", sa.Text()))', head=f"safemigrate_options = {options}")
    outcome = accounts.upgrade()
    assert outcome.code == 2
    assert what in outcome.told
    assert outcome.error["state"] == "nothing was changed"
    assert accounts.columns()[-1] == "email"

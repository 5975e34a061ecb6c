"""The replay of a history and the rules in it: what is judged, on which schema, in which transaction."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fix_project import ENV, Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
RULES = "broken-rule,index-not-concurrent,drop-column,validate-in-same-transaction,not-analysed,opaque-sql"

BROKEN = '''"""fails: a rule that fails on one table.

Why      It is an example.
"""
from collections.abc import Iterator
from safemigrate.lint.rule import Found, Situation, forms


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    yield Found("seen before it fails")
    if form.relation.name == "orders":
        raise ValueError("no orders")
'''

EACH = ENV.replace("connection=connection)", "connection=connection, transaction_per_migration=True)")

CHECK = "op.create_check_constraint('positive', 'orders', 'id > 0', postgresql_not_valid=True)"
VALIDATE = "op.execute('ALTER TABLE orders VALIDATE CONSTRAINT positive')"


@pytest.fixture
def project(project: Project) -> Project:
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": RULES, "GITHUB_ACTIONS": ""}
    for name in ("orders", "items"):
        project.revision(f"op.create_table('{name}', sa.Column('id', sa.Integer), sa.Column('note', sa.Text))")
    return project


def findings(project: Project, *arguments: str) -> list[dict[str, Any]]:
    ended = project.safemigrate(NOWHERE, "lint", "--json", *arguments)
    assert ended.code in (0, 1), ended.text
    found: list[dict[str, Any]] = json.loads(ended.out)["findings"]
    return found


def found(project: Project, *arguments: str) -> list[tuple[str, str]]:
    """The rule and the revision of each finding."""
    return [(each["rule"], each["revision"]) for each in findings(project, *arguments)]


# -- rules


def test_a_rule_that_raises_is_a_finding_where_it_did_and_goes_on_elsewhere(project: Project) -> None:
    project.write("fails.py", BROKEN)
    project.write("pyproject.toml", '[tool.safemigrate.lint]\nrules = ["fails.py"]\n')
    project.environment["SAFEMIGRATE_LINT_SELECT"] = f"{RULES},fails"
    project.revision("op.create_index('ix', 'orders', ['id'])\nop.create_index('iy', 'items', ['id'])")
    seen = findings(project, "head")
    rules = [each["rule"] for each in seen]
    assert sorted(rules) == ["broken-rule", "fails", "index-not-concurrent", "index-not-concurrent"]
    (broken,) = [each for each in seen if each["rule"] == "broken-rule"]
    assert broken["message"] == "rule fails failed here, and saw nothing: ValueError: no orders"
    assert "ON orders" in broken["statement"]
    assert [each["statement"] for each in seen if each["rule"] == "fails"] == ["CREATE INDEX iy ON items (id)"]


# -- together and apart


@pytest.mark.parametrize(("revisions", "old"), [(("head-1:head",), True), (("r2:",), False), ((), True)])
def test_a_table_is_new_to_its_own_deploy_only(project: Project, revisions: tuple[str, ...], old: bool) -> None:
    project.revision("op.create_table('news', sa.Column('id', sa.Integer))")
    project.revision("op.create_index('ix', 'news', ['id'])")
    assert found(project, *revisions) == ([("index-not-concurrent", "r4")] if old else [])


@pytest.mark.parametrize(
    ("env", "arguments", "held"),
    [
        (ENV, ("r2:",), True),
        (ENV, (), False),
        (ENV, ("head",), False),
        (EACH, ("r2:",), False),
        (ENV, ("--runner", "safemigrate", "r2:"), False),
    ],
)
def test_locks_are_held_as_long_as_env_py_lets_a_transaction_last(
    project: Project, env: str, arguments: tuple[str, ...], held: bool
) -> None:
    project.env(env)
    project.revision(CHECK)
    project.revision(VALIDATE)
    assert found(project, *arguments) == ([("validate-in-same-transaction", "r4")] if held else [])


# -- the way back


def test_the_way_back_is_judged_where_the_upgrade_has_led_and_forgotten(project: Project) -> None:
    project.revision("op.add_column('orders', sa.Column('hint', sa.Text))", "op.drop_column('orders', 'hint')")
    project.revision("op.create_table('news', sa.Column('id', sa.Integer))", "op.create_index('ix', 'news', ['id'])")
    project.revision("op.create_index('iy', 'news', ['id'])", "op.execute('SELECT 1')")
    told = [("drop-column", "r3"), ("index-not-concurrent", "r4")]
    # Going back, the table is old; to the next revision of the same deploy it is new all the same.
    assert found(project, "--downgrade", "r2:r5") == told


# -- inside of statements


def test_a_block_is_judged_by_what_it_does_in_order(project: Project) -> None:
    project.revision(
        "op.execute('DO $$ BEGIN CREATE TABLE fresh (id int);"
        " CREATE INDEX ON fresh (id); CREATE INDEX ON orders (id); END $$')"
    )
    (only,) = findings(project, "head")
    assert only["message"].endswith("(in DO)")
    assert "orders" in only["message"]
    assert only["handled"] is False


def test_a_function_of_the_history_is_judged_where_it_is_called(project: Project) -> None:
    project.revision(
        "op.execute('CREATE FUNCTION speed_up() RETURNS void LANGUAGE plpgsql"
        " AS $$ BEGIN CREATE INDEX ON orders (id); END $$')"
    )
    project.revision("op.execute('SELECT speed_up()')")
    (only,) = findings(project, "r2:")
    assert (only["rule"], only["revision"], only["handled"]) == ("index-not-concurrent", "r4", False)
    assert only["message"].endswith("(in speed_up())")


def test_functions_that_call_each_other_come_to_an_end(project: Project) -> None:
    for mine, other in (("ping", "pong"), ("pong", "ping")):
        project.revision(
            f"op.execute('CREATE FUNCTION {mine}() RETURNS void LANGUAGE plpgsql"
            f" AS $$ BEGIN PERFORM {other}(); CREATE INDEX ON orders (id); END $$')"
        )
    project.revision("op.execute('SELECT ping()')")
    assert set(found(project, "head")) == {("index-not-concurrent", "r5")}


# -- several databases, and what is not certain


def test_what_is_the_same_in_each_database_is_found_once(project: Project) -> None:
    project.env("""
        from alembic import context
        from sqlalchemy import create_engine

        for name in ("one", "two"):
            with create_engine(f"postgresql+psycopg://h/{name}").connect() as connection:
                context.configure(connection=connection)
                with context.begin_transaction():
                    context.run_migrations(engine_name=name)
    """)
    project.revision(
        "op.create_index('ix', 'orders', ['id'])\n"
        "if arguments['engine_name'] == 'two':\n    op.create_index('iy', 'items', ['id'])"
    )
    told = [each["statement"] for each in findings(project, "head")]
    assert told == ["CREATE INDEX ix ON orders (id)", "CREATE INDEX iy ON items (id)"]


def test_what_only_the_source_shows_says_so(project: Project) -> None:
    project.revision("""
        op.create_index("ix", "orders", ["id"])
        if op.get_bind().scalar(sa.text("SELECT count(*) FROM orders")) > 3:
            op.create_index("iy", "items", ["id"])
    """)
    certain, unsure = (each for each in findings(project, "head") if each["rule"] == "index-not-concurrent")
    assert not certain["message"].endswith("(as far as the source shows)")
    assert unsure["message"].endswith("(as far as the source shows)")

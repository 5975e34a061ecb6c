"""What switches the rewrites off, from the command line to one comment; and how a plan shows those that are on."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests import fix_golden
from tests.fix_project import Project, Twins

INDEX = """op.create_index("ix_orders_a", "orders", ["a"])"""
NO_TABLE_IS_SMALL = ("--small-table", "0")


@pytest.fixture
def orders(twins: Twins) -> Twins:
    """Both databases hold a table that is worth its while, if no table is small."""
    for database in (twins.plain, twins.ours):
        with database.connect() as connection:
            connection.execute(b"CREATE TABLE orders (id int PRIMARY KEY, a int)")
            connection.execute(b"INSERT INTO orders SELECT n, n FROM generate_series(1, 2000) AS n")
            connection.execute(b"ANALYZE orders")
    return twins


def steps(orders: Twins, *flags: str) -> list[dict[str, Any]]:
    ended = orders.project.safemigrate(orders.ours, "plan", "--json", *flags).well()
    return [step for revision in json.loads(ended.out)["revisions"] for step in revision["steps"]]


def is_split(orders: Twins, *flags: str) -> bool:
    (step,) = steps(orders, *flags)
    assert (step["rewrite"] is not None) == ("CONCURRENTLY" in step["sql"][0])
    return "CONCURRENTLY" in step["sql"][0]


def test_the_plan_shows_a_rewrite_beside_the_statement_as_written(orders: Twins) -> None:
    path = orders.project.revision(INDEX)
    shown = orders.project.safemigrate(orders.ours, "plan", *NO_TABLE_IS_SMALL).well().out
    line = path.read_text().splitlines().index(f"    {INDEX}") + 1
    assert f"  instead of: CREATE INDEX ix_orders_a ON orders (a) ({path}:{line}, index concurrently)\n" in shown
    assert "   1. create index ix_orders_a on public.orders concurrently\n" in shown
    assert "; 1 statement split; " in shown


def test_the_flag_switches_all_off(orders: Twins) -> None:
    orders.project.revision(INDEX)
    assert is_split(orders, *NO_TABLE_IS_SMALL)
    assert not is_split(orders, *NO_TABLE_IS_SMALL, "--as-written")
    assert "instead of" not in orders.project.safemigrate(orders.ours, "plan", "--as-written").well().out


@pytest.mark.parametrize(("flags", "concurrently"), [((), True), (("--as-written",), False)])
def test_an_upgrade_runs_what_the_plan_shows(orders: Twins, flags: tuple[str, ...], concurrently: bool) -> None:
    orders.project.revision(INDEX)
    orders.project.alembic(orders.plain, "upgrade", "head").well()
    said = orders.project.safemigrate(orders.ours, "upgrade", "head", "--output", "plain", *NO_TABLE_IS_SMALL, *flags)
    assert ("concurrently" in said.well().out) is concurrently
    orders.same()


def test_the_environment_and_the_revision_switch_it_off(orders: Twins) -> None:
    orders.project.environment["SAFEMIGRATE_SMALL_TABLE"] = "0"
    orders.project.revision(INDEX, head='safemigrate_options = {"as_written": True}')
    orders.project.revision("""op.create_index("ix2", "orders", ["a"])""")
    assert [step["rewrite"] is None for step in steps(orders)] == [True, False]
    orders.project.environment["SAFEMIGRATE_AS_WRITTEN"] = "true"
    assert [step["rewrite"] is None for step in steps(orders)] == [True, True]


@pytest.mark.parametrize("never", ["orders", "public.orders", "index concurrently"])
def test_tables_and_families_that_are_never_split_are_not(orders: Twins, never: str) -> None:
    orders.project.revision(INDEX)
    assert not is_split(orders, *NO_TABLE_IS_SMALL, "--never-split", f"others, {never}")
    assert is_split(orders, *NO_TABLE_IS_SMALL, "--never-split", "others")


def test_a_family_that_is_never_split_is_not_among_the_actions_of_an_alter_table_either(orders: Twins) -> None:
    orders.project.revision("""
        op.execute("ALTER TABLE orders ALTER a SET NOT NULL, ADD CHECK (a > 0)")
    """)
    families = {step["rewrite"]["family"] for step in steps(orders, *NO_TABLE_IS_SMALL)}
    assert families == {"not null, check constraint"}
    left = {step["rewrite"]["family"] for step in steps(orders, *NO_TABLE_IS_SMALL, "--never-split", "not null")}
    assert left == {"check constraint"}


def test_a_small_table_is_changed_as_written(orders: Twins) -> None:
    orders.project.revision(INDEX)
    assert not is_split(orders)
    assert not is_split(orders, "--small-table", "3000")
    assert is_split(orders, "--small-table", "1000")


MARKED = {
    "a block": f"""
        with ops.as_written(reason="nobody is there"):
            {INDEX}
    """,
    "a comment on the line": f"{INDEX}  # safemigrate: as-written nobody is there",
    "a comment above": f"# safemigrate: as-written: nobody is there\n{INDEX}",
    "a comment in the SQL": """
        op.execute("CREATE INDEX ix_orders_a ON orders (a) -- safemigrate: as-written nobody is there")
    """,
    "a batch": f"""
        with op.batch_alter_table("orders") as batch:
            {INDEX.replace("op.", "batch.").replace('"orders", ', "")}  # safemigrate: as-written nobody is there
    """,
}


@pytest.mark.parametrize("marked", MARKED.values(), ids=MARKED)
def test_what_is_marked_runs_as_written_and_the_plan_says_why(orders: Twins, marked: str) -> None:
    orders.project.revision(marked, head="from safemigrate import ops")
    assert not is_split(orders, *NO_TABLE_IS_SMALL)
    (step,) = steps(orders, *NO_TABLE_IS_SMALL)
    assert step["notes"] == ["as written: nobody is there"]
    orders.project.environment["SAFEMIGRATE_SMALL_TABLE"] = "0"
    orders.both("upgrade", "head")
    orders.same()


def test_a_misspelt_mark_is_told_by_the_plan(orders: Twins) -> None:
    path = orders.project.revision(f"{INDEX}  # safemigrate: as-writen nobody is there")
    shown = orders.project.safemigrate(orders.ours, "plan").well().out
    line = next(number for number, text in enumerate(path.read_text().splitlines(), start=1) if "as-writen" in text)
    known = "as-written, ignore[rule], ignore-file[rule]"
    assert f'  note: line {line}: unknown mark "as-writen nobody is there"; known: {known}\n' in shown


def test_plain_alembic_knows_nothing_of_it(project: Project) -> None:
    path = project.revision(MARKED["a block"], head="from safemigrate import ops")
    assert "safemigrate" in path.read_text()
    project.alembic("postgresql+psycopg://nobody@127.0.0.1:1/none", "upgrade", "head", "--sql").well()


def test_the_families_that_the_howto_names_are_those_of_the_plan() -> None:
    page = (fix_golden.ROOT / "docs/howto/splitting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*`) \| .* \| .* \|$", page, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    code = "".join(path.read_text() for path in (fix_golden.ROOT / "safemigrate/plan/split").glob("*.py"))
    assert "not null" in told
    assert not [name for name in told if f'"{name}"' not in code]
    assert not set(re.findall(r'^FAMILY = "(.*)"$', code, re.MULTILINE)) - told

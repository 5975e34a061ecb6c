"""What rules find in a revision because of the one before it: as env.py runs their transactions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from safemigrate.config.lint import LintSettings, Runner
from safemigrate.findings import Finding
from safemigrate.lint import check, registry
from safemigrate.lint.history import scripts
from tests.rules import examples
from tests.rules.examples import Example

SPLIT = """
from alembic import op

def before():
    op.create_check_constraint("orders_total_check", "orders", "total >= 0", postgresql_not_valid=True)

def upgrade():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check")
"""
KEYS = """
from alembic import op

def before():
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"], postgresql_not_valid=True)

def upgrade():
    op.create_foreign_key("items_account_fk", "items", "accounts", ["id"], ["id"], postgresql_not_valid=True)
"""
TOGETHER = [
    pytest.param({}, id="one transaction for all"),
    pytest.param({"EXTERNAL": True}, id="a transaction of env.py"),
]
CASES = [("validate-in-same-transaction", SPLIT), ("multiple-foreign-keys", KEYS)]


def found(slug: str, text: str, folder: Path, *, runner: Runner = "alembic", **constants: Any) -> list[Finding]:
    """What a rule finds where both revisions are pending."""
    config = examples.project(Example(slug, Path("example.py"), text, dict(constants)), folder)
    rules = [each for each in registry.own() if each.rule.slug == slug]
    wanted = check.Wanted(pending={"before", "example"})
    return check.check(config, scripts.load(config), LintSettings(runner=runner), wanted, rules).found


@pytest.mark.parametrize("constants", TOGETHER)
@pytest.mark.parametrize(("slug", "text"), CASES)
def test_another_revision_is_no_other_transaction(
    slug: str, text: str, constants: dict[str, Any], tmp_path: Path
) -> None:
    (finding,) = found(slug, text, tmp_path, **constants)
    assert finding.revision == "example"
    assert finding.claim is not None
    assert "orders" in {lock.relation.name for lock in finding.claim.locks} | {*finding.message.split()}


@pytest.mark.parametrize(("slug", "text"), CASES)
def test_with_a_transaction_for_each_migration_nothing_is_held_over(slug: str, text: str, tmp_path: Path) -> None:
    assert found(slug, text, tmp_path, PER_MIGRATION=True) == []


@pytest.mark.parametrize(("slug", "text"), CASES)
def test_in_steps_nothing_is_held_over(slug: str, text: str, tmp_path: Path) -> None:
    assert found(slug, text, tmp_path, runner="safemigrate") == []


def test_what_is_advised_needs_no_other_revision_where_nothing_of_this_one_is_in_the_way(tmp_path: Path) -> None:
    (finding,) = found("validate-in-same-transaction", SPLIT, tmp_path)
    assert finding.instead.startswith("with op.get_context().autocommit_block():")


@pytest.mark.parametrize(("not_valid", "handled"), [(" NOT VALID", False), ("", True)])
def test_two_keys_of_one_statement_are_steps_only_where_one_of_them_reads_rows(
    not_valid: str, handled: bool, tmp_path: Path
) -> None:
    keys = "FOREIGN KEY (order_id) REFERENCES orders", "FOREIGN KEY (id) REFERENCES accounts"
    sql = f"ALTER TABLE items {', '.join(f'ADD {key}{not_valid}' for key in keys)}"
    text = f'from alembic import op\n\ndef before(): ...\n\ndef upgrade():\n    op.execute("{sql}")\n'
    (finding,) = found("multiple-foreign-keys", text, tmp_path)
    assert finding.handled is handled

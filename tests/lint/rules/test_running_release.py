"""What the rules about the running release say: the names in it, and what the models know."""

from __future__ import annotations

from pathlib import Path

import pytest

from safemigrate.findings import Finding
from safemigrate.lint import registry
from tests.rules import examples
from tests.rules.examples import Example

MODELS = "still-mapped"
"""The folder whose examples have models."""


def found(folder: Path, rule: str, line: str, *, models: bool = False) -> list[Finding]:
    text = f"from alembic import op\nimport sqlalchemy as sa\n\ndef upgrade():\n    {line}\n"
    example = Example(MODELS if models else rule, Path("example.py"), text)
    return examples.findings(example, folder, [each for each in registry.own() if each.rule.slug == rule])


def test_a_dropped_column_names_the_indexes_and_constraints_that_go_with_it(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "drop-column", 'op.drop_column("orders", "account_id")')
    lost = "index ix_orders_account_id, index ux_orders_reference_account, constraint orders_account_fk"
    assert finding.message.endswith(f"the column takes along {lost}")


@pytest.mark.parametrize(
    ("column", "told"),
    [("note", "(Order.remark maps it)"), ("price", "(no model maps it any more: is that release out?)")],
)
def test_a_dropped_column_is_looked_for_in_the_models(column: str, told: str, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "drop-column", f'op.drop_column("orders", "{column}")', models=True)
    assert told in finding.message


@pytest.mark.parametrize(("table", "told"), [("audit", 'Table("audit") maps it'), ("items", "no model maps it")])
def test_a_dropped_table_is_looked_for_in_the_models(table: str, told: str, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "drop-table", f'op.drop_table("{table}")', models=True)
    assert told in finding.message


def test_without_models_nothing_is_said_of_them(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "drop-table", 'op.drop_table("items")')
    assert "model" not in finding.message


def test_the_attribute_is_named_and_not_the_column(tmp_path: Path) -> None:
    line = 'op.alter_column("orders", "note", new_column_name="remark")'
    (finding,) = found(tmp_path, "still-mapped", line, models=True)
    assert finding.message == "Order.remark maps orders.note, which becomes remark"
    assert finding.instead == '# together with this revision: Order.remark maps "remark"'


def test_a_model_that_maps_both_names_loses_the_old_one(tmp_path: Path) -> None:
    line = 'op.alter_column("orders", "note", new_column_name="number")'
    (finding,) = found(tmp_path, "still-mapped", line, models=True)
    assert finding.instead == "# in a release before this revision: the model without Order.remark"


def test_a_table_with_several_foreign_keys_lets_go_of_them_one_by_one(tmp_path: Path) -> None:
    text = (
        "from alembic import op\n\ndef before():\n"
        '    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"])\n'
        '    op.create_foreign_key("items_account_fk", "items", "accounts", ["id"], ["id"])\n'
        'def upgrade():\n    op.drop_table("items")\n'
    )
    rules = [each for each in registry.own() if each.rule.slug == "drop-table"]
    (finding,) = examples.findings(Example("drop-table", Path("example.py"), text), tmp_path, rules)
    assert finding.message.endswith("its foreign keys lock orders, accounts as well")
    assert finding.instead.splitlines()[1:] == [
        "with op.get_context().autocommit_block():",
        '    op.drop_constraint("items_order_fk", "items", type_="foreignkey")',
        '    op.drop_constraint("items_account_fk", "items", type_="foreignkey")',
        '    op.drop_table("items")',
    ]


def test_a_trigger_that_is_on_again_in_the_same_transaction_is_off_for_nobody_else(tmp_path: Path) -> None:
    off, on = (f"op.execute('ALTER TABLE orders {word} TRIGGER orders_touch')" for word in ("DISABLE", "ENABLE"))
    (finding,) = found(tmp_path, "disable-trigger", f"{off}\n    {on}")
    assert finding.message == "writes to orders wait until the transaction ends, in which trigger orders_touch is off"


PENDING = """
from alembic import op
import sqlalchemy as sa

PENDING = ["before", "example"]

def before():
    op.drop_column("orders", "number")

def upgrade():
    {line}
"""


def of_two(folder: Path, line: str) -> list[Finding]:
    path = folder / MODELS / "example.py"
    path.parent.mkdir()
    path.write_text(PENDING.format(line=line))
    rules = [each for each in registry.own() if each.rule.slug == MODELS]
    return examples.findings(examples.load(path), folder / "project", rules)


def test_what_a_later_revision_brings_back_is_mapped_rightly(tmp_path: Path) -> None:
    assert of_two(tmp_path, 'op.add_column("orders", sa.Column("number", sa.Text))') == []


def test_what_is_gone_in_the_end_is_told_where_it_went(tmp_path: Path) -> None:
    (finding,) = of_two(tmp_path, 'op.execute("SELECT 1")')
    assert finding.message == "Order.number maps orders.number, which is dropped"
    assert (Path(finding.place.file).name, finding.revision) == ("before.py", "before")
    assert finding.statement == "ALTER TABLE orders DROP COLUMN number"


@pytest.mark.parametrize(("pending", "count"), [({"example"}, 1), ({"before", "example"}, 0)])
def test_a_column_that_comes_and_goes_in_one_deploy_is_missed_by_nobody(
    pending: set[str], count: int, tmp_path: Path
) -> None:
    text = (
        "from alembic import op\nimport sqlalchemy as sa\n\ndef before():\n"
        '    op.add_column("orders", sa.Column("scratch", sa.BigInteger))\n'
        'def upgrade():\n    op.drop_column("orders", "scratch")\n'
    )
    example = Example("drop-column", Path("example.py"), text, {"PENDING": sorted(pending)})
    rules = [each for each in registry.own() if each.rule.slug == "drop-column"]
    assert len(examples.findings(example, tmp_path, rules)) == count

"""A revision that looks before it acts finds what the revisions before it have made."""

from __future__ import annotations

import json

import pytest

from tests.fix_project import Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
RULES = "index-not-concurrent,drop-table,drop-column,not-analysed"

HISTORY = """
op.execute("CREATE TYPE mood AS ENUM ('good', 'bad')")
op.execute("CREATE SCHEMA billing")
op.execute("CREATE SEQUENCE numbers")
op.create_table("accounts", sa.Column("id", sa.BigInteger, primary_key=True))
op.create_table(
    "orders",
    sa.Column("id", sa.BigInteger),
    sa.Column("account_id", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("note", sa.String(40)),
    sa.PrimaryKeyConstraint("id", name="orders_pkey"),
    sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="orders_account_fk"),
    sa.UniqueConstraint("note", "account_id", name="orders_note_key"),
    sa.CheckConstraint("id > 0", name="orders_id_check"),
)
op.create_index("ux_note", "orders", ["note", "id"], unique=True)
op.create_table("invoices", sa.Column("id", sa.BigInteger), schema="billing")
op.execute("CREATE VIEW notes AS SELECT note FROM orders")
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": RULES, "GITHUB_ACTIONS": ""}
    project.revision(HISTORY)
    return project


def found(project: Project, *arguments: str) -> list[str]:
    """The rules that find something in the newest revision."""
    ended = project.safemigrate(NOWHERE, "lint", "--json", *(arguments or ("head",)))
    assert ended.code in (0, 1), ended.text
    return [each["rule"] for each in json.loads(ended.out)["findings"]]


@pytest.mark.parametrize(
    "question",
    [
        'inspector.has_table("orders")',
        'inspector.has_table("notes")',
        'inspector.has_table("invoices", schema="billing")',
        'not inspector.has_table("invoices")',
        'not inspector.has_table("nothing")',
        'inspector.has_sequence("numbers")',
        'inspector.has_schema("billing") and not inspector.has_schema("nothing")',
        'set(inspector.get_table_names()) >= {"accounts", "orders"}',
        'inspector.get_table_names(schema="billing") == ["invoices"]',
        'inspector.get_view_names() == ["notes"]',
        '[each["name"] for each in inspector.get_columns("orders")] == ["id", "account_id", "note"]',
        '[each["nullable"] for each in inspector.get_columns("orders")] == [False, False, True]',
        '[type(each["type"]) for each in inspector.get_columns("orders")][::2] == [sa.BIGINT, sa.VARCHAR]',
        '[each["default"] for each in inspector.get_columns("orders")][1:] == ["\'1\'", None]',
        'inspector.get_pk_constraint("orders") == {"name": "orders_pkey", "constrained_columns": ["id"]}',
        'inspector.get_pk_constraint("invoices", schema="billing")["constrained_columns"] == []',
        '[each["referred_table"] for each in inspector.get_foreign_keys("orders")] == ["accounts"]',
        '[each["constrained_columns"] for each in inspector.get_foreign_keys("orders")] == [["account_id"]]',
        '[each["name"] for each in inspector.get_check_constraints("orders")] == ["orders_id_check"]',
        '[each["column_names"] for each in inspector.get_unique_constraints("orders")] == [["note", "account_id"]]',
        '("ux_note", ["note", "id"], True) in'
        ' [(each["name"], each["column_names"], each["unique"]) for each in inspector.get_indexes("orders")]',
        '[(each["name"], each["labels"]) for each in inspector.get_enums()] == [("mood", ["good", "bad"])]',
    ],
)
def test_the_inspector_knows_what_the_history_has_made(project: Project, question: str) -> None:
    project.revision(f'inspector = sa.inspect(op.get_bind())\nif {question}:\n    op.drop_table("orders")')
    assert found(project) == ["drop-table"]


@pytest.mark.parametrize(
    "looking",
    [
        'if not inspector.has_table("orders"):\n    op.drop_table("orders")',
        'if "note" not in [each["name"] for each in inspector.get_columns("orders")]:\n'
        '    op.drop_column("orders", "note")',
        'if "ux_note" not in {each["name"] for each in inspector.get_indexes("orders")}:\n'
        '    op.create_index("ux_note", "orders", ["note"])',
    ],
)
def test_what_is_there_is_not_made_again(project: Project, looking: str) -> None:
    project.revision(f"inspector = sa.inspect(op.get_bind())\n{looking}")
    assert found(project) == []


def test_a_table_that_nobody_made_is_an_error_that_can_be_caught(project: Project) -> None:
    project.revision("""
        try:
            sa.inspect(op.get_bind()).get_columns("nothing")
        except sa.exc.NoSuchTableError:
            op.drop_table("orders")
    """)
    assert found(project) == ["drop-table"]


def test_what_a_pending_revision_has_made_is_known_to_the_next(project: Project) -> None:
    project.revision('op.add_column("orders", sa.Column("hint", sa.Text))')
    project.revision(
        'if "hint" in [each["name"] for each in sa.inspect(op.get_bind()).get_columns("orders")]:\n'
        '    op.drop_table("orders")'
    )
    assert found(project, "r1:") == ["drop-table"]


def test_the_way_back_sees_what_the_upgrade_has_made(project: Project) -> None:
    project.revision(
        'op.add_column("orders", sa.Column("hint", sa.Text))',
        'if "hint" in [each["name"] for each in sa.inspect(op.get_bind()).get_columns("orders")]:\n'
        '    op.drop_column("orders", "hint")',
    )
    assert found(project, "--downgrade", "head") == ["drop-column"]

"""env.py of many kinds, run without a database: how it runs transactions, and what is told where it cannot be run."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest
from alembic.config import Config

from safemigrate.lint.history import environment, scripts
from safemigrate.lint.history.environment import Environment, Transactions
from tests.fix_project import ENV, Project

HEAD = """\
from alembic import context
from sqlalchemy import create_engine

with create_engine("postgresql+psycopg://h/d").connect() as c:
    """


def seen(project: Project, *, imported: bool = True) -> list[Environment]:
    config = Config(str(project.folder / "alembic.ini"))
    found: list[Environment] = []
    environment.run(config, scripts.load(config, imported=imported), 16, found.append, imported=imported)
    return found


@pytest.mark.parametrize(
    ("body", "transactions"),
    [
        ("context.configure(connection=c)\n    with context.begin_transaction(): context.run_migrations()", "ALL"),
        ("context.configure(connection=c, transaction_per_migration=True)\n"
         "    with context.begin_transaction(): context.run_migrations()", "EACH"),
        ("c.exec_driver_sql('SET x.y = 1')\n    context.configure(connection=c, transaction_per_migration=True)\n"
         "    with context.begin_transaction(): context.run_migrations()\n    c.commit()", "EXTERNAL"),
        ("c.begin()\n    context.configure(connection=c)\n    context.run_migrations()\n    c.commit()", "EXTERNAL"),
        ("c = c.execution_options(isolation_level='AUTOCOMMIT')\n    context.configure(connection=c)\n"
         "    context.run_migrations()", "NONE"),
        ("context.configure(connection=c)\n    context.run_migrations()", "ALL"),
    ],
)  # fmt: skip
def test_how_env_py_runs_transactions_is_seen(project: Project, body: str, transactions: str) -> None:
    project.env(f"{HEAD}{body}\n")
    (found,) = seen(project)
    assert found.transactions is Transactions[transactions]
    assert not found.why


def test_an_asynchronous_env_py_is_run(project: Project) -> None:
    project.env("""
        import asyncio
        from alembic import context
        from sqlalchemy.ext.asyncio import create_async_engine

        def migrate(connection):
            context.configure(connection=connection, transaction_per_migration=True)
            with context.begin_transaction():
                context.run_migrations()

        async def online():
            async with create_async_engine("postgresql+asyncpg://h/d").connect() as connection:
                await connection.run_sync(migrate)

        asyncio.run(online())
    """)
    (found,) = seen(project)
    assert found.transactions is Transactions.EACH


def test_models_and_arguments_are_handed_on(project: Project) -> None:
    project.env("""
        from alembic import context
        from sqlalchemy import create_engine, MetaData, Table, Column, Integer

        metadata = MetaData()
        Table("orders", metadata, Column("id", Integer, primary_key=True))
        with create_engine("postgresql+psycopg://h/d").connect() as connection:
            context.configure(connection=connection, target_metadata=[metadata])
            with context.begin_transaction():
                context.run_migrations(tenant="blue")
    """)
    (found,) = seen(project)
    assert [set(each.tables) for each in found.metadata] == [{"orders"}]
    assert found.arguments == {"tenant": "blue"}


def test_each_database_of_env_py_is_seen(project: Project) -> None:
    project.env("""
        from alembic import context
        from sqlalchemy import create_engine

        for name in ("one", "two"):
            with create_engine(f"postgresql+psycopg://h/{name}").connect() as connection:
                context.configure(connection=connection)
                with context.begin_transaction():
                    context.run_migrations(engine_name=name)
    """)
    assert [each.arguments["engine_name"] for each in seen(project)] == ["one", "two"]


def test_a_variable_that_is_not_set_is_invented_and_forgotten(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project.env(ENV)
    (found,) = seen(project)
    assert not found.why
    assert "DATABASE_URL" not in os.environ


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise RuntimeError('no secrets here')", "RuntimeError: no secrets here"),
        ("import own_missing_package", "ModuleNotFoundError"),
        ("this is no python", "SyntaxError"),
        ("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')", "calls the network"),
        ("raise SystemExit(3)", "SystemExit"),
        ("", "it runs no migrations"),
    ],
)
def test_what_cannot_be_run_is_replaced_by_alembics_defaults_and_told(project: Project, text: str, why: str) -> None:
    project.env(text)
    (found,) = seen(project)
    assert why in found.why
    assert found.transactions is Transactions.ALL


def test_without_running_it_the_text_of_env_py_says_how_transactions_run(project: Project) -> None:
    project.env(
        "from alembic import context\nopen('touched', 'w')\ncontext.configure(transaction_per_migration=True)\n"
    )
    (found,) = seen(project, imported=False)
    assert found.transactions is Transactions.EACH
    assert found.why == "no file of the project is run"
    assert not Path("touched").exists()


def test_what_env_py_prints_is_not_our_output(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.env(f"print('hello')\n{textwrap.dedent(ENV)}")
    seen(project)
    assert capsys.readouterr() == ("", "")


def test_what_the_visitor_raises_is_raised(project: Project) -> None:
    config = Config(str(project.folder / "alembic.ini"))

    def visit(_environment: Environment) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        environment.run(config, scripts.load(config), 16, visit)


def test_pythons_path_is_as_it_was(project: Project) -> None:
    project.env(f"import sys\nsys.path.insert(0, 'elsewhere')\n{textwrap.dedent(ENV)}")
    before = [*sys.path]
    seen(project)
    assert sys.path == before

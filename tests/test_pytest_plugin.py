"""The plugin in a pytest of its own, on a project with a good and a bad revision."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.fix_project import Project

INDEX = 'op.create_index("ix_orders_note", "orders", ["note"])'


@pytest.fixture
def orders(project: Project) -> Project:
    project.revision(
        'op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("note", sa.Text))'
    )
    project.revision(INDEX, 'op.drop_index("ix_orders_note")')
    project.write("test_nothing.py", "def test_nothing():\n    pass\n")
    return project


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "DATABASE_URL": "postgresql+psycopg://localhost/nowhere"}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_each_revision_is_a_test_which_fails_with_what_is_found(orders: Project) -> None:
    ended = run(orders, "--safemigrate", "-v")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "scripts/versions/r1.py::safemigrate PASSED" in ended.stdout
    assert "scripts/versions/r2.py::safemigrate FAILED" in ended.stdout
    assert "error[index-not-concurrent]" in ended.stdout
    assert "postgresql_concurrently=True" in ended.stdout
    assert "1 failed, 2 passed" in ended.stdout


def test_without_the_option_nothing_is_checked(orders: Project) -> None:
    ended = run(orders)
    assert ended.returncode == 0
    assert "1 passed" in ended.stdout


def test_arguments_and_settings_are_handed_to_lint(orders: Project) -> None:
    assert run(orders, "--safemigrate", "--safemigrate-lint", "--ignore index-not-concurrent").returncode == 0
    orders.write("pytest.ini", "[pytest]\nsafemigrate_lint = r1\n")
    assert "2 passed" in run(orders, "--safemigrate").stdout
    orders.write("pytest.ini", "[pytest]\nsafemigrate_config = elsewhere/alembic.ini\n")
    assert run(orders, "--safemigrate").returncode == 4


def test_what_could_not_be_checked_is_an_error_of_usage(orders: Project) -> None:
    ended = run(orders, "--safemigrate", "--safemigrate-lint", "nowhere:head")
    assert ended.returncode == 4
    assert "nowhere" in ended.stdout + ended.stderr

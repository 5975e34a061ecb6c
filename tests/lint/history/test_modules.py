"""Whose a module is that a revision imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from safemigrate.lint.history import modules
from safemigrate.lint.history.source import Import


@pytest.fixture
def revision(tmp_path: Path) -> Path:
    """A revision in ``trade/migrations/versions`` of a project whose packages are ``trade`` and, in src, ``stock``."""
    for made in (
        "trade/__init__.py",
        "trade/models.py",
        "trade/migrations/env.py",
        "src/stock/__init__.py",
        "tool.py",
    ):
        path = tmp_path / made
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / "trade/migrations/versions").mkdir()
    (tmp_path / "trade/migrations/common.py").write_text("")
    return tmp_path / "trade/migrations/versions/a1.py"


@pytest.mark.parametrize(
    ("module", "names"),
    [("trade", ()), ("trade.models", ()), ("trade", ("models",)), ("stock.items", ("Item",)), ("tool", ())],
)
def test_what_stands_in_the_project_is_the_application(revision: Path, module: str, names: tuple[str, ...]) -> None:
    assert modules.is_application(Import(module, 1, names), revision)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("json", ()), ("os.path", ("join",)), ("alembic", ("op",)), ("sqlalchemy.dialects", ("postgresql",)),
        ("safemigrate", ("ops",)), ("pytest", ()), ("psycopg.types.json", ("Jsonb",)),
        ("trade.migrations", ("common",)), ("trade.migrations.common", ("fill",)),
    ],
)  # fmt: skip
def test_packages_and_what_stands_beside_the_revisions_are_not(
    revision: Path, module: str, names: tuple[str, ...]
) -> None:
    assert not modules.is_application(Import(module, 1, names), revision)


def test_what_nobody_knows_is_not_called_the_application(revision: Path) -> None:
    assert not modules.is_application(Import("no_such_module_anywhere", 1), revision)

"""Processes that run on the test's database, and the undisturbed runs that disturbed ones are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safemigrate import scratch

pytest.register_assert_rewrite("tests.executor.child", "tests.executor.history")

from tests.executor import history  # noqa: E402
from tests.executor.child import Children  # noqa: E402


@pytest.fixture
def children(database: scratch.Database, tmp_path: Path) -> Iterator[Children]:
    """Starts safemigrate on the test's database, in processes of their own."""
    made = Children(database.url, tmp_path)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture(scope="session")
def undisturbed(
    pg_server: scratch.Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[tuple[str, str]], history.Undisturbed]:
    """What a run of a part of the history leaves when nothing befalls it; each part is run once."""
    known: dict[tuple[str, str], history.Undisturbed] = {}

    def run(part: tuple[str, str]) -> history.Undisturbed:
        if part not in known:
            with pg_server.database() as database:
                known[part] = history.undisturbed(database, tmp_path_factory.mktemp("undisturbed"), part)
        return known[part]

    return run

"""The rewrites' benchmark sees the locks that plain Alembic holds, and that the split way does not hold them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import rewrites, rewrites_cases
from safemigrate import scratch

ROWS = 150_000
CASES = {case.name: case for case in rewrites_cases.CASES}


@pytest.fixture(scope="module")
def server() -> Iterator[scratch.Server]:
    with scratch.start() as started:
        rewrites_cases.template(started, ROWS)
        yield started


@pytest.mark.parametrize("name", ["ADD UNIQUE", "ADD COLUMN uuid NOT NULL"])
def test_the_split_way_holds_no_blocking_lock_for_as_long_as_the_plain_way(server: scratch.Server, name: str) -> None:
    plain, split = (
        rewrites.measure(server, rewrites_cases.TEMPLATE, CASES[name], tool, 10.0) for tool in rewrites.COMMANDS
    )
    assert plain.held > 0.02, plain
    assert split.held < plain.held / 2, split
    assert plain.errors == split.errors == 0

"""The backfill's benchmark measures what it says: every way changes every row once, and its figures are of that."""

from __future__ import annotations

import pytest

from bench import backfill
from safemigrate import scratch

ROWS = 20_000


@pytest.mark.parametrize("way", ["single UPDATE", "safemigrate, 2 workers"])
def test_a_way_is_measured(pg_server: scratch.Server, way: str) -> None:
    dsn = backfill.template(pg_server, ROWS)
    try:
        found = backfill.measure(pg_server, way, ROWS, 1, 20.0)
    finally:
        pg_server.drop_database(dsn)
    assert found.errors == 0
    assert found.rows_a_second > 0
    assert 1.0 < found.growth < 2.5
    assert 0 < found.held < found.took + 1

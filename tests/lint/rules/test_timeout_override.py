"""Durations as PostgreSQL reads them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from safemigrate import scratch
from safemigrate.lint.rules import timeout_override

DURATIONS = ["0", "1500", "2s", "2 s", " 90 s ", "1.5min", ".5s", "+3s", "500us", "1h", "2d", "1e3"]
NONE = ["5 parsecs", "2S", "-1", "", "soon"]


@pytest.fixture(scope="module")
def connection(pg_server: scratch.Server) -> Any:
    with pg_server.database() as database, database.connect() as made:
        yield made


@pytest.mark.parametrize("value", DURATIONS)
def test_a_duration_is_read_as_the_server_reads_it(connection: Any, value: str) -> None:
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [value])
    (milliseconds,) = connection.execute(
        "SELECT setting::bigint FROM pg_settings WHERE name = 'lock_timeout'"
    ).fetchone()
    seconds = timeout_override.seconds(value)
    assert seconds is not None
    assert round(seconds * 1000) == milliseconds


@pytest.mark.parametrize("value", NONE)
def test_what_the_server_refuses_is_no_duration(connection: Any, value: str) -> None:
    with pytest.raises(psycopg.Error), connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [value])
    assert timeout_override.seconds(value) is None

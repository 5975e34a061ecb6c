"""Batches wait while somebody has paused them."""

from __future__ import annotations

from typing import Any

import psycopg

from safemigrate.backfill import pause


class PauseSwitch:
    """Holds while there is a row in ``safemigrate.pause`` for *scope*."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        found = pause.find(connection, self._scope)
        return str(found) if found else ""

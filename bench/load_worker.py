"""One client of the application load: ``python -m bench.load_worker``, started and stopped by :class:`bench.load.Load`.

It speaks lines. In: the settings as JSON, then the moment to begin at (``time.monotonic``, which all processes of a
Linux or macOS host share); the end of the input means stop, so a parent that dies takes its clients along. Out:
``ready``, then one line for each request: due, begun, ended, operation, SQLSTATE.
"""

from __future__ import annotations

import contextlib
import gc
import json
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg

PATIENCE_AT_STOP = 5.0
PAUSE_AFTER_LOSS = 0.05
FLUSH_EVERY = 0.2


@dataclass
class Client:
    """A session that sends requests at a fixed rate, late ones at once, as an application with users does."""

    settings: dict[str, Any]
    stop: threading.Event = field(default_factory=threading.Event)
    connection: psycopg.Connection | None = None

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.settings["dsn"], autocommit=True, application_name="load", connect_timeout=10)

    def run(self, begin: float) -> None:
        draw = random.Random(self.settings["seed"])
        operations = self.settings["operations"]
        weights = [operation["weight"] for operation in operations]
        due, end, flushed = begin, begin + self.settings["seconds"], begin
        while due < end and not self.stop.wait(max(0.0, due - time.monotonic())):
            operation = draw.choices(operations, weights)[0]
            key = draw.randint(operation["low"], operation["high"])
            begun = time.monotonic()
            failure = self.request(operation["sql"].encode(), key)
            ended = time.monotonic()
            print(f"{due:.6f} {begun:.6f} {ended:.6f} {operation['name']} {failure}")
            if ended - flushed > FLUSH_EVERY:
                sys.stdout.flush()
                flushed = ended
            due += self.settings["interval"]

    def request(self, query: bytes, key: int) -> str:
        """Send one request; "-" or the SQLSTATE of what went wrong."""
        try:
            if self.connection is None or self.connection.closed:
                self.connection = self.connect()
            self.connection.execute(query, {"key": key})
        except psycopg.Error as error:
            if self.connection is None or self.connection.closed:
                self.stop.wait(PAUSE_AFTER_LOSS)
            return error.sqlstate or "08000"
        return "-"

    def watch(self) -> None:
        """Wait for the end of the input; a request that hangs in a lock queue then is cancelled after a while."""
        sys.stdin.read()
        self.stop.set()
        time.sleep(PATIENCE_AT_STOP)
        if self.connection is not None:
            with contextlib.suppress(psycopg.Error):
                self.connection.cancel_safe(timeout=PATIENCE_AT_STOP)


def main() -> None:
    client = Client(json.loads(sys.stdin.readline()))
    client.connection = client.connect()
    for operation in client.settings["operations"]:
        client.request(b"SELECT 1 WHERE %(key)s > 0", operation["low"])
    gc.freeze()
    print("ready", flush=True)
    begin = sys.stdin.readline()
    if not begin:
        return
    threading.Thread(target=client.watch, daemon=True).start()
    client.run(float(begin))
    sys.stdout.flush()
    if client.connection is not None:
        client.connection.close()


if __name__ == "__main__":
    main()

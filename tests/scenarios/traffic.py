"""What the application feels: clients that send short queries all the while, and how long each answer took."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg


@dataclass
class Traffic:
    """The latency of every query so far, in seconds, by the query's text."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def worst(self, query: str = "") -> float:
        """The longest answer, to *query* or to any."""
        found = [seconds for text, several in self.latencies.items() if query in ("", text) for seconds in several]
        assert found, f"nobody has asked {query}"
        return max(found)

    def stalled(self, threshold: float = 0.05) -> float:
        """Seconds that clients spent on answers slower than *threshold*."""
        return sum(seconds for several in self.latencies.values() for seconds in several if seconds > threshold)


@contextmanager
def traffic(dsn: str, queries: Sequence[str], *, clients: int = 4, every: float = 0.02) -> Iterator[Traffic]:
    """*clients* sessions, each sending one of *queries* after the other, with *every* seconds between."""
    measured = Traffic({query: [] for query in queries})
    over, ready = threading.Event(), threading.Barrier(clients + 1)

    def client(number: int) -> None:
        with psycopg.connect(dsn, autocommit=True, application_name="traffic") as connection:
            ready.wait(20)
            over.wait(every * number / clients)  # not all at the same moment
            turn = number
            while not over.wait(every):
                query = queries[turn % len(queries)]
                turn += 1
                began = time.monotonic()
                try:
                    connection.execute(query.encode())
                except psycopg.Error as error:
                    measured.failures.append(str(error))
                measured.latencies[query].append(time.monotonic() - began)

    threads = [threading.Thread(target=client, args=[number], daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait(20)
    try:
        yield measured
    finally:
        over.set()
        for thread in threads:
            thread.join(20)

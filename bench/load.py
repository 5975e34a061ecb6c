"""An application load: clients in processes of their own, short reads and writes, the latency of each request.

    with load.Load(dsn, load.service()) as running:
        migrate()
    print(running.summary())

Requests are due at a fixed rate whether or not earlier ones are answered, as users are; a client that was stalled
then sends what is overdue. So each request has two times: its *latency*, from sending to answer, and its *response*,
from when it was due, which is what a stall costs. Stall is counted in transaction-seconds of response.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from psycopg import sql

CHECKOUT = Path(__file__).parent.parent
STALLED = 0.050
LEAD = 0.05
PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of request. *sql* may use ``%(key)s``, drawn from *low* to *high*."""

    name: str
    sql: str
    weight: int = 1
    low: int = 1
    high: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: *due*, *begun* and *ended* by ``time.monotonic``; *failure* is "" or an SQLSTATE."""

    due: float
    begun: float
    ended: float
    operation: str
    failure: str

    @property
    def latency(self) -> float:
        return self.ended - self.begun

    @property
    def response(self) -> float:
        return self.ended - self.due


@dataclass(frozen=True, slots=True)
class Summary:
    """*p50*, *p99* and *worst* are latencies in seconds; *stall* is in transaction-seconds."""

    count: int
    p50: float
    p99: float
    worst: float
    stall: float
    errors: int


def summarise(samples: Iterable[Sample], threshold: float = STALLED) -> Summary:
    """*samples* in figures; responses of more than *threshold* seconds count as stalled."""
    samples = list(samples)
    latencies = sorted(sample.latency for sample in samples)
    stall = sum(sample.response for sample in samples if sample.response > threshold)
    errors = sum(bool(sample.failure) for sample in samples)
    return Summary(
        len(samples), quantile(latencies, 0.50), quantile(latencies, 0.99), quantile(latencies, 1.0), stall, errors
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which *share* of *ordered* lies; 0 where there are none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def service(requests: int = 400) -> tuple[Operation, ...]:
    """What the sample service does at the head of its history; *requests* is the highest id to ask for."""
    return (
        Operation("read", "SELECT state, image_count FROM requests WHERE id = %(key)s", 5, 2, requests),
        Operation("write", "UPDATE requests SET note = 'seen' WHERE id = %(key)s", 3, 2, requests),
        Operation(
            "ask",
            "WITH made AS (INSERT INTO requests (account_id, prompt, width, height)"
            " VALUES (%(key)s, 'a lighthouse', 512, 512) RETURNING id)"
            " INSERT INTO queue (request_id) SELECT id FROM made",
            1,
            1,
            8,
        ),
        Operation(
            "take",
            "WITH next AS (SELECT request_id FROM queue WHERE worker IS NULL AND run_after <= now()"
            " ORDER BY run_after LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " UPDATE queue SET worker = 'load', attempts = attempts + 1 FROM next"
            " WHERE queue.request_id = next.request_id",
        ),
    )


def table(name: str, column: str, *, rows: int, key: str = "id", first: int = 2) -> tuple[Operation, ...]:
    """Reads and writes of one integer *column* of any table by its integer *key*, from *first* to *rows*.

    The row before *first* is left to :mod:`bench.blockers`, so that no request waits for a row rather than a table.
    """
    names = {"table": sql.Identifier(*name.split(".")), "column": sql.Identifier(column), "key": sql.Identifier(key)}
    read = sql.SQL("SELECT {column} FROM {table} WHERE {key} = %(key)s").format(**names)
    write = sql.SQL("UPDATE {table} SET {column} = {column} + 1 WHERE {key} = %(key)s").format(**names)
    return (
        Operation("read", read.as_string(None), 2, first, rows),
        Operation("write", write.as_string(None), 1, first, rows),
    )


class Load:
    """*clients* sessions, each with *rate* requests a second, until the block ends or *seconds* have passed."""

    def __init__(
        self, dsn: str, operations: Sequence[Operation], *, clients: int = 6, rate: float = 50.0, seconds: float = 300.0
    ) -> None:
        self.dsn, self.operations, self.clients = dsn, operations, clients
        self.rate, self.seconds = rate, seconds
        self.began = 0.0
        self._samples: list[Sample] = []
        self._workers: list[subprocess.Popen[str]] = []
        self._readers: list[threading.Thread] = []

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def timeline(self, since: float = 0.0, until: float = float("inf")) -> list[Sample]:
        """The requests known so far that were due between *since* and *until*, in that order."""
        return sorted((s for s in list(self._samples) if since <= s.due <= until), key=lambda sample: sample.due)

    def summary(self, since: float = 0.0, until: float = float("inf"), threshold: float = STALLED) -> Summary:
        return summarise(self.timeline(since, until), threshold)

    def stop(self) -> None:
        """End the clients; each finishes its request first, and one that hangs is cancelled. Idempotent."""
        for worker in self._workers:
            if worker.stdin and not worker.stdin.closed:
                worker.stdin.close()
        deadline = time.monotonic() + PATIENCE
        try:
            for reader in self._readers:
                reader.join(max(0.0, deadline - time.monotonic()))
            for worker in self._workers:
                worker.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass  # killed below; what it measured so far is kept
        finally:
            self._kill()

    def _start(self) -> None:
        self._workers = [self._spawn() for _ in range(self.clients)]
        for number, worker in enumerate(self._workers):
            self._send(worker, json.dumps(self._settings(number)))
        for worker in self._workers:
            assert worker.stdout
            if worker.stdout.readline() != "ready\n":
                raise RuntimeError("a client of the load could not start; its error is above")
        self.began = time.monotonic() + LEAD
        for number, worker in enumerate(self._workers):
            # Apart by a share of the interval, so that the clients do not all send at the same moment.
            self._send(worker, f"{self.began + number / self.clients / self.rate:.6f}")
            reader = threading.Thread(target=self._read, args=[worker], daemon=True)
            reader.start()
            self._readers.append(reader)

    def _settings(self, number: int) -> dict[str, object]:
        operations = [asdict(operation) for operation in self.operations]
        common = {"dsn": self.dsn, "operations": operations, "seconds": self.seconds}
        return {**common, "interval": 1 / self.rate, "seed": number}

    def _read(self, worker: subprocess.Popen[str]) -> None:
        assert worker.stdout
        for line in worker.stdout:
            due, begun, ended, operation, failure = line.split()
            failure = "" if failure == "-" else failure
            self._samples.append(Sample(float(due), float(begun), float(ended), operation, failure))

    def _kill(self) -> None:
        for worker in self._workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        for reader in self._readers:
            reader.join()
        for worker in self._workers:
            for pipe in (worker.stdin, worker.stdout):
                if pipe and not pipe.closed:
                    pipe.close()

    @staticmethod
    def _spawn() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bench.load_worker"]
        return subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    @staticmethod
    def _send(worker: subprocess.Popen[str], line: str) -> None:
        assert worker.stdin
        worker.stdin.write(line + "\n")
        worker.stdin.flush()

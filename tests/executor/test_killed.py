"""Nothing is lost when the process is killed: SIGKILL at every edge of the history, and at every word to the server."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from safemigrate import scratch
from tests.executor import history
from tests.executor.child import KILLED, Children, Event, Fault, die
from tests.executor.history import Edges, Undisturbed

MOST_RUNS = 2_000
"""More than any chain of killed runs needs: a chain that goes nowhere ends here."""


@dataclass
class KilledAtNewEdge(Fault):
    """Dies at the first edge that is not in the file *met* yet, and adds it."""

    met: Path
    edges: Edges = field(default_factory=Edges)
    known: set[str] = field(default_factory=set)

    def arm(self) -> None:
        self.known = set(self.met.read_text().splitlines())

    def happened(self, event: Event) -> None:
        edge = self.edges.name(event)
        if edge is not None and edge not in self.known:
            with self.met.open("a") as file:
                file.write(edge + "\n")
            die()


@pytest.mark.parametrize("part", history.PARTS, ids=lambda part: part[1])
def test_killed_at_every_edge_and_rerun_every_step_happens_once(
    database: scratch.Database,
    children: Children,
    tmp_path: Path,
    part: tuple[str, str],
    undisturbed: Callable[[tuple[str, str]], Undisturbed],
) -> None:
    expected = undisturbed(part)
    history.prepare(database, part[0])
    met = tmp_path / "met"
    met.touch()
    for _ in range(MOST_RUNS):
        code, child = children.run("upgrade", part[1], fault=KilledAtNewEdge(met))
        if code != KILLED:
            break
    assert code == 0, child.text
    assert met.read_text().splitlines() == history.edges(expected.events)
    history.check_same(database, expected)


@dataclass
class KilledAtNewWord(Fault):
    """Dies at the first word to the server that is not in the file *met* yet, and adds it.

    A word is known by the edge before it and its number since then. Within steps it is met twice: just before it is
    sent, and when it is sent and not answered. Outside of them, where *outside* says so, only the latter.
    """

    met: Path
    outside: bool
    edges: Edges = field(default_factory=Edges)
    known: set[str] = field(default_factory=set)
    edge: str = "begun"
    number: int = 0

    def arm(self) -> None:
        self.known = {line.split("\t")[0] for line in self.met.read_text().splitlines()}
        told = {"text": ""}
        execute, wait = psycopg.Cursor.execute, psycopg.Connection.wait

        def executing(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
            told["text"] = query.decode() if isinstance(query, bytes) else str(query)
            return execute(cursor, query, *arguments, **options)

        def waiting(connection: Any, generator: Any, *arguments: Any, **options: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                self._met(told.pop("text", ""), generator)
            return wait(connection, generator, *arguments, **options)

        # The wire is cut at the driver, under everything that is ours.
        driver: Any = psycopg
        driver.Cursor.execute = executing
        driver.Connection.wait = waiting

    def happened(self, event: Event) -> None:
        edge = self.edges.name(event)
        if edge is not None:
            self.edge, self.number = edge, 0

    def _met(self, text: str, generator: Any) -> None:
        self.number += 1
        inside = "#" in self.edge and self.edge.endswith("started")
        if not inside and not self.outside:
            return
        for when in ("before", "sent") if inside else ("sent",):
            name = f"{self.edge} {self.number} {when}"
            if name in self.known:
                continue
            with self.met.open("a") as file:
                file.write(f"{name}\t{' '.join(text.split())}\n")
            if when == "sent":
                # A generator of psycopg's sends first, and asks to wait when that is done.
                next(generator, None)
            die()


TRANSACTION = ("BEGIN", "lock_timeout", "LOCK TABLE ONLY", "UPDATE safemigrate.step", "COMMIT")
RENAME = ("0017_defaults", "0018_rename_column")
ENUM = ("0021_enum_type", "0022_enum_value")
INDEX = ("0006_index", "0007_index_concurrently")
DETACH = ("0026_partition_detach", "0027_detach_concurrently")
WHOLE = ("0034_reads_then_decides", "0035_computes_with_data")


@pytest.mark.parametrize(
    ("part", "outside", "words"),
    [
        pytest.param(ENUM, True, (*TRANSACTION, "ALTER TYPE", "UPDATE requests", "ALTER TABLE"), id=ENUM[1]),
        pytest.param(RENAME, False, (*TRANSACTION, "ALTER TABLE"), id=RENAME[1]),
        pytest.param(INDEX, False, ("CREATE INDEX CONCURRENTLY", "UPDATE safemigrate.step"), id=INDEX[1]),
        pytest.param(DETACH, False, ("CREATE TABLE", "ALTER TABLE usage DETACH"), id=DETACH[1]),
        pytest.param(WHOLE, False, ("ALTER TABLE requests ADD", "UPDATE requests"), id=WHOLE[1]),
    ],
)
def test_killed_at_every_word_to_the_server_and_rerun_every_step_happens_once(
    database: scratch.Database,
    children: Children,
    tmp_path: Path,
    part: tuple[str, str],
    outside: bool,
    words: tuple[str, ...],
    undisturbed: Callable[[tuple[str, str]], Undisturbed],
) -> None:
    expected = undisturbed(part)
    history.prepare(database, part[0])
    met = tmp_path / "met"
    met.touch()
    for _ in range(MOST_RUNS):
        code, child = children.run("upgrade", part[1], fault=KilledAtNewWord(met, outside))
        if code != KILLED:
            break
    assert code == 0, child.text
    lines = [line.split("\t") for line in met.read_text().splitlines()]
    for word, when in itertools.product(words, ("before", "sent")):
        assert any(word in text for name, text in lines if name.endswith(when)), f"{word} {when}: {lines}"
    history.check_same(database, expected)

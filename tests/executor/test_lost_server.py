"""Nothing is lost when the server is, or the wire to it: a restart in the middle, a COMMIT whose fate nobody told."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from psycopg import conninfo

from safemigrate import scratch
from safemigrate.scratch import embedded
from tests.executor import history
from tests.executor.child import Children, Event, Fault
from tests.executor.history import Edges, Undisturbed
from tests.fix_blocker import Blockers
from tests.fix_proxy import Proxy


@pytest.fixture
def own_server(pg_version: int) -> Iterator[embedded.Embedded]:
    """A server that no other test uses, to be restarted at will."""
    with embedded.start(pg_version) as server:
        yield server


@dataclass
class Halts(Fault):
    """At each of *at*, says so in the file *reached* and waits until there is a file of that name with ``.go``."""

    at: list[str]
    reached: Path
    edges: Edges = field(default_factory=Edges)

    def happened(self, event: Event) -> None:
        edge = self.edges.name(event)
        if edge not in self.at:
            return
        number = self.at.index(edge)
        self.reached.with_suffix(f".{number}").touch()
        deadline = time.monotonic() + 60
        while not self.reached.with_suffix(f".{number}.go").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_server_restarted_at_edges_the_run_recovers_and_every_step_happens_once(
    own_server: embedded.Embedded, tmp_path: Path, undisturbed: Callable[[tuple[str, str]], Undisturbed]
) -> None:
    part = ("0006_index", "0009_checks")
    expected = undisturbed(part)
    edges = history.edges(expected.events)
    begun = next(edge for edge in edges if "concurrently" in edge and edge.endswith("started"))
    ended = next(edge for edge in reversed(edges) if edge.startswith("0008") and edge.endswith("#1 done"))
    chosen = [begun, ended]
    with own_server.database() as database:
        history.prepare(database, part[0])
        children = Children(database.url, tmp_path)
        try:
            child = children.start("upgrade", part[1], fault=Halts(chosen, tmp_path / "reached"))
            for number in range(len(chosen)):
                reached = tmp_path / f"reached.{number}"
                child.awaits(reached.exists, chosen[number])
                own_server.restart("immediate")
                (tmp_path / f"reached.{number}.go").touch()
            assert child.wait() == 0, child.text
        finally:
            children.end()
        history.check_same(database, expected)


def test_server_restarted_in_the_middle_of_a_statement_the_run_recovers_and_the_statement_happens_once(
    own_server: embedded.Embedded, tmp_path: Path, undisturbed: Callable[[tuple[str, str]], Undisturbed]
) -> None:
    part = ("0035_computes_with_data", "0036_backfill")
    expected = undisturbed(part)
    at_work = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE images%'"
    with own_server.database() as database:
        history.prepare(database, part[0])
        blockers, children = Blockers(database.dsn), Children(database.url, tmp_path)
        halts = Halts([history.edges(expected.events)[2]], tmp_path / "reached")
        try:
            child = children.start("upgrade", part[1], fault=halts)
            child.awaits((tmp_path / "reached.0").exists, "first step done")
            blockers.row_lock("images")
            (tmp_path / "reached.0.go").touch()
            with blockers.observer() as connection:
                child.awaits(lambda: connection.execute(at_work).fetchone() is not None, "UPDATE at work")
            own_server.restart("immediate")
            assert child.wait() == 0, child.text
        finally:
            children.end()
            blockers.release()
        history.check_same(database, expected)


class CommitCutter(Proxy):
    """Cuts a connection at the COMMIT of a transaction that has written a journal row: every *nth* one.

    *arrives* is False: the server never sees the COMMIT. True: it has committed, and its answer is lost.
    """

    journalled = b"UPDATE safemigrate.step"

    def __init__(self, target: tuple[str, int], *, arrives: bool, nth: int) -> None:
        self.arrives = arrives
        self.nth = nth
        self.commits = 0
        self.cuts = 0
        self._journalled: set[int] = set()
        self._doomed: set[int] = set()
        super().__init__(target)

    def _pump(self, source: socket.socket, sink: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if source is pair[0]:
                    if not self._passes(id(pair), data):
                        break
                elif id(pair) in self._doomed:
                    # The server speaks: it has heard the COMMIT.
                    break
                sink.sendall(data)
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _passes(self, pair: int, data: bytes) -> bool:
        """Note what the client says; whether it is passed on."""
        # An intent (which the query names once, and its value again) is written anew at each try: a wire that cuts it
        # every time would let nothing happen at all.
        if self.journalled in data and data.count(b"intent") < 2:
            self._journalled.add(pair)
        if pair not in self._journalled or b"COMMIT" not in data:
            return True
        self._journalled.discard(pair)
        self.commits += 1
        if self.commits % self.nth:
            return True
        self.cuts += 1
        if self.arrives:
            self._doomed.add(pair)
        return self.arrives


@pytest.mark.parametrize(
    ("arrives", "nth"),
    [pytest.param(True, 1, id="its_answer_is_lost"), pytest.param(False, 2, id="it_never_arrives")],
)
@pytest.mark.parametrize("part", history.PARTS[1:3], ids=lambda part: part[1])
def test_the_wire_cut_in_a_commit_the_journal_decides_and_the_effect_happens_once(
    database: scratch.Database,
    tmp_path: Path,
    part: tuple[str, str],
    arrives: bool,
    nth: int,
    undisturbed: Callable[[tuple[str, str]], Undisturbed],
) -> None:
    expected = undisturbed(part)
    history.prepare(database, part[0])
    address = conninfo.conninfo_to_dict(database.dsn)
    with CommitCutter((str(address["host"]), int(str(address["port"]))), arrives=arrives, nth=nth) as proxy:
        children = Children(proxy.url(database.dsn), tmp_path)
        try:
            children.must("upgrade", part[1])
        finally:
            children.end()
    steps = len(expected.events_of("step_done"))
    assert proxy.cuts >= steps - 1
    # What was inserted in vain has drawn numbers.
    history.check_same(database, expected, numbers=arrives)

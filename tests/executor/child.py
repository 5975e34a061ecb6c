"""safemigrate's command line in a process of its own, and what may befall it there.

The processes are forked from a server that has everything imported, so that one costs hundredths of a second. Their
console is a file of JSON lines; a :class:`Fault` is told of each line once it is written, and may end the process.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.migrations import sample

Event = dict[str, Any]

KILLED = -signal.SIGKILL
"""The exit code of a process that a fault has killed."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.executor.warm", __name__])


class Fault:
    """What goes wrong in the process; this one is nothing. It has to be picklable."""

    def arm(self) -> None:
        """Called in the process before anything runs."""

    def happened(self, event: Event) -> None:
        """Called after the line of *event* was written."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Console(io.TextIOBase):
    """Standard output of the process."""

    def __init__(self, path: Path, fault: Fault) -> None:
        self._file = path.open("a", buffering=1)
        self._fault = fault
        self._line = ""

    def write(self, text: str) -> int:
        self._file.write(text)
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._file.flush()
            found = _event(line)
            if found is not None:
                self._told(found)
        return len(text)

    def _told(self, event: Event) -> None:
        try:
            self._fault.happened(event)
        except BaseException:
            # The run guards itself against its listeners; a fault that fails must not go by unseen.
            traceback.print_exc()
            os._exit(99)


def _event(line: str) -> Event | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "event" in found else None


def _main(arguments: list[str], url: str, path: Path, fault: Fault) -> None:
    from safemigrate.cli import main

    os.environ["DATABASE_URL"] = url
    sys.stdout = _Console(path, fault)
    sys.stderr = path.with_suffix(".err").open("a", buffering=1)
    fault.arm()
    code = main.main(arguments)
    sys.stdout.flush()
    sys.exit(code)


@dataclass
class Child:
    """A running process; *path* is the file of what it says."""

    process: BaseProcess
    path: Path

    @property
    def text(self) -> str:
        """All that it has said so far, errors last."""
        error = self.path.with_suffix(".err")
        return "".join(each.read_text() for each in (self.path, error) if each.exists())

    @property
    def events(self) -> list[Event]:
        """What has happened so far."""
        lines = self.path.read_text().split("\n")[:-1] if self.path.exists() else []
        return [event for event in map(_event, lines) if event is not None]

    def wait(self, seconds: float = 60.0) -> int:
        """Its exit code; negative is the signal that killed it."""
        self.process.join(seconds)
        code = self.process.exitcode
        if code is None:
            self.end()
            raise AssertionError(f"still running after {seconds} s:\n{self.text[-3000:]}")
        assert code != 99, self.text
        return code

    @property
    def error(self) -> Event:
        """The error that it ended with."""
        return next(event for event in self.events if event["event"] == "error")

    def details(self, label: str) -> list[str]:
        """The lines with this label in the error that it ended with."""
        return [detail["text"] for detail in self.error["details"] if detail["label"] == label]

    def until(self, name: str, *, seconds: float = 20.0, **fields: object) -> Event:
        """Wait for the event of this name (and with these *fields*)."""
        found: Event = self.awaits(
            lambda: next((e for e in self.events if e["event"] == name and fields.items() <= e.items()), None),
            name,
            seconds,
        )
        return found

    def awaits(self, condition: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
        """Wait until *condition* is true while the process runs."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert self.process.exitcode is None, f"ended before {what}:\n{self.text[-3000:]}"
            assert time.monotonic() < deadline, f"no {what} within {seconds} s:\n{self.text[-3000:]}"
            time.sleep(0.005)
        return found

    def send(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def end(self) -> None:
        """Kill it, if it is still there."""
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()


class Children:
    """Starts processes on the database of *url*; *folder* takes what they say. *ini* is the environment's."""

    def __init__(self, url: str, folder: Path, ini: Path = sample.INI) -> None:
        self.url = url
        self.folder = folder
        self.ini = ini
        self.all: list[Child] = []

    def start(self, *arguments: str, fault: Fault | None = None) -> Child:
        """``safemigrate -c … ARGUMENTS --json`` with DATABASE_URL, begun."""
        path = self.folder / f"{len(self.all):04d}.jsonl"
        words = ["-c", str(self.ini), *arguments, "--json"]
        process = _forks.Process(target=_main, args=(words, self.url, path, fault or Fault()), daemon=True)
        process.start()
        child = Child(process, path)
        self.all.append(child)
        return child

    def run(self, *arguments: str, fault: Fault | None = None) -> tuple[int, Child]:
        """The same, to its end; its exit code."""
        child = self.start(*arguments, fault=fault)
        return child.wait(), child

    def must(self, *arguments: str, fault: Fault | None = None, code: int = 0) -> Child:
        """The same, where only exit code *code* will do."""
        ended, child = self.run(*arguments, fault=fault)
        assert ended == code, f"{' '.join(arguments)} exited with {ended}, not {code}:\n{child.text[-4000:]}"
        return child

    def end(self) -> None:
        for child in self.all:
            child.end()
            child.process.close()

"""What a run looks like, and that looking at it never breaks it."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TextIO

import pytest

from safemigrate import config, console
from safemigrate.console import plain
from safemigrate.executor import events
from tests import fix_golden
from tests.console import sample


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken(Terminal):
    encoding = "utf-8"

    def write(self, text: str) -> int:
        raise BrokenPipeError("nobody reads")


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)


def shown(output: config.Output, stream: TextIO) -> str:
    with console.listener(output, stream) as listen:
        for event in sample.run():
            listen(event)
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_plain_is_one_line_per_event_with_its_time() -> None:
    text = shown("auto", io.StringIO())
    assert len(text.splitlines()) == len(sample.run())
    fix_golden.check("console/plain.txt", text)


def test_json_is_one_object_per_line() -> None:
    text = shown("json", Terminal())
    names = [json.loads(line)["event"] for line in text.splitlines()]
    assert names == [events.name(event) for event in sample.run()]
    fix_golden.check("console/events.jsonl", text)


def test_a_terminal_gets_the_live_view_and_keeps_what_happened() -> None:
    text = shown("auto", Terminal())
    assert "\x1b[?25l" in text, "rich hides the cursor while it draws"
    assert "\x1b[?25h" in text, "and shows it again"
    assert "failed and rolled back: 1 revision, 2 steps, 41 s, longest lock held 3 ms" in text.replace("\n", " ")


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in shown("auto", Terminal())


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown("live", Terminal())
    assert not any(f"\x1b[{code}m" in text for code in ("31", "32", "33", "1;31", "1;32", "2;33"))


@pytest.mark.parametrize("columns", ["1", "12", "40"])
def test_a_narrow_terminal_is_no_obstacle(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert "0013" in shown("live", Terminal()).replace("\n", "")


@pytest.mark.parametrize("output", ["auto", "live", "plain", "json"])
def test_a_stream_that_fails_does_not_break_the_run(output: config.Output) -> None:
    with console.listener(output, Broken()) as listen:
        for event in sample.run():
            listen(event)


@pytest.mark.parametrize("output", ["live", "plain", "json"])
def test_a_closed_stream_does_not_break_the_run(output: config.Output) -> None:
    stream = Terminal()
    with console.listener(output, stream) as listen:
        stream.close()
        for event in sample.run():
            listen(event)
        time.sleep(0.3)  # rich redraws eight times a second


def test_a_listener_that_fails_is_replaced_for_good() -> None:
    stream = io.StringIO()

    def fails(event: events.Event) -> None:
        raise ZeroDivisionError

    guarded = console.Guarded(fails, lambda: plain.Plain(stream))
    guarded(events.Notice("first"))
    guarded(events.Notice("second"))
    assert [line.split()[1] for line in stream.getvalue().splitlines()] == ["first", "second"]


def test_an_exception_in_the_run_passes_through_and_the_terminal_is_restored() -> None:
    stream = Terminal()

    def run() -> None:
        with console.listener("live", stream) as listen:
            listen(sample.run()[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 1


def test_an_encoding_without_our_characters_gets_escapes() -> None:
    raw = io.BytesIO()
    with console.listener("plain", io.TextIOWrapper(raw, encoding="ascii")) as listen:
        listen(events.Notice("größer \udc80 …"))
        assert rb"gr\xf6\xdfer" in raw.getvalue()


@pytest.mark.parametrize("output", ["live", "plain"])
def test_what_strangers_wrote_cannot_command_the_terminal(output: config.Output) -> None:
    text = shown(output, Terminal())
    assert "\x1b[31mred" not in text
    assert "[31mred" in text


def test_the_same_blocker_is_told_now_and_then_and_a_new_one_at_once() -> None:
    stream = io.StringIO()
    with console.listener("plain", stream) as listen:
        for tick in range(500):  # ten seconds of polling
            listen(events.StepWaiting((sample.BLOCKER,), tick / 50, 1, at=sample.START + tick / 50))
        listen(events.StepWaiting((sample.PREPARED,), 10.0, 1, at=sample.START + 10))
    assert len(stream.getvalue().splitlines()) == 3


def test_batches_that_go_and_stand_in_turn_are_told_now_and_then() -> None:
    stream = io.StringIO()
    with console.listener("plain", stream) as listen:
        for tick in range(10):
            at = sample.START + tick / 2
            listen(events.Progress("backfill", tick, 100, 2.0, at=at))
            listen(events.Throttled(f"the server writes {40 + tick} MB of WAL a second", 0.5, at=at))
    assert len(stream.getvalue().splitlines()) == 2


@pytest.fixture
def real_terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)


def test_a_real_terminal_shows_the_blocker_while_we_wait(real_terminal: tuple[int, int]) -> None:
    ours, theirs = real_terminal
    script = """
import sys, time
from safemigrate import console
from tests.console import sample
with console.listener("auto", sys.stdout) as listen:
    for event in sample.run()[:6]:
        listen(event)
    time.sleep(0.5)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b"".join(iter(lambda: _read(ours), b"")).decode()
    assert process.wait() == 0
    assert "in the way:" in seen
    assert "pid 4242, bi@reports, idle in transaction for 38 min" in seen


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux says EIO when the last writer is gone
        return b""


def test_rich_is_imported_only_for_the_live_view() -> None:
    script = """
import io, sys
from safemigrate import console
from safemigrate.console import errors, jsonl, plain
with console.listener("plain", io.StringIO()): pass
assert not [name for name in sys.modules if name.split(".")[0] == "rich"]
"""
    subprocess.run([sys.executable, "-c", script], check=True)

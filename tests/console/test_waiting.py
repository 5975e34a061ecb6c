"""The line for whoever waits: at a terminal, after a while, and gone again."""

from __future__ import annotations

import io
import time

import pytest

from safemigrate.console import waiting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.05)
    monkeypatch.setenv("TERM", "xterm")


def _until(stream: io.StringIO, text: str) -> bool:
    end = time.monotonic() + 10
    while text not in stream.getvalue() and time.monotonic() < end:
        time.sleep(0.01)
    return text in stream.getvalue()


def test_what_takes_long_is_told_at_a_terminal_and_taken_away() -> None:
    stream = Terminal()
    with waiting.waiting("checking", stream):
        assert _until(stream, "checking")
    assert stream.getvalue().endswith("\x1b[2K")


def test_what_is_done_at_once_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 60.0)
    stream = Terminal()
    with waiting.waiting("checking", stream):
        pass
    assert stream.getvalue() == ""


def test_pipes_and_dumb_terminals_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, terminal = io.StringIO(), Terminal()
    monkeypatch.setenv("TERM", "dumb")
    for stream in (pipe, terminal):
        with waiting.waiting("checking", stream):
            time.sleep(0.1)
        assert stream.getvalue() == ""

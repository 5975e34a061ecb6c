"""An error is the last thing that a user reads before acting: it is whole, readable and harmless."""

from __future__ import annotations

import io
import json

import pytest

from safemigrate import errors
from safemigrate.console import errors as shown
from tests import fix_golden

ERROR = errors.CouldNotLock(
    'could not lock "orders" (ACCESS EXCLUSIVE): 12 attempts in 250 s',
    state="step 2 of 4 not started; step 1 is in the journal; nothing to undo",
    next="safemigrate locks orders --watch, then safemigrate upgrade --resume",
    details=[("blocked by", "pid 4242, bi@reports, idle in transaction for 38 min: SELECT … FROM orders\x1b[2J")],
)


def test_in_a_file_it_is_the_plain_block() -> None:
    stream = io.StringIO()
    shown.show(ERROR, stream)
    fix_golden.check("console/error.txt", stream.getvalue())


def test_in_a_terminal_it_is_wrapped_under_its_labels() -> None:
    text = shown.text(ERROR, width=48)
    assert all(len(line) <= 48 for line in text.splitlines())
    fix_golden.check("console/error-narrow.txt", text)


@pytest.mark.parametrize("width", [1, 10, 20])
def test_a_terminal_too_narrow_to_wrap_gets_every_word(width: int) -> None:
    assert shown.text(ERROR, width=width).split() == shown.text(ERROR).split()


def test_what_strangers_wrote_cannot_command_the_terminal() -> None:
    assert "\x1b" not in shown.text(ERROR)


def test_json_has_kind_exit_code_and_texts() -> None:
    stream = io.StringIO()
    shown.show(ERROR, stream, "json")
    told = json.loads(stream.getvalue())
    assert (told["event"], told["error"], told["exit_code"]) == ("error", "could_not_lock", 4)
    assert (told["what"], told["state"], told["next"]) == (ERROR.what, ERROR.state, ERROR.next)
    assert told["details"] == [{"label": label, "text": text} for label, text in ERROR.details]


@pytest.mark.parametrize("colour", [True, False])
def test_colour_only_adds_escapes(colour: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "" if colour else "1")
    stream = Terminal()
    shown.show(ERROR, stream)
    assert ("\x1b[" in stream.getvalue()) is colour


def test_a_closed_stream_does_not_raise() -> None:
    stream = io.StringIO()
    stream.close()
    shown.show(ERROR, stream)

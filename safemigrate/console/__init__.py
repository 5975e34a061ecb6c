"""What people and programs see of a run: live in a terminal, one line per event elsewhere, or JSON lines.

The console only listens. No failure of it (a closed pipe, a terminal that cannot show a character, a fault of our own)
reaches the run: the database matters more than the picture of it. What other sessions wrote (their queries, their
application names) is shown without control characters, because it comes from strangers and goes to a terminal.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from safemigrate import config
from safemigrate.console.terminal import is_terminal

if TYPE_CHECKING:
    from safemigrate.executor import events


@contextlib.contextmanager
def listener(output: config.Output, stream: TextIO) -> Iterator[events.Listener]:
    """The listener that *output* asks for, writing to *stream*; "auto" is live in a terminal and plain elsewhere."""
    # They bring the driver along, which those who show no run do without.
    from safemigrate.console import jsonl, plain

    if output == "json":
        yield Guarded(jsonl.Json(stream))
    elif output == "live" or (output == "auto" and is_terminal(stream)):
        with _live(stream) as listen:
            yield listen
    else:
        yield Guarded(plain.Plain(stream))


class Guarded:
    """Keeps the failures of a listener from the run; *instead*, where there is one, makes the one that takes over."""

    def __init__(self, listen: events.Listener, instead: Callable[[], events.Listener] | None = None) -> None:
        self._listen = listen
        self._instead = instead

    def __call__(self, event: events.Event) -> None:
        try:
            self._listen(event)
        except Exception:  # whatever it is: the run goes on
            if self._instead is not None:
                make, self._instead = self._instead, None
                self._listen = make()
                self(event)


@contextlib.contextmanager
def _live(stream: TextIO) -> Iterator[events.Listener]:
    """The live view; plain lines where it cannot be opened, or from where it fails."""
    from safemigrate.console import plain

    try:
        from safemigrate.console import live

        view = live.Live(stream)
        view.open()
    except Exception:
        yield Guarded(plain.Plain(stream))
        return

    def close() -> None:
        with contextlib.suppress(Exception):
            view.close()

    def instead() -> events.Listener:
        close()
        return plain.Plain(stream)

    try:
        yield Guarded(view, instead)
    finally:
        close()

"""A line that says that something is going on, for whoever waits at a terminal; nothing in pipes and logs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TextIO

from safemigrate.console import terminal

PATIENCE = 1.0
"""Seconds without a word: what is done sooner needs no picture."""


@contextlib.contextmanager
def waiting(text: str, stream: TextIO) -> Iterator[None]:
    """While the block runs for longer than :data:`PATIENCE`, *text* stands on *stream*, if that is a terminal."""
    if not terminal.is_terminal(stream):
        yield
        return
    from rich.console import Console

    status = Console(file=stream).status(text)
    timer = threading.Timer(PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()

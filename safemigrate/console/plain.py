"""One line per event, with its time: for logs, pipes and CI."""

from __future__ import annotations

import datetime
from typing import TextIO

from safemigrate.console import throttle, words
from safemigrate.console.terminal import write
from safemigrate.executor import events

INTERVAL = 5.0
"""Seconds between two lines that say the same."""


class Plain:
    """Writes each event to *stream* as "2026-11-23T18:01:46.534Z step 1 of 3: …"."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._throttle = throttle.Throttle(INTERVAL)

    def __call__(self, event: events.Event) -> None:
        if self._throttle.passes(event):
            moment = datetime.datetime.fromtimestamp(event.at, datetime.UTC).isoformat(timespec="milliseconds")
            write(self._stream, f"{moment.removesuffix('+00:00')}Z {words.line(event)}")

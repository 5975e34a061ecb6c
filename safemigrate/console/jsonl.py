"""One JSON object per line and event: for programs. ``docs/reference/events.md`` says what each holds."""

from __future__ import annotations

import json
from typing import TextIO

from safemigrate.console import throttle
from safemigrate.executor import events

INTERVAL = 1.0
"""Seconds between two lines that say the same."""


class Json:
    """Writes each event to *stream* as one line of JSON, in ASCII, whatever the stream's encoding."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._throttle = throttle.Throttle(INTERVAL)

    def __call__(self, event: events.Event) -> None:
        if self._throttle.passes(event):
            self._stream.write(json.dumps(events.as_json(event), allow_nan=False) + "\n")
            self._stream.flush()

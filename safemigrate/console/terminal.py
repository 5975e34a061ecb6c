"""Text on a stream: whether a terminal is there to show it, and what is written where its encoding lacks characters."""

from __future__ import annotations

import os
from typing import TextIO


def is_terminal(stream: TextIO) -> bool:
    """Whether lines on *stream* can be written again; not in a file, a pipe, or a dumb terminal."""
    try:
        return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    except (OSError, ValueError, AttributeError):
        return False


def write(stream: TextIO, line: str) -> None:
    """*line* to *stream* at once; characters that its encoding lacks are written as escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()

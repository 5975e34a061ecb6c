"""How an error is shown: what happened, how things were left, what to do next; and the same as JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import textwrap
from typing import TextIO

from safemigrate import config
from safemigrate.console import terminal, words
from safemigrate.errors import SafemigrateError

LABEL_WIDTH = 11


def show(error: SafemigrateError, stream: TextIO, output: config.Output = "auto") -> None:
    """Writes *error* to *stream*, wrapped and in colour where that is a terminal. Never raises: it is the last word."""
    try:
        if output == "json":
            stream.write(json.dumps(as_json(error)) + "\n")
            stream.flush()
        elif output != "plain" and terminal.is_terminal(stream):
            width = shutil.get_terminal_size().columns
            terminal.write(stream, text(error, width=width, colour=not os.environ.get("NO_COLOR")))
        else:
            terminal.write(stream, text(error))
    except Exception:  # a closed pipe; the exit code still tells
        return


def as_json(error: SafemigrateError) -> dict[str, object]:
    """*error* as a JSON object: its kind, its exit code, and its texts."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    return {
        "event": "error",
        "error": kind,
        "exit_code": int(error.exit_code),
        "what": error.what,
        "details": [{"label": label, "text": text} for label, text in error.details],
        "state": error.state,
        "next": error.next,
    }


def text(error: SafemigrateError, *, width: int | None = None, colour: bool = False) -> str:
    """*error* as a block of lines; wrapped under their labels when a *width* is given."""
    rows = [*error.details, ("state", error.state), ("next", error.next)]
    what = "\n".join(_safe(error.what) or [type(error).__name__])
    lines = [_wrapped("", f"error: {what}", width, indent="  ")]
    lines[0] = lines[0].replace("error:", _painted("error:", "1;31", colour), 1)
    for label, content in rows:
        shown = "\n".join(_safe(content))
        if shown:
            head = f"  {_safe_label(label):<{LABEL_WIDTH}} "
            block = _wrapped(head, shown, width, indent=" " * len(head))
            lines.append(_painted(head, "2" if label != "next" else "1;32", colour) + block[len(head) :])
    return "\n".join(lines)


def _safe(content: str) -> list[str]:
    """The lines of *content* that have something in them, without what a terminal would obey."""
    cleaned = ("".join(each if each.isprintable() else " " for each in line).rstrip() for line in content.split("\n"))
    return [line for line in cleaned if line]


def _safe_label(label: str) -> str:
    return words.clean(label, 40)


def _wrapped(head: str, content: str, width: int | None, *, indent: str) -> str:
    """*content* after *head*, further lines indented; too narrow a terminal gets the lines as they are."""
    lines = content.split("\n")
    if width is not None and width - len(indent) >= 20:
        room = width - len(indent)
        pieces = (textwrap.wrap(line, room, break_long_words=False, break_on_hyphens=False) for line in lines)
        lines = [piece for wrapped in pieces for piece in wrapped]
    return head + ("\n" + indent).join(lines)


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

"""The difference of two texts, and a file that is written whole or not at all."""

from __future__ import annotations

import difflib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from safemigrate import errors


def difference(name: str, before: str, after: str) -> str:
    """A unified diff as ``patch`` and ``git apply`` read it, "" where there is none; line ends are kept."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines as patch counts them: they end in a line feed, and nowhere else."""
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def write(path: Path, before: str, after: str) -> None:
    """Put *after* in the place of *before*, at once and with the same rights; a link stays one.

    Raises BadInput where the file holds something else by now, or cannot be written.
    """
    place = path.resolve()
    try:
        if place.read_bytes() != before.encode("utf-8"):
            raise errors.BadInput(
                f"{path} was changed while it was checked", state="it was left as it is", next="run the check again"
            )
        _replace(place, after.encode("utf-8"))
    except OSError as error:
        raise errors.BadInput(
            f"{path} could not be written: {error.strerror}",
            state="it was left as it is",
            next="see who may write it; --diff shows the edits",
        ) from error


def _replace(place: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, place.stat().st_mode & 0o7777)
        os.replace(name, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise

"""The headers of all revision files of a project, which a check of a single one needs too: read once for each text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safemigrate.lint import static
from safemigrate.lint.history import kept
from safemigrate.lint.static import Header

Read = Callable[[str], Header | None]


class Headers:
    """Reads headers, of the project in *folder*, and remembers them from one check to the next."""

    def __init__(self, folder: Path) -> None:
        self._name = kept.digest("headers", str(folder.absolute()))
        found = kept.load(self._name)
        self._before: dict[str, Header | None] = found if isinstance(found, dict) else {}
        self._now: dict[str, Header | None] = {}

    def read(self, text: str) -> Header | None:
        """The header of a file with this text; None where it is no revision."""
        if text not in self._now:
            self._now[text] = self._before[text] if text in self._before else static.header(text)
        return self._now[text]

    def save(self) -> None:
        """Keep what was read, if anything was new."""
        if len(self._now) >= kept.WORTH and self._now != self._before:
            kept.save(self._name, self._now)

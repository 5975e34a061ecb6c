"""Whether ``safemigrate upgrade`` would make safe what a finding is about: not where the statement runs as written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace

from safemigrate import errors
from safemigrate.config import Settings
from safemigrate.findings import Finding
from safemigrate.lint.history.reading import Reading


class Upgrade:
    """What is said about running the revisions that were read, in *settings*, in the files, and at the statements."""

    def __init__(self, readings: Iterable[Reading], settings: Settings) -> None:
        self._never = set(settings.never_split)
        self._whole: set[str] = set()
        self._as_written: set[tuple[str, str]] = set()
        for reading in readings:
            if reading.whole or _as_written(reading, settings):
                self._whole.add(reading.path)
            marked = (sent.statement for sent in reading.sent if sent.statement.marks.as_written)
            self._as_written |= {(reading.path, statement.sql) for statement in marked}

    def corrected(self, finding: Finding) -> Finding:
        """*finding*, not handled where its statement would run as it is written."""
        return replace(finding, handled=False) if finding.handled and self._stays(finding) else finding

    def _stays(self, finding: Finding) -> bool:
        file = finding.place.file
        if file in self._whole or (file, finding.statement) in self._as_written:
            return True
        locks = finding.claim.locks if finding.claim else ()
        return any({lock.relation.name, str(lock.relation)} & self._never for lock in locks)


def _as_written(reading: Reading, settings: Settings) -> bool:
    options = getattr(reading.revision.module, "safemigrate_options", None)
    if options is not None:
        with contextlib.suppress(errors.BadInput):  # upgrade refuses it, and says why
            settings = settings.for_revision(reading.revision.name, options)
    return settings.as_written or settings.mode == "whole"

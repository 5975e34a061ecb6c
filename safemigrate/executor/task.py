"""One revision as the command line hands it to the executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from safemigrate.capture import Captured
from safemigrate.config import Settings


@dataclass(frozen=True)
class Task:
    """One revision as the command line hands it over.

    *source* is a hash of the revision file. *capture* reads it ahead (its argument: the revision declares itself
    steppable), *live* runs its Python on a connection that *borrow* opened.
    """

    revision: str
    down_revision: tuple[str, ...]
    message: str
    direction: Literal["upgrade", "downgrade"]
    source: str
    options: Mapping[str, object]
    capture: Callable[[bool], Captured]
    borrow: Callable[[], AbstractContextManager[sa.Connection]]
    live: Callable[[sa.Connection], None]

    def settings(self, base: Settings) -> Settings:
        return base.for_revision(self.revision, self.options) if self.options else base

"""What can be set, where it was set, and what it may be.

One table, the fields of :class:`Settings`, is read by everybody: the loader, the flags of the command line,
``safemigrate status`` and the reference page. Sources, weakest first: the defaults, ``[tool.safemigrate]`` in
pyproject.toml, ``[safemigrate]`` in alembic.ini, ``SAFEMIGRATE_<KEY>`` in the environment, the flags, and a revision's
own ``safemigrate_options``. A key that we do not know, or a value that we cannot use, is an error in each of them: a
misspelt timeout that is silently ignored is an outage later.
"""

# ruff: noqa: RUF009 -- the calls among the defaults of Settings are dataclasses.field() with our metadata

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from safemigrate import errors
from safemigrate.config import fields, sources, values
from safemigrate.config.fields import DEFAULT
from safemigrate.config.sources import Layer
from safemigrate.config.values import SHORTEST, Seconds

OnBlocker = Literal["wait", "cancel", "terminate", "fail"]
OnFailure = Literal["rollback", "pause"]
Mode = Literal["auto", "steps", "whole"]
Output = Literal["auto", "live", "plain", "json"]


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. Durations are seconds."""

    mode: Mode = fields.one_of(
        "how a revision runs: in steps, or whole in one transaction; auto decides by what the revision does",
        "auto", "steps", "whole", revision=True,
    )  # fmt: skip
    gate_age: Seconds = fields.duration(
        0.1, "do not queue for a lock behind a transaction that is older than this: wait outside", revision=True
    )
    lock_timeout: Seconds = fields.duration(
        0.1, "lock_timeout of the first try: so long may the application wait behind us", least=SHORTEST, revision=True
    )
    lock_timeout_max: Seconds = fields.duration(
        1.0, "how far lock_timeout may grow when the holders are young but dense", least=SHORTEST, revision=True
    )
    lock_patience: Seconds = fields.duration(
        600.0, "how long to try for the locks of a step, all tries together", revision=True
    )
    statement_timeout: Seconds = fields.duration(
        0.0, "statement_timeout of the steps that neither scan nor rewrite nor build", off=True, revision=True
    )
    weak_lock_timeout: Seconds = fields.duration(
        0.0, "lock_timeout of steps whose locks stall nobody: concurrent builds, VALIDATE CONSTRAINT", off=True
    )
    as_written: bool = fields.flag(
        "run every statement as it is written: nothing is split into safe steps, no data into batches", revision=True
    )
    never_split: tuple[str, ...] = fields.names(
        "tables, and families of rewrites, whose statements run as they are written"
    )
    small_table: int = fields.count(10_000, "a table of fewer rows than this is changed as written", revision=True)
    workers: int = fields.count(
        1, "sessions that work on the batches of one statement side by side", least=1, revision=True
    )
    batch_target: Seconds = fields.duration(
        0.2, "how long one batch should take: so long are its rows locked", least=SHORTEST, revision=True
    )
    batch_pause: int = fields.count(0, "pause after each batch, in percent of how long it took", revision=True)
    before_images: bool = fields.flag(
        "keep the rows as they were before a batched statement, so that it can be taken back",
        default=True, revision=True,
    )  # fmt: skip
    keep_images: Seconds = fields.duration(7 * 86_400.0, "how long before-images are kept after their revision is done")
    vacuum_dead: int = fields.count(
        20, "VACUUM between batches when so many percent of the table's rows are dead", off=True, revision=True
    )
    max_replication_lag: Seconds = fields.duration(
        10.0, "batches wait while a standby is further behind than this", off=True
    )
    max_wal_rate: int = fields.count(
        0, "batches wait while the server writes more WAL than this (MB a second)", off=True
    )
    max_active_sessions: int = fields.count(0, "batches wait while more sessions than this are active", off=True)
    throttle_check: str = fields.sql("a query of one boolean: batches go on while it says true")
    on_blocker: OnBlocker = fields.one_of(
        "what to do about a session that holds a conflicting lock",
        "wait", "cancel", "terminate", "fail", revision=True,
    )  # fmt: skip
    blocker_grace: Seconds = fields.duration(
        5.0, "how long a blocker is left alone before it is cancelled or terminated"
    )
    blocker_age: Seconds = fields.duration(1.0, "a transaction younger than this is never cancelled or terminated")
    never_signal: tuple[str, ...] = fields.names("users and applications that are never cancelled or terminated")
    signal_superusers: tuple[str, ...] = fields.names("superusers that may be cancelled or terminated all the same")
    on_failure: OnFailure = fields.one_of(
        "when a step fails for good: undo what the revision has done, or keep it for safemigrate resume",
        "rollback", "pause", revision=True,
    )  # fmt: skip
    lease_patience: Seconds = fields.duration(600.0, "how long to wait for another run on the same database to end")
    poll: Seconds = fields.duration(0.02, "how often to look whether a blocker is gone", least=SHORTEST)
    url: str = fields.url("libpq URL of our own sessions, where env.py connects with another driver than psycopg")
    redact_queries: bool = fields.flag("do not show or keep the text of other sessions' queries")
    output: Output = fields.one_of(
        "how a run is shown; auto is live in a terminal and plain elsewhere", "auto", "live", "plain", "json"
    )
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def source(self, key: str) -> str:
        """Where the value of *key* was set, such as "alembic.ini [safemigrate]"; "default" where it was not."""
        return self.sources.get(key, DEFAULT)

    def text(self, key: str) -> str:
        """The value of *key* as a person would write it; a password does not show."""
        return values.text(getattr(self, key), secret=KEYS[key].secret)

    def for_revision(self, revision: str, options: object) -> Settings:
        """These settings with *options*, a revision's module-level ``safemigrate_options``, on top."""
        place = f"safemigrate_options of revision {revision}"
        if not isinstance(options, Mapping):
            raise errors.BadInput(
                f"{place} is not a dict: {values.shown(options)}",
                state=fields.UNCHANGED,
                next='write safemigrate_options = {"lock_timeout": "200ms"}',
            )
        return _apply(self, Layer(lambda key: place, options), REVISION_KEYS)


KEYS = fields.keys(Settings)
REVISION_KEYS = tuple(name for name, key in KEYS.items() if key.revision)


def load(
    *,
    pyproject: Path | None = None,
    ini: Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> Settings:
    """The settings from every source. A file that is not there says nothing; *environ* is by default the process's."""
    return resolve(
        [
            sources.pyproject(pyproject),
            sources.alembic_ini(ini),
            sources.environment(os.environ if environ is None else environ),
            sources.command_line(flags or {}),
        ]
    )


def resolve(layers: Iterable[Layer]) -> Settings:
    """The defaults with *layers* on top, weakest first."""
    settings = Settings()
    for layer in layers:
        settings = _apply(settings, layer, KEYS)
    return settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    """A flag for each key; :func:`given_flags` collects them for :func:`load`."""
    sources.add_flags(parser, KEYS)


given_flags = sources.given_flags


def _apply(settings: Settings, layer: Layer, accepted: Iterable[str]) -> Settings:
    return _agreed(fields.apply(settings, layer, KEYS, accepted)) if layer.values else settings


def _agreed(settings: Settings) -> Settings:
    """lock_timeout grows up to lock_timeout_max: of the two, the one that nobody set follows the other."""
    first, highest = settings.lock_timeout, settings.lock_timeout_max
    if settings.source("lock_timeout_max") == DEFAULT:
        return dataclasses.replace(settings, lock_timeout_max=max(Settings.lock_timeout_max, first))
    if settings.source("lock_timeout") == DEFAULT:
        return dataclasses.replace(settings, lock_timeout=min(Settings.lock_timeout, highest))
    if first <= highest:
        return settings
    raise errors.BadInput(
        f"lock_timeout {settings.text('lock_timeout')} is above lock_timeout_max {settings.text('lock_timeout_max')}",
        details=[("in", f"{key}: {settings.source(key)}") for key in ("lock_timeout", "lock_timeout_max")],
        state=fields.UNCHANGED,
        next="raise lock_timeout_max, or leave it out: it then follows lock_timeout",
    )

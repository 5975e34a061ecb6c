"""The settings of ``safemigrate lint``: ``[tool.safemigrate.lint]`` in pyproject.toml, ``[safemigrate:lint]`` in
alembic.ini, ``SAFEMIGRATE_LINT_<KEY>`` in the environment, and the command's flags. Nothing of it concerns a run.
"""

# ruff: noqa: RUF009 -- the calls among the defaults of LintSettings are dataclasses.field() with our metadata

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from safemigrate.config import fields, sources, values

Runner = Literal["alembic", "safemigrate"]
SeverityName = Literal["error", "warning", "info"]
FailOn = Literal["warning", "error", "info", "never"]

Format = Literal["text", "json", "github", "gitlab", "sarif", "markdown", "junit"]

OLDEST, NEWEST = 14, 18

SEVERITIES = ("error", "warning", "info")


def _severities(value: object) -> dict[str, str]:
    read = values.one_of(SEVERITIES)
    found: dict[str, str] = {}
    for rule, said in values.pairs(value).items():
        try:
            found[rule] = read(said)
        except values.Unreadable:
            raise values.Unreadable(f"{rule} is {values.shown(said)}") from None
    return found


def _by_path(value: object) -> dict[str, tuple[str, ...]]:
    return {pattern: _rules(said) for pattern, said in values.pairs(value).items()}


def _rules(said: object) -> tuple[str, ...]:
    """A list of rules; in a text, where commas divide the patterns, with spaces between them."""
    return values.names(said.split() if isinstance(said, str) else said)


@dataclass(frozen=True)
class LintSettings:
    """*pg_version* is the major version of production. *runner* is what will run the migrations there.

    *select* and *ignore* are slugs of rules, or "all"; *per_path* more to ignore, by a pattern of paths. *severity*
    overrides that of a rule. *small_tables* do not count where the time grows with the table; *hot_tables* count the
    more. *statistics* and *baseline* are paths of files, "" for none. *rules* are files or folders of a project's own.
    *require_reason*: an ignore without a reason ignores nothing.
    """

    pg_version: int = fields.count(
        OLDEST, "major version of production's PostgreSQL; default: that of the statistics", least=OLDEST, most=NEWEST
    )
    runner: Runner = fields.one_of("what runs the migrations in production", "alembic", "safemigrate")
    select: tuple[str, ...] = fields.names("rules to turn on besides those that are on by default; all for every rule")
    ignore: tuple[str, ...] = fields.names("rules to turn off")
    per_path: Mapping[str, tuple[str, ...]] = fields.table(
        "more rules to turn off, for the files whose path matches a pattern",
        'a table of patterns, each with a list of rules; in a text: "old/* = drop-column drop-table"',
        _by_path,
        "PATTERN=RULES",
    )
    severity: Mapping[str, SeverityName] = fields.table(
        "severities of rules, where they are to be others than their own",
        'a table of rules, each error, warning or info; in a text: "drop-column = error"',
        _severities,
        "RULE=SEVERITY",
    )
    fail_on: FailOn = fields.one_of(
        "the least severity that makes the check fail with exit code 1", "warning", "error", "info", "never"
    )
    format: Format = fields.one_of("how findings are written", *get_args(Format))
    small_tables: tuple[str, ...] = fields.names("tables so small that a scan, a build or a rewrite is no matter")
    small_table: int = fields.count(10_000, "a table of fewer rows than this, by the statistics, is small")
    hot_tables: tuple[str, ...] = fields.names("tables so busy that even an instant under a lock matters")
    statistics: str = fields.path("row counts and sizes of production's tables, as safemigrate stats writes them")
    baseline: str = fields.path("findings that are known and not shown again, as --update-baseline writes them")
    rules: tuple[str, ...] = fields.paths("files and folders of rules of your own")
    require_reason: bool = fields.flag("an ignore comment without a reason ignores nothing")
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def source(self, key: str) -> str:
        """Where the value of *key* was set; "default" where it was not."""
        return self.sources.get(key, fields.DEFAULT)

    def text(self, key: str) -> str:
        """The value of *key* as a person would write it."""
        return values.text(getattr(self, key))


KEYS = fields.keys(LintSettings)


def load(
    *,
    pyproject: Path | None = None,
    ini: Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> LintSettings:
    """The settings from every source, weakest first. A file that is not there says nothing. Raises BadInput."""
    settings = LintSettings()
    for layer in (
        sources.pyproject(pyproject, sources.LINT),
        sources.alembic_ini(ini, sources.LINT),
        sources.environment(os.environ if environ is None else environ, sources.LINT),
        sources.command_line(flags or {}),
    ):
        settings = fields.apply(settings, layer, KEYS, KEYS)
    return settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    """A flag for each key; :func:`given_flags` collects them for :func:`load`."""
    sources.add_flags(parser, KEYS, sources.LINT)


def given_flags(namespace: argparse.Namespace) -> dict[str, object]:
    return sources.given_flags(namespace, sources.LINT)

"""The settings of ``safemigrate lint``: ``[tool.safemigrate.lint]`` in pyproject.toml, ``[safemigrate:lint]`` in
alembic.ini, and the command's flags. Nothing of it concerns a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Runner = Literal["alembic", "safemigrate"]
SeverityName = Literal["error", "warning", "info"]

OLDEST, NEWEST = 14, 18


@dataclass(frozen=True)
class LintSettings:
    """*pg_version* is the major version of production. *runner* is what will run the migrations there.

    *select* and *ignore* are slugs of rules, or "all"; *per_path* more to ignore, by a pattern of paths. *severity*
    overrides that of a rule. *small_tables* do not count where the time grows with the table; *hot_tables* count the
    more. *statistics* and *baseline* are paths of files, "" for none. *rules* are files or folders of a project's own.
    *require_reason*: an ignore without a reason ignores nothing.
    """

    pg_version: int = OLDEST
    runner: Runner = "alembic"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, SeverityName] = field(default_factory=dict)
    small_tables: tuple[str, ...] = ()
    small_table: int = 10_000
    hot_tables: tuple[str, ...] = ()
    statistics: str = ""
    baseline: str = ""
    rules: tuple[str, ...] = ()
    require_reason: bool = False

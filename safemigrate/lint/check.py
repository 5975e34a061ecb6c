"""One check, from a project to its findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config

from safemigrate.config.lint import LintSettings
from safemigrate.findings import Finding
from safemigrate.lint import environment, registry, scripts
from safemigrate.lint.engine import Job, Judge
from safemigrate.lint.environment import Environment
from safemigrate.lint.reading import Direction, Reading
from safemigrate.lint.registry import Registered
from safemigrate.lint.scripts import Scripts


@dataclass(frozen=True)
class Wanted:
    """What is to be checked: the revisions named *pending*, all of them where that is None.

    *apart*: each as if it were deployed alone; else together, in the order of the history.
    """

    pending: Collection[str] | None = None
    apart: bool = False
    directions: tuple[Direction, ...] = ("upgrade",)


@dataclass
class Checked:
    """What was found, before anything is left out; and the readings that it was found in."""

    found: list[Finding]
    readings: list[Reading]


def check(
    config: Config, project: Scripts, settings: LintSettings, wanted: Wanted, rules: Sequence[Registered]
) -> Checked:
    """Replay the history of *project* and judge what is *wanted* by *rules*."""
    revisions = scripts.ordered(project)
    pending = {each.name for each in revisions} if wanted.pending is None else set(wanted.pending)
    needed = scripts.ancestors(revisions, pending)
    job = Job(
        [each for each in revisions if each.name in needed],
        pending,
        settings.pg_version,
        settings.runner,
        rules,
        apart=wanted.apart,
        directions=wanted.directions,
        hot=frozenset(settings.hot_tables),
    )
    judges: list[Judge] = []

    def visit(found: Environment) -> None:
        judge = Judge(job, found)
        judges.append(judge)
        judge.run()

    environment.run(config, project, settings.pg_version, visit, imported=project.imported)
    found = dict.fromkeys(finding for judge in judges for finding in judge.found)
    return Checked(sorted(found, key=lambda each: each.order), [each for judge in judges for each in judge.readings])


def selected(rules: Sequence[Registered], settings: LintSettings) -> list[Registered]:
    """The rules that are on: those on by default or selected, less those that are ignored."""
    on = [each for each in rules if each.rule.default or {each.rule.slug, "all"} & set(settings.select)]
    return [each for each in on if each.rule.slug not in settings.ignore]


def available(settings: LintSettings, base: Path) -> list[Registered]:
    """All rules there are: our own, those of installed packages, and the project's. Raises BadInput."""
    return [*registry.own(), *registry.offered(), *registry.of_project(settings.rules, base)]

"""One check, from a project to its findings."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config

from safemigrate import errors
from safemigrate.config.lint import LintSettings
from safemigrate.findings import Finding, Rule
from safemigrate.lint import itself, registry
from safemigrate.lint.engine import Job, Judge
from safemigrate.lint.fix import certain
from safemigrate.lint.history import environment, scripts
from safemigrate.lint.history.environment import Environment
from safemigrate.lint.history.reading import Direction, Reading
from safemigrate.lint.history.scripts import Scripts
from safemigrate.lint.registry import Registered

ALL = "all"
"""Stands for every rule, in *select*, *ignore*, *severity* and *per_path*."""


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
    revisions = project.revisions
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
        cached=project.cached,
    )
    judges: list[Judge] = []

    def visit(found: Environment) -> None:
        judge = Judge(job, found)
        judges.append(judge)
        judge.run()

    environment.run(config, project, settings.pg_version, visit, imported=project.imported)
    readings = [each for judge in judges for each in judge.readings]
    found = list(dict.fromkeys(finding for judge in judges for finding in judge.found))
    fixable = certain.told(found, readings, {judge.environment.transactions for judge in judges})
    return Checked(sorted(fixable, key=lambda each: each.order), readings)


def selected(rules: Sequence[Registered], settings: LintSettings) -> list[Registered]:
    """The rules that are on: those on by default or selected, less those that are ignored.

    Where all are ignored, those that are selected by name are on and no other.
    """
    rules = [each for each in rules if each.kinds]
    chosen, ignored = set(settings.select), set(settings.ignore)
    if ALL in ignored:
        return [each for each in rules if each.rule.slug in chosen - ignored]
    on = [each for each in rules if each.rule.default or {each.rule.slug, ALL} & chosen]
    return [each for each in on if each.rule.slug not in ignored]


def available(settings: LintSettings, base: Path, *, imported: bool = True) -> list[Registered]:
    """All rules there are: our own, those of installed packages, and the project's. Raises BadInput.

    *imported*: False where no file of the project may be run, and so none of its rules.
    """
    return [*registry.own(), *registry.offered(), *registry.of_project(settings.rules, base, imported=imported)]


def refuse_unknown(settings: LintSettings, rules: Sequence[Registered]) -> None:
    """Raises BadInput where the settings name a rule that there is not."""
    known = [*(each.rule for each in rules), *itself.RULES]
    by_path = [name for named in settings.per_path.values() for name in named]
    for key, names in (
        ("select", settings.select),
        ("ignore", settings.ignore),
        ("severity", settings.severity),
        ("per_path", by_path),
    ):
        refuse_unknown_rules([name for name in names if name != ALL], known, f"{key}: {settings.source(key)}")


def refuse_unknown_rules(names: Iterable[str], known: Iterable[Rule], place: str) -> None:
    """Raises BadInput for the first of *names* that is no rule, with the one that may be meant."""
    slugs = [rule.slug for rule in known]
    for name in names:
        if name not in slugs:
            near = difflib.get_close_matches(name.lower().replace("_", "-")[:80], slugs, n=1)
            raise errors.BadInput(
                f'unknown rule "{name[:80]}"',
                details=[("in", place)],
                state="nothing was checked",
                next=f"did you mean {near[0]}?" if near else "safemigrate lint --explain all lists the rules",
            )

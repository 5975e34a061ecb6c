"""From what was found to what is shown: what the configuration says of rules and paths, and what is left out."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from safemigrate.config import Settings
from safemigrate.config.lint import LintSettings
from safemigrate.findings import Duration, Finding, Findings, Place, Severity
from safemigrate.lint import check, itself
from safemigrate.lint.check import Checked
from safemigrate.lint.history.target import Target
from safemigrate.lint.registry import Registered
from safemigrate.lint.sift import baseline
from safemigrate.lint.sift.baseline import Baseline, Scope
from safemigrate.lint.sift.handled import Upgrade
from safemigrate.lint.sift.statistics import Statistics, key, relation
from safemigrate.lint.sift.suppress import Ignores, Suppressed

NOT_ANALYSED = "not-analysed"


@dataclass(frozen=True)
class Frame:
    """What a check was made in: what was asked for, by which of the *available* rules, in which settings.

    *run* are the settings of ``safemigrate upgrade``. Paths are shown relative to *folder*.
    """

    target: Target
    settings: LintSettings
    available: Sequence[Registered]
    folder: Path
    run: Settings = field(default_factory=Settings)
    statistics: Statistics = field(default_factory=Statistics)


def sift(checked: Checked, frame: Frame) -> Findings:
    """What is to be shown of *checked*, with counts of what is left out; the baseline is another matter."""
    rules = [*(each.rule for each in frame.available), *itself.RULES]
    upgrade = Upgrade(checked.readings, frame.run)
    found = [_estimated(upgrade.corrected(each), frame.statistics) for each in checked.found]
    suppressed = _suppressed(found, checked, frame)
    named = [*suppressed.found, *suppressed.told, *_nameless(frame.target.nameless)]
    settled = [_severe(each, frame.settings) for each in (_shown(each, frame.folder) for each in named)]
    on = [each for each in settled if not _off(each, frame.settings)]
    large = [each for each in on if not _on_small(each, frame)]
    left = [each for each in large if not (each.handled and frame.settings.runner == "safemigrate")]
    files = {shown(reading.path, frame.folder) for reading in checked.readings}
    return Findings(
        tuple(sorted(left, key=lambda each: each.order)),
        checked=len(frame.target.pending),
        files=tuple(sorted(files)),
        ignored=suppressed.ignored,
        small=len(on) - len(large),
        handled=len(large) - len(left),
        rules=[rule for rule in rules if rule.slug in {each.rule for each in left}],
    )


def without_known(findings: Findings, known: Baseline, scope: Scope, path: str) -> Findings:
    """*findings* less those that the baseline in the file *path* knows; what it knows in vain is told."""
    new, count = known.divided(findings.found)
    told = baseline.told(known.stale(findings.found, scope), path)
    found = tuple(sorted([*new, *told], key=lambda each: each.order))
    return replace(
        findings, found=found, known=count, rules=[*findings.rules, *([itself.STALE_BASELINE] if told else [])]
    )


def _suppressed(found: Sequence[Finding], checked: Checked, frame: Frame) -> Suppressed:
    slugs = [each.rule.slug for each in frame.available]
    on = {each.rule.slug for each in check.selected(frame.available, frame.settings)}
    ignores = Ignores(checked.readings, required=frame.settings.require_reason)
    return ignores.suppress(found, [*slugs, *(rule.slug for rule in itself.RULES)], on)


def _estimated(finding: Finding, statistics: Statistics) -> Finding:
    seconds = statistics.seconds(finding.claim) if finding.claim else None
    if finding.claim is None or seconds is None:
        return finding
    return replace(finding, claim=replace(finding.claim, seconds=seconds))


def _on_small(finding: Finding, frame: Frame) -> bool:
    """Whether the time under its locks grows with tables that are all small."""
    claim = finding.claim
    if claim is None or claim.duration is Duration.INSTANT:
        return False
    named = {relation(name) for name in frame.settings.small_tables}
    return all(
        key(lock.relation) in named or _few(frame.statistics.rows(lock.relation), frame.settings)
        for lock in claim.locks
    ) and bool(claim.locks)


def _few(rows: int | None, settings: LintSettings) -> bool:
    return rows is not None and rows < settings.small_table


def shown(path: str, folder: Path) -> str:
    """*path* as people and CI systems want to see it: relative to *folder*, with forward slashes."""
    try:
        return PurePath(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return PurePath(path).as_posix()


def moved(findings: Findings, before: Path, after: Path) -> Findings:
    """*findings* with paths relative to *after*, where they are relative to *before*."""
    if before == after:
        return findings
    found = tuple(_shown(each, after, before) for each in findings.found)
    return replace(findings, found=found, files=tuple(shown(str(before / file), after) for file in findings.files))


def _shown(finding: Finding, folder: Path, before: Path = Path()) -> Finding:
    place = finding.place
    return replace(finding, place=replace(place, file=shown(str(before / place.file), folder)))


def _nameless(files: Mapping[Path, str]) -> Iterable[Finding]:
    for path, why in files.items():
        yield Finding(NOT_ANALYSED, Severity.WARNING, f"no revision was found in it: {why}", Place(str(path)))


def _off(finding: Finding, settings: LintSettings) -> bool:
    if finding.rule in settings.ignore:
        return True
    return any(
        {finding.rule, "all"} & set(rules)
        for pattern, rules in settings.per_path.items()
        if matches(finding.place.file, pattern)
    )


def matches(file: str, pattern: str) -> bool:
    """Whether *pattern* fits a path or its end, from a folder on; ``*`` goes across folders."""
    parts = PurePath(file).parts
    ends = ["/".join(parts[start:]) for start in range(len(parts))]
    return any(fnmatch.fnmatchcase(end, pattern.removeprefix("./")) for end in ends)


def _severe(finding: Finding, settings: LintSettings) -> Finding:
    said = settings.severity.get(finding.rule, settings.severity.get("all"))
    return replace(finding, severity=Severity(said)) if said else finding

"""From what was found to what is shown: what the configuration says of rules and paths, and what is left out."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from safemigrate.config.lint import LintSettings
from safemigrate.findings import Finding, Findings, Place, Severity
from safemigrate.lint import check, itself
from safemigrate.lint.check import Checked
from safemigrate.lint.registry import Registered
from safemigrate.lint.suppress import Ignores
from safemigrate.lint.target import Target

NOT_ANALYSED = "not-analysed"


def sift(
    checked: Checked, target: Target, settings: LintSettings, available: Sequence[Registered], folder: Path
) -> Findings:
    """What is to be shown of *checked*, its paths relative to *folder*, with counts of what is left out."""
    rules = [*(each.rule for each in available), *itself.RULES]
    on = {each.rule.slug for each in check.selected(available, settings)}
    ignores = Ignores(checked.readings, required=settings.require_reason)
    suppressed = ignores.suppress(checked.found, [rule.slug for rule in rules], on)
    found = [_shown(each, folder) for each in (*suppressed.found, *suppressed.told, *_nameless(target.nameless))]
    found = [_severe(each, settings) for each in found if not _off(each, settings)]
    files = {shown(reading.path, folder) for reading in checked.readings}
    return Findings(
        tuple(sorted(found, key=lambda each: each.order)),
        checked=len(target.pending),
        files=tuple(sorted(files)),
        ignored=suppressed.ignored,
        rules=rules,
    )


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

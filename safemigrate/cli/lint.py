"""``lint``: what the pending revisions would lock, rewrite, scan or break. Needs no database, and changes nothing."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from alembic.config import Config

from safemigrate import errors
from safemigrate.cli import correct, explain
from safemigrate.config import Settings
from safemigrate.config import lint as lint_config
from safemigrate.config.fields import DEFAULT
from safemigrate.config.lint import Format, LintSettings
from safemigrate.console import terminal, waiting
from safemigrate.findings import Findings, Severity
from safemigrate.lint import check, itself, places, sift
from safemigrate.lint.check import Checked, Wanted
from safemigrate.lint.history import changed, scripts, target
from safemigrate.lint.history.changed import Changed
from safemigrate.lint.history.reading import Direction
from safemigrate.lint.history.scripts import Scripts
from safemigrate.lint.sift import Frame, baseline, statistics
from safemigrate.lint.sift.baseline import Baseline, Scope
from safemigrate.lint.sift.statistics import Statistics
from safemigrate.report import findings as report
from safemigrate.report.findings import Sources

FROM_THE_ROOT: tuple[Format, ...] = ("github", "gitlab", "sarif")
"""Formats whose readers know files by their paths in the repository."""

WIDTH = 100
"""Cells of a line where there is no terminal."""


def lint(cfg: Config, options: argparse.Namespace, run: Settings) -> int:
    settings = _settings(cfg, options)
    folder = Path.cwd()
    available = check.available(settings, folder, imported=not options.no_exec)
    if options.explain:
        terminal.write(sys.stdout, explain.text(options.explain, available))
        return errors.ExitCode.OK
    correct.refuse_both(options)
    check.refuse_unknown(settings, available)
    unrun = ", ".join(each.rule.slug for each in available if not each.kinds)
    if unrun:
        terminal.write(sys.stderr, f"rules of the project are not run: {unrun}")
    sizes = statistics.read(Path(settings.statistics)) if settings.statistics else Statistics()
    settings = _of_server(settings, sizes)
    known = _baseline(settings, update=options.update_baseline)

    def look(*, last: bool) -> tuple[Checked, Findings]:
        new = _changed(cfg, options)
        project = scripts.load(
            cfg,
            imported=not options.no_exec,
            texts=new.texts,
            hidden=new.hidden,
            cached=not options.no_cache,
        )
        wanted = target.of(project, options.revisions)
        if options.staged or options.since:
            wanted = target.only(wanted, project, new.files, folder)
        for note in wanted.notes if last else ():
            terminal.write(sys.stderr, note)
        frame = Frame(wanted, settings, available, folder, run, sizes)
        checked = _check(cfg, project, frame, _directions(options))
        findings = sift.sift(checked, frame)
        if known is not None:
            findings = _without_known(findings, known, frame, options, updating=last and options.update_baseline)
        return checked, findings

    if options.diff:
        there = correct.diff(correct.corrections(*look(last=False), folder))
        return errors.ExitCode.FAILED if there and not options.exit_zero else errors.ExitCode.OK
    if options.fix:
        correct.write(correct.corrections(*look(last=False), folder))
    checked, findings = look(last=True)
    _show(findings, settings.format, options.output_file, _sources(checked, folder), folder)
    return errors.ExitCode.FAILED if _fails(findings, options, settings) else errors.ExitCode.OK


def _settings(cfg: Config, options: argparse.Namespace) -> LintSettings:
    toml, ini = cfg.toml_file_name, cfg.config_file_name
    return lint_config.load(
        pyproject=Path(toml) if toml else None,
        ini=Path(ini) if ini else None,
        flags=lint_config.given_flags(options),
    )


def _of_server(settings: LintSettings, sizes: Statistics) -> LintSettings:
    """The version of the server that the statistics are of counts where none was set."""
    if sizes.pg_version and settings.source("pg_version") == DEFAULT:
        return replace(settings, pg_version=sizes.pg_version)
    return settings


def _changed(cfg: Config, options: argparse.Namespace) -> Changed:
    """What is new against git; nothing where that is not asked."""
    if options.staged:
        return changed.staged(scripts.folders(cfg), options.since or "")
    return changed.since(options.since, scripts.folders(cfg)) if options.since else Changed({})


def _check(cfg: Config, project: Scripts, frame: Frame, directions: tuple[Direction, ...]) -> Checked:
    wanted = Wanted(frame.target.pending, frame.target.apart, directions)
    with waiting.waiting("checking revisions", sys.stderr):
        return check.check(cfg, project, frame.settings, wanted, check.selected(frame.available, frame.settings))


def _baseline(settings: LintSettings, *, update: bool) -> Baseline | None:
    """What is known already; None without a baseline. One that is to be written need not be there yet."""
    if settings.baseline:
        path = Path(settings.baseline)
        return Baseline() if update and not path.exists() else baseline.read(path)
    if update:
        raise errors.BadInput(
            "there is no baseline to update", state="nothing was checked", next="name it: --baseline FILE"
        )
    return None


def _without_known(
    findings: Findings, known: Baseline, frame: Frame, options: argparse.Namespace, *, updating: bool
) -> Findings:
    on = [each.rule.slug for each in check.selected(frame.available, frame.settings)]
    rules = [*on, *(rule.slug for rule in itself.RULES)]
    scope = Scope(frame.target.pending, frame.target.everything, _directions(options), rules)
    if updating:
        known = known.updated(findings.found, scope)
        baseline.write(Path(frame.settings.baseline), known)
    return sift.without_known(findings, known, scope, frame.settings.baseline)


def _directions(options: argparse.Namespace) -> tuple[Direction, ...]:
    return ("upgrade", "downgrade") if options.downgrade else ("upgrade",)


def _fails(findings: Findings, options: argparse.Namespace, settings: LintSettings) -> bool:
    if options.exit_zero or settings.fail_on == "never":
        return False
    return any(each.severity.rank <= Severity(settings.fail_on).rank for each in findings.found)


def _sources(checked: Checked, folder: Path) -> Sources:
    """The lines of the files as they were checked."""
    texts = {sift.shown(reading.path, folder): reading.text for reading in checked.readings}

    @cache
    def lines(file: str) -> Sequence[str]:
        text = texts[file] if file in texts else scripts.source(folder / file)
        return places.lines(text)

    return lines


def _show(findings: Findings, wanted: Format, file: str | None, sources: Sources, folder: Path) -> None:
    """Write the report; under GitHub Actions its annotations follow what people read."""
    root = repository(folder)
    colour = not file and _coloured()
    width = shutil.get_terminal_size((WIDTH, 0)).columns if terminal.is_terminal(sys.stdout) else WIDTH
    placed = sift.moved(findings, folder, root) if wanted in FROM_THE_ROOT else findings
    text = report.render(placed, wanted, sources=sources, colour=colour, width=width)
    if file:
        _write_file(Path(file), text)
    elif text:
        terminal.write(sys.stdout, text)
    if wanted == "text" and os.environ.get("GITHUB_ACTIONS") == "true":
        annotations = report.render(sift.moved(findings, folder, root), "github", sources=sources)
        if annotations:
            terminal.write(sys.stdout, annotations)


def _write_file(path: Path, text: str) -> None:
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n" if text else "")
    except OSError as error:
        raise errors.BadInput(f'cannot write "{path}": {error.strerror}', state="the check was made") from error


def _coloured() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or terminal.is_terminal(sys.stdout)


def repository(folder: Path) -> Path:
    """The checkout that *folder* is in, itself where it is in none."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)

"""The verbs: which function is behind each, and their flags. What a verb needs is imported when it runs."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from safemigrate import config
from safemigrate.config import lint

if TYPE_CHECKING:
    from alembic.config import Config

    from safemigrate.config import Settings

Verb = Callable[["Config", argparse.Namespace, "Settings"], int]


def _later(module: str, name: str) -> Verb:
    """A function of ``safemigrate.cli.<module>``, imported when it is called: ``--help`` has to start fast."""

    def verb(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
        function = getattr(importlib.import_module(f"safemigrate.cli.{module}"), name)
        return int(function(cfg, options, settings))

    return verb


def add(subparsers: Any) -> None:
    """Put our functions behind Alembic's verbs, and add our own verbs."""
    for name in ("upgrade", "downgrade"):
        _protect(subparsers.choices[name], name)
    subparsers.choices["stamp"].set_defaults(verb=_later("migrate", "stamp"))
    _settings(subparsers.choices["stamp"])
    _add_plan(subparsers)
    _add_status(subparsers)
    _add_pause(subparsers)
    _add_resume(subparsers)
    _add_rollback(subparsers)
    _add_locks(subparsers)
    _add_lint(subparsers)
    _add_stats(subparsers)


def _protect(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(verb=_later("migrate", name))
    parser.add_argument(
        "--detailed-exit-code", action="store_true", help="exit with 3 instead of 0 when there was nothing to do"
    )
    _settings(parser)


def _settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json",
        dest="setting_output",
        action="store_const",
        const="json",
        help="one JSON object a line (--output json)",
    )
    config.add_flags(parser)


def _verb(subparsers: Any, name: str, module: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=text, description=text)
    parser.set_defaults(verb=_later(module, name))
    return parser


def _add_plan(subparsers: Any) -> None:
    text = "Show what an upgrade would run: steps, locks, undo, point of no return; changes nothing."
    parser = _verb(subparsers, "plan", "plan", text)
    parser.add_argument("revision", nargs="?", default="heads", help="target revision; default: heads")
    parser.add_argument("--downgrade", action="store_true", help="plan a downgrade to the revision instead")
    parser.add_argument("--tag", help="arbitrary 'tag' name for env.py, as with upgrade")
    parser.add_argument("--statements", action="store_true", help="show the SQL of every step in full")
    parser.add_argument("--detailed-exit-code", action="store_true", help="exit with 3 when there is nothing to do")
    _settings(parser)


def _add_status(subparsers: Any) -> None:
    parser = _verb(
        subparsers, "status", "status", "Show what is applied, pending and half done, the last runs, and the settings."
    )
    _settings(parser)


def _add_pause(subparsers: Any) -> None:
    text = (
        "Let the batches of data steps stand still, of the active run and of later ones, until safemigrate resume. "
        "A batch that has begun comes to its end; all other steps run as usual."
    )
    parser = _verb(subparsers, "pause", "pause", text)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; shown by the run and by safemigrate status")
    _settings(parser)


def _add_resume(subparsers: Any) -> None:
    text = (
        "Let paused batches go on; when no run is active, go on with what an earlier run left half done, to its target."
    )
    parser = _verb(subparsers, "resume", "migrate", text)
    parser.add_argument("--tag", help="arbitrary 'tag' name for env.py, as with upgrade")
    parser.add_argument("--detailed-exit-code", action="store_true", help="exit with 3 when there is nothing to do")
    _settings(parser)


def _add_rollback(subparsers: Any) -> None:
    text = "Take back a half-done revision, or the newest completed one, from its journalled undo."
    parser = _verb(subparsers, "rollback", "migrate", text)
    parser.add_argument(
        "revision", nargs="?", default="", help="the newest completed revision; default: the half-done one"
    )
    parser.add_argument(
        "--accept-loss", action="store_true", help="take back what can be, though not everything comes back"
    )
    _settings(parser)


def _add_locks(subparsers: Any) -> None:
    parser = _verb(subparsers, "locks", "locks_verb", "Show who blocks whom, as a tree, with row locks.")
    parser.add_argument("relations", nargs="*", metavar="RELATION", help="only what concerns these relations")
    parser.add_argument("--watch", action="store_true", help="again and again, until Ctrl-C")
    parser.add_argument("--interval", type=float, default=1.0, metavar="SECONDS", help="between two looks (default 1)")
    _settings(parser)


def _add_lint(subparsers: Any) -> None:
    text = "Check revisions before they are deployed: what they would lock, rewrite, scan or break. Needs no database."
    parser = _verb(subparsers, "lint", "lint", text)
    parser.set_defaults(looking=True)
    parser.add_argument(
        "revisions",
        nargs="*",
        metavar="REVISIONS",
        help="a range a:b (what comes after a up to b, together), one revision, or files of revisions; "
        "default: every revision, each by itself",
    )
    parser.add_argument("--downgrade", action="store_true", help="check downgrade() as well")
    parser.add_argument("--since", metavar="REF", help="only revisions that are new since the branch left REF (git)")
    parser.add_argument(
        "--staged", action="store_true", help="only revisions that are new in git's index, as they are there"
    )
    parser.add_argument("--no-exec", action="store_true", help="read the files only, run nothing of the project")
    parser.add_argument("--no-cache", action="store_true", help="replay the history anew, and keep nothing of it")
    parser.add_argument(
        "--explain", metavar="RULE", help="print the manual of a rule, or the list of all; checks nothing"
    )
    parser.add_argument("--json", dest="lint_format", action="store_const", const="json", help="--format json")
    parser.add_argument("--output-file", metavar="FILE", help="write them there instead of to standard output")
    parser.add_argument(
        "--update-baseline",
        action="store_true",
        help="write what is found into the baseline, and what is gone out of it",
    )
    parser.add_argument(
        "--fix", action="store_true", help="correct the files where the safe form is certain, and check them again"
    )
    parser.add_argument("--diff", action="store_true", help="show what --fix would change; exit with 1 where anything")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever was found")
    lint.add_flags(parser)


def _add_stats(subparsers: Any) -> None:
    text = "Write how many rows and bytes the tables have, for lint --statistics. Reads the catalog only, no rows."
    parser = _verb(subparsers, "stats", "stats", text)
    parser.add_argument("--output-file", metavar="FILE", help="write them there instead of to standard output")
    _settings(parser)

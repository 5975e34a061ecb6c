"""Alembic's command line, extended."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import alembic
from alembic import config as alembic_config

import safemigrate
from safemigrate import config, errors
from safemigrate.cli import verbs
from safemigrate.hook import autogenerate


class CommandLine(alembic_config.CommandLine):
    """Alembic's commands; ours stand in for some of them and beside the others."""

    def __init__(self, prog: str | None = "safemigrate") -> None:
        super().__init__(prog)
        for action in self.parser._actions:
            if isinstance(action, argparse._VersionAction):
                action.version = f"safemigrate {safemigrate.__version__} (alembic {alembic.__version__})"
        verbs.add(self.subparsers)

    def execute(self, argv: Sequence[str] | None = None) -> int:
        """Run one command line; its exit code. Alembic's own commands may raise SystemExit, as they do there."""
        options = self.parser.parse_args(argv)
        if not hasattr(options, "cmd") and not hasattr(options, "verb"):
            self.parser.error("too few arguments")
        toml, ini = self._inis_from_config(options)
        # Where output goes is asked now: Alembic's default is what it was when alembic was imported.
        cfg = alembic_config.Config(
            file_=ini, toml_file=toml, ini_section=options.name, cmd_opts=options, stdout=sys.stdout
        )
        verb = getattr(options, "verb", None)
        if verb is None:
            with autogenerate.without_our_schema():
                self.run_cmd(cfg, options)
            return errors.ExitCode.OK
        # It brings the driver and the parser along, which --help and Alembic's own commands do without.
        from safemigrate.cli import failure

        output = failure.wanted_output(options)
        stream = sys.stdout if output == "json" else sys.stderr
        looking = getattr(options, "looking", False)
        with failure.shown(stream, output, raising=options.raiseerr, looking=looking) as status:
            flags = config.given_flags(options)
            settings = config.load(pyproject=Path(toml), ini=Path(ini), flags=flags)
            status.code = verb(cfg, options, settings)
        return int(status.code)


def main(argv: Sequence[str] | None = None) -> int:
    return CommandLine().execute(argv)

"""``locks``: the tree of who blocks whom, over a session beside env.py's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory

from safemigrate.cli import locks as view
from safemigrate.config import Settings
from safemigrate.hook import look


def locks(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    codes: list[int] = []

    def visit(_heads: tuple[str, ...], context: Any, _arguments: Mapping[str, Any]) -> None:
        with look.beside(context, settings) as (connections, _reader), connections.session() as connection:
            codes.append(
                view.run(
                    connection,
                    options.relations,
                    watch=options.watch,
                    as_json=settings.output == "json",
                    interval=options.interval,
                    out=sys.stdout,
                    redact=settings.redact_queries,
                )
            )

    look.look(cfg, ScriptDirectory.from_config(cfg), visit)
    return max(codes, default=0)

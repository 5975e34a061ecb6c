"""``plan``: what an upgrade (or a downgrade) would run, revision by revision. Changes nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory

from safemigrate import errors
from safemigrate.config import Settings
from safemigrate.executor import ahead
from safemigrate.hook import look, refusal
from safemigrate.hook.migration import task_of
from safemigrate.plan.catalog import Catalog
from safemigrate.report import json, text
from safemigrate.steps import RevisionPlan


def plan(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    script = ScriptDirectory.from_config(cfg)
    plans: list[RevisionPlan] = []

    def visit(heads: tuple[str, ...], context: Any, arguments: Mapping[str, Any]) -> None:
        chosen: Any = script._downgrade_revs if options.downgrade else script._upgrade_revs
        with look.beside(context, settings) as (connections, reader), connections.session() as connection:
            catalog = Catalog(connection)
            with refusal.reading_revisions():
                wanted = list(chosen(options.revision, heads))
            for step in wanted:
                task = task_of(context, reader, connections, step, partial(step.migration_fn, **arguments))
                prepared = ahead.prepare(task, task.settings(settings), catalog, exact=True)
                plans.append(prepared.plan)

    look.look(cfg, script, visit, destination_rev=options.revision, tag=options.tag)
    show = json.render(plans) if settings.output == "json" else text.render(plans, sql=options.statements)
    sys.stdout.write(show.rstrip() + "\n")
    return errors.ExitCode.NOTHING_TO_DO if options.detailed_exit_code and not plans else errors.ExitCode.OK

"""``pause``, and what ``resume`` has to do with it: the batches of data steps stand still and go on.

A pause is about batches alone: the one that has begun is ended, a step that is no batched one runs as it would, and a
run that is not there yet starts and comes as far as its first batch. It outlives every run, until ``resume``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from alembic.config import Config
from alembic.script import ScriptDirectory

from safemigrate import console, errors
from safemigrate.backfill import pause as switch
from safemigrate.config import Settings
from safemigrate.console import words
from safemigrate.executor import events, lease
from safemigrate.hook import look
from safemigrate.journal import Journal

Act = Callable[[psycopg.Connection[Any], str], None]


def pause(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    script = ScriptDirectory.from_config(cfg)

    def act(connection: psycopg.Connection[Any], scope: str) -> None:
        Journal(connection, scope, "").create()
        before = switch.begin(connection, scope, options.reason.strip())
        if before:
            say(options, settings, f"in the place of an earlier pause ({before})")
        holder = _holder(connection, scope)
        who = f"run {holder} stands still after its batch" if holder else "no run is active: the next one will wait"
        say(options, settings, f"batches are paused in database {connection.info.dbname}; {who}")

    _each(cfg, script, settings, act)
    return errors.ExitCode.OK


def lift(cfg: Config, script: ScriptDirectory, options: argparse.Namespace, settings: Settings) -> tuple[bool, bool]:
    """End the pause, if there is one: whether there was one, and whether a run goes on because of that."""
    lifted = goes_on = False

    def act(connection: psycopg.Connection[Any], scope: str) -> None:
        nonlocal lifted, goes_on
        if not Journal(connection, scope, "").exists():
            return
        over = switch.end(connection, scope)
        if over is None:
            return
        holder = _holder(connection, scope)
        lifted, goes_on = True, goes_on or bool(holder)
        say(options, settings, f"batches were {over}; " + (f"run {holder} goes on" if holder else "no run is active"))

    _each(cfg, script, settings, act)
    return lifted, goes_on


def say(options: argparse.Namespace, settings: Settings, text: str) -> None:
    """*text* on a line of its own, as the settings want it; a reason in it was written by anybody."""
    if settings.output == "json":
        with console.listener("json", sys.stdout) as listen:
            listen(events.Notice(text))
    elif not options.quiet:
        sys.stdout.write(words.clean(text) + "\n")


def _each(cfg: Config, script: ScriptDirectory, settings: Settings, act: Act) -> None:
    """*act* on each database of env.py's, over a session of our own."""

    def visit(_heads: tuple[str, ...], context: Any, _arguments: Mapping[str, Any]) -> None:
        with look.beside(context, settings) as (connections, _reader), connections.session() as connection:
            act(connection, look.scope_of(context))

    look.look(cfg, script, visit)


def _holder(connection: psycopg.Connection[Any], scope: str) -> str:
    """The run that is active now; "" when there is none."""
    holder = next(iter(lease.rows(connection, "lease_holder", scope=scope)), None)
    return f"{holder['application']} (pid {holder['pid']})" if holder else ""

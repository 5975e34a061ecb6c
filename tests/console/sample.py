"""A run to show: every event once, in order, with times that do not move."""

from __future__ import annotations

import dataclasses
import math
from itertools import count

from safemigrate.errors import ExitCode
from safemigrate.executor import events
from safemigrate.facts import Lock, LockMode, Relation
from safemigrate.locks import inspect

BLOCKER = inspect.Blocker(
    pid=4242,
    gid=None,
    user="bi",
    application="reports",
    client="10.0.0.7",
    backend_type="client backend",
    state="idle in transaction",
    mode=LockMode.ROW_EXCLUSIVE,
    relation="requests",
    granted=True,
    age=2280.0,
    waiting=False,
    query="UPDATE requests SET priority = 1",
    transaction="4/17",
)
PREPARED = dataclasses.replace(
    BLOCKER, pid=None, gid="order-17", backend_type="prepared transaction", age=math.inf, query="", state=""
)

START = 1_795_456_906.534


def run() -> list[events.Event]:
    """One of each, a second apart."""
    lock = Lock(Relation("requests", "public"), LockMode.ACCESS_EXCLUSIVE)
    happened: list[events.Event] = [
        events.LeaseWaiting(17, "deploy", "safemigrate/1f0c", "10.0.0.2", 65.0, 1.5),
        events.RunStarted("9d3a", "images", "18.1", ("0013", "0014"), "upgrade"),
        events.OrphanFound(99, "safemigrate/77aa", "ALTER TABLE requests ADD COLUMN priority int", "terminated"),
        events.RevisionStarted("0013", "priority of a request", "steps", "only DDL", 2, 1, 2),
        events.StepStarted(1, 2, "add column requests.priority", "ALTER TABLE …", (lock,)),
        events.StepWaiting((BLOCKER, PREPARED), 12.25, 1),
        events.BlockerSignalled(BLOCKER, "cancel"),
        events.StepRetried(1, "55P03", "canceling statement due to lock timeout", 0.1, 0.35),
        events.StepDone(1, "add column requests.priority", 13.1, 0.003, 12.6, 0.21, 0.1, 2),
        events.StepSkipped("create index ix_requests_priority", "done in run 77aa"),
        events.RevisionDone("0013", 13.2),
        events.RevisionStarted("0014", "", "whole", "", 1, 2, 2),
        events.StepStarted(1, 1, "create index ix_images_\nhash concurrently", "CREATE INDEX …"),
        events.Progress("building index: scanning table", 1200, 4800),
        events.Progress("backfill images.token", 412_000, 1_000_000, 97_840.5, 6.01),
        events.Throttled('standby "replica" is 12 s behind', 3.5),
        events.StepFailed("create index ix_images_hash concurrently", "23505", 'duplicate key "\x1b[31mred\x1b[0m"'),
        events.UndoStarted("create index ix_images_hash concurrently", ("DROP INDEX ix_images_hash",)),
        events.UndoDone("create index ix_images_hash concurrently", 0.02),
        events.UndoFailed("add column requests.priority", "55P03", "canceling statement due to lock timeout"),
        events.Notice("search_path of role deploy is not the default"),
        events.RunFinished(
            ExitCode.ROLLED_BACK, 1, 2, 41.2, 0.003, 0.21, 0.1, "safemigrate status, then safemigrate upgrade head"
        ),
    ]
    return [dataclasses.replace(event, at=START + second) for second, event in zip(count(), happened, strict=False)]

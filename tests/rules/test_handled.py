"""What findings say that ``safemigrate upgrade`` makes safe by itself is safe in its plan; the rest runs as written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from safemigrate import plan, scratch
from safemigrate.facts import LockMode
from safemigrate.findings import Duration, Finding
from safemigrate.lint.history.reading import Reading
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.split import Situation
from safemigrate.steps import Kind, Step
from tests.fix_pg import Templates
from tests.rules import examples
from tests.rules.examples import Example
from tests.rules.test_on_server import history, names

ALONE = {
    "autocommit-block-unavailable": "what needs no transaction gets none",
    "backfill-with-ddl": "the locks of what came before are gone",
    "concurrent-index-retry": "what a build that failed has left is found by its journal",
    "concurrently-in-transaction": "what needs no transaction gets none",
    "ddl-before-autocommit": "what was done before is in the journal, and is not done again",
    "drop-foreign-key-locks": "both locks are waited for with a lock_timeout, and held for an instant",
    "enum-value-used-in-transaction": "the label is committed before",
    "manual-transaction-control": "the transaction that it means is over",
    "many-locks-in-transaction": "the locks of what came before are gone",
    "missing-lock-timeout": "each wait for a lock has a lock_timeout",
    "multiple-foreign-keys": "the locks of what came before are gone",
    "prefer-if-exists": "what was done before is in the journal, and is not done again",
    "referenced-table-lock": "the lock is waited for with a lock_timeout, and held for an instant",
    "setting-leak": "settings end with the revision",
    "trigger-lock": "the lock is waited for with a lock_timeout, and held for an instant",
    "validate-in-same-transaction": "the locks of what came before are gone",
}
"""Rules about what else a transaction holds or leaves behind: a statement is safe when it is a step by itself."""

WHATEVER = {
    "index-replaced-too-early": "the order of the statements stays",
    "protected-schema": "what it touches is the journal",
    "unindexed-foreign-key": "nobody makes the index that is missing",
    "unsupported-on-partitioned": "PostgreSQL refuses it in any form",
}
"""Rules about what no way of running a statement makes safe, also where it is split for the sake of other rules."""


def planned(read: Reading, database: scratch.Database) -> list[Step]:
    """The steps of the last of the revisions that were read, where those before it are done in the same run."""
    own = [sent.statement for sent in read.sent if sent.statement.origin and sent.statement.origin.file == read.path]
    with database.connect() as connection:
        there = names(connection).keys()
        for sent in read.sent[: len(read.sent) - len(own)]:
            connection.execute(sent.statement.sql.encode())
        catalog = Catalog(connection)
        fresh = names(connection).keys() - there
        situation = None if read.whole else Situation(catalog, catalog.version(), small=0, fresh=fresh)
        return plan.steps(own, version=catalog.version(), catalog=catalog, situation=situation)


def steps_of(statement: str, steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if statement in {_original(step), *(each.sql for each in step.statements)}]


def _original(step: Step) -> str:
    return step.rewrite.original if step.rewrite else ""


def stops_for_long(step: Step) -> bool:
    """Whether somebody has to wait while a table is read, built or rewritten. Nobody writes to a materialized view."""
    refresh = step.rewrite is not None and step.rewrite.family == "refresh concurrently"
    least = LockMode.ACCESS_EXCLUSIVE if refresh else LockMode.SHARE
    return not step.impact.instant and any(lock.mode >= least for lock in step.impact.locks)


def wrong(finding: Finding, steps: Sequence[Step]) -> str:
    """What of *handled* is not so, given the steps of the statement."""
    if finding.handled is None or (not finding.handled and finding.rule in WHATEVER):
        return ""
    if not steps:
        return "its statement is in no step"
    split = all(step.rewrite for step in steps)
    stopping = any(map(stops_for_long, steps))
    if not finding.handled:
        return "said to run as written, but it is split" if split and not stopping else ""
    if stopping:
        return "said to be made safe, but it stops others for long"
    if finding.rule in ALONE:
        together = any(len(step.statements) > 1 for step in steps if not step.rewrite)
        return "said to be a step by itself, but it shares one" if together else ""
    if not split:
        return "said to be made safe, but it runs as written"
    instant = finding.claim is None or finding.claim.duration is Duration.INSTANT
    outside = any(step.kind is Kind.AUTOCOMMIT for step in steps)
    return "an instant statement is split, but nothing of it is concurrent" if instant and not outside else ""


def judged(example: Example, folder: Path, templates: Templates) -> list[tuple[Finding, list[Step]]]:
    """What is found in the revision of an example and is handled or not, each with the steps of its statement."""
    before, read, found = history(example, folder)
    told = [each for each in found if each.statement and each.handled is not None and each.revision == "example"]
    assert not (read.whole and any(each.handled for each in told)), f"it runs as written: it {read.whole}"
    if not told:
        return []
    with templates.copy(before) as database:
        steps = planned(read, database)
    return [(each, steps_of(each.statement, steps)) for each in told]


@pytest.mark.parametrize("example", examples.BAD, ids=str)
def test_upgrade_makes_safe_what_a_finding_says_it_does(example: Example, tmp_path: Path, templates: Templates) -> None:
    said = [
        f"{each.statement}: {why}: {[(step.kind.value, step.title) for step in steps]}"
        for each, steps in judged(example, tmp_path, templates)
        if (why := wrong(each, steps))
    ]
    assert not said, "\n".join(said)


@pytest.mark.parametrize(
    "name",
    [
        "check-constraint-scan/bad_operation",
        "drop-column/bad_operation",
        "drop-index-not-concurrent/bad_operation",
        "exclusion-constraint/bad_operation",
        "index-not-concurrent/bad_operation",
        "set-not-null-scan/bad_operation",
        "table-rewrite-command/bad_sql",
    ],
)
def test_the_contrary_is_wrong(name: str, tmp_path: Path, templates: Templates) -> None:
    (example,) = [each for each in examples.BAD if str(each) == name]
    both = judged(example, tmp_path, templates)
    assert both
    assert all(wrong(replace(finding, handled=not finding.handled), steps) for finding, steps in both)


def test_what_is_about_something_else_is_a_rule() -> None:
    assert {*ALONE, *WHATEVER} <= {example.slug for example in examples.BAD}

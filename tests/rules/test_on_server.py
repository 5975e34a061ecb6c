"""What the findings claim of locks, scans and rewrites is what a server does with the examples."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from safemigrate.capture.offline import Sent
from safemigrate.facts import LockMode, Relation
from safemigrate.findings import Claim, Duration, Finding
from safemigrate.lint import check, registry
from safemigrate.lint.history import scripts
from safemigrate.lint.history.reading import Reading
from safemigrate.statement import join
from tests.fix_pg import Templates
from tests.rules import examples
from tests.rules.examples import Example

RULES = {each.rule.slug: each for each in registry.own()}

FAILS = {
    "autocommit-block-unavailable", "concurrently-in-transaction", "drop-constraint-index", "enum-type-not-created",
    "enum-value-used-in-transaction", "identifier-too-long", "manual-transaction-control", "opaque-sql", "syntax-error",
    "type-change-blocked", "unsupported-on-partitioned",
}  # fmt: skip
"""Rules about what PostgreSQL refuses: their examples may end in its error."""

_LOCKS = """
    SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
"""
_NAMES = "SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_SCANS = "SELECT schemaname, relname, seq_scan FROM pg_stat_xact_user_tables"
_FILES = """
    SELECT n.nspname, c.relname, c.relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'billing') AND c.relkind IN ('r', 'm')
"""
MODES = {mode.pg_locks: mode for mode in LockMode}


@dataclass
class Seen:
    """What one statement did: the locks that its transaction holds then, what it scanned, what has a new file."""

    locks: dict[Relation, LockMode]
    scans: set[Relation]
    rewrites: set[Relation]


Names = dict[int, Relation]
"""What each relation is called, by its oid. A claim means the name that it had before the statement."""


def names(connection: psycopg.Connection[Any]) -> Names:
    return {oid: Relation(name, schema) for oid, schema, name in connection.execute(_NAMES)}


def locks(connection: psycopg.Connection[Any], named: Names) -> dict[Relation, LockMode]:
    held: dict[Relation, LockMode] = {}
    for oid, mode in connection.execute(_LOCKS):
        key = named.get(oid, Relation(str(oid)))
        held[key] = max(MODES[mode], held.get(key, MODES[mode]))
    return held


def numbers(connection: psycopg.Connection[Any], query: str) -> dict[Relation, int]:
    return {Relation(name, schema): number for schema, name, number in connection.execute(query.encode())}


def run(connection: psycopg.Connection[Any], sent: Sent, named: Names) -> Seen:
    """Run one statement; raises what the server says of it."""
    files, scans = numbers(connection, _FILES), numbers(connection, _SCANS)
    connection.execute(sent.statement.sql.encode())
    scanned = {key for key, count in numbers(connection, _SCANS).items() if count > scans.get(key, 0)}
    rewritten = {key for key, file in numbers(connection, _FILES).items() if files.get(key, file) != file}
    held = locks(connection, named)
    # The new file of a TRUNCATE is an empty one, and so are its indexes, however large the table was.
    return Seen(held, set(), set()) if "TRUNCATE" in sent.statement.sql else Seen(held, scanned, rewritten)


def history(example: Example, folder: Path) -> tuple[str, Reading, list[Finding]]:
    """The SQL of what was there before the example; the example as it was read, with what its transaction did before;
    what its rule finds in it.
    """
    config = examples.project(example, folder)
    project = scripts.load(config)
    wanted = check.Wanted(directions=("upgrade", "downgrade") if "def downgrade(" in example.text else ("upgrade",))
    whole = check.check(config, project, example.settings, wanted, ())
    together = set(example.constants.get("PENDING", ())) - {"example"}
    before = [
        each.statement.sql
        for read in whole.readings
        if read.revision.name != "example" or (read.direction == "upgrade" and "downgrade" in wanted.directions)
        if read.revision.name not in together
        for each in read.sent
    ]
    earlier = [sent for read in whole.readings if read.revision.name in together for sent in read.sent]
    read = next(each for each in reversed(whole.readings) if each.revision.name == "example")
    found = examples.findings(example, folder / "again", [RULES[example.slug]])
    return join(before) + ";", replace(read, sent=(*earlier, *read.sent)), found


def wrong(claim: Claim, seen: Seen, held: dict[Relation, LockMode]) -> list[str]:
    """What of a claim is not so."""
    said = []
    for lock in claim.locks:
        key = Relation(lock.relation.name, lock.relation.schema or "public")
        got, had = seen.locks.get(key), held.get(key)
        if got is None or got < lock.mode or (got > lock.mode and got != had):
            said.append(f"{lock.mode.sql} on {lock.relation}: it holds {got.sql if got else 'nothing'}")
    mine = {Relation(lock.relation.name, lock.relation.schema or "public") for lock in claim.locks}
    match claim.duration:
        case Duration.REWRITE if not seen.rewrites:
            said.append("nothing is rewritten")
        case Duration.SCAN | Duration.BUILD if not seen.scans and not seen.rewrites:
            said.append("nothing is scanned")
        case Duration.INSTANT if (seen.scans | seen.rewrites) & mine:
            said.append(f"not instant: {seen.scans} {seen.rewrites}")
    return said


@pytest.mark.parametrize("example", examples.BAD, ids=str)
def test_a_finding_claims_what_the_server_does(example: Example, tmp_path: Path, templates: Templates) -> None:
    before, read, found = history(example, tmp_path)
    claims: dict[str, list[Claim]] = defaultdict(list)
    for finding in found:
        if finding.claim is not None:
            claims[finding.statement].append(finding.claim)
    said: list[str] = []
    with templates.copy(before) as database, database.connect() as connection:
        connection.execute("BEGIN")
        for sent in read.sent:
            if not sent.certain or sent.autocommit:
                continue
            named = names(connection)
            held = locks(connection, named)
            try:
                seen = run(connection, sent, named)
            except psycopg.Error as error:
                said += [] if example.slug in FAILS else [f"{sent.statement.sql}: {error}"]
                break
            told = [each for claim in claims[sent.statement.sql] for each in wrong(claim, seen, held)]
            said += [f"{sent.statement.sql}: {each}" for each in told]
    assert not said, "\n".join(said)

"""A million rows changed, one way after the other: ``python -m bench.backfill``.

``UPDATE things SET n = n + 1`` over the whole table: as one statement; as the usual recipe (a loop of 1000 rows with a
pause); and by safemigrate with one and with two workers, with and without before-images. Each on an idle server, and
under an application's load. For each: rows a second, WAL, how much the table grew, the longest time that a transaction
held its row locks, and the application's 99th percentile beside the one without a migration, in the same run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

from bench import held, load, project, rewrites, rewrites_cases
from safemigrate import scratch

RESULTS = Path(__file__).parent / "results"
TEMPLATE = "backfill"
QUIET, SETTLE = 3.0, 0.5
UPDATE = "UPDATE things SET n = n + 1"
SCHEMA = """
CREATE TABLE things (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL,
    n integer NOT NULL DEFAULT 0,
    seen integer NOT NULL DEFAULT 0,
    note text,
    made timestamptz NOT NULL DEFAULT now()
);
INSERT INTO things (account, note, made)
SELECT 1 + n % 1000, 'a lighthouse in the fog, number ' || n, now() - ({rows} - n) * interval '1 s'
FROM generate_series(1, {rows}) AS n;
CREATE INDEX ON things (account);
CREATE INDEX ON things (made);
ALTER TABLE things SET (autovacuum_enabled = false);
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """*rows_a_second*, *wal* and *growth* (heap size after by heap size before), *held* and p99s in seconds."""

    way: str
    loaded: bool
    rows_a_second: float
    wal: int
    growth: float
    held: float
    quiet_p99: float
    p99: float
    worst: float
    errors: int
    took: float


Way = Callable[[str, Path], None]


def single(dsn: str, _ini: Path) -> None:
    with psycopg.connect(dsn, autocommit=True, application_name="migration") as connection:
        connection.execute(UPDATE.encode())


def recipe(dsn: str, _ini: Path) -> None:
    """The loop that guides and libraries advise: the next 1000 by primary key, a commit, a pause of 10 ms."""
    last: int | None = 0
    with psycopg.connect(dsn, autocommit=True, application_name="migration") as connection:
        while last is not None:
            row = connection.execute(
                f"WITH page AS (SELECT id FROM things WHERE id > {last} ORDER BY id LIMIT 1000),"
                f" changed AS ({UPDATE} FROM page WHERE things.id = page.id)"
                " SELECT max(id) FROM page".encode()
            ).fetchone()
            last = row[0] if row else None
            time.sleep(0.01)


def safemigrate(*flags: str) -> Way:
    return lambda _dsn, ini: rewrites.run("safemigrate", ini, *flags)


WAYS: dict[str, Way] = {
    "single UPDATE": single,
    "loop of 1000, 10 ms pause": recipe,
    "safemigrate": safemigrate(),
    "safemigrate, 2 workers": safemigrate("--workers", "2"),
    "safemigrate, no before-images": safemigrate("--no-before-images"),
    "safemigrate, 2 workers, no before-images": safemigrate("--workers", "2", "--no-before-images"),
}


class Migration(held.Looking):
    """Watches the transactions that change the table: from the first look that shows one to the last, and the longest.

    So what is timed is the work, not the start of an interpreter; the end is that of the last transaction seen.
    """

    QUERY = """
        SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8, count(*)
        FROM pg_stat_activity
        WHERE (application_name = 'migration' OR application_name LIKE 'safemigrate/%') AND state <> 'idle'
          AND EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid AND mode = 'RowExclusiveLock'
                      AND granted AND relation = 'things'::regclass)
    """

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, 0.005)
        self.began = self.ended = self.held = 0.0

    @property
    def took(self) -> float:
        return self.ended - self.began

    def look(self) -> None:
        row = self.connection.execute(self.QUERY.encode(), prepare=True).fetchone()
        if row and row[1]:
            self.ended = time.monotonic()
            self.began = self.began or self.ended - row[0]
            self.held = max(self.held, row[0])


def template(server: scratch.Server, rows: int) -> str:
    """A database with the table and *rows* rows in it, which :func:`measure` copies; its DSN."""
    dsn = server.create_database(TEMPLATE)
    with scratch.Database(dsn, scratch.url(dsn), server.tool("pg_dump")).connect() as connection:
        connection.execute(SCHEMA.format(rows=rows).encode())
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return dsn


def measure(server: scratch.Server, way: str, rows: int, clients: int, rate: float) -> Outcome:
    case = rewrites_cases.Case("backfill", f'op.execute("{UPDATE}")')
    with rewrites.copy_of(server, TEMPLATE) as database, tempfile.TemporaryDirectory() as folder:
        ini = rewrites_cases.write(Path(folder), database.url, case)
        command.stamp(Config(str(ini)), project.BASE)
        operations = load.table("things", "seen", rows=rows)
        with database.connect() as connection:
            before, lsn = _size(connection), _lsn(connection)
            with load.Load(database.dsn, operations, clients=clients, rate=rate) as running:
                time.sleep(QUIET if clients else 0)
                with Migration(database.dsn) as migration:
                    WAYS[way](database.dsn, ini)
                time.sleep(SETTLE if clients else 0)
            wal, growth = _lsn(connection) - lsn, _size(connection) / before
            _check(connection, way, rows)
        quiet = running.summary(until=migration.began)
        during = running.summary(since=migration.began, until=migration.ended)
        return Outcome(
            way,
            bool(clients),
            rows / migration.took,
            wal,
            growth,
            migration.held,
            quiet.p99,
            during.p99,
            during.worst,
            during.errors,
            migration.took,
        )


def _size(connection: psycopg.Connection) -> int:
    return _number(connection, "SELECT pg_relation_size('things')")


def _lsn(connection: psycopg.Connection) -> int:
    return _number(connection, "SELECT pg_current_wal_lsn() - '0/0'")


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _check(connection: psycopg.Connection, way: str, rows: int) -> None:
    """Every row exactly once, or the figures mean nothing."""
    wrong = _number(connection, "SELECT count(*) FROM things WHERE n <> 1")
    if wrong or _number(connection, "SELECT count(*) FROM things") != rows:
        raise RuntimeError(f"{way}: {wrong} rows were not changed exactly once")


HEAD = (
    f"{'':<44}{'rows/s':>10}{'ratio':>7}{'WAL MB':>8}{'growth':>8}{'held ms':>9}{'p99 ms':>8}{'quiet':>7}{'worst':>8}"
)


def line(each: Outcome, base: Outcome) -> str:
    name = each.way + (" (load)" if each.loaded else "")
    return (
        f"{name:<44}{each.rows_a_second:>10,.0f}{each.rows_a_second / base.rows_a_second:>7.2f}"
        f"{each.wal / 1e6:>8,.0f}{each.growth:>8.2f}{each.held * 1000:>9,.0f}{each.p99 * 1000:>8.1f}"
        f"{each.quiet_p99 * 1000:>7.1f}{each.worst * 1000:>8.0f}"
    )


def main() -> None:
    options = _parser().parse_args()
    settings = {"max_wal_size": "16GB", "fsync": "on" if options.durable else "off"}
    outcomes: list[Outcome] = []
    with scratch.start(options.source, version=options.version, settings=settings) as server:
        template(server, options.rows)
        print(HEAD)
        for clients in (0, options.clients):
            found = []
            for way in WAYS if not options.way else ["single UPDATE", *options.way]:
                found.append(measure(server, way, options.rows, clients, options.rate))
                print(line(found[-1], found[0]), flush=True)
            outcomes += found
    report = {
        "options": {"rows": options.rows, "clients": options.clients, "rate": options.clients * options.rate},
        "settings": settings,
        "outcomes": [asdict(each) for each in outcomes],
    }
    results = Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    (results / "backfill.json").write_text(json.dumps(report, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.backfill", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=4, help="of the application's load")
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second of each")
    parser.add_argument("--way", action="append", choices=list(WAYS), help="only this one, beside the single UPDATE")
    parser.add_argument("--durable", action="store_true", help="with fsync, which scratch servers do without")
    parser.add_argument("--version", type=int, default=18, help="PostgreSQL")
    parser.add_argument("--source", default="embedded", help="embedded, container or a DSN")
    parser.add_argument("--results", default=str(RESULTS))
    return parser


if __name__ == "__main__":
    main()

"""What the scenarios of batched data share: a table of many rows, revisions that change them, what the journal says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest

from tests import fix_blocker
from tests.scenarios.service import Event, Outcome, Running, Service

QUICK = 'safemigrate_options = {"batch_target": "10ms"}'
"""Many batches over few rows."""

SLOW = 'safemigrate_options = {"batch_target": "50ms"}'
"""Not so many, for :func:`slowed`."""

COUNT_UP = 'op.execute("UPDATE things SET n = n + 1")'

KEYS = {
    "bigserial": ("id bigserial PRIMARY KEY", "3 * i - 9000000000"),
    "composite": ("tenant int, id bigint, PRIMARY KEY (tenant, id)", "i % 7, i"),
    "uuid": ("id uuid PRIMARY KEY DEFAULT gen_random_uuid()", "gen_random_uuid()"),
    "text": ('id text COLLATE "C" PRIMARY KEY', "md5(i::text)"),
    "none": ("id bigint", "i"),
}
"""How a table's key is declared, and the values of the *i*-th row."""


def things(service: Service, rows: int = 20_000, *, key: str = "bigserial", n: str = "0") -> None:
    """The table ``things`` of so many rows: its key, ``n`` and ``note``. It was there before safemigrate came."""
    columns, values = KEYS[key]
    service.execute(
        f"CREATE TABLE things ({columns}, n integer DEFAULT 0, note text NOT NULL DEFAULT '')"
        " WITH (autovacuum_enabled = false);"
        f"INSERT INTO things SELECT {values}, {n}, repeat('x', 50) FROM generate_series(1, {rows}) AS i"
    )
    with service.database.connect(autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) things")


def slowed(service: Service, seconds: float) -> None:
    """Updates of ``things`` take at least so long, all together, so that there is time for something to happen."""
    service.execute(
        "CREATE SEQUENCE pace; CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF nextval('pace') % 20 = 0 THEN PERFORM pg_sleep({seconds} * 20 / (SELECT reltuples FROM pg_class"
        " WHERE oid = 'things'::regclass)); END IF; RETURN new; END $$;"
        "CREATE TRIGGER slowly BEFORE UPDATE OF n ON things FOR EACH ROW EXECUTE FUNCTION slowly()"
    )


def rows(service: Service) -> dict[int | None, int]:
    """How many rows have which ``n``."""
    return dict(service.rows("SELECT n, count(*)::int FROM things GROUP BY n ORDER BY n"))


def checksum(service: Service, condition: str = "true") -> str:
    found: str = service.value(
        f"SELECT md5(string_agg(t, ',' ORDER BY t)) FROM (SELECT things::text AS t FROM things WHERE {condition}) AS s"
    )
    return found


def key_of(service: Service) -> list[str] | None:
    """What the batches of the only batched step go along; [] for places, None where there is no such step."""
    found = service.rows("SELECT batch -> 'key' FROM safemigrate.step WHERE batch IS NOT NULL")
    return found[0][0] if found else None


def batches(service: Service) -> int:
    return int(service.value("SELECT coalesce(sum(batches), 0)::int FROM safemigrate.batch_range"))


def begun(service: Service) -> bool:
    """Whether a batch is done."""
    with suppress(psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return batches(service) > 0
    return False


def at_work(service: Service, *arguments: str) -> Running:
    """``safemigrate upgrade head`` in a process of its own, some batches on."""
    running = service.start("upgrade", "head", *arguments)
    fix_blocker.until(lambda: begun(service) or running.process.poll() is not None, seconds=30)
    assert running.process.poll() is None, running.finish()
    return running


def well(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome
    return outcome


def noticed(outcome: Outcome, *words: str) -> Event:
    """The notice in which these words are."""
    found = [event for event in outcome.named("notice") if all(word in event["text"] for word in words)]
    assert found, outcome
    return found[0]


def planned(service: Service) -> str:
    """What ``safemigrate plan`` says, as people see it."""
    return service.project.safemigrate(service.url, "plan").well().out


def status(service: Service) -> str:
    return service.project.safemigrate(service.url, "status").well().out


@contextmanager
def beside(service: Service, *statements: str, every: float = 0.003) -> Iterator[list[str]]:
    """Another session that sends *statements* (one transaction) again and again; what went wrong there."""
    over, failures = threading.Event(), list[str]()

    def loop() -> None:
        with psycopg.connect(service.database.dsn, autocommit=True, application_name="beside") as connection:
            while not over.wait(every):
                try:
                    with connection.transaction():
                        for statement in statements:
                            connection.execute(statement.encode())
                except psycopg.Error as error:
                    failures.append(str(error))

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield failures
    finally:
        over.set()
        thread.join(20)


each_key = pytest.mark.parametrize("key", [key for key in KEYS if key != "none"])

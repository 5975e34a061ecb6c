"""Commands that PostgreSQL refuses inside a transaction block: begun by intent, judged by the catalog.

A failed or killed CREATE INDEX CONCURRENTLY leaves an INVALID index, which writes pay for, reads ignore, and
IF NOT EXISTS accepts (measured): here it is dropped and built anew. Only an index of the very name, table and keys that
the step is about to build is ever dropped, only while it is invalid, and never while somebody builds it. Of a REINDEX
it is an invalid copy of the same index, by the name that PostgreSQL gives such a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql as syntax
from psycopg.rows import dict_row

from safemigrate import sql
from safemigrate.executor import events
from safemigrate.executor.run import Run
from safemigrate.executor.session import milliseconds
from safemigrate.facts import Relation
from safemigrate.locks import inspect
from safemigrate.statement import forms, read


@dataclass(frozen=True, slots=True)
class Index:
    """What the catalog says of an index; *relation* is its table's oid, *building* that a session is at it now."""

    valid: bool
    ready: bool
    relation: int
    definition: str
    building: bool
    schema: str
    name: str


def identifier(relation: Relation) -> syntax.Identifier:
    return syntax.Identifier(*([relation.schema] if relation.schema else []), relation.name)


def _row(run: Run, query: str, **values: object) -> dict[str, Any] | None:
    with run.watch.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql.queries("deed")[query], values).fetchone()


def index(run: Run, name: Relation) -> Index | None:
    row = _row(run, "index", name=identifier(name).as_string(None))
    return Index(**row) if row else None


def _table_oid(run: Run, name: Relation) -> int | None:
    row = _row(run, "relation", name=identifier(name).as_string(None))
    return row["oid"] if row else None


def _built(form: forms.CreateIndex) -> Relation:
    return Relation(form.name, form.relation.schema)


def _is_meant(run: Run, found: Index, form: forms.CreateIndex) -> bool:
    """Whether *found*, of the right name, can be what *form* makes: on its table, of its keys. Else it is another's."""
    return found.relation == _table_oid(run, form.relation) and read.describes(found.definition, form)


def arrived(run: Run, several: Sequence[forms.Form]) -> bool:
    """Whether the catalog shows that a command that was begun has come to its end."""
    return bool(several) and all(_arrived(run, form) for form in several)


def _arrived(run: Run, form: forms.Form) -> bool:
    match form:
        case forms.CreateIndex() if form.name:
            found = index(run, _built(form))
            return found is not None and found.valid and _is_meant(run, found, form)
        case forms.DropIndex():
            return index(run, form.index) is None
        case forms.DetachPartition():
            return _detaching(run, form) is None
    return False


def nothing_left(run: Run, several: Sequence[forms.Form]) -> bool:
    """After the server has refused a command, and what can be was cleared: whether the catalog is as before it."""
    return bool(several) and all(_nothing_left(run, form) for form in several)


def _nothing_left(run: Run, form: forms.Form) -> bool:
    match form:
        case forms.CreateIndex() if form.name:
            # A valid one cannot be ours, for ours was refused.
            found = index(run, _built(form))
            return found is None or found.valid or not _is_meant(run, found, form)
        case forms.DropIndex():
            found = index(run, form.index)
            return found is None or found.valid
        case forms.Reindex():
            return not _leftovers(run, form)
        case forms.DetachPartition():
            return not _detaching(run, form)
    return False


def finish(run: Run, form: forms.Form) -> bool:
    """Bring a command that was cut off to its end where there is no way back; whether there was something to do."""
    if isinstance(form, forms.DropIndex):
        found = index(run, form.index)
        if found is not None and not found.valid:
            _drop(run, form.index, found)
            return True
    elif isinstance(form, forms.DetachPartition) and _detaching(run, form):
        run.work.execute(_finalized(run, "", [form]))
        return True
    return False


def _detaching(run: Run, form: forms.DetachPartition) -> bool | None:
    """Whether a detach is pending; None when the partition is not attached."""
    parent, partition = (identifier(name).as_string(None) for name in (form.relation, form.partition))
    row = _row(run, "detaching", parent=parent, partition=partition)
    return bool(row["pending"]) if row else None


def carry_out(run: Run, text: str, several: Sequence[forms.Form], lock_timeout: float) -> None:
    """Send the command, after clearing what an earlier try of it left; clear up after a failure as well."""
    for form in several:
        clear(run, form)
    _allow(run, lock_timeout)
    try:
        run.work.execute(_finalized(run, text, several))
    except psycopg.Error:
        if not run.work.broken:
            _clear_after_failure(run, several)
        raise


def _finalized(run: Run, text: str, several: Sequence[forms.Form]) -> str:
    """A concurrent DETACH that was begun before can only be finalized (manual, ALTER TABLE)."""
    for form in several:
        if isinstance(form, forms.DetachPartition) and not form.finalize and _detaching(run, form):
            statement = syntax.SQL("ALTER TABLE {} DETACH PARTITION {} FINALIZE")
            return statement.format(identifier(form.relation), identifier(form.partition)).as_string(None)
    return text


def finalizes(run: Run, several: Sequence[forms.Form]) -> bool:
    """Whether one of the commands can only finalize a DETACH that an earlier try has begun."""
    return any(isinstance(form, forms.DetachPartition) and bool(_detaching(run, form)) for form in several)


def _allow(run: Run, lock_timeout: float) -> None:
    run.work.connection.execute("SELECT set_config('lock_timeout', %s, false)", [milliseconds(lock_timeout)])


def clear(run: Run, form: forms.Form) -> None:
    if isinstance(form, forms.CreateIndex) and form.name:
        _drop_invalid(run, form)
    elif isinstance(form, forms.Reindex) and form.concurrently:
        for left in _leftovers(run, form):
            _drop(run, Relation(left.name, left.schema), left)


def _leftovers(run: Run, form: forms.Reindex) -> list[Index]:
    """The copies of indexes that an unfinished REINDEX CONCURRENTLY of this index or table has left."""
    if form.kind not in ("index", "table"):
        return []
    with run.watch.connection.cursor(row_factory=dict_row) as cursor:
        name = identifier(form.name).as_string(None)
        return [Index(**row) for row in cursor.execute(sql.queries("deed")["leftovers"], {"name": name}).fetchall()]


def _drop_invalid(run: Run, form: forms.CreateIndex) -> None:
    name, said = _built(form), False
    while (found := index(run, name)) is not None and not found.valid and _is_meant(run, found, form):
        if not found.building:
            _drop(run, name, found)
            return
        if not said:
            run.emit(events.Notice(f'index "{name}" is being built by another session; waiting for it'))
            said = True
        run.check()
        run.clock.sleep(0.2)


def _drop(run: Run, name: Relation, found: Index) -> None:
    run.emit(events.Notice(f'index "{name}" is INVALID, left by an unfinished command: dropping it, to build it anew'))
    _allow(run, run.settings.weak_lock_timeout)
    statement = syntax.SQL("DROP INDEX CONCURRENTLY {}").format(syntax.Identifier(found.schema, found.name))
    run.work.connection.execute(statement)


def _clear_after_failure(run: Run, several: Sequence[forms.Form]) -> None:
    """Best effort: what stays is journalled as intent, and cleared by the next try."""
    for form in several:
        try:
            clear(run, form)
        except psycopg.Error as error:
            message = error.diag.message_primary or str(error)
            run.emit(events.Notice(f"could not clear up yet ({message}); the next try will"))


def progress(run: Run) -> Callable[[float], None]:
    """Says once a second how far a long command is, and what it waits for; called from the sampler's thread."""
    said = 0.0

    def also(elapsed: float) -> None:
        nonlocal said
        if elapsed - said < 1:
            return
        said = elapsed
        build = inspect.build(run.watch.connection, run.work.pid)
        waits = inspect.snapshots(run.watch.connection, run.work.pid, redact=run.settings.redact_queries)
        current = next((snapshot for snapshot in waits if snapshot.current), None)
        if build is None:
            # DROP INDEX and DETACH have no phases: they only wait.
            if current is not None:
                run.emit(events.Progress(f"waiting {_for(current)}"))
            return
        text = f"{build.index or build.command}: {build.phase}"
        if build.waits and current is not None:
            text += f" {_for(current)}"
        run.emit(events.Progress(text, done=round((build.done or 0) * 100), total=100))

    return also


def _for(snapshot: inspect.Snapshot) -> str:
    who = f"pid {snapshot.pid}" if snapshot.pid is not None else f"prepared transaction {snapshot.gid!r}"
    return f"for {who}, {snapshot.user}@{snapshot.application}, {inspect.duration(snapshot.age)} old"

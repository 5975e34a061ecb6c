"""The SQL of one batch: which rows come next, and the statement on just these.

Keys are compared by the server alone, as rows of the key's own types and collations; between two batches they are
texts that these types read back whatever DateStyle and the like are. The statement's own expressions are sent as they
were written, under names that nobody else has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from safemigrate.backfill.spec import PREFIX, Column, Spec, quoted

Key = Sequence[str]
"""The values of a key's columns, as texts."""

LOCKED, CHANGED = f"{PREFIX}locked", f"{PREFIX}changed"


@dataclass
class Values:
    """The parameters of one statement, in the order of their numbers."""

    all: list[object] = field(default_factory=list)

    def add(self, value: object, type_: str) -> str:
        self.all.append(value)
        return f"CAST(${len(self.all)} AS {type_})"


Scope = Callable[[Values, Spec], str]
"""The condition that chooses the rows of one batch, its values added to the parameters."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What one batch did: rows *changed*, of which *still* meet the condition; rows *skipped*, as others lock them."""

    changed: int
    still: int
    skipped: int


def between(low: Key | None, high: Key | None) -> Scope:
    """Keys after *low* and up to *high*; None is no bound."""

    def scope(values: Values, spec: Spec) -> str:
        parts = []
        for sign, bound in ((">", low), ("<=", high)):
            if bound is not None:
                casts = [values.add(text, column.type) for text, column in zip(bound, spec.key, strict=True)]
                parts.append(f"{_row(spec)} {sign} {_several(casts)}")
        return " AND ".join(parts) or "true"

    return scope


def among(keys: Sequence[Key]) -> Scope:
    """Just these keys."""

    def scope(values: Values, spec: Spec) -> str:
        lists = [values.add([key[number] for key in keys], "text[]") for number in range(len(spec.key))]
        names = [f"k{number}" for number in range(len(spec.key))]
        casts = [f"CAST({name} AS {column.type})" for name, column in zip(names, spec.key, strict=True)]
        source = f"unnest({', '.join(lists)}) AS {PREFIX}among ({', '.join(names)})"
        return f"{_row(spec)} IN (SELECT {', '.join(casts)} FROM {source})"

    return scope


def run(connection: psycopg.Connection[Any], text: str, values: Values) -> list[tuple[Any, ...]]:
    # Never prepared: with the values at hand the planner sees how small the range is.
    with psycopg.RawCursor(connection) as cursor:
        return cursor.execute(text.encode(), values.all, prepare=False).fetchall()


# -- which rows come next


def last_of_next(connection: psycopg.Connection[Any], spec: Spec, low: Key | None, high: Key, rows: int) -> Key | None:
    """The key up to which the next *rows* rows after *low* go; None where there are not so many up to *high*."""
    if spec.by_place:
        return _pages_on(spec, low, high, rows)
    values = Values()
    text = (
        f"SELECT {', '.join(key_texts(spec))} FROM {spec.target} WHERE {between(low, high)(values, spec)}"
        f" ORDER BY {', '.join(columns(spec))} OFFSET {int(rows) - 1} LIMIT 1"
    )
    found = run(connection, text, values)
    return found[0] if found else None


def highest(connection: psycopg.Connection[Any], spec: Spec) -> Key | None:
    """The last key of the table as it is now; None for an empty one."""
    if spec.by_place:
        blocks = run(connection, "SELECT pg_relation_size($1::oid) / current_setting('block_size')::int",
                     Values([spec.oid]))[0][0]  # fmt: skip
        return (f"({blocks},0)",)
    order = ", ".join(f"{column} DESC" for column in columns(spec))
    text = f"SELECT {', '.join(key_texts(spec))} FROM {spec.target} ORDER BY {order} LIMIT 1"
    found = run(connection, text, Values())
    return found[0] if found else None


def _pages_on(spec: Spec, low: Key | None, high: Key, rows: int) -> Key | None:
    """The place about *rows* rows further on."""
    page = _page(low) if low else 0
    step = max(1, round(rows * max(1, spec.pages) / max(1, spec.rows)))
    return (f"({page + step},0)",) if page + step < _page(high) else None


def _page(place: Key) -> int:
    return int(place[0].strip("()").split(",")[0])


def remain(connection: psycopg.Connection[Any], spec: Spec, most: int) -> int:
    """How many rows meet the condition now, counted up to *most*."""
    text = f"SELECT count(*) FROM (SELECT FROM {spec.target} WHERE {_matches(spec)} LIMIT {int(most)}) AS {PREFIX}some"
    return int(run(connection, text, Values())[0][0])


def lockers(connection: psycopg.Connection[Any], spec: Spec, keys: Sequence[Key]) -> list[str]:
    """The transactions that have last locked or changed the rows of these keys."""
    values = Values()
    scope = among(keys)(values, spec)
    text = f"SELECT DISTINCT CAST({_own(spec, 'xmax')} AS text) FROM {spec.target} WHERE {scope}"
    return [row[0] for row in run(connection, text, values)]


# -- the statement


def change(connection: psycopg.Connection[Any], spec: Spec, scope: Scope, step: tuple[int, str, int]) -> Changed:
    """Change the rows in *scope*, keep them as they were, and note those that somebody else has locked for *step*."""
    values = Values()
    text = (
        f"WITH {LOCKED} AS MATERIALIZED ({_locking(spec, scope, values)}),"
        f" {CHANGED} AS ({_changing(spec, scope, values)})"
        f"{_keeping(spec)},"
        f" {PREFIX}left AS ({_left(spec, scope, values, step)})"
        f" SELECT (SELECT count(*) FROM {CHANGED}),"
        f" (SELECT count(*) FROM {CHANGED} WHERE {PREFIX}still),"
        f" (SELECT count(*) FROM {PREFIX}left)"
    )
    return Changed(*run(connection, text, values)[0])


def _locking(spec: Spec, scope: Scope, values: Values) -> str:
    selected = [f"{column} AS {name}" for column, name in zip(columns(spec), _key_names(spec), strict=True)]
    if spec.image and spec.write.kind == "update":
        selected += [f"{_own(spec, column)} AS {old(number)}" for number, column in enumerate(spec.write.columns)]
    return (
        f"SELECT {', '.join(selected)} FROM {spec.target}"
        f" WHERE {scope(values, spec)} AND {_matches(spec)}"
        f" FOR {'UPDATE' if spec.strong else 'NO KEY UPDATE'} OF {quoted(spec.write.reference)} SKIP LOCKED"
    )


def _changing(spec: Spec, scope: Scope, values: Values) -> str:
    write = spec.write
    sources = ", ".join(part for part in (write.others, LOCKED) if part)
    # The range once more, though the join implies it: then the planner need not look up each key.
    conditions = [_join(spec), scope(values, spec)]
    conditions += [f"({write.condition})"] if write.others and write.condition else []
    returned = [f"{LOCKED}.{name}" for name in _key_names(spec)]
    if write.kind == "delete":
        begin = f"DELETE FROM {spec.target} USING {sources}"
        returned += [_own(spec, column.name) for column in spec.columns] if spec.image else []
        still = "false"
    else:
        begin = f"UPDATE {spec.target} SET {write.assignments} FROM {sources}"
        if spec.image:
            returned += [f"{LOCKED}.{old(number)}" for number in range(len(write.columns))]
            returned += [f"{_own(spec, name)} AS {new(number)}" for number, name in enumerate(write.columns)]
        still = f"({write.condition}) IS TRUE" if write.condition else "true"
    return (
        f"{begin} WHERE {' AND '.join(conditions)} RETURNING {', '.join(returned)}, {still} AS {PREFIX}still"
    )  # fmt: skip


def _keeping(spec: Spec) -> str:
    if not spec.image:
        return ""
    names = ", ".join(image_columns(spec))
    return f", {PREFIX}kept AS (INSERT INTO {quoted(*spec.image)} ({names}) SELECT {names} FROM {CHANGED})"


def _left(spec: Spec, scope: Scope, values: Values, step: tuple[int, str, int]) -> str:
    """The rows that meet the condition and that we could not lock, by the same snapshot.

    Almost always there is none, which a comparison of two counts tells: it is cheap, for the pages are at hand.
    """
    target = spec.target
    chosen = f"{scope(values, spec)} AND {_matches(spec)}"
    some = f"(SELECT count(*) FROM {target} WHERE {chosen}) <> (SELECT count(*) FROM {LOCKED})"
    where = f"{some} AND {chosen} AND NOT EXISTS (SELECT FROM {LOCKED} WHERE {_join(spec)})"
    if spec.by_place:
        return f"SELECT 1 FROM {target} WHERE {where}"
    execution, fingerprint, occurrence = step
    place = [values.add(execution, "bigint"), values.add(fingerprint, "text"), values.add(occurrence, "integer")]
    return (
        f"INSERT INTO safemigrate.batch_skipped (execution, fingerprint, occurrence, key)"
        f" SELECT {', '.join(place)}, ARRAY[{', '.join(key_texts(spec))}] FROM {target} WHERE {where}"
        f" ON CONFLICT DO NOTHING RETURNING 1"
    )


def _matches(spec: Spec) -> str:
    """The statement's own condition on a row of its table."""
    if not spec.write.others:
        return f"({spec.write.condition})" if spec.write.condition else "true"
    where = f" WHERE {spec.write.condition}" if spec.write.condition else ""
    return f"EXISTS (SELECT FROM {spec.write.others}{where})"


def _join(spec: Spec) -> str:
    pairs = zip(columns(spec), _key_names(spec), strict=True)
    return " AND ".join(f"{column} = {LOCKED}.{name}" for column, name in pairs)


# -- names


def _own(spec: Spec, column: str) -> str:
    return quoted(spec.write.reference, column)


def columns(spec: Spec) -> list[str]:
    return [_own(spec, column.name) for column in spec.key]


def sampled(spec: Spec, percent: float) -> str:
    """The table, of which about so many percent of the pages are read."""
    table, reference = quoted(spec.table.schema or "", spec.table.name), quoted(spec.write.reference)
    only = "ONLY " if spec.write.only else ""
    return f"{only}{table} AS {reference} TABLESAMPLE SYSTEM ({percent})"


def _row(spec: Spec) -> str:
    return _several(columns(spec))


def _several(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def key_texts(spec: Spec) -> list[str]:
    """The key's columns as texts that their types read back under any setting of any session."""
    return [text_of(_own(spec, column.name), column) for column in spec.key]


def text_of(expression: str, column: Column) -> str:
    if column.base in ("date", "timestamp", "timestamptz"):
        # ISO 8601, where a cast would follow DateStyle.
        return f"to_json({expression}) #>> '{{}}'"
    if column.base == "bytea":
        return rf"'\x' || encode({expression}, 'hex')"
    return f"CAST({expression} AS text)"


def _key_names(spec: Spec) -> list[str]:
    return [key_name(number) for number in range(len(spec.key))]


def key_name(number: int) -> str:
    return f"{PREFIX}k{number}"


def old(number: int) -> str:
    return f"{PREFIX}o{number}"


def new(number: int) -> str:
    return f"{PREFIX}n{number}"


def image_columns(spec: Spec) -> list[str]:
    """The columns of the image: a deleted row whole, of an updated one its key and what was set, before and after."""
    if spec.write.kind == "delete":
        return [quoted(column.name) for column in spec.columns]
    numbers = range(len(spec.write.columns))
    return [*_key_names(spec), *map(old, numbers), *map(new, numbers)]


def image_query(spec: Spec) -> str:
    """A query of the image's columns, as the table has them."""
    if spec.write.kind == "delete":
        return f"SELECT {', '.join(_own(spec, column.name) for column in spec.columns)} FROM {spec.target}"
    names = [*(column.name for column in spec.key), *spec.write.columns, *spec.write.columns]
    pairs = zip(names, image_columns(spec), strict=True)
    return f"SELECT {', '.join(f'{_own(spec, name)} AS {alias}' for name, alias in pairs)} FROM {spec.target}"

"""The SELECTs that find the rows which do not meet a requirement: all of them, a few, and how many. Text only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from safemigrate.plan import text
from safemigrate.statement.forms import Relation
from safemigrate.statement.requirements import Requirement

MOST = 5
"""How many are shown."""

LONGEST = 60
"""Characters of a value that are shown; one more is asked for, to know that there are more."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the requirement is about, by its full name. *key* is its primary key, [] where it has none; the
    values of the *plain* columns are shown without quotes.
    """

    oid: int
    schema: str
    name: str
    partitioned: bool
    has_children: bool
    key: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    @property
    def sql(self) -> str:
        return text.relation(Relation(self.name, self.schema))

    @property
    def alone(self) -> str:
        """The table without those that inherit from it, which its keys say nothing of."""
        return self.sql if self.partitioned else f"ONLY {self.sql}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of a sample: its *label*, its expression, and whether it is shown without quotes."""

    label: str
    sql: str
    plain: bool = False

    def told(self, value: str | None) -> str:
        if value is None:
            return f"{self.label}=NULL"
        line = " ".join(value.split()) if len(value) <= LONGEST else " ".join(value[:LONGEST].split()) + "…"
        return f"{self.label}={line}" if self.plain else f"{self.label}={text.literal(line)}"


@dataclass(frozen=True, slots=True)
class Offenders:
    """*find* is for a person: all of them. *sample* gives up to MOST, *names* first, then *values*, then (where
    *count* is "") the counts; *count* gives one number.
    """

    find: str
    sample: str
    names: tuple[Shown, ...]
    values: tuple[Shown, ...]
    count: str = ""


def of(need: Requirement, table: Table, referenced: Table | None = None) -> Offenders:
    """Those of *need*, a requirement of *table*; *referenced* is the other table of a foreign key."""
    if need.kind == "unique":
        return _duplicates(need, table)
    if need.kind == "exclude":
        return _conflicts(need, table)
    source, where = table.sql, need.condition
    if need.kind == "check":
        source, where = table.alone if need.only else table.sql, f"NOT ({need.condition})"
    elif need.kind == "not null":
        where = _all(f"{text.name(column)} IS NULL" for column in need.columns)
    elif referenced is not None:
        source, where = f"{table.alone} AS child", _orphaned(need, referenced)
    names = tuple(_names(table))
    values = tuple(_column(table, column) for column in need.columns if column not in table.key)
    named = ", ".join(f"{each.sql} AS value{number}" for number, each in enumerate((*names, *values)))
    taken = ", ".join(f"left(value{number}::text, {LONGEST + 1})" for number, _ in enumerate((*names, *values)))
    order = ", ".join(f"value{number}" for number, _ in enumerate(names))
    return Offenders(
        find=f"SELECT * FROM {source} WHERE {where}",
        # The first that are met, and only these in order: to find the first in order all would have to be read.
        sample=f"SELECT {taken} FROM (SELECT {named} FROM {source} WHERE {where} LIMIT {MOST}) AS met ORDER BY {order}",
        names=names,
        values=values,
        count=f"SELECT count(*) FROM {source} WHERE {where}",
    )


def _orphaned(need: Requirement, referenced: Table) -> str:
    given = [f"child.{text.name(column)} IS NOT NULL" for column in need.columns]
    pairs = zip(need.referenced or referenced.key, need.columns, strict=True)
    same = _all(f"parent.{text.name(there)} = child.{text.name(here)}" for there, here in pairs)
    # MATCH FULL: all columns are NULL, or none is.
    considered = f"({' OR '.join(given)})" if need.full else _all(given)
    return f"{considered} AND NOT EXISTS (SELECT FROM {referenced.alone} AS parent WHERE {same})"


def _duplicates(need: Requirement, table: Table) -> Offenders:
    considered = [f"({need.condition})"] if need.condition else []
    if need.nulls_distinct:
        considered += [f"{key} IS NOT NULL" for key in need.keys]
    where = f" WHERE {_all(considered)}" if considered else ""
    keys = ", ".join(need.keys)
    places = ", ".join(str(number) for number, _ in enumerate(need.keys, start=1))
    named = ", ".join(f"{key} AS key{number}" for number, key in enumerate(need.keys, start=1))
    grouped = f"FROM {table.alone}{where} GROUP BY {places} HAVING count(*) > 1"
    shown = [_key(table, need, key, f"key{number}") for number, key in enumerate(need.keys, start=1)]
    return Offenders(
        find=f"SELECT {keys}, count(*) {grouped}",
        sample=f"SELECT {_texts(shown)}, times, count(*) OVER (), sum(times) OVER () "
        f"FROM (SELECT {named}, count(*) AS times {grouped}) AS duplicated "
        f"ORDER BY times DESC, {', '.join(each.sql for each in shown)} LIMIT {MOST}",
        names=tuple(shown),
        values=(),
    )


def _conflicts(need: Requirement, table: Table) -> Offenders:
    """Pairs of rows, each pair once."""
    names, keys = list(_names(table)), list(enumerate(need.keys, start=1))
    where = f" WHERE {need.condition}" if need.condition else ""
    named = ", ".join([f"{each.sql} AS id{number}" for number, each in enumerate(names)])
    listed = ", ".join(f"{key} AS key{number}" for number, key in keys)
    rows = f"(SELECT tableoid AS place, ctid AS line, {named}, {listed} FROM {table.alone}{where})"
    meet = _all(
        f"one.key{number} {operator} other.key{number}"
        for (number, _), operator in zip(keys, need.operators, strict=True)
    )
    pairs = f"FROM {rows} AS one JOIN {rows} AS other ON {meet} AND (one.place, one.line) < (other.place, other.line)"
    sides = [
        (
            [Shown(each.label, f"{side}.id{number}", each.plain) for number, each in enumerate(names)],
            [_key(table, need, key, f"{side}.key{number}") for number, key in keys],
        )
        for side in ("one", "other")
    ]
    shown = [each for ids, values in sides for each in (*ids, *values)]
    return Offenders(
        find=f"SELECT one.*, other.* {pairs}",
        sample=f"SELECT {_texts(shown)} {pairs} LIMIT {MOST}",
        names=tuple(shown),
        values=(),
        count=f"SELECT count(*) {pairs}",
    )


def _names(table: Table) -> Iterable[Shown]:
    """What tells one row of the table from the others."""
    if (table.has_children and not table.partitioned) or (table.partitioned and not table.key):
        yield Shown("tableoid", "tableoid::regclass", plain=True)
    if not table.key:
        yield Shown("ctid", "ctid", plain=True)
    for column in table.key:
        yield _column(table, column)


def _column(table: Table, column: str) -> Shown:
    return Shown(column, text.name(column), column in table.plain)


def _key(table: Table, need: Requirement, key: str, sql: str) -> Shown:
    """A key that is called *sql* in the query; where it is a column it is shown as that."""
    column = next((column for column in need.columns if text.name(column) == key), None)
    return Shown(column, sql, column in table.plain) if column else Shown(key, sql)


def _texts(shown: Iterable[Shown]) -> str:
    return ", ".join(f"left(({each.sql})::text, {LONGEST + 1})" for each in shown)


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)

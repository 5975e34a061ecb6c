"""The bound of a partition as a condition on its rows, as PostgreSQL itself puts it (``partbounds.c``).

A check of the very same shape lets ATTACH PARTITION conclude that no row can be outside, without reading one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safemigrate.plan import text
from safemigrate.statement.edit.partitions import Bound, Datum

# Longer lists are compared as a whole (MAX_SAOP_ARRAY_SIZE), and have to be spelled as PostgreSQL does it.
_LONGEST_LIST = 100


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the partition key; *exact*: it is compared as what it is, not as another type (varchar as text)."""

    name: str
    type: str
    exact: bool


def condition(bound: Bound, key: Sequence[Column]) -> str | None:
    """The condition in SQL; None where the bound does not fit the key, or has a constant of another type."""
    if any(datum.cast not in ("", key[0].type) for datum in bound.values):
        return None
    if bound.strategy == "list" and len(key) == 1 and bound.values:
        recognized = key[0].exact or len(bound.values) <= _LONGEST_LIST
        return _list(bound.values, key[0]) if recognized else None
    if bound.strategy != "range" or not len(bound.lower) == len(bound.upper) == len(key):
        return None
    written = [*zip(bound.lower, key, strict=True), *zip(bound.upper, key, strict=True)]
    if any(datum.null or datum.cast not in ("", column.type) for datum, column in written):
        return None
    return _range(bound, key)


def _list(values: Sequence[Datum], column: Column) -> str:
    name = text.name(column.name)
    given = [_value(value, column) for value in values if not value.null]
    one = f"{name} = {given[0]}" if len(given) == 1 else f"{name} = ANY (ARRAY[{', '.join(given)}])"
    if column.type.endswith("[]"):
        one = " OR ".join(f"{name} = {value}" for value in given)
    if not given:
        return f"{name} IS NULL"
    return f"({name} IS NOT NULL) AND ({one})" if len(given) == len(values) else f"({name} IS NULL) OR ({one})"


def _range(bound: Bound, key: Sequence[Column]) -> str:
    same = 0
    while same < len(key) and bound.lower[same] == bound.upper[same] and bound.lower[same].text:
        same += 1
    terms = [f"{text.name(column.name)} IS NOT NULL" for column in key]
    terms += [_compared(column, "=", value) for column, value in zip(key[:same], bound.lower, strict=False)]
    for arms in (_arms(bound.lower[same:], key[same:], lower=True), _arms(bound.upper[same:], key[same:], lower=False)):
        if arms:
            terms.append(" OR ".join(f"({arm})" for arm in arms))
    return " AND ".join(f"({term})" for term in terms)


def _arms(datums: Sequence[Datum], key: Sequence[Column], *, lower: bool) -> list[str]:
    """A row comparison taken apart: a > 1, or a = 1 and b > 2, or …; it ends before the first limit."""
    arms = []
    for place, (datum, column) in enumerate(zip(datums, key, strict=True)):
        if datum.limit:
            break
        following = datums[place + 1].limit if place + 1 < len(datums) else None
        last = place + 1 == len(datums)
        included = (last or following == "minvalue") if lower else following == "maxvalue"
        sign = f"{'>' if lower else '<'}{'=' if included else ''}"
        equal = [_compared(before, "=", value) for before, value in zip(key[:place], datums, strict=False)]
        terms = [*equal, _compared(column, sign, datum)]
        arms.append(terms[0] if len(terms) == 1 else " AND ".join(f"({term})" for term in terms))
    return arms


def _compared(column: Column, sign: str, datum: Datum) -> str:
    return f"{text.name(column.name)} {sign} {_value(datum, column)}"


def _value(datum: Datum, column: Column) -> str:
    return f"CAST({datum.text} AS {column.type})"

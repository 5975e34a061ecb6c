"""Type changes: whether one rewrites the table, and whether it can be taken back without losing anything. Pure.

Measured on PostgreSQL 14–18: see the list in each function. Types are spelled as ``format_type`` spells them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

INTEGERS = ("smallint", "integer", "bigint")
TEXTS = ("text", "character varying")
_SHORT = {
    "int": "integer", "int4": "integer", "int2": "smallint", "int8": "bigint", "varchar": "character varying",
    "char": "character", "bpchar": "character", "bool": "boolean", "decimal": "numeric", "float8": "double precision",
    "float4": "real", "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
    "timetz": "time with time zone", "time": "time without time zone",
}  # fmt: skip
_BUILT_IN = frozenset({
    "aclitem", "bigserial", "bit", "bit varying", "box", "bytea", "cid", "cidr", "circle", "date", "datemultirange",
    "daterange", "inet", "int4multirange", "int4range", "int8multirange", "int8range", "interval", "json", "jsonb",
    "jsonpath", "line", "lseg", "macaddr", "macaddr8", "money", "name", "nummultirange", "numrange", "oid", "path",
    "pg_lsn", "pg_snapshot", "point", "polygon", "refcursor", "regclass", "regcollation", "regconfig", "regdictionary",
    "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole", "regtype", "serial", "serial2",
    "serial4", "serial8", "smallserial", "text", "tid", "tsmultirange", "tsquery", "tsrange", "tstzmultirange",
    "tstzrange", "tsvector", "txid_snapshot", "uuid", "varbit", "xid", "xid8", "xml",
}) | {*_SHORT, *_SHORT.values()}  # fmt: skip
_TYPE = re.compile(r"^(?P<name>[^(\[]+)(?:\((?P<modifier>[\d,\s-]+)\))?(?P<rest>[^(\[]*)(?P<array>(\[\])*)$")


@dataclass(frozen=True, slots=True)
class Type:
    """*base* without its modifiers, *numbers* these, *array* the brackets."""

    base: str
    numbers: tuple[int, ...] = ()
    array: str = ""

    @property
    def limit(self) -> int | None:
        return self.numbers[0] if self.numbers else None


def parse(text: str) -> Type:
    match = _TYPE.match(text.strip())
    if match is None:
        return Type(text.strip())
    base = (match["name"] + match["rest"]).strip()
    numbers = tuple(int(number) for number in match["modifier"].split(",")) if match["modifier"] else ()
    return Type(_SHORT.get(base, base), numbers, match["array"])


def is_built_in(text: str) -> bool:
    """Whether a type, however it is spelled, is one of PostgreSQL's own; serial and its kin count."""
    return parse(text).base in _BUILT_IN


def rewrites(old: str, new: str, using: str | None, column: str, *, utc: bool) -> bool:
    """Whether PostgreSQL writes every row anew for ``ALTER COLUMN column TYPE new USING using``.

    It does not for a longer or unlimited varchar, between text and unlimited varchar, a numeric of more digits at the
    same scale, cidr to inet, longer varbit, more precise timestamps and intervals, timestamp to timestamptz in UTC.
    """
    if using is not None and not _plain(using, column):
        return True
    before, after = parse(old), parse(new)
    if before == after:
        return False
    if before.array or after.array:
        return True
    if before.base in TEXTS and after.base in TEXTS:
        return _shorter(before, after)
    if before.base == after.base == "numeric":
        return _fewer_digits(before, after)
    if before.base == after.base and before.base in {"bit varying", "interval"} | _TIMES:
        return _shorter(before, after)
    if {before.base, after.base} == _STAMPS:
        return not utc or _shorter(before, after)
    return (before.base, after.base) != ("cidr", "inet")


_TIMES = {
    "timestamp with time zone", "timestamp without time zone", "time with time zone", "time without time zone",
}  # fmt: skip
_STAMPS = {"timestamp with time zone", "timestamp without time zone"}


def _plain(using: str, column: str) -> bool:
    """``col`` or ``col::type``: what PostgreSQL does by itself."""
    head = using.partition("::")[0].strip().strip('"')
    return head == column and using.count("::") <= 1


def _shorter(before: Type, after: Type) -> bool:
    if after.limit is None:
        return False
    return before.limit is None or after.limit < before.limit


def _fewer_digits(before: Type, after: Type) -> bool:
    if not after.numbers:
        return False
    if not before.numbers:
        return True
    scales = [numbers[1] if len(numbers) > 1 else 0 for numbers in (before.numbers, after.numbers)]
    return scales[0] != scales[1] or after.numbers[0] < before.numbers[0]


def reversible(old: str, new: str, using: str | None, column: str) -> bool:
    """Whether casting every value back to *old* gives exactly what was there.

    Assignment casts that fail rather than change a value are reversible: bigint to integer, text to varchar(n).
    """
    before, after = parse(old), parse(new)
    if before == after:
        return using is None or _plain(using, column)
    if using is not None and not through_text(using, column):
        return False
    if before.array or after.array:
        return before.array == after.array and before.base in TEXTS and after.base in TEXTS
    if before.base in TEXTS and after.base in TEXTS:
        # An explicit cast cuts what is too long; the assignment cast without USING refuses it.
        return using is None or not _shorter(before, after)
    if before.base in INTEGERS:
        return after.base in (*INTEGERS, "text") or (after.base == "numeric" and not after.numbers)
    if before.base == after.base == "numeric":
        return not _fewer_scale(before, after)
    if before.base == after.base:
        return not _shorter(before, after)
    return (before.base, after.base) in _WIDER or (using is not None and after.base in TEXTS and before.base in _PLAIN)


def _fewer_scale(before: Type, after: Type) -> bool:
    if not after.numbers:
        return False
    if not before.numbers:
        return True
    scales = [numbers[1] if len(numbers) > 1 else 0 for numbers in (before.numbers, after.numbers)]
    return scales[1] < scales[0]


def through_text(using: str, column: str) -> bool:
    """``col``, ``col::type`` or ``col::text::type``."""
    parts = [part.strip() for part in using.split("::")]
    return parts[0].strip('"') == column and (len(parts) <= 2 or (len(parts) == 3 and parts[1] in {"text", "varchar"}))


_PLAIN = {"uuid", "boolean", "date", "inet", "cidr"}
_WIDER = {
    ("real", "double precision"),
    ("date", "timestamp without time zone"),
    ("cidr", "inet"),
    ("json", "text"),
    ("uuid", "text"),
    ("boolean", "text"),
    ("timestamp without time zone", "timestamp with time zone"),
}

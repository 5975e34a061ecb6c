"""What an ALTER TABLE … ATTACH PARTITION says of its bound, and DETACH PARTITION with CONCURRENTLY."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from safemigrate.statement import parser, tree
from safemigrate.statement.parser import Node

Limit = Literal["minvalue", "maxvalue"]


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a bound: *text* is a constant in SQL, "" for a limit or NULL; *cast* the type written with it."""

    text: str = ""
    cast: str = ""
    limit: Limit | None = None

    @property
    def null(self) -> bool:
        return not self.text and self.limit is None


@dataclass(frozen=True, slots=True)
class Bound:
    """FOR VALUES FROM (*lower*) TO (*upper*), IN (*values*), WITH (…) for "hash", or "default"."""

    strategy: Literal["range", "list", "hash", "default"]
    lower: tuple[Datum, ...] = field(default=())
    upper: tuple[Datum, ...] = field(default=())
    values: tuple[Datum, ...] = field(default=())


def detach_concurrently(sql: str) -> str:
    def change(statement: Node) -> None:
        getattr(statement.cmds[0].alter_table_cmd, "def").partition_cmd.concurrent = True

    return parser.edited(sql, change)


def bound(sql: str) -> Bound | None:
    """The bound of an ATTACH PARTITION; None where one of its values is not a constant."""
    spec = getattr(parser.unwrap_only(sql).cmds[0].alter_table_cmd, "def").partition_cmd.bound
    if spec.is_default:
        return Bound("default")
    if spec.strategy not in ("r", "l"):
        return Bound("hash")
    lower, upper, values = (
        [_datum(node) for node in nodes] for nodes in (spec.lowerdatums, spec.upperdatums, spec.listdatums)
    )
    known = [tuple(datum for datum in datums if datum is not None) for datums in (lower, upper, values)]
    if [len(each) for each in known] != [len(lower), len(upper), len(values)]:
        return None
    return Bound("range" if spec.strategy == "r" else "list", *known)


def _datum(wrapped: Node) -> Datum | None:
    node = tree.unwrap(wrapped)
    match node.DESCRIPTOR.name:
        case "ColumnRef":
            return _limit(tree.strings(node.fields))
        case "A_Const":
            return Datum() if node.isnull else Datum(parser.expression(wrapped))
        case "TypeCast":
            inner = tree.unwrap(node.arg)
            if tree.is_a(inner, "A_Const") and not inner.isnull:
                return Datum(parser.expression(node.arg), tree.type_text(node.type_name))
    return None


def _limit(names: tuple[str, ...]) -> Datum | None:
    match names:
        case ("minvalue",):
            return Datum(limit="minvalue")
        case ("maxvalue",):
            return Datum(limit="maxvalue")
    return None

"""What a random history knows of the database that it has made so far: enough that most of what it says next succeeds.

Values are SQL expressions over ``g``, a number that no two rows of a run have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from psycopg import sql

T = TypeVar("T")


@dataclass(frozen=True)
class Flavor:
    """A type, in SQL and for Alembic, and the values that a column of it has; *check* holds for all of them."""

    type: str
    sa: str
    value: str
    check: str
    distinct: bool = False
    nulls: bool = False
    constant: str = ""
    family: str = ""


INTEGER = Flavor("integer", "sa.Integer()", "g * 3", "{} > -5", distinct=True, constant="7", family="number")
TEXT = Flavor("text", "sa.Text()", "'v' || g", "length({}) < 90", distinct=True, constant="'none'", family="text")
LARGE = Flavor("bigint", "sa.BigInteger()", "g::bigint * 1000000007", "{} > -5", True, constant="8", family="number")

FLAVORS = (
    INTEGER,
    replace(INTEGER, value="g % 5", distinct=False),
    replace(INTEGER, value="nullif(g % 5, 0)", distinct=False, nulls=True),
    TEXT,
    replace(TEXT, value="CASE WHEN g % 3 > 0 THEN 'w' || g % 7 END", distinct=False, nulls=True),
    LARGE,
    Flavor("varchar(20)", "sa.String(20)", "'c' || g", "{} <> ''", distinct=True, constant="'short'", family="text"),
    Flavor("numeric(10,2)", "sa.Numeric(10, 2)", "g * 1.25", "{} > -5", True, constant="1.50", family="numeric"),
    Flavor("timestamp", "sa.DateTime()", "timestamp '2024-01-01' + g * interval '1 hour'", "{} IS NOT NULL OR true",
           distinct=True, constant="timestamp '2020-02-02'", family="moment"),
    Flavor("date", "sa.Date()", "date '2024-01-01' + g % 300", "{} > '2000-01-01'", constant="'2020-02-02'"),
    Flavor("uuid", "sa.Uuid()", "md5(g::text)::uuid", "{} IS NOT NULL OR true", distinct=True),
    Flavor("boolean", "sa.Boolean()", "g % 2 = 0", "{} IN (true, false)", constant="false"),
    Flavor("jsonb", "postgresql.JSONB()", "jsonb_build_object('g', g)", "jsonb_typeof({}) = 'object'",
           constant="'{}'", family="json"),
    Flavor("integer[]", "postgresql.ARRAY(sa.Integer())", "ARRAY[g, g + 1]", "cardinality({}) < 9",
           constant="'{1,2}'", family="list"),
)  # fmt: skip


def flavors(family: str) -> list[Flavor]:
    return [flavor for flavor in FLAVORS if flavor.family == family]


def q(name: str) -> str:
    """*name* as SQL."""
    return sql.Identifier(name).as_string(None)


@dataclass
class Column:
    """*held*: something depends on it, so that it is neither dropped nor changed; *written*: it can be.

    *volatile*: its values differ from run to run.
    """

    name: str
    flavor: Flavor
    nulls: bool = False
    distinct: bool = False
    nullable: bool = True
    default: bool = False
    held: bool = False
    written: bool = True
    volatile: bool = False

    @property
    def sql(self) -> str:
        return q(self.name)


@dataclass
class Constraint:
    name: str
    kind: str
    columns: tuple[Column, ...] = ()
    target: Table | None = None
    validated: bool = True


@dataclass
class Index:
    name: str
    columns: tuple[Column, ...] = ()
    unique: bool = False


@dataclass(eq=False)
class Table:
    """*partitioned* is "", "RANGE", "LIST" or "HASH", by the *bounds*; *part* says that it is a partition itself."""

    name: str
    schema: str
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    key: Column | None = None
    rows: int = 0
    partitioned: str = ""
    part: Table | None = None
    bounds: str = ""
    held: bool = False

    @property
    def sql(self) -> str:
        return f"{q(self.schema)}.{q(self.name)}" if self.schema != "public" else q(self.name)

    @property
    def at(self) -> str:
        """The schema as an argument of an Alembic operation."""
        return f", schema={self.schema!r}" if self.schema != "public" else ""

    @property
    def locator(self) -> str:
        """The table and its schema as arguments of an Alembic operation."""
        return f"{self.name!r}{self.at}"

    def add(self, name: str, flavor: Flavor, **known: bool) -> Column:
        """A new column with the values of *flavor*."""
        filled = {"nulls": flavor.nulls and self.rows > 0, "distinct": flavor.distinct} | known
        column = self.columns[name] = Column(name, flavor, **filled)
        return column


@dataclass
class Choose:
    """Chance; all of it from one seed, so that one number says which history it is."""

    random: Random

    def one(self, several: Sequence[T]) -> T:
        return self.random.choice(several)

    def chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def some(self, several: Sequence[T], most: int = 3) -> list[T]:
        """One to *most* of them, each once."""
        return self.random.sample(several, self.number(1, min(most, len(several))))


_WORDS = {
    "table": ("t", "orders", "Mixed Case", "select", "a" * 55, 'qu"ote', "größe"),
    "column": ("c", "value", "Column With Case", "user", "b" * 58, "é" * 27),
    "name": ("n", "ix_some", "A Name", "check", "z" * 57),
}


@dataclass
class World:
    """The tables and the other objects; *number* makes names unique, *rows* the values of ``g``."""

    choose: Choose
    version: int
    tables: list[Table] = field(default_factory=list)
    views: dict[str, list[Column]] = field(default_factory=dict)
    matviews: dict[str, str] = field(default_factory=dict)
    enums: dict[str, list[str]] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    sequences: list[str] = field(default_factory=list)
    number: int = 0
    rows: int = 0
    volatile: set[tuple[str, str]] = field(default_factory=set)

    def name(self, kind: str = "name") -> str:
        """A name that nothing has yet."""
        self.number += 1
        return f"{self.choose.one(_WORDS[kind])}{self.number}"

    def series(self, rows: int) -> str:
        """A FROM item of so many values of ``g`` that no row was made of yet."""
        self.rows += rows
        return f"generate_series({self.rows - rows + 1}, {self.rows}) AS g"

    def table(self, wanted: Callable[[Table], bool] = lambda table: True) -> Table | None:
        """A table such as is wanted."""
        found = [table for table in self.tables if wanted(table)]
        return self.choose.one(found) if found else None

    def column(
        self, wanted: Callable[[Column], bool], within: Callable[[Table], bool] = lambda table: True
    ) -> tuple[Table, Column] | None:
        """A column such as is wanted, of a table such as is wanted that is not a partition."""
        found = [
            (table, column)
            for table in self.tables
            if table.part is None and within(table)
            for column in table.columns.values()
            if wanted(column)
        ]
        return self.choose.one(found) if found else None

    def flavor(self) -> Flavor:
        """Any type; an enum's among them, when there is one."""
        enums = [enum_flavor(name, labels) for name, labels in self.enums.items()]
        return self.choose.one([*FLAVORS, *enums])

    def referenced(self, table: Table, column: Column | None = None) -> bool:
        """Whether a foreign key of another column refers to *table* (by *column*)."""
        return any(
            constraint.target is table and (column is None or table.key is column)
            for each in self.tables
            for constraint in each.constraints.values()
        )

    def parts(self, table: Table) -> list[Table]:
        return [each for each in self.tables if each.part is table]

    def note_volatile(self) -> None:
        """Remember where values differ from run to run."""
        for table in self.tables:
            for name, column in (table.part or table).columns.items():
                if column.volatile:
                    self.volatile.add((f"{table.schema}.{table.name}", name))


def enum_flavor(name: str, labels: Sequence[str]) -> Flavor:
    sa = f"postgresql.ENUM({', '.join(map(repr, labels))}, name={name!r}, create_type=False)"
    return Flavor(q(name), sa, f"'{labels[0]}'::{q(name)}", "{} IS NOT NULL OR true", constant=f"'{labels[0]}'")


def nullable(flavor: Flavor) -> Flavor:
    """*flavor* with no values at all."""
    return replace(flavor, value="NULL", nulls=True, distinct=False)


def execute(text: str) -> str:
    """The operation that runs *text*."""
    return f"op.execute({text!r})"

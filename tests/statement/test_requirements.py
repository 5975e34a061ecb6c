"""What a statement requires of rows, spelled so that it can be sent."""

from __future__ import annotations

import pytest

from safemigrate.statement import parser
from safemigrate.statement.forms import Relation
from safemigrate.statement.requirements import Requirement, required

T = Relation("T", "s")


def test_a_unique_index_requires_its_keys_but_not_what_it_includes() -> None:
    sql = """CREATE UNIQUE INDEX ux ON s."T" (lower(email) COLLATE "C" text_pattern_ops DESC, "b c") INCLUDE (d)
             NULLS NOT DISTINCT WHERE d > 2 -- a comment"""
    keys = ('(lower(email)) COLLATE "C"', '"b c"')
    assert required(sql) == (
        Requirement("unique", T, "ux", columns=("b c",), keys=keys, condition="d > 2", nulls_distinct=False),
    )


def test_each_action_of_an_alter_table_has_its_own() -> None:
    sql = """ALTER TABLE s."T" DROP COLUMN x, ADD CONSTRAINT c CHECK (qty % 2 = 0 OR ok) NO INHERIT,
             ADD FOREIGN KEY (a, b) REFERENCES p MATCH FULL, ADD UNIQUE (a),
             ADD EXCLUDE USING gist (a WITH =, tsrange(b, c) WITH OPERATOR(pg_catalog.&&)) WHERE (x),
             ADD PRIMARY KEY (id, "Valid" WITHOUT OVERLAPS)"""
    operators = ("=", 'OPERATOR("pg_catalog".&&)')
    assert required(sql) == (
        Requirement("check", T, "c", ("qty", "ok"), condition="(qty % 2) = 0 OR ok", only=True),
        Requirement("foreign key", T, columns=("a", "b"), references=Relation("p"), full=True),
        Requirement("unique", T, columns=("a",), keys=('"a"',)),
        Requirement("exclude", T, "", ("a",), ('"a"', "(tsrange(b, c))"), operators, "x"),
        Requirement("exclude", T, "", ("id", "Valid"), ('"id"', '"Valid"'), ("=", "&&")),
    )


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX ix ON t (a)",
        "ALTER TABLE t ADD UNIQUE USING INDEX ux, ADD a int",
        "ALTER TABLE t ADD FOREIGN KEY (a, PERIOD b) REFERENCES p (a, PERIOD b)",
        "SELECT 1",
    ],
)
def test_what_requires_nothing_that_could_be_looked_for_gives_none(sql: str) -> None:
    assert required(sql) == ()


def test_what_does_not_parse_is_refused() -> None:
    with pytest.raises(parser.Unparsable):
        required("ALTER TABEL t")

"""Whether a materialized view has been filled, and whether it is known what kind a relation is."""

from __future__ import annotations

import pytest

from safemigrate.statement.forms import Relation
from tests.lint.schema.test_replay import replayed

MADE = "CREATE MATERIALIZED VIEW v AS SELECT 1 AS one"


@pytest.mark.parametrize(
    ("history", "filled"),
    [
        ((MADE,), True),
        ((f"{MADE} WITH NO DATA",), False),
        ((f"{MADE} WITH NO DATA", "REFRESH MATERIALIZED VIEW v"), True),
        ((MADE, "REFRESH MATERIALIZED VIEW v WITH NO DATA"), False),
    ],
)
def test_a_materialized_view_is_filled_by_its_query(history: tuple[str, ...], filled: bool) -> None:
    view = replayed(*history).table(Relation("v"))
    assert view is not None
    assert view.filled is filled
    assert view.seen


def test_a_table_that_only_an_index_tells_of_has_not_been_seen() -> None:
    table = replayed("CREATE INDEX i ON t (a)").table(Relation("t"))
    assert table is not None
    assert not table.seen

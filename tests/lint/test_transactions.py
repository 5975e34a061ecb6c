"""Which statements share a transaction, as Alembic and as safemigrate run them."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from safemigrate.capture.offline import Sent
from safemigrate.lint.history.environment import Transactions
from safemigrate.lint.history.reading import Reading
from safemigrate.lint.history.scripts import Revision
from safemigrate.lint.transactions import Runner, Tracker
from safemigrate.statement import Statement


def reading(*texts: str, whole: str = "") -> Reading:
    """A revision of these statements; one that begins with ``[n]`` is in the n-th autocommit block, and one
    that then has ``m+`` in the m-th text of several statements.
    """
    sent = []
    for text in texts:
        block, _, rest = text.rpartition("]")
        together, _, rest = rest.rpartition("+")
        sent.append(Sent(Statement(rest), int(block[1:]) if block else 0, together=int(together or 0)))
    return Reading(Revision("r", Path("r.py"), (), ""), "upgrade", "", tuple(sent), whole=whole)


def shared(transactions: Transactions, runner: Runner, *readings: Reading) -> list[list[str]]:
    """The statements by transaction."""
    tracker = Tracker(transactions, runner)
    entered = [(tracker.enter(read, sent), sent.statement.sql) for read in readings for sent in read.sent]
    return [[sql for _, sql in group] for _, group in groupby(entered, key=lambda each: id(each[0]))]


ONE, TWO = reading("a", "b"), reading("c")
STRING = reading("a", "[1]1+b", "[1]1+c", "[1]2+d", "[1]2+e", "[1]f", "g")
BLOCK = reading("a", "[1]b", "[1]c", "d")


@pytest.mark.parametrize(
    ("transactions", "runner", "readings", "groups"),
    [
        (Transactions.ALL, "alembic", (ONE, TWO), [["a", "b", "c"]]),
        (Transactions.EXTERNAL, "alembic", (ONE, TWO), [["a", "b", "c"]]),
        (Transactions.EACH, "alembic", (ONE, TWO), [["a", "b"], ["c"]]),
        (Transactions.NONE, "alembic", (ONE, TWO), [["a"], ["b"], ["c"]]),
        (Transactions.ALL, "alembic", (BLOCK, TWO), [["a"], ["b"], ["c"], ["d", "c"]]),
        (Transactions.EACH, "alembic", (BLOCK, TWO), [["a"], ["b"], ["c"], ["d"], ["c"]]),
        (Transactions.EXTERNAL, "alembic", (BLOCK,), [["a", "b", "c", "d"]]),
        (Transactions.ALL, "alembic", (STRING,), [["a"], ["b", "c"], ["d", "e"], ["f"], ["g"]]),
        (Transactions.NONE, "alembic", (STRING, STRING), [["a"], ["b", "c"], ["d", "e"], ["f"], ["g"]] * 2),
        (Transactions.ALL, "safemigrate", (STRING,), [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]),
        (Transactions.ALL, "alembic", (reading("a", "COMMIT", "b"),), [["a", "COMMIT"], ["b"]]),
        (Transactions.ALL, "safemigrate", (ONE, TWO), [["a"], ["b"], ["c"]]),
        (Transactions.ALL, "safemigrate", (reading("a", "b", whole="it computes"), TWO), [["a", "b"], ["c"]]),
    ],
)
def test_statements_share_the_transaction_that_they_would_run_in(
    transactions: Transactions, runner: Runner, readings: tuple[Reading, ...], groups: list[list[str]]
) -> None:
    assert shared(transactions, runner, *readings) == groups

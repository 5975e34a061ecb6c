"""one-transaction-for-all: several pending revisions, and env.py runs them in one transaction.

Why      What the first revision locks stays locked until the last one is done. What belongs into two transactions, such
         as NOT VALID and VALIDATE, is in one all the same, however many revisions it is spread over.
Bad      context.configure(connection=connection, target_metadata=target_metadata)
Instead  context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)

Silent for safemigrate upgrade, which runs each step in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Environment, Found, Impact, Severity, Situation, Transactions

SEVERITY = Severity.INFO

_INSTEAD = "context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)"


def check(environment: Environment, at: Situation) -> Iterator[Found]:
    if at.pending < 2 or at.runner == "safemigrate" or not environment.transactions.together:
        return
    external = environment.transactions is Transactions.EXTERNAL
    yield Found(
        f"the {at.pending} pending revisions run in {environment.transactions}: the locks of each are held until the "
        "last one is done",
        instead=f"# and no transaction that env.py begins itself\n{_INSTEAD}" if external else _INSTEAD,
        handled=True,
        impact=Impact(),
    )

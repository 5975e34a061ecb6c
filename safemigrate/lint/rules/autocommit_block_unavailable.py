"""autocommit-block-unavailable: an autocommit_block(), and env.py has begun the transaction itself.

Why      Alembic commits its own transaction before the block. Where the connection was in one already when it was given
         to context.configure(), there is none of its own: the block fails with an AssertionError.
Bad      with engine.begin() as connection:
             context.configure(connection=connection, target_metadata=target_metadata)
Instead  with engine.connect() as connection:
             context.configure(connection=connection, target_metadata=target_metadata)
             with context.begin_transaction():
                 context.run_migrations()

A statement that env.py executes before context.configure() begins a transaction, too: connection.commit() after it.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Reading, Severity, Situation, Transactions

SEVERITY = Severity.ERROR

_INSTEAD = """# env.py: engine.connect(), not engine.begin(), and a commit() after what is executed before configure()
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()"""


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    first = next((sent for sent in reading.sent if sent.autocommit), None)
    in_steps = at.runner == "safemigrate" and not reading.whole
    if first is None or in_steps or at.transactions is not Transactions.EXTERNAL:
        return
    yield Found(
        "autocommit_block() fails here: env.py has begun the transaction itself, and Alembic cannot commit it",
        instead=_INSTEAD,
        handled=True,
        impact=Impact(),
        sent=first,
    )

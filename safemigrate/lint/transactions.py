"""Which statements run in one transaction: as Alembic runs them in this env.py, or as safemigrate does.

What a statement locks is held until the end of its transaction, so a finding hangs on what came before in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from safemigrate.capture.offline import Sent
from safemigrate.facts import Impact, Lock, LockMode
from safemigrate.lint.history.environment import Transactions
from safemigrate.lint.history.reading import Reading
from safemigrate.lint.schema import Schema
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation

Runner = Literal["alembic", "safemigrate"]


@dataclass(frozen=True)
class Done:
    """A statement that was sent before, with what each of its forms did."""

    sent: Sent
    reading: Reading
    done: tuple[tuple[Form, Impact], ...]

    @property
    def forms(self) -> tuple[Form, ...]:
        return tuple(form for form, _impact in self.done)


@dataclass
class Transaction:
    """*autocommit*: each statement is on its own. *before* are those that were sent in it until now.

    *held* are the locks on relations that were there before the pending range, by relation, the strongest of each.
    """

    autocommit: bool = False
    before: list[Done] = field(default_factory=list)
    held: dict[Relation, LockMode] = field(default_factory=dict)

    def note(self, done: Done, schema: Schema) -> None:
        """What *done* did, on the schema as it was before it."""
        self.before.append(done)
        for _form, impact in done.done:
            self.hold(impact, schema)

    def hold(self, impact: Impact, schema: Schema) -> None:
        for lock in impact.locks:
            self._hold(lock, schema)

    def copy(self) -> Transaction:
        return Transaction(self.autocommit, [*self.before], {**self.held})

    def _hold(self, lock: Lock, schema: Schema) -> None:
        if not schema.is_fresh(lock.relation):
            key = schema.key(lock.relation)
            self.held[key] = max(lock.mode, self.held.get(key, lock.mode))


class Tracker:
    """Says, statement by statement, in which transaction it is."""

    def __init__(self, transactions: Transactions, runner: Runner) -> None:
        self.transactions = transactions
        self.runner = runner
        self._reading: Reading | None = None
        self._current = Transaction()
        self._text = 0
        """The text of several statements that is a transaction by itself now; 0 for none."""

    def enter(self, reading: Reading, sent: Sent) -> Transaction:
        """The transaction that *sent* of *reading* runs in. To be asked once for each statement, in order."""
        if reading is not self._reading:
            self._reading, self._text = reading, 0
            if not (self.runner == "alembic" and self.transactions.together):
                self._current = Transaction()
        if self._alone(reading, sent):
            self._current = self._by_itself(sent)
        elif self._current.autocommit or self._text:
            self._current, self._text = Transaction(), 0
        entered = self._current
        if any(isinstance(form, forms.Transaction) and _ends(form) for form in sent.statement.forms):
            self._current = Transaction()
        return entered

    def _by_itself(self, sent: Sent) -> Transaction:
        """Outside of a transaction block a statement is a transaction, and a text of several is one for all of them."""
        if not sent.together or self.runner == "safemigrate":
            self._text = 0
            return Transaction(autocommit=True)
        if sent.together == self._text:
            return self._current
        self._text = sent.together
        return Transaction()

    def _alone(self, reading: Reading, sent: Sent) -> bool:
        if self.runner == "safemigrate":
            return not reading.whole
        return self.transactions is Transactions.NONE or (
            sent.autocommit > 0 and self.transactions is not Transactions.EXTERNAL
        )


def _ends(form: forms.Transaction) -> bool:
    return form.kind in {"commit", "rollback", "prepare transaction"}

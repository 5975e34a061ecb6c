"""What a rule is made of: this is the interface of our own rules, and of a project's.

A rule is a module whose file name is its slug with underscores. Its docstring is its manual: a first line
``slug: what it finds``, then ``Why``, ``Bad`` and ``Instead``. Its function ``check`` is called for each thing of the
kind that its first parameter is annotated with, and yields what it finds::

    \"\"\"no-floats: a column of a floating-point type.

    Why      Sums of money come out wrong.
    Bad      op.add_column("orders", sa.Column("total", sa.Float()))
    Instead  op.add_column("orders", sa.Column("total", sa.Numeric(12, 2)))
    \"\"\"
    SEVERITY = Severity.WARNING

    def check(form: forms.AddColumn, at: Situation) -> Iterator[Found]:
        if form.column.type in {"real", "double precision"}:
            yield Found(f"{form.relation}.{form.column.name} is {form.column.type}")

The first parameter is a form of :mod:`safemigrate.statement.forms` or several (``forms.DropColumn | forms.DropTable``),
``Sent`` (each statement), ``Reading`` (each revision, when its statements are done) or ``Environment`` (once).
``DEFAULT = False`` makes a rule one that has to be selected; ``STYLE = True`` says besides that it is a matter of
taste, or of one server's version: the good examples of other rules do not follow it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from safemigrate import facts
from safemigrate.capture.offline import Sent
from safemigrate.facts import Impact, LockMode
from safemigrate.findings import Severity
from safemigrate.lint import places
from safemigrate.lint.history.environment import Environment, Transactions
from safemigrate.lint.history.reading import Reading
from safemigrate.lint.schema import Column, Schema, Table, impact
from safemigrate.lint.transactions import Done, Runner, Transaction
from safemigrate.statement import Statement, forms
from safemigrate.statement.forms import Form, Relation

if TYPE_CHECKING:
    from safemigrate.lint.schema.models import Models

__all__ = [
    "Column",
    "Done",
    "Environment",
    "Form",
    "Found",
    "Impact",
    "LockMode",
    "Reading",
    "Relation",
    "Schema",
    "Sent",
    "Severity",
    "Situation",
    "Statement",
    "Table",
    "Transaction",
    "Transactions",
    "forms",
]


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule has to say of the thing that it was called for.

    *message*: one sentence, lower case, without a full stop, with the names. *instead*: what to write, as lines of a
    revision, for this very statement. *handled*: whether ``safemigrate upgrade`` makes it safe by itself; None where
    that has no meaning. *severity*: where it is another than the rule's. *impact*: where it is not that of the form, or
    an empty one where locks are beside the point. *sent*, *line* or *reading*: another place than the statement at
    hand, or another revision. *fixable*: ``--fix`` knows how.
    """

    message: str
    instead: str = ""
    handled: bool | None = None
    severity: Severity | None = None
    impact: Impact | None = None
    sent: Sent | None = None
    line: int | None = None
    fixable: bool = False
    reading: Reading | None = None


@dataclass(frozen=True)
class Situation:
    """What a statement meets. *schema* is as it is before it; *transaction* holds what was sent before it.

    *version* is the major version of PostgreSQL. *sent* is None for what is about a whole revision. *transactions* is
    how env.py (*environment*) runs the pending range, which is *pending* revisions in one deploy; *readings* are those
    judged so far, the one at hand included. *within* is "DO" or the name of a function for what happens inside of one.
    *later* are the statements of the revision that come after this one.
    """

    schema: Schema
    version: int
    reading: Reading
    transaction: Transaction
    transactions: Transactions
    runner: Runner
    sent: Sent | None = None
    environment: Environment | None = None
    readings: Sequence[Reading] = ()
    pending: int = 1
    within: str = ""
    models: Models | None = None
    hot: frozenset[str] = frozenset()
    options: Mapping[str, object] = field(default_factory=dict)

    def concerns(self, relation: Relation) -> bool:
        """Whether somebody may be using a relation: it was there before the pending range, and is not temporary."""
        return not self.schema.is_fresh(relation)

    def concerns_type(self, type: Relation) -> bool:
        """Whether somebody may be using a type: the pending range has not made it."""
        return self.schema.key(type) not in self.schema.fresh_types

    def table(self, relation: Relation) -> Table | None:
        return self.schema.table(relation)

    def key_of(self, relation: Relation | None) -> tuple[str, ...]:
        """The columns of a relation's primary key, () where none is known."""
        table = self.schema.table(relation) if relation else None
        key = table.primary_key() if table else None
        return key.columns if key else ()

    def column(self, relation: Relation, name: str) -> Column | None:
        return self.schema.column(relation, name)

    def shown(self, relation: Relation) -> Relation:
        """The relation as people call it: without its schema where search_path finds it there."""
        return Relation(relation.name) if relation.schema == self.schema.search_path else relation

    def impact(self, form: Form) -> Impact:
        """What a form locks, scans, builds and rewrites here."""
        return impact.of(form, self.schema, self.version)

    @property
    def sql(self) -> str:
        """The statement at hand, "" where there is none."""
        return self.sent.statement.sql if self.sent else ""

    @property
    def source(self) -> str:
        """The lines of the revision that emit the statement at hand, without their indentation; "" for none."""
        origin = self.sent.statement.origin if self.sent else None
        return places.excerpt(self.reading.text, origin.line) if origin else ""

    @property
    def autocommit(self) -> bool:
        """Whether the statement runs outside of a transaction block."""
        return self.transaction.autocommit

    def before(self) -> list[Done]:
        """What was sent before in the same transaction, in order."""
        return self.transaction.before

    def holds(self, least: LockMode = LockMode.SHARE) -> dict[Relation, LockMode]:
        """The locks of at least that strength that the transaction holds on what concerns others."""
        return {relation: mode for relation, mode in self.transaction.held.items() if mode >= least}

    def merged(self, several: tuple[Form, ...]) -> Impact:
        return facts.merge([self.impact(form) for form in several])

    def alongside(self, form: Form, *, before: bool = False) -> tuple[Form, ...]:
        """What else the statement at hand does: the other actions of an ALTER TABLE, or what comes before in a DO.

        *before*: of an ALTER TABLE too only what is written before it.
        """
        several = self.sent.statement.forms if self.sent else ()
        inside = next((each.inside for each in several if isinstance(each, forms.Do)), several)
        first = tuple(takewhile(lambda each: each is not form, inside))
        if before or inside is not several:
            return first if len(first) < len(inside) else ()
        return tuple(each for each in several if each is not form)

    def earlier(self) -> tuple[Sent, ...]:
        """The statements of the same revision that come before this one."""
        return self.reading.sent[: self._index()]

    def later(self) -> tuple[Sent, ...]:
        """The statements of the same revision that come after this one."""
        return self.reading.sent[self._index() + 1 :]

    def _index(self) -> int:
        """Where the statement at hand stands in its revision; past the end where there is none."""
        sent = self.reading.sent
        return next((index for index, each in enumerate(sent) if each is self.sent), len(sent))

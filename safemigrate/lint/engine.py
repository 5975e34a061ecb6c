"""Replays the history, and calls the rules for what the pending range does to it.

    read each revision → for each statement: rules for its forms, then for itself → what it makes of the schema

What it promises: each statement is judged on the schema as it is before it, in the transaction that it would run in.
What it never does: stop because of a revision or a rule that fails; that is a finding then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from safemigrate import facts
from safemigrate.capture import nowhere
from safemigrate.capture.offline import Sent
from safemigrate.facts import Impact, Lock, LockMode
from safemigrate.findings import Claim, Duration, Finding, Severity
from safemigrate.lint import places
from safemigrate.lint.history import kept, reading, scripts, snapshot
from safemigrate.lint.history.environment import Environment
from safemigrate.lint.history.reading import Direction, Reading
from safemigrate.lint.history.scripts import Revision
from safemigrate.lint.registry import Registered
from safemigrate.lint.rule import Found, Situation
from safemigrate.lint.schema import Schema, replay
from safemigrate.lint.schema.models import Models
from safemigrate.lint.schema.reflected import Reflected
from safemigrate.lint.transactions import Done, Runner, Tracker, Transaction
from safemigrate.statement import forms
from safemigrate.statement.forms import Form

BROKEN = "broken-rule"
"""The slug under which the failure of a rule is told."""


@dataclass(frozen=True)
class Job:
    """What is to be judged: the *pending* revisions, together as one deploy or each *apart*, in which *directions*.

    *cached*: what the revisions before make of the schema may come from a snapshot.
    """

    revisions: Sequence[Revision]
    pending: Collection[str]
    version: int
    runner: Runner
    rules: Sequence[Registered]
    apart: bool = False
    directions: tuple[Direction, ...] = ("upgrade",)
    hot: frozenset[str] = frozenset()
    cached: bool = False

    def old(self) -> Sequence[Revision]:
        """The revisions before the first pending one."""
        names = [revision.name for revision in self.revisions]
        first = next((index for index, name in enumerate(names) if name in self.pending), len(names))
        return self.revisions[:first]


@dataclass(frozen=True)
class Inside:
    """The schema and the transaction as a DO or a called function has made them, before its statement is over."""

    schema: Schema
    transaction: Transaction

    def did(self, form: Form, impact: Impact) -> None:
        self.transaction.hold(impact, self.schema)
        if not isinstance(form, forms.Do | forms.Select):  # what these do comes by itself
            replay.apply(self.schema, (form,))


@dataclass
class Judge:
    """The state of one replay: the schema so far, and what was found."""

    job: Job
    environment: Environment
    schema: Schema = field(default_factory=Schema)
    found: list[Finding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.models = Models(self.environment.metadata)
        self._for: dict[type, list[Registered]] = defaultdict(list)
        for each in self.job.rules:
            for kind in each.kinds:
                self._for[kind].append(each)

    def run(self) -> None:
        """Replay all revisions; what is found stands in *found*."""
        old = self.job.old()
        self._remember(old)
        tracker = Tracker(self.environment.transactions, self.job.runner)
        for revision in self.job.revisions[len(old) :]:
            read = reading.read(revision, "upgrade", self.environment)
            pending = revision.name in self.job.pending
            if pending and "upgrade" in self.job.directions:
                self._judge(read, tracker)
            else:
                self._replay(read)
            if pending and "downgrade" in self.job.directions:
                self._downgrade(revision)
            if self.job.apart or not pending:
                self._settle()
                tracker = Tracker(self.environment.transactions, self.job.runner)
        self._check(self.environment, self._situation(None, None, Transaction()), None)

    def _remember(self, old: Sequence[Revision]) -> None:
        """The schema that the *old* revisions make: from a snapshot, or replayed now."""
        name = ""
        if self.job.cached and len(old) >= kept.WORTH:
            pending = [revision.path for revision in self.job.revisions[len(old) :]]
            name = snapshot.key(
                old, self.environment.path.parent, pending, self.job.version, self.environment.arguments
            )
        known = snapshot.load(name) if name else None
        self.schema = known or self.schema
        nowhere.tell(self.environment.engine, Reflected(self.schema))
        if known is not None:
            return
        for revision in old:
            self._replay(reading.read(revision, "upgrade", self.environment))
            self._settle()
        if name:
            snapshot.save(name, self.schema, Path.cwd())

    def _settle(self) -> None:
        """What was pending is there from now on; Alembic, too, begins the next deploy without a memory."""
        self.schema.settle()
        self.environment.context.impl.memo.clear()

    def _replay(self, read: Reading) -> None:
        for sent in read.sent:
            replay.told(self.schema, sent.statement.forms, sent.existing_type)
            replay.apply(self.schema, sent.statement.forms, sent.statement.sql)
        self.schema.gaps |= bool(read.gaps)

    def _downgrade(self, revision: Revision) -> None:
        """Judge the way back from where the revision has led, and forget where that leads."""
        before, self.schema = self.schema, self.schema.copy()
        self.schema.settle()
        nowhere.tell(self.environment.engine, Reflected(self.schema))
        read = reading.read(revision, "downgrade", self.environment)
        self._judge(read, Tracker(self.environment.transactions, self.job.runner))
        self.schema = before
        nowhere.tell(self.environment.engine, Reflected(self.schema))

    # -- one revision

    def _judge(self, read: Reading, tracker: Tracker) -> None:
        self.readings.append(read)
        transaction = Transaction()
        for sent in read.sent:
            transaction = tracker.enter(read, sent)
            self._statement(read, sent, transaction)
        self.schema.gaps |= bool(read.gaps)
        self._check(read, self._situation(read, None, transaction), None)

    def _statement(self, read: Reading, sent: Sent, transaction: Transaction) -> None:
        replay.told(self.schema, sent.statement.forms, sent.existing_type)
        done: list[tuple[Form, Impact]] = []
        inside: Inside | None = None
        for form, within in unfolded(sent.statement.forms, self.schema):
            at = replace(self._situation(read, sent, transaction), within=within)
            if within:
                inside = inside or Inside(self.schema.copy(), transaction.copy())
                at = replace(at, schema=inside.schema, transaction=inside.transaction)
            done.append((form, at.impact(form)))
            self._check(form, at, done[-1][1])
            if within and inside:
                inside.did(*done[-1])
        at = self._situation(read, sent, transaction)
        self._check(sent, at, facts.merge([impact for _form, impact in done]))
        transaction.note(Done(sent, read, tuple(done)), self.schema)
        replay.apply(self.schema, sent.statement.forms, sent.statement.sql)

    def _situation(self, read: Reading | None, sent: Sent | None, transaction: Transaction) -> Situation:
        return Situation(
            schema=self.schema,
            version=self.job.version,
            reading=read or _nothing(self.environment),
            transaction=transaction,
            transactions=self.environment.transactions,
            runner=self.job.runner,
            sent=sent,
            environment=self.environment,
            readings=self.readings,
            pending=1 if self.job.apart else len(self.job.pending),
            models=self.models,
            hot=self.job.hot,
        )

    def _check(self, thing: object, at: Situation, impact: Impact | None) -> None:
        for each in self._for.get(type(thing), ()):
            for found in self._asked(each, thing, at):
                self.found.append(self._finding(each, found, at, impact))

    def _asked(self, registered: Registered, thing: Any, at: Situation) -> Iterable[Found]:
        try:
            return list(registered.check(thing, at))
        except Exception as error:
            self.found.append(_broken(registered, error, at))
            return []

    def _finding(self, registered: Registered, found: Found, at: Situation, impact: Impact | None) -> Finding:
        sent, read = found.sent or at.sent, found.reading or at.reading
        claimed = found.impact if found.impact is not None else impact
        certain = sent is None or sent.certain
        severity = found.severity or registered.rule.severity
        message = found.message if not at.within else f"{found.message} (in {at.within})"
        return Finding(
            registered.rule.slug,
            severity,
            message if certain else f"{message} (as far as the source shows)",
            places.of(read, sent, found.line),
            revision=read.revision.name,
            statement=sent.statement.sql if sent else "",
            claim=self._claim(claimed, at) if claimed is not None and claimed.locks else None,
            instead=found.instead,
            # What runs whole, and what is done inside of a statement, is not split, whatever the rule knows of it.
            handled=False if found.handled and (read.whole or at.within) else found.handled,
            fixable=found.fixable,
        )

    def _claim(self, impact: Impact, at: Situation) -> Claim:
        """What others notice: locks on relations that were there before."""
        concerned = tuple(
            lock for lock in impact.locks if at.concerns(lock.relation) and lock.mode > LockMode.ACCESS_SHARE
        )
        return Claim(tuple(sorted(concerned, key=_strongest)), _duration(impact))


def _strongest(lock: Lock) -> tuple[int, str]:
    return -lock.mode, str(lock.relation)


def _duration(impact: Impact) -> Duration:
    if impact.rewrites:
        return Duration.REWRITE
    if impact.builds:
        return Duration.BUILD
    return Duration.SCAN if impact.scans else Duration.INSTANT


def _broken(registered: Registered, error: Exception, at: Situation) -> Finding:
    return Finding(
        BROKEN,
        Severity.WARNING,
        f"rule {registered.rule.slug} failed here, and saw nothing: {type(error).__name__}: {error}",
        places.of(at.reading, at.sent, None),
        revision=at.reading.revision.name,
        statement=at.sent.statement.sql if at.sent else "",
    )


def unfolded(several: Iterable[Form], schema: Schema, depth: int = 5) -> Iterator[tuple[Form, str]]:
    """Each form, and after a DO or a call of a function of the history what it does inside, with the name of that."""
    for form in several:
        yield form, ""
        if isinstance(form, forms.Do):
            yield from ((inner, "DO") for inner, _within in unfolded(form.inside, schema, depth - 1))
        for name in _called(form) if depth else ():
            body = schema.functions.get(name, ())
            yield from ((inner, f"{name}()") for inner, _within in unfolded(body, schema, depth - 1))


def _called(form: Form) -> Iterator[str]:
    functions = form.functions if isinstance(form, forms.Select | forms.Write) else ()
    yield from (name.rpartition(".")[2] for name in functions)


def _nothing(environment: Environment) -> Reading:
    """What stands for the revision where a finding is about env.py."""
    path = environment.path
    return Reading(Revision("", path, (), "", runs=False), "upgrade", scripts.source(path))

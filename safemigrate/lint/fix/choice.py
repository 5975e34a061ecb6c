"""Which edits are certain, and why others are not. Decided on the source alone, before anything is edited.

Each edit is of one statement of Python; an :class:`Around` puts an ``autocommit_block()`` around several. Findings that
belong together stand or fall together only where they need the same block.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from safemigrate.findings import Finding
from safemigrate.lint.fix import keys, source, wording
from safemigrate.lint.fix.source import Batch, Block, Body, Neutral, Operation, Other, Part, Sql
from safemigrate.statement import forms

CONCURRENTLY = "postgresql_concurrently"


@dataclass(frozen=True)
class Argument:
    """``name=True`` among the arguments of a call."""

    name: str


@dataclass(frozen=True)
class Literal:
    """CONCURRENTLY in the SQL that the call is given."""


@dataclass(frozen=True)
class Apart:
    """The operations of a batch on *table* (and *schema*, both as they are written) as operations of *op*."""

    op: str
    table: str
    schema: str


Edit = Argument | Literal | Apart


@dataclass(frozen=True)
class Around:
    """An ``autocommit_block()`` of *op* around the statements that begin in *lines*."""

    op: str
    lines: tuple[int, ...]


@dataclass
class Choice:
    """*edits* by the line that their statement begins in. *left* are findings with the reason why nothing is done."""

    edits: dict[int, Edit] = field(default_factory=dict)
    arounds: set[Around] = field(default_factory=set)
    done: list[Finding] = field(default_factory=list)
    left: list[tuple[Finding, str]] = field(default_factory=list)


class Uncertain(Exception):
    """Why an edit would not be certain."""


class NotApplied(Exception):
    """The source is not as it was when the edits were chosen."""


@dataclass(frozen=True)
class Spot:
    """Where a finding points: the *part* of a *body* that it is about, within *outer* (a block or a batch) or alone."""

    body: Body
    part: Part
    outer: Part | None = None

    @property
    def blocked(self) -> bool:
        return isinstance(self.outer, Block)


def choose(text: str, findings: Sequence[Finding]) -> Choice:
    """What is to be done about the *findings* in *text*; those of rules that there is no edit for are not kept."""
    made = Choice()
    bodies = source.read(text)
    for finding in findings:
        chooser = CHOOSERS.get(finding.rule)
        if chooser is None:
            continue
        try:
            # What the source has against it is told first: it says more than that something is not known.
            chooser(_spot(bodies, finding), finding, made if finding.fixable else Choice())
            if not finding.fixable:
                raise Uncertain(UNKNOWN)
            made.done.append(finding)
        except Uncertain as reason:
            made.left.append((finding, str(reason)))
    return made


UNKNOWN = (
    "what is known of the database does not make it certain: the history does not show the table as it is, not all of "
    "the revision was seen, or env.py opens the transaction itself"
)
NESTED = "it does not stand directly in upgrade() or downgrade() as an operation or one literal of SQL"


def _spot(bodies: Sequence[Body], finding: Finding) -> Spot:
    for body in bodies:
        for part in body.parts:
            for spot in _within(body, part):
                if spot.part.line == finding.place.line and not isinstance(spot.part, Other | Block | Batch):
                    return spot
    raise Uncertain(NESTED)


def _within(body: Body, part: Part, outer: Part | None = None) -> Iterator[Spot]:
    yield Spot(body, part, outer)
    inner = part.parts if isinstance(part, Block) else part.operations if isinstance(part, Batch) else ()
    for each in inner:
        if outer is None or not isinstance(each, Block):
            yield from _within(body, each, part)


# -- CONCURRENTLY


def _index(spot: Spot, _finding: Finding, made: Choice) -> None:
    """CREATE INDEX, DROP INDEX, REINDEX: CONCURRENTLY, and a block of its own around."""
    edits = _concurrently(spot)
    arounds = set() if _outermost_block(spot) else _alone(spot)
    made.edits.update(edits)
    made.arounds.update(arounds)


def _concurrently(spot: Spot) -> dict[int, Edit]:
    part = spot.part
    if isinstance(part, Sql):
        return _in_words(part)
    if not isinstance(part, Operation) or part.name not in ("create_index", "drop_index"):
        raise Uncertain("it comes from an operation that cannot do it concurrently")
    _check_operation(part)
    edits: dict[int, Edit] = {part.line: Argument(CONCURRENTLY)}
    if isinstance(spot.outer, Batch):
        edits[spot.outer.line] = _apart(spot.outer)
    return edits


def _in_words(part: Sql) -> dict[int, Edit]:
    if getattr(part.form, "if_not_exists", False):
        raise Uncertain(RETRY)
    if wording.concurrently(part.raw) == part.raw:
        raise Uncertain("its SQL cannot take the word CONCURRENTLY, or is not written so that it can be put in")
    return {part.line: Literal()}


RETRY = "with IF NOT EXISTS a retry would pass over an INVALID index that a failed build has left"


def _check_operation(part: Operation) -> None:
    if not part.plain:
        raise Uncertain("its arguments are not all written out")
    given = part.named.get(CONCURRENTLY)
    if given is not None:
        raise Uncertain(f"it says {CONCURRENTLY}={ast.unparse(given)} already")
    wanted = part.named.get("if_not_exists")
    if wanted is not None and not (isinstance(wanted, ast.Constant) and not wanted.value):
        raise Uncertain(RETRY)


def _apart(batch: Batch) -> Apart:
    """The batch taken apart, where its head says no more than which table it is about."""
    if not batch.table:
        raise Uncertain("the head of its batch says more than the table, or does not name it by a literal")
    for each in batch.operations:
        _check_batched(each, batch.name)
    return Apart(batch.op, batch.table, batch.schema)


def _check_batched(each: Operation, batch: str) -> None:
    """Only ``batch_op.f(…)`` may speak of the batch, and the arguments must stand where op's own have them."""
    least = 2 if each.name == "create_index" else 1
    several = each.named
    if not each.plain or len(each.call.args) != least or {"schema", "table_name"} & set(several):
        raise Uncertain("the arguments of the batch's operations do not stand as op's own have them")
    inner = [*each.call.args, *several.values()]
    spoken = [node for arg in inner for node in ast.walk(arg) if isinstance(node, ast.Name) and node.id == batch]
    named = [
        node
        for arg in inner
        for node in ast.walk(arg)
        if isinstance(node, ast.Attribute) and node.attr == "f" and ast.unparse(node.value) == batch
    ]
    if len(spoken) != len(named):
        raise Uncertain("the batch itself is among the arguments")


# -- an autocommit_block() around


def _outermost_block(spot: Spot) -> bool:
    """Whether a block is around it already, be it with a batch between."""
    return spot.blocked or any(
        isinstance(part, Block) and any(each.part is spot.part for each in _within(spot.body, part))
        for part in spot.body.parts
    )


def _alone(spot: Spot) -> set[Around]:
    """Blocks around the whole body, where it has nothing but operations on indexes."""
    parts = spot.body.parts
    if any(not _harmless(part) for part in parts):
        raise Uncertain("its revision does something else besides: that would be committed without its version")
    _check_order(parts)
    return set(_runs(parts))


def _harmless(part: Part) -> bool:
    if isinstance(part, Block):
        return all(_harmless(each) for each in part.parts)
    return isinstance(part, Neutral) or source.apart(part)


def _check_order(parts: Sequence[Part]) -> None:
    """An index that makes room for another: outside of one transaction there would be a time without either.

    What is in a block already, or says CONCURRENTLY, is in no transaction with the others.
    """
    dropped = False
    for part in (part for part in parts if not isinstance(part, Block) and not _speaks(part)):
        if dropped and source.creates_index(part):
            raise Uncertain("its revision drops an index before it creates one: for a time there would be neither")
        dropped = dropped or source.drops_index(part)
        _check_order(part.operations if isinstance(part, Batch) else ())


def _runs(parts: Sequence[Part]) -> Iterator[Around]:
    """One block around what stands together outside of any."""
    run: list[Part] = []
    for part in [*parts, Block(0, ())]:
        if not isinstance(part, Block):
            run.append(part)
            continue
        while run and isinstance(run[-1], Neutral):
            run.pop()
        while run and isinstance(run[0], Neutral):
            run.pop(0)
        if run:
            yield Around(_op(run), tuple(each.line for each in run))
        run = []


def _op(run: Sequence[Part]) -> str:
    return next(each.op for each in run if isinstance(each, Operation | Sql | Batch))


def _block(spot: Spot, _finding: Finding, made: Choice) -> None:
    """What says CONCURRENTLY and stands in no block: a block around it and what stands before it."""
    if _outermost_block(spot):
        raise Uncertain("it stands in an autocommit_block() already")
    parts = spot.body.parts
    index = next(index for index, part in enumerate(parts) if spot.part in (part, *_inner(part)))
    first = _leading(parts)
    if first < index:
        raise Uncertain("what stands before it would be committed without its version")
    if isinstance(parts[index], Batch):
        raise Uncertain("it stands in a batch, which sends it at its end")
    if first == index:
        raise Uncertain(NESTED)
    _check_order(parts[:first])
    made.arounds.update(_runs(parts[:first]))


def _leading(parts: Sequence[Part]) -> int:
    """How many of the parts may go into blocks: all of them, or those at the beginning that say CONCURRENTLY."""
    if all(map(_harmless, parts)):
        return len(parts)
    fits = (_harmless(part) and (isinstance(part, Block) or _speaks(part)) for part in parts)
    return sum(1 for _each in takewhile(bool, fits))


def _speaks(part: Part) -> bool:
    """Whether it says CONCURRENTLY, or is none that could."""
    if isinstance(part, Operation):
        given = part.named.get(CONCURRENTLY)
        return isinstance(given, ast.Constant) and given.value is True
    if isinstance(part, Sql):
        return bool(getattr(part.form, "concurrently", False))
    return isinstance(part, Neutral) or (isinstance(part, Block | Batch) and all(map(_speaks, _inner(part))))


def _inner(part: Part) -> Sequence[Part]:
    return part.operations if isinstance(part, Batch) else part.parts if isinstance(part, Block) else ()


# -- a word in a statement that may run in a transaction


def _refresh(spot: Spot, _finding: Finding, made: Choice) -> None:
    part = spot.part
    if not isinstance(part, Sql) or not isinstance(part.form, forms.RefreshMatview):
        raise Uncertain(NESTED)
    if not part.form.filled:
        raise Uncertain("it says WITH NO DATA, which CONCURRENTLY does not go with")
    made.edits.update(_in_words(part))


def _reference(spot: Spot, finding: Finding, made: Choice) -> None:
    part = spot.part
    if not isinstance(part, Operation) or part.name != "add_column" or isinstance(spot.outer, Batch):
        raise Uncertain("only the key of a new column can be written so that nothing is scanned")
    reason = keys.not_inline(part, finding.statement)
    if reason:
        raise Uncertain(reason)
    made.edits[part.line] = Argument(keys.INLINE)


CHOOSERS: dict[str, Callable[[Spot, Finding, Choice], None]] = {
    "index-not-concurrent": _index,
    "drop-index-not-concurrent": _index,
    "reindex-not-concurrent": _index,
    "concurrently-in-transaction": _block,
    "matview-refresh-blocking": _refresh,
    "foreign-key-scan": _reference,
}
"""What is chosen for the findings of a rule; for those of another there is no edit."""

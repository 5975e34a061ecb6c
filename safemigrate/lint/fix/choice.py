"""Which edits are certain, and why others are not. Decided on the source alone, before anything is edited.

Each edit is of one statement of Python; ``blocks`` says what an ``autocommit_block()`` goes around. Findings that
belong together stand or fall together only where they need the same block.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from safemigrate.findings import Finding
from safemigrate.lint.fix import blocks, keys, source, wording
from safemigrate.lint.fix.kinds import (
    CONCURRENTLY,
    NESTED,
    Apart,
    Argument,
    Choice,
    Edit,
    Literal,
    Spot,
    Uncertain,
    within,
)
from safemigrate.lint.fix.source import Batch, Block, Body, Operation, Other, Sql
from safemigrate.statement import forms


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


def _spot(bodies: Sequence[Body], finding: Finding) -> Spot:
    if not bodies:
        raise Uncertain("no upgrade() or downgrade() could be read in the file")
    for body in bodies:
        for part in body.parts:
            for spot in within(body, part):
                if spot.part.line == finding.place.line and not isinstance(spot.part, Other | Block | Batch):
                    return spot
    raise Uncertain(NESTED)


def _index(spot: Spot, _finding: Finding, made: Choice) -> None:
    """CREATE INDEX, DROP INDEX, REINDEX: CONCURRENTLY, and a block of its own around."""
    edits = _concurrently(spot)
    arounds = set() if blocks.inside(spot) else blocks.alone(spot)
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


def _block(spot: Spot, _finding: Finding, made: Choice) -> None:
    made.arounds.update(blocks.first(spot))


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

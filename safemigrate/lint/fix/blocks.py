"""Which statements may go into an ``autocommit_block()``: each is then committed on its own, without the version.

That is right where the function has nothing else to commit, or where nothing stands before what cannot run otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import takewhile

from safemigrate.lint.fix import source
from safemigrate.lint.fix.kinds import CONCURRENTLY, NESTED, Around, Spot, Uncertain, within
from safemigrate.lint.fix.source import Batch, Block, Neutral, Operation, Part, Sql


def inside(spot: Spot) -> bool:
    """Whether a block is around it already, be it with a batch between."""
    blocks = [part for part in spot.body.parts if isinstance(part, Block)]
    return any(each.part is spot.part for block in blocks for each in within(spot.body, block))


def alone(spot: Spot) -> set[Around]:
    """Blocks around the whole body. Raises Uncertain where it has more than operations on indexes."""
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


def first(spot: Spot) -> set[Around]:
    """Blocks around what says CONCURRENTLY and stands in none, and around what stands before it.

    Raises Uncertain where that is something else.
    """
    if inside(spot):
        raise Uncertain("it stands in an autocommit_block() already")
    parts = spot.body.parts
    index = next(index for index, part in enumerate(parts) if spot.part in (part, *_inner(part)))
    leading = _leading(parts)
    if leading < index:
        raise Uncertain("what stands before it would be committed without its version")
    if isinstance(parts[index], Batch):
        raise Uncertain("it stands in a batch, which sends it at its end")
    if leading == index:
        raise Uncertain(NESTED)
    _check_order(parts[:leading])
    return set(_runs(parts[:leading]))


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

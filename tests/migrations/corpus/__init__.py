"""Random histories: tables with rows, and revisions of random operations upon them, as an Alembic project has them.

Most of what is made here succeeds with plain Alembic; what does not is good as well, for it has to fail the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from hypothesis import strategies as st

from tests.migrations.corpus import columns, constraints, data, indexes, objects, tables
from tests.migrations.corpus.world import Choose, World

Make = Callable[[World], str | None]

Ending = Literal["taken back", "interrupted", "resumed", "failed"]

KINDS: dict[Make, int] = {
    columns.add_plain: 2,
    columns.add_constant: 2,
    columns.add_volatile: 5,
    columns.add_numbered: 3,
    columns.add_computed: 2,
    columns.add_checked: 4,
    columns.add_reference: 3,
    columns.drop_column: 2,
    columns.rename_column: 2,
    columns.retype: 4,
    columns.not_null: 6,
    columns.null: 2,
    columns.set_default: 2,
    columns.comment_column: 1,
    columns.set_statistics: 1,
    columns.several: 6,
    columns.batched: 2,
    constraints.unique: 6,
    constraints.unique_as_sql: 4,
    constraints.primary_key: 5,
    constraints.check: 5,
    constraints.check_not_valid: 2,
    constraints.validate: 2,
    constraints.foreign_key: 6,
    constraints.drop_constraint: 3,
    constraints.rename_constraint: 2,
    constraints.comment_constraint: 1,
    constraints.doomed: 1,
    indexes.plain: 4,
    indexes.unique: 3,
    indexes.partial: 3,
    indexes.expression: 2,
    indexes.inverted: 2,
    indexes.unnamed: 3,
    indexes.concurrent: 1,
    indexes.drop: 3,
    indexes.rename: 1,
    indexes.reindex: 1,
    indexes.statistics: 1,
    tables.create_table: 2,
    tables.create_partitioned: 1,
    tables.add_partition: 3,
    tables.detach_partition: 3,
    tables.drop_table: 1,
    tables.rename_table: 2,
    tables.set_schema: 1,
    tables.comment_table: 1,
    tables.set_parameters: 1,
    objects.create_enum: 2,
    objects.add_label: 2,
    objects.rename_label: 1,
    objects.create_view: 1,
    objects.replace_view: 1,
    objects.constant_view: 1,
    objects.drop_view: 1,
    objects.create_matview: 2,
    objects.refresh_matview: 2,
    objects.drop_matview: 1,
    objects.sequence: 1,
    objects.trigger: 1,
    objects.function: 1,
    objects.block: 1,
    objects.grant: 1,
    objects.row_security: 1,
    data.set_constant: 5,
    data.increment: 5,
    data.append: 3,
    data.copy_column: 3,
    data.move_key: 1,
    data.join: 2,
    data.delete: 3,
    data.insert: 1,
    data.truncate: 1,
}
"""Every kind of operation and its weight: what takes long on a large table comes most often."""

_MOVES_ROWS = {data.insert, data.truncate, objects.block, tables.drop_table, columns.drop_column}
"""What cannot be taken back."""


@dataclass(frozen=True)
class History:
    """*seeds* are SQL; each of *revisions* is the text of ``upgrade()``. *volatile* columns differ from run to run.

    *ending* is what befalls the last revision after *steps* of its steps; if it fails, then in so many commands that
    define something (*faults*), and in the *row* that is written.
    """

    seeds: tuple[str, ...]
    revisions: tuple[str, ...]
    volatile: frozenset[tuple[str, str]]
    ending: Ending
    steps: int
    small_table: int
    faults: int = 1
    row: int = 1

    @property
    def text(self) -> str:
        """All of it, for a reader."""
        texts = [f"# seed\n{text};" for text in self.seeds]
        texts += [f"# revision {number}\n{text}" for number, text in enumerate(self.revisions, start=1)]
        ending = f"{self.ending} after {self.steps} steps (faults {self.faults}, row {self.row})"
        return "\n".join([*texts, f"# {ending}, small_table = {self.small_table}"])


def histories(version: int) -> st.SearchStrategy[History]:
    """Histories for a server of major *version*: each from a number, and so too far apart to shrink."""
    return st.builds(history, st.just(version), st.integers(0, 2**63).map(Random))


def history(version: int, random: Random) -> History:
    """One history."""
    choose = Choose(random)
    world = World(choose, version)
    seeds = tuple(tables.seeds(world))
    kinds = [make for make, weight in KINDS.items() for _ in range(weight)]
    harmless = [make for make in kinds if make not in _MOVES_ROWS]
    revisions = []
    for _ in range(choose.number(1, 3)):
        # Half of the revisions can be taken back.
        several = choose.one((kinds, harmless))
        made = [text for _ in range(choose.number(1, 6)) if (text := _operation(world, choose.one(several)))]
        if made:
            revisions.append("\n".join(made))
    return History(
        seeds,
        tuple(revisions) or ("pass",),
        frozenset(world.volatile),
        choose.one(("taken back", "interrupted", "resumed", "failed")),
        choose.number(1, 6),
        choose.one((0, 0, 0, 50, 10_000)),
        choose.one((0, 1, 1, 2)),
        choose.number(1, 60),
    )


def _operation(world: World, make: Make) -> str | None:
    text = make(world)
    world.note_volatile()
    return text

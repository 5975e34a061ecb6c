"""What the families of rewrites share: the parts that a statement is split into, and the situation it meets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from safemigrate.facts import identifiers
from safemigrate.plan import naming, text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.made import Made
from safemigrate.statement import Marks, forms
from safemigrate.statement.forms import ConstraintKind, Form, Relation
from safemigrate.steps import Batch, Undo


@dataclass(frozen=True, slots=True)
class Part:
    """One step of the safe way: *statements* in one transaction, unless PostgreSQL refuses them in one.

    *undo* is how it is taken back, where that is not simply the inverse of its statements: as a part of the whole it
    often is less (what an earlier part's undo drops need not be taken back by itself). *batch* makes of its one
    statement a BATCHED step. *instant*: after the parts before it, it neither scans nor builds, whatever it would do by
    itself; neighbours that are instant are one step. *title* says what it does, where its statements do not.
    """

    statements: tuple[str, ...]
    undo: Undo | None = None
    batch: Batch | None = None
    instant: bool = False
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of one statement, in order; *family* names the kind of rewrite, in the words of a person."""

    family: str
    parts: tuple[Part, ...]


Answer = Split | str | None
"""What a family says to a statement: how it is split, why it has to stay as it is, or (None) that there is no need."""

NOTHING_TO_UNDO = Undo(settled=True)
"""The undo of a part whose effect goes with an earlier part, or that leaves nothing behind."""

REARRANGED = "its partitions are changed earlier in this revision"


def undone_by(*statements: str, transactional: bool = True) -> Undo:
    """An undo that is known for sure when the plan is made."""
    return Undo(statements, transactional=transactional, settled=True)


@dataclass(frozen=True, slots=True)
class Holder:
    """What has a name: something of the table *oid* (0 for what is of none), which goes with any of its *columns*."""

    oid: int = 0
    columns: frozenset[str] = frozenset()
    kind: str = ""


@dataclass
class Situation:
    """What a statement meets: the catalog as it is before the revision, and what the revision did before it.

    *fresh* are the oids of relations that this run has made; *small* the number of rows below which a table is changed
    as written; *images*: whether before-images are to be kept; *never* the tables and families that are not split;
    *promised* the names that the revision gives, and those that PostgreSQL chooses for it (see ``names``); *renamed*
    what it calls the columns of old tables, by the oid of the table and the name in the catalog; *moved* the oids of
    old tables that it attaches, detaches or drops, or gives a partition.
    """

    catalog: Catalog
    version: int
    small: int
    images: bool = True
    fresh: Collection[int] = ()
    never: Collection[str] = ()
    made: Made = field(default_factory=Made)
    marks: Marks = field(default_factory=Marks)
    promised: dict[Relation, Holder] = field(default_factory=dict)
    renamed: dict[tuple[int, str], str] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)

    def concerned(self, relation: Relation) -> Row | None:
        """The row of a relation whose users would notice: it was there before this run, and is not small.

        None for what is new, small, temporary, or not in the catalog under this name.
        """
        row = self.old(relation)
        return row if row and self.rows(row) >= self.small else None

    def old(self, relation: Relation) -> Row | None:
        """The row of a relation that was there before this run, however small."""
        if relation in self.made.relations or (self.made.elsewhere and not relation.schema):
            return None
        row = self.catalog.relation(relation)
        if row is None or row["oid"] in self.fresh or row["persistence"] == "t" or row["schema"] == "safemigrate":
            return None
        if self.never and {row["name"], f"{row['schema']}.{row['name']}"} & set(self.never):
            return None
        return row

    def rows(self, row: Row) -> int:
        """About how many rows a relation has, its partitions included, judged as the planner does: by its size now and
        the density that ANALYZE found. Larger than any bound where it cannot be told.
        """
        return self.catalog.rows_of(row["oid"])

    def name(self, row: Row) -> str:
        """The relation's full name, quoted: what later statements say must not depend on search_path."""
        return text.relation(self.catalog.named(row))

    def free_name(self, row: Row, columns: Sequence[str], kind: ConstraintKind, label: str = "") -> str:
        """The name that PostgreSQL will choose for a constraint of this *kind* on a table, which is taken from now on.

        With a *label* it is not PostgreSQL's choice but one like it, for something of ours.
        """
        taken = self.taken(row["schema"], kind)
        name = identifiers.choose(row["name"], columns, label or identifiers.label(kind), taken)
        self.promised[Relation(name, row["schema"])] = Holder(row["oid"], frozenset(columns), kind)
        return name

    def taken(self, schema: str, kind: ConstraintKind = "unique") -> set[str]:
        """The names that a new constraint of this *kind* cannot get in *schema*, nor, as it is, a new index."""
        gone = {each.name for each in self.made.dropped if each.schema == schema}
        new = {each.name for each in self.promised if each.schema in (None, schema)}
        return (naming.taken(self.catalog, schema, kind) - gone) | new

    def named_after(self, row: Row, added: forms.Constraint) -> tuple[str, ...]:
        """The columns in the name that PostgreSQL chooses for *added*: for a check only where it has a single one."""
        match added.kind:
            case "primary key":
                return ()
            case "check":
                # All of the row goes by the name of the table.
                whole = added.columns == (row["name"],) and not self.catalog.column(row, row["name"])
                return () if whole or len(added.columns) != 1 else added.columns
        return (*added.columns, *added.including)

    def column_now(self, row: Row, column: str) -> str:
        """What a column is called at this point of the revision, which the catalog knows as *column*."""
        return self.renamed.get((row["oid"], column), column)

    def column_before(self, row: Row, column: str) -> str:
        """What the catalog knows a column as, which is called *column* at this point of the revision."""
        before = (old for (oid, old), new in self.renamed.items() if oid == row["oid"] and new == column)
        return next(before, column)

    def rearranged(self, row: Row) -> bool:
        """Whether a table has other partitions at this point of the revision than the catalog says."""
        oids = {row["oid"], *(each["oid"] for each in self.catalog.rows("descendants", oid=row["oid"]))}
        return not oids.isdisjoint(self.moved)

    def note(self, several: tuple[Form, ...]) -> None:
        """Remember what a statement of the revision does."""
        self.made.note(several, self.catalog)

    def leaves(self, row: Row) -> list[Row]:
        """The partitions of a partitioned table that hold rows themselves, at any depth, in the order of their oids."""
        return [each for each in self.catalog.rows("descendants", oid=row["oid"]) if each["kind"] == "r"]

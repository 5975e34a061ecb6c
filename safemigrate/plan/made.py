"""What a revision has made so far. What is done to it later needs no undo: taking back its creation is enough."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from safemigrate.plan import naming
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation

if TYPE_CHECKING:
    from safemigrate.plan.catalog import Catalog


@dataclass
class Made:
    """*relations*, *columns* and *others* (types, functions, schemas, …) are new in this revision; *dropped* are the
    full names of what was there before it and is gone, or is called otherwise. *elsewhere*: search_path is another than
    at its beginning, so that a name without a schema may mean another thing than the catalog says.
    """

    relations: set[Relation] = field(default_factory=set)
    columns: set[tuple[Relation, str]] = field(default_factory=set)
    constraints: set[tuple[Relation, str]] = field(default_factory=set)
    others: set[tuple[str, Relation]] = field(default_factory=set)
    dropped: set[Relation] = field(default_factory=set)
    elsewhere: bool = False

    def copy(self) -> Made:
        return Made(
            set(self.relations),
            set(self.columns),
            set(self.constraints),
            set(self.others),
            set(self.dropped),
            self.elsewhere,
        )

    def cover(self, several: tuple[Form, ...]) -> bool:
        """Whether all that these forms change is new."""
        return bool(several) and all(self._covers(form) for form in several)

    def note(self, several: tuple[Form, ...], catalog: Catalog | None) -> None:
        for form in several:
            if catalog is not None:
                self.dropped |= naming.freed(form, catalog)
            self._note(form, catalog)

    def named(self, form: Form, catalog: Catalog | None) -> Form:
        """*form*, and if it leaves a name to PostgreSQL, under the one that it will choose, where that can be told."""
        if catalog is None or not isinstance(form, forms.AddConstraint | forms.CreateIndex):
            return form
        table = catalog.relation(form.relation)
        if table is None:
            return form
        if isinstance(form, forms.CreateIndex):
            others = self.taken(catalog, table["schema"])
            return form if form.name else replace(form, name=naming.index(catalog, table, form, others))
        if form.constraint.name:
            return form
        others = self.taken(catalog, table["schema"], form.constraint.kind)
        name = naming.constraint(catalog, table, form.constraint, others)
        return replace(form, constraint=replace(form.constraint, name=name))

    def taken(self, catalog: Catalog, schema: str, kind: forms.ConstraintKind = "unique") -> set[str]:
        """The names that a new constraint of this *kind* cannot get in *schema*, nor, as it is, a new index."""
        gone = {each.name for each in self.dropped if each.schema == schema}
        new = {each.name for each in self.relations if each.schema in (None, schema)}
        new |= {name for table, name in self.constraints if table.schema in (None, schema)}
        return (naming.taken(catalog, schema, kind) - gone) | new

    def _covers(self, form: Form) -> bool:
        match form:
            case forms.SetSchema() | forms.RenameRelation():
                # The undo of the creation drops it by its first name: the change of name has to be taken back.
                return False
            case forms.DropTable():
                return form.relation in self.relations
            case forms.DropIndex():
                return form.index in self.relations
            case forms.AddColumn() | forms.AddConstraint() | forms.AlterTable():
                return form.relation in self.relations
            case forms.RenameColumn() | forms.RenameConstraint():
                return form.relation in self.relations
            case forms.ValidateConstraint() | forms.AlterConstraint():
                return form.relation in self.relations or (form.relation, form.name) in self.constraints
            case (
                forms.SetDefault()
                | forms.DropDefault()
                | forms.SetNotNull()
                | forms.DropNotNull()
                | forms.AlterColumnType()
                | forms.AlterColumn()
                | forms.DropColumn()
            ):
                return self._has_column(form.relation, form.column)
            case forms.AttachPartition() if form.kind == "index":
                return form.relation in self.relations
            case forms.CreateIndex():
                return form.relation in self.relations
            case forms.DropConstraint():
                return form.relation in self.relations or (form.relation, form.name) in self.constraints
            case forms.Write():
                return self._covers_write(form)
            case forms.Truncate():
                return all(relation in self.relations for relation in form.relations)
            case forms.Comment(kind="constraint"):
                return form.name in self.relations or (form.name, form.part) in self.constraints
            case forms.Comment():
                return form.name in self.relations or (form.kind == "column" and self._has_column(form.name, form.part))
            case forms.AddEnumValue() | forms.RenameEnumValue() | forms.AlterDomain() | forms.AlterType():
                return ("type", form.type) in self.others
            case forms.Create() | forms.Drop() | forms.Alter() if form.on:
                return form.on in self.relations
            case forms.Drop() | forms.Alter():
                return form.name in self.relations or ("type", form.name) in self.others
            case forms.Grant():
                return bool(form.objects) and all(item in self.relations for item in form.objects)
            case forms.Do():
                return not form.opaque and self.cover(form.inside)
        return False

    def _has_column(self, table: Relation, column: str) -> bool:
        return table in self.relations or (table, column) in self.columns

    def _covers_write(self, form: forms.Write) -> bool:
        if form.relation in self.relations:
            return True
        return (
            form.kind == "update"
            and bool(form.columns)
            and all((form.relation, column) in self.columns for column in form.columns)
        )

    def _note(self, form: Form, catalog: Catalog | None) -> None:
        match form:
            case forms.CreateTable() if self._is_new(form.relation, form.if_not_exists, catalog):
                self.relations.add(form.relation)
            case forms.Create(kind="view" | "materialized view" | "sequence"):
                if self._is_new(form.name, form.if_not_exists or form.replace, catalog):
                    self.relations.add(form.name)
            case forms.Create(kind="enum" | "domain" | "composite type" | "range"):
                self.others.add(("type", form.name))
            case forms.CreateIndex() if form.name and not form.if_not_exists:
                self.relations.add(Relation(form.name, form.relation.schema))
            case forms.AddColumn() if not form.if_not_exists:
                self.columns.add((form.relation, form.column.name))
            case forms.AddConstraint() if form.constraint.name:
                self.constraints.add((form.relation, form.constraint.name))
            case forms.RenameRelation() if form.relation in self.relations:
                self.relations.add(Relation(form.new, form.relation.schema))
            case forms.SetSchema() if form.name in self.relations:
                self.relations.add(Relation(form.name.name, form.schema))
            case forms.RenameColumn() if (form.relation, form.column) in self.columns:
                self.columns.add((form.relation, form.new))
            case forms.DropTable() if form.relation in self.relations:
                self.relations.discard(form.relation)
            case forms.Set(name="search_path" | "", constraints=False):
                self.elsewhere = True
            case forms.Select() if "set_config" in form.functions:
                self.elsewhere = True
            case forms.DropConstraint() | forms.RenameConstraint():
                self.constraints.discard((form.relation, form.name))
            case forms.DropColumn():
                self.columns.discard((form.relation, form.column))

    @staticmethod
    def _is_new(name: Relation, conditional: bool, catalog: Catalog | None) -> bool:
        """Whether it was not there before; with IF NOT EXISTS or OR REPLACE only the catalog can tell."""
        if not conditional:
            return True
        return catalog is not None and catalog.relation(name) is None

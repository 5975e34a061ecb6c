"""What all families of forms share: a relation by its name, and the bases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A relation (or another named object) as the statement names it: *schema* is None where search_path decides."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Form:
    """The base of all forms."""


@dataclass(frozen=True, slots=True)
class Unknown(Form):
    """The text does not parse, or it is a statement that is not modelled; *reason* says which."""

    reason: str


@dataclass(frozen=True, slots=True)
class TableForm(Form):
    """The base of what is done to one existing table or to one of its parts."""

    relation: Relation

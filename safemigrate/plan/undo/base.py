"""What the families of undos share: the frequent answers, and SQL text for ALTER TABLE and COMMENT."""

from __future__ import annotations

from safemigrate.facts import Relation
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.steps import Undo

NOTHING = Undo()
"""There is nothing to take back."""

OPEN = Undo(open=True)
"""Only the catalog knows, and it was not asked, or does not know the thing yet."""


def sql(*statements: str, transactional: bool = True) -> Undo:
    return Undo(statements, transactional=transactional)


def lost(what: str, *statements: str) -> Undo:
    """*statements* bring back the shape, not *what* was in it."""
    return Undo(statements, loses=what)


def qualified(catalog: Catalog | None, name: Relation) -> str:
    """The quoted name, with its schema where the catalog can tell: search_path may be another when the undo runs."""
    return text.relation(catalog.qualified(name) if catalog else name)


def alter(table: str, *actions: str) -> str:
    return f"ALTER TABLE {table} {', '.join(actions)}"


def comment(kind: str, target: str, words: str | None) -> str:
    return f"COMMENT ON {kind.upper()} {target} IS {text.literal(words) if words else 'NULL'}"


def comments(kind: str, target: str, words: str | None) -> tuple[str, ...]:
    """The comment of a thing that was made again: none where there was none."""
    return (comment(kind, target, words),) if words else ()


def table(catalog: Catalog | None, name: Relation) -> tuple[Catalog, Row] | None:
    """The catalog and the row of a relation, None where either is missing."""
    row = catalog.relation(name) if catalog else None
    return (catalog, row) if catalog and row else None

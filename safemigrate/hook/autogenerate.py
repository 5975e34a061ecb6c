"""Keep the journal out of autogenerate's sight: with ``include_schemas=True`` it would propose to drop its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from alembic.runtime.environment import EnvironmentContext

SCHEMA = "safemigrate"


@contextmanager
def without_our_schema() -> Iterator[None]:
    """Within the block, ``context.configure()`` gets an ``include_name`` that leaves our schema out."""
    original: Any = EnvironmentContext.configure

    @wraps(original)
    def configure(self: EnvironmentContext, *positional: Any, **named: Any) -> None:
        theirs = named.get("include_name")

        def include_name(name: str | None, type_: Any, parent_names: Any) -> bool:
            if type_ == "schema" and name == SCHEMA:
                return False
            return theirs is None or bool(theirs(name, type_, parent_names))

        original(self, *positional, **{**named, "include_name": include_name})

    setattr(EnvironmentContext, "configure", configure)  # noqa: B010 -- a method, to the type checker
    try:
        yield
    finally:
        setattr(EnvironmentContext, "configure", original)  # noqa: B010

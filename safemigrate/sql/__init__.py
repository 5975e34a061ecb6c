"""Every static query that goes to production, one file per part, so that a database administrator can read them all.

A file is a row of blocks: ``-- name: blockers``, a sentence on what the query answers, the query. Nothing is ever
formatted into their text; values are passed as parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import LiteralString

_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)


@cache
def queries(name: str) -> Mapping[str, LiteralString]:
    """The queries of ``<name>.sql`` by their names. The text is shipped with the package: as literal as in a module."""
    text = resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    _preamble, *parts = _NAME.split(text)
    return MappingProxyType(
        {block: body.strip().removesuffix(";") for block, body in zip(parts[::2], parts[1::2], strict=True)}
    )


@cache
def text(name: str) -> LiteralString:
    """The whole of ``<name>.sql``, for what is sent as one piece."""
    return resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")

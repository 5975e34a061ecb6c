"""enum-type-not-created: a column of a type that no revision creates.

Why      create_table() creates the type of an sa.Enum, add_column() and alter_column() do not: PostgreSQL does not know
         it, and the deploy fails there.
Bad      op.add_column("orders", sa.Column("kind", sa.Enum("shop", "web", name="order_kind")))
Instead  op.execute("CREATE TYPE order_kind AS ENUM ('shop', 'web')")
         op.add_column("orders", sa.Column("kind", sa.Enum("shop", "web", name="order_kind")))

Silent where the history does not begin with an empty database or could not be read in whole, and for types that may
come from an extension.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from safemigrate.facts import types
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.ERROR

# The types that well-known extensions bring, and extensions that bring none.
_OF_EXTENSIONS = {
    "citext", "hstore", "ltree", "lquery", "ltxtquery", "cube", "seg", "isbn", "isbn13", "issn", "issn13", "ismn",
    "ismn13", "ean13", "upc", "geometry", "geography", "raster", "box2d", "box3d", "topogeometry", "vector", "halfvec",
    "sparsevec", "semver", "uint1", "uint2", "uint4", "uint8", "int1", "ulid", "h3index", "roaringbitmap", "hll",
    "ip4", "ip4r", "iprange", "emailaddr", "pgmq", "agtype", "gtrgm", "query_int",
}  # fmt: skip
_WITHOUT_TYPES = {
    "plpgsql", "pgcrypto", "uuid-ossp", "pg_trgm", "btree_gin", "btree_gist", "unaccent", "fuzzystrmatch", "tablefunc",
    "pg_stat_statements", "pgstattuple", "pg_prewarm", "pg_buffercache", "amcheck", "postgres_fdw", "dblink",
    "citext", "hstore", "ltree", "cube", "postgis", "vector", "pg_repack", "pg_partman", "pg_cron", "auto_explain",
}  # fmt: skip


def check(form: forms.AddColumn | forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    text = form.column.type if isinstance(form, forms.AddColumn) else form.type
    table = at.table(form.relation)
    if types.is_built_in(text) or at.schema.gaps or at.reading.gaps or table is None or not table.whole:
        return
    if _is_known(text, at):
        return
    named = text.rstrip("[]")
    labels = ", ".join("'" + label.replace("'", "''") + "'" for label in _labels(at.source)) or "…"
    yield Found(
        f"no revision creates the type {text}, and this operation does not either: PostgreSQL does not know it",
        instead=f"# before it:\n{spell.execute(f'CREATE TYPE {named} AS ENUM ({labels})')}",
        handled=False,
        impact=Impact(),
    )


def _is_known(text: str, at: Situation) -> bool:
    named = at.schema.type(text)
    made = named in at.schema.enums or named in at.schema.domains or named in at.schema.types
    extensions = at.schema.extensions - _WITHOUT_TYPES
    return made or named in at.schema.tables or bool(extensions) or named.name in _OF_EXTENSIONS


def _labels(source: str) -> list[str]:
    """The labels of the ``Enum(…)`` in *source*, as far as they are written there."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func).lower().endswith("enum")]
    written = [each.value for call in calls[:1] for each in call.args if isinstance(each, ast.Constant)]
    return [value for value in written if isinstance(value, str)]

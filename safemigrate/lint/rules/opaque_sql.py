"""opaque-sql: SQL that does more than its text shows.

Why      What a procedure does, a function that no revision has made, or SQL that is put together when it runs, was not
         judged: it is not "OK".
Bad      op.execute("DO $$ BEGIN EXECUTE 'ALTER TABLE ' || current_setting('a.b') || ' ADD note text'; END $$")
Instead  op.execute("ALTER TABLE orders ADD note text")

Silent for the extensions that come with PostgreSQL, whose scripts touch no table of yours, and for functions of
PostgreSQL itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.statement import functions

SEVERITY = Severity.WARNING

# Those of PostgreSQL's own that are called for their effect, on sessions, sequences and statistics only.
_OWN = frozenset({"set_config", "setval", "nextval", "currval", "lastval", "setseed"})
_OWN_PREFIXES = ("pg_", "txid_", "lo_", "dblink_connect")
_KNOWN_EXTENSIONS = frozenset({
    "amcheck", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn", "earthdistance",
    "file_fdw", "fuzzystrmatch", "hstore", "intarray", "isn", "lo", "ltree", "pageinspect", "pg_buffercache",
    "pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_surgery", "pg_trgm", "pg_visibility", "pg_walinspect",
    "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql", "postgis", "postgres_fdw", "seg", "sslinfo", "tablefunc", "tcn",
    "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector", "xml2",
})  # fmt: skip


def check(form: forms.Do | forms.Unknown | forms.Select | forms.Create, at: Situation) -> Iterator[Found]:
    why, severity = _why(form, at)
    if why and "does not parse" not in why:
        yield Found(f"not all of it can be seen: {why}", handled=False, severity=severity, impact=Impact())


def _why(form: forms.Do | forms.Unknown | forms.Select | forms.Create, at: Situation) -> tuple[str, Severity]:
    match form:
        case forms.Do():
            return form.opaque, Severity.WARNING
        case forms.Unknown():
            return form.reason, Severity.INFO if form.reason.endswith("is not modelled") else Severity.WARNING
        case forms.Create(kind="extension") if form.name.name not in _KNOWN_EXTENSIONS:
            return f"what the script of extension {form.name.name} does", Severity.INFO
        case forms.Select() if not form.reads:
            names = [name for name in functions.with_effects(form.functions) if _is_opaque(name, at)]
            return (f"what {', '.join(f'{name}()' for name in names)} does" if names else ""), Severity.WARNING
    return "", Severity.WARNING


def _is_opaque(name: str, at: Situation) -> bool:
    bare = name.rpartition(".")[2]
    return bare not in at.schema.functions and bare not in _OWN and not bare.startswith(_OWN_PREFIXES)

"""Which of PostgreSQL's own functions are volatile, for the question whether a default rewrites the table.

ADD COLUMN evaluates a default once, and keeps the value in the catalog, unless it is volatile: then the table is
rewritten. Only names that people write into defaults are listed; others are "unknown" until the catalog is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from safemigrate.statement.forms import Volatility

VOLATILE = frozenset({
    "random", "random_normal", "setseed", "clock_timestamp", "timeofday", "nextval", "currval", "lastval", "setval",
    "gen_random_uuid", "gen_random_bytes", "uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc",
    "uuid_generate_v4", "txid_current", "pg_current_xact_id",
})  # fmt: skip
STABLE = frozenset({
    "now", "transaction_timestamp", "statement_timestamp", "current_timestamp", "current_date", "current_time",
    "localtime", "localtimestamp", "current_user", "session_user", "current_setting", "current_schema",
    "current_database", "timezone", "date_trunc", "to_char", "to_timestamp", "to_date", "to_json", "to_jsonb",
    "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array", "inet_client_addr",
    "age", "concat", "concat_ws", "format", "to_tsvector", "date_part", "extract",
})  # fmt: skip
IMMUTABLE = frozenset({
    "lower", "upper", "md5", "length", "coalesce", "greatest", "least", "abs", "ceil", "floor", "round", "repeat",
    "left", "right", "substring", "substr", "replace", "trim", "btrim", "ltrim", "rtrim", "array_fill",
    "make_date", "make_interval", "make_timestamp", "make_timestamptz", "encode", "decode", "sha256", "cardinality",
    "int4range", "int8range", "numrange", "tstzrange", "tsrange", "daterange", "jsonb_set", "array_append",
})  # fmt: skip
# What queries call that has no effect on the database.
HARMLESS = frozenset({
    "count", "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg", "jsonb_agg", "bool_and", "bool_or",
    "row_number", "rank", "lag", "lead", "first_value", "last_value", "unnest", "generate_series", "exists",
    "to_regclass", "to_regtype", "version", "pg_table_is_visible", "format_type", "obj_description", "pg_get_expr",
    "col_description", "pg_get_constraintdef", "pg_get_indexdef", "pg_get_viewdef", "pg_get_serial_sequence",
    "has_table_privilege", "has_schema_privilege", "pg_relation_size", "pg_total_relation_size", "generate_subscripts",
    "array_length", "any_value", "row_to_json", "regexp_replace", "regexp_match", "split_part", "position", "strpos",
    "pg_backend_pid", "random", "clock_timestamp", "gen_random_uuid", "current_schemas", "nullif", "lpad", "rpad",
})  # fmt: skip


def volatility(called: Iterable[str]) -> Volatility:
    """The volatility of an expression that calls these functions."""
    names = set(called)
    if names & VOLATILE:
        return "volatile"
    if names - VOLATILE - STABLE - IMMUTABLE:
        return "unknown"
    return "stable" if names & STABLE else "constant"


def with_effects(called: Iterable[str]) -> tuple[str, ...]:
    """Those of *called* that may change something: all that are not known not to."""
    harmless = HARMLESS | STABLE | IMMUTABLE
    return tuple(name for name in called if name not in harmless)

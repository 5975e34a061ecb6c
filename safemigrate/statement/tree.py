"""What every reader needs of a parse tree: walking it, names, the text of types, volatility of expressions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safemigrate.statement import functions, parser
from safemigrate.statement.forms import Default, Relation
from safemigrate.statement.parser import Node

# Where the parser puts a one-letter code or a keyword into a string field, there is no name in it.
_CODES = frozenset({
    "relpersistence", "fk_matchtype", "fk_upd_action", "fk_del_action", "identity", "generated", "generated_when",
    "storage", "subtype", "strategy", "access_method", "priv_name", "cmd_name", "defname", "ctematerialized",
})  # fmt: skip
_TYPE_WORDS = {
    "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
    "bool": "boolean", "bpchar": "character", "varchar": "character varying", "varbit": "bit varying",
    "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
    "timetz": "time with time zone", "time": "time without time zone",
}  # fmt: skip


def unwrap(node: Node) -> Node:
    """The message inside a ``Node``; other messages come back as they are."""
    if node.DESCRIPTOR.name != "Node":
        return node
    which = node.WhichOneof("node")
    return getattr(node, which) if which else node


def walk(message: Node) -> Iterator[Node]:
    """*message* and every message below it, ``Node`` wrappers left out."""
    if message.DESCRIPTOR.name != "Node":
        yield message
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for child in [value] if hasattr(value, "ListFields") else value:
            yield from walk(child)


def is_a(message: Node, *names: str) -> bool:
    return message.DESCRIPTOR.name in names


def strings(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names in a list of ``String`` nodes."""
    return tuple(node.string.sval for node in nodes if node.WhichOneof("node") == "string")


def relation(range_var: Node) -> Relation:
    return Relation(range_var.relname, range_var.schemaname or None)


def named(parts: tuple[str, ...]) -> Relation:
    """("schema", "name") or ("name",); a leading database name is dropped."""
    if not parts:
        return Relation("")
    return Relation(parts[-1], parts[-2] if len(parts) > 1 else None)


def type_text(type_name: Node) -> str:
    """The type as a person would write it; internal names of the grammar are turned back into the manual's."""
    parts = strings(type_name.names)
    if parts[:1] == ("pg_catalog",):
        name = _TYPE_WORDS.get(parts[-1], parts[-1])
    else:
        name = ".".join(part if part.isidentifier() and part.islower() else quoted(part) for part in parts)
    modifiers = [_modifier(node) for node in type_name.typmods]
    if parts == ("pg_catalog", "interval"):
        modifiers = modifiers[1:]  # the first is a bit mask of fields
    if parts == ("pg_catalog", "bpchar") and not modifiers:
        name = "bpchar"
    if modifiers:
        first, _, rest = name.partition(" with")
        name = f"{first}({','.join(modifiers)})" + (f" with{rest}" if rest else "")
    return f"{'setof ' if type_name.setof else ''}{name}{'[]' * len(type_name.array_bounds)}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _modifier(node: Node) -> str:
    value = unwrap(node)
    if is_a(value, "A_Const") and value.WhichOneof("val") in (None, "ival"):
        return str(value.ival.ival)
    return parser.expression(node)


def default(node: Node) -> Default:
    called = function_names(node)
    return Default(parser.expression(node), functions.volatility(called), called)


def function_names(node: Node) -> tuple[str, ...]:
    """The functions called anywhere below *node*, as "schema.name" or "name", pg_catalog left out."""
    found = [
        ".".join(part for part in strings(message.funcname) if part != "pg_catalog")
        for message in walk(node)
        if is_a(message, "FuncCall")
    ]
    stable = ["current_timestamp" for message in walk(node) if is_a(message, "SQLValueFunction")]
    return tuple(dict.fromkeys(found + stable))


def columns(node: Node) -> tuple[str, ...]:
    """The columns named anywhere below *node*, each once."""
    found = [strings(message.fields) for message in walk(node) if is_a(message, "ColumnRef")]
    return tuple(dict.fromkeys(parts[-1] for parts in found if parts))


def columns_used(node: Node) -> frozenset[str]:
    """The columns named anywhere below *node*, with "*" where one names all of a table."""
    stars = {"*" for message in walk(node) if is_a(message, "A_Star")}
    return frozenset((*columns(node), *stars))


def not_null(node: Node) -> Iterator[str]:
    """The columns that are not NULL where the condition *node* is true, as far as PostgreSQL sees it: ``x IS NOT NULL``
    by itself or joined by AND.
    """
    condition = unwrap(node)
    if is_a(condition, "NullTest") and enum_name(condition, "nulltesttype") == "IS_NOT_NULL":
        yield from columns(condition.arg)[:1] if is_a(unwrap(condition.arg), "ColumnRef") else ()
    if is_a(condition, "BoolExpr") and enum_name(condition, "boolop") == "AND_EXPR":
        for each in condition.args:
            yield from not_null(each)


def compared(node: Node) -> Iterator[str]:
    """The columns that the condition *node* holds to constants: ``x = 1``, ``x IN (1, 2)``, joined by AND."""
    condition = unwrap(node)
    if is_a(condition, "A_Expr") and enum_name(condition, "kind") in {"AEXPR_OP", "AEXPR_IN"}:
        sides = [unwrap(condition.lexpr), unwrap(condition.rexpr)]
        if strings(condition.name)[-1:] == ("=",) and is_a(sides[0], "ColumnRef") and not columns(condition.rexpr):
            yield strings(sides[0].fields)[-1]
    if is_a(condition, "BoolExpr") and enum_name(condition, "boolop") == "AND_EXPR":
        for each in condition.args:
            yield from compared(each)


def relations_read(node: Node) -> tuple[Relation, ...]:
    """The relations named anywhere below *node*; names of its WITH queries are none."""
    messages = list(walk(node))
    local = {message.ctename for message in messages if is_a(message, "CommonTableExpr")}
    found = [relation(message) for message in messages if is_a(message, "RangeVar")]
    return tuple(dict.fromkeys(item for item in found if item.schema or item.name not in local))


def identifiers(node: Node) -> Iterator[str]:
    """Every name below *node*: of relations, columns, types, functions, constraints, …"""
    for message in walk(node):
        if is_a(message, "A_Const"):
            continue
        for field, value in message.ListFields():
            if field.type == field.TYPE_STRING and field.name not in _CODES:
                yield from [value] if isinstance(value, str) else value


def string_literals(node: Node) -> Iterator[str]:
    for message in walk(node):
        if is_a(message, "A_Const") and message.WhichOneof("val") == "sval":
            yield message.sval.sval


def enum_name(message: Node, field: str) -> str:
    """The name of an enumeration field's value, such as "AT_AddColumn"."""
    value = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number.get(getattr(message, field))
    return str(value.name) if value else ""


def cascades(message: Node) -> bool:
    return enum_name(message, "behavior") == "DROP_CASCADE"

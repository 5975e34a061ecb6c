"""From the text of a statement to its forms, and to the names it mentions. Nothing here raises.

Results are cached: a revision's statements are asked again and again, by the plan, the gate and the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from safemigrate.statement import forms as f
from safemigrate.statement import functions, parser, read_objects, read_tables, tree
from safemigrate.statement.parser import Node

_WORD = re.compile(r"[^\W\d][\w$]*")


def split(sql: str) -> list[str]:
    """The statements of *sql* as written, without semicolons and the comments between them, empty ones left out.

    Text that does not parse comes back in one piece: the server decides what it means.
    """
    try:
        return [text for piece in parser.split(sql) if (text := piece.strip())]
    except parser.Unparsable:
        return [sql.strip()] if sql.strip() else []


@lru_cache(maxsize=4096)
def forms(sql: str) -> tuple[f.Form, ...]:
    """What *sql* does, one form per action."""
    try:
        statements = parser.parse(sql)
    except parser.Unparsable as error:
        return (f.Unknown(f"it does not parse: {error}"),)
    return tuple(form for raw in statements for form in _statement(tree.unwrap(raw.stmt), sql))


def describes(definition: str, created: f.CreateIndex) -> bool:
    """Whether *definition* (``pg_get_indexdef``) is of the keys that *created* asks for; else it is another index."""
    keys = [(each.columns, each.unique) for each in forms(definition) if isinstance(each, f.CreateIndex)]
    return keys == [(created.columns, created.unique)]


@lru_cache(maxsize=4096)
def names(sql: str) -> frozenset[str]:
    """Every identifier in *sql*: schemas, relations, columns, types and functions alike; all words if it is opaque."""
    try:
        statements = parser.parse(sql)
    except parser.Unparsable:
        return _words(sql)
    found: set[str] = set()
    for raw in statements:
        found.update(tree.identifiers(raw.stmt))
        if tree.is_a(tree.unwrap(raw.stmt), "DoStmt", "CreateFunctionStmt"):
            found.update(_words(sql))
    return frozenset(found - {"pg_catalog"})


@lru_cache(maxsize=4096)
def literals(sql: str) -> frozenset[str]:
    """The string constants in *sql*, lower-cased: a catalog query names its tables by them."""
    try:
        statements = parser.parse(sql)
    except parser.Unparsable:
        return _words(sql)
    return frozenset(text.lower() for raw in statements for text in tree.string_literals(raw.stmt))


def _words(sql: str) -> frozenset[str]:
    return frozenset(word for text in _WORD.findall(sql) for word in (text, text.lower()))


def _statement(node: Node, sql: str) -> Iterator[f.Form]:
    kind = node.DESCRIPTOR.name
    if kind == "DoStmt":
        yield do(node, sql)
    elif kind in _SEVERAL:
        yield from _SEVERAL[kind](node)
    elif kind in _READERS:
        yield _READERS[kind](node)
    elif kind in _NONTRANSACTIONAL:
        yield f.Nontransactional(_NONTRANSACTIONAL[kind])
    else:
        yield f.Unknown(f"{kind.removesuffix('Stmt')} is not modelled")


def _columns_set(targets: Iterable[Node]) -> tuple[str, ...]:
    return tuple(node.res_target.name for node in targets)


def write(node: Node, kind: str) -> f.Write:
    target = tree.relation(node.relation)
    reads = tuple(item for item in tree.relations_read(node) if item != target)
    columns = {"insert": "cols", "update": "target_list"}.get(kind)
    return f.Write(
        kind,  # type: ignore[arg-type]
        target,
        _columns_set(getattr(node, columns)) if columns else (),
        reads,
        tree.function_names(node),
        filtered=kind in {"update", "delete"} and node.HasField("where_clause"),
        compared=tuple(tree.compared(node.where_clause)) if kind in {"update", "delete"} else (),
        from_query=kind == "insert" and bool(reads) and not node.select_stmt.select_stmt.values_lists,
    )


def _with_query(node: Node, form: f.Form) -> Iterator[f.Form]:
    """*form*, and before it the writes that hide in WITH queries."""
    for message in tree.walk(node):
        kind = _WRITES.get(message.DESCRIPTOR.name)
        if kind and message is not node:
            yield write(message, kind)
    yield form


def select(node: Node) -> Iterator[f.Form]:
    if node.HasField("into_clause"):
        target = tree.relation(node.into_clause.rel)
        reads = tuple(item for item in tree.relations_read(node) if item != target)
        yield f.CreateTable(target, reads=reads, temporary=node.into_clause.rel.relpersistence == "t")
        return
    reads = tree.relations_read(node)
    locking = any(tree.is_a(message, "LockingClause") for message in tree.walk(node))
    yield from _with_query(node, f.Select(reads, tree.function_names(node), reads if locking else ()))


def _write_with_query(kind: str) -> Callable[[Node], Iterator[f.Form]]:
    return lambda node: _with_query(node, write(node, kind))


def copy(node: Node) -> Iterator[f.Form]:
    if node.is_from:
        yield f.Write("copy", tree.relation(node.relation), tree.strings(node.attlist))
    else:
        yield f.Select(tree.relations_read(node), tree.function_names(node))


def do(node: Node, sql: str) -> f.Do:
    """The static SQL of the block; conditions and loops are not followed: all of it is taken to run."""
    languages = [option.def_elem.arg.string.sval for option in node.args if option.def_elem.defname == "language"]
    if languages not in ([], ["plpgsql"]):
        return f.Do(opaque=f"its language is {languages[0]}")
    inside, opaque = _block(sql)
    return f.Do(inside, opaque)


def body(sql: str) -> tuple[f.Form, ...]:
    """What the body of a CREATE FUNCTION or PROCEDURE does when it is called; Unknown among it for what is opaque."""
    try:
        node = tree.unwrap(parser.only(sql).stmt)
    except parser.Unparsable as error:
        return (f.Unknown(f"it does not parse: {error}"),)
    options = {item.def_elem.defname: tree.unwrap(item.def_elem.arg) for item in node.options}
    language = options["language"].sval if "language" in options else "sql"
    if language == "plpgsql":
        inside, opaque = _block(sql)
        return (*inside, f.Unknown(opaque)) if opaque else inside
    texts = tree.strings(options["as"].items) if "as" in options else ()
    if language != "sql" or not texts:
        return (f.Unknown(f"a function in {language}"),)
    return forms(texts[0])


def _block(sql: str) -> tuple[tuple[f.Form, ...], str]:
    """What the static SQL of a PL/pgSQL block does, and why that may not be all ("" if it is)."""
    try:
        queries = parser.plpgsql_queries(sql)
    except parser.Unparsable as error:
        return (), f"its body does not parse: {error}"
    inside: list[f.Form] = []
    for kind, query in queries:
        if kind in {"execsql", "perform", "fors"}:
            inside.extend(forms(query))
    opaque = "it runs SQL that it builds itself" if any("dyn" in kind for kind, _ in queries) else ""
    unknown = next((form.reason for form in inside if isinstance(form, f.Unknown)), "")
    called = [name for kind, query in queries if kind not in {"execsql", "perform", "fors"} for name in _called(query)]
    if effects := functions.with_effects(called):
        inside.append(f.Select(functions=effects))
    return tuple(inside), opaque or unknown


def _called(expression: str) -> tuple[str, ...]:
    """The functions that a PL/pgSQL expression (without its SELECT) calls."""
    try:
        return tuple(name for raw in parser.parse(f"SELECT {expression}") for name in tree.function_names(raw.stmt))
    except parser.Unparsable:
        return ()


def truncate(node: Node) -> f.Truncate:
    return f.Truncate(tuple(tree.relation(item.range_var) for item in node.relations), tree.cascades(node))


def lock(node: Node) -> f.LockTable:
    return f.LockTable(tuple(tree.relation(item.range_var) for item in node.relations), node.mode)


def variable(node: Node) -> f.Form:
    kind = tree.enum_name(node, "kind")
    if kind == "VAR_SET_MULTI" and not node.name.startswith("SESSION"):
        return f.Transaction("set transaction")
    name = "" if kind == "VAR_RESET_ALL" else node.name
    reset = kind in {"VAR_RESET", "VAR_RESET_ALL", "VAR_SET_DEFAULT"}
    return f.Set(name, node.is_local, reset=reset, value=_setting(node.args))


def _setting(values: Sequence[Node]) -> str:
    """The one value of a SET as text, without quotes."""
    if len(values) != 1 or not tree.is_a(constant := tree.unwrap(values[0]), "A_Const"):
        return ""
    return constant.sval.sval if constant.WhichOneof("val") == "sval" else parser.expression(values[0])


def transaction(node: Node) -> f.Transaction:
    word = tree.enum_name(node, "kind").removeprefix("TRANS_STMT_").replace("_", " ").lower()
    return f.Transaction({"start": "begin", "prepare": "prepare transaction"}.get(word, word))


def _options(nodes: Iterable[Node]) -> set[str]:
    """The options that are on: named without a value, or with a true one."""
    on = set()
    for option in (node.def_elem for node in nodes):
        value = tree.unwrap(option.arg)
        off = (tree.is_a(value, "String") and value.sval.lower() in {"false", "off", "0"}) or (
            tree.is_a(value, "Boolean") and not value.boolval
        )
        if not off:
            on.add(option.defname)
    return on


def vacuum(node: Node) -> f.Maintenance:
    relations = tuple(tree.relation(item.vacuum_relation.relation) for item in node.rels)
    if not node.is_vacuumcmd:
        return f.Maintenance("analyze", relations)
    return f.Maintenance("vacuum full" if "full" in _options(node.options) else "vacuum", relations)


def cluster(node: Node) -> f.Maintenance:
    return f.Maintenance("cluster", (tree.relation(node.relation),) if node.HasField("relation") else ())


def reindex(node: Node) -> f.Reindex:
    kind = tree.enum_name(node, "kind").removeprefix("REINDEX_OBJECT_").lower()
    name = tree.relation(node.relation) if node.HasField("relation") else f.Relation(node.name)
    return f.Reindex(kind, name, "concurrently" in _options(node.params))  # type: ignore[arg-type]


def explain(node: Node) -> Iterator[f.Form]:
    if "analyze" in _options(node.options):
        yield from _statement(tree.unwrap(node.query), "")
    else:
        yield f.Select(tree.relations_read(node.query))


def _create(kind: str, field: str) -> Callable[[Node], f.Form]:
    """A reader for CREATE of a kind whose name is in *field*: a text, a list of strings or a relation."""

    def reader(node: Node) -> f.Form:
        value = getattr(node, field)
        if isinstance(value, str):
            name = f.Relation(value)
        elif hasattr(value, "relname"):
            name = tree.relation(value)
        else:
            name = tree.named(tree.strings(value))
        return f.Create(kind, name, if_not_exists=getattr(node, "if_not_exists", False))

    return reader


_WRITES = {"InsertStmt": "insert", "UpdateStmt": "update", "DeleteStmt": "delete", "MergeStmt": "merge"}
_SEVERAL: dict[str, Callable[[Node], Iterator[f.Form]]] = {
    "AlterTableStmt": read_tables.alter_table,
    "DropStmt": read_objects.drop,
    "SelectStmt": select,
    "CopyStmt": copy,
    "ExplainStmt": explain,
    **{name: _write_with_query(kind) for name, kind in _WRITES.items()},
}
_READERS: dict[str, Callable[[Node], f.Form]] = {
    "CreateStmt": read_tables.create_table,
    "CreateTableAsStmt": read_tables.create_table_as,
    "RenameStmt": read_objects.rename,
    "AlterObjectSchemaStmt": read_objects.set_schema,
    "AlterOwnerStmt": read_objects.owner,
    "CommentStmt": read_objects.comment,
    "GrantStmt": read_objects.grant,
    "GrantRoleStmt": lambda node: f.Grant("role", revoke=not node.is_grant),
    "AlterDefaultPrivilegesStmt": lambda _node: f.Alter("default privileges", f.Relation("")),
    "IndexStmt": read_objects.create_index,
    "CreateFunctionStmt": read_objects.create_function,
    "ViewStmt": read_objects.create_view,
    "CreateTrigStmt": read_objects.create_trigger,
    "RuleStmt": read_objects.create_rule,
    "CreateSeqStmt": read_objects.create_sequence,
    "AlterSeqStmt": lambda node: f.Alter("sequence", tree.relation(node.sequence)),
    "CreateSchemaStmt": read_objects.create_schema,
    "CreateStatsStmt": read_objects.create_statistics,
    "CreateExtensionStmt": _create("extension", "extname"),
    "CreateEnumStmt": read_objects.create_enum,
    "CreateRangeStmt": _create("range", "type_name"),
    "CompositeTypeStmt": _create("composite type", "typevar"),
    "CreateDomainStmt": read_objects.create_domain,
    "CreateRoleStmt": _create("role", "role"),
    "CreatePublicationStmt": _create("publication", "pubname"),
    "CreatePolicyStmt": lambda node: f.Create("policy", f.Relation(node.policy_name), on=tree.relation(node.table)),
    "AlterPolicyStmt": lambda node: f.Alter("policy", f.Relation(node.policy_name), on=tree.relation(node.table)),
    "DefineStmt": read_objects.define,
    "AlterEnumStmt": read_objects.alter_enum,
    "AlterDomainStmt": read_objects.alter_domain,
    "AlterFunctionStmt": read_objects.alter_function,
    "AlterExtensionStmt": lambda node: f.Alter("extension", f.Relation(node.extname)),
    "AlterRoleStmt": lambda node: f.Alter("role", f.Relation(node.role.rolename)),
    "AlterRoleSetStmt": lambda node: f.Alter("role", f.Relation(node.role.rolename)),
    "AlterDatabaseSetStmt": lambda node: f.Alter("database", f.Relation(node.dbname)),
    "RefreshMatViewStmt": lambda node: f.RefreshMatview(
        tree.relation(node.relation), node.concurrent, filled=not node.skip_data
    ),
    "TruncateStmt": truncate,
    "LockStmt": lock,
    "VariableSetStmt": variable,
    "ConstraintsSetStmt": lambda _node: f.Set("constraints", local=True, constraints=True),
    "VariableShowStmt": lambda _node: f.Select(),
    "TransactionStmt": transaction,
    "VacuumStmt": vacuum,
    "ClusterStmt": cluster,
    "ReindexStmt": reindex,
    "CallStmt": lambda _node: f.Unknown("a procedure may do anything"),
}
_NONTRANSACTIONAL = {
    "CreatedbStmt": "create database",
    "DropdbStmt": "drop database",
    "CreateTableSpaceStmt": "create tablespace",
    "DropTableSpaceStmt": "drop tablespace",
    "AlterSystemStmt": "alter system",
    "CreateSubscriptionStmt": "create subscription",
    "DropSubscriptionStmt": "drop subscription",
}

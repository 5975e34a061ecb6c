"""Reads what is created, renamed, changed, commented and dropped by name, and who may use it."""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.statement import forms, tree
from safemigrate.statement.parser import Node

_KINDS = {
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_DOMCONSTRAINT": "domain constraint",
    "OBJECT_STATISTIC_EXT": "statistics",
    "OBJECT_FDW": "foreign data wrapper",
    "OBJECT_FOREIGN_SERVER": "server",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_TSPARSER": "text search parser",
    "OBJECT_TSTEMPLATE": "text search template",
    "OBJECT_OPCLASS": "operator class",
    "OBJECT_OPFAMILY": "operator family",
}
_RELATIONS: dict[str, forms.RelationKind] = {
    "table": "table",
    "index": "index",
    "view": "view",
    "materialized view": "materialized view",
    "sequence": "sequence",
    "foreign table": "foreign table",
}
_VOLATILITIES: dict[str, forms.Volatility] = {"immutable": "constant", "stable": "stable", "volatile": "volatile"}
# Kinds named by "table, name" and found in the namespace of their table.
_PARTS = {"trigger", "policy", "rule", "constraint"}


def kind_of(stmt: Node, field: str) -> str:
    """The manual's words for the kind of object in an enumeration field."""
    name = tree.enum_name(stmt, field)
    return _KINDS.get(name) or name.removeprefix("OBJECT_").replace("_", " ").lower()


def _object(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(name parts, argument types) of the object that a statement names in one of four ways."""
    message = tree.unwrap(node)
    if tree.is_a(message, "List"):
        parts = tuple(part for item in message.items for part in _object(item)[0])
        return parts, ()
    if tree.is_a(message, "ObjectWithArgs"):
        return tree.strings(message.objname), tuple(tree.type_text(item.type_name) for item in message.objargs)
    if tree.is_a(message, "TypeName"):
        return tree.strings(message.names), ()
    if tree.is_a(message, "String"):
        return (message.sval,), ()
    if tree.is_a(message, "RangeVar"):
        return ((message.schemaname, message.relname) if message.schemaname else (message.relname,)), ()
    return (), ()


def drop(stmt: Node) -> Iterator[forms.Form]:
    kind = kind_of(stmt, "remove_type")
    for node in stmt.objects:
        parts, arguments = _object(node)
        if kind == "table":
            yield forms.DropTable(tree.named(parts), stmt.missing_ok, tree.cascades(stmt))
        elif kind == "index":
            yield forms.DropIndex(tree.named(parts), stmt.concurrent, stmt.missing_ok, tree.cascades(stmt))
        else:
            on = tree.named(parts[:-1]) if kind in _PARTS else None
            name = forms.Relation(parts[-1]) if on else tree.named(parts)
            yield forms.Drop(kind, name, on, arguments, stmt.missing_ok, tree.cascades(stmt))


def rename(stmt: Node) -> forms.Form:
    kind = kind_of(stmt, "rename_type")
    table = tree.relation(stmt.relation) if stmt.HasField("relation") else None
    if table and kind == "column":
        return forms.RenameColumn(table, stmt.subname, stmt.newname)
    if table and kind == "constraint":
        return forms.RenameConstraint(table, stmt.subname, stmt.newname)
    if table and kind == "attribute":
        return forms.AlterType(table, "rename attribute", stmt.subname)
    if table and kind in _RELATIONS:
        return forms.RenameRelation(table, stmt.newname, _RELATIONS[kind])
    if table:
        return forms.Rename(kind, forms.Relation(stmt.subname), stmt.newname, on=table)
    parts, arguments = _object(stmt.object)
    name = tree.named(parts) if parts else forms.Relation(stmt.subname)
    if kind == "domain constraint":
        return forms.AlterDomain(name, "rename constraint", stmt.subname)
    return forms.Rename(kind, name, stmt.newname, arguments=arguments)


def set_schema(stmt: Node) -> forms.Form:
    kind = kind_of(stmt, "object_type")
    if stmt.HasField("relation"):
        return forms.SetSchema(kind, tree.relation(stmt.relation), stmt.newschema)
    parts, arguments = _object(stmt.object)
    return forms.SetSchema(kind, tree.named(parts), stmt.newschema, arguments)


def owner(stmt: Node) -> forms.Form:
    parts, arguments = _object(stmt.object)
    return forms.SetOwner(kind_of(stmt, "object_type"), tree.named(parts), arguments)


def comment(stmt: Node) -> forms.Form:
    kind = kind_of(stmt, "objtype")
    parts, arguments = _object(stmt.object)
    text = stmt.comment or None
    if kind in _PARTS or kind in {"column", "domain constraint"}:
        return forms.Comment(kind, tree.named(parts[:-1]), parts[-1], text=text)
    return forms.Comment(kind, tree.named(parts), arguments=arguments, text=text)


def grant(stmt: Node) -> forms.Form:
    plain = tree.enum_name(stmt, "targtype") == "ACL_TARGET_OBJECT"
    objects = tuple(tree.named(_object(node)[0]) for node in stmt.objects) if plain else ()
    kind = kind_of(stmt, "objtype") if plain else "all in schema"
    return forms.Grant(
        "grant option" if stmt.grant_option else kind,
        objects,
        tuple(_privilege(node.access_priv) for node in stmt.privileges) or ("all",),
        tuple(_role(node.role_spec) for node in stmt.grantees),
        revoke=not stmt.is_grant,
    )


def _privilege(node: Node) -> str:
    columns = ", ".join(tree.strings(node.cols))
    return f"{node.priv_name or 'all'}{f' ({columns})' if columns else ''}"


def _role(node: Node) -> str:
    return str(node.rolename) or tree.enum_name(node, "roletype").removeprefix("ROLESPEC_").lower()


def create_index(stmt: Node) -> forms.Form:
    keys = [node.index_elem for node in (*stmt.index_params, *stmt.index_including_params)]
    return forms.CreateIndex(
        tree.relation(stmt.relation),
        stmt.idxname,
        tuple(key.name for key in keys) if all(key.name for key in keys) else (),
        unique=stmt.unique,
        concurrently=stmt.concurrent,
        only=not stmt.relation.inh,
        if_not_exists=stmt.if_not_exists,
        method=stmt.access_method,
        partial=stmt.HasField("where_clause"),
    )


def create_function(stmt: Node) -> forms.Form:
    inputs = {"FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC"}
    parameters = [node.function_parameter for node in stmt.parameters]
    arguments = tuple(tree.type_text(item.arg_type) for item in parameters if tree.enum_name(item, "mode") in inputs)
    return forms.Create(
        "procedure" if stmt.is_procedure else "function",
        tree.named(tree.strings(stmt.funcname)),
        arguments=arguments,
        replace=stmt.replace,
        volatility=_volatility(stmt),
    )


def _volatility(stmt: Node) -> forms.Volatility:
    options = {node.def_elem.defname: tree.unwrap(node.def_elem.arg) for node in stmt.options}
    if "volatility" in options:
        return _VOLATILITIES[options["volatility"].sval]
    in_sql = "language" not in options or options["language"].sval == "sql"
    return "unknown" if in_sql else "volatile"


def create_domain(stmt: Node) -> forms.Form:
    constraints = {tree.enum_name(node.constraint, "contype") for node in stmt.constraints}
    constrained = bool(constraints & {"CONSTR_CHECK", "CONSTR_NOTNULL"})
    return forms.Create("domain", tree.named(tree.strings(stmt.domainname)), constrained=constrained)


def create_view(stmt: Node) -> forms.Form:
    return forms.Create(
        "view",
        tree.relation(stmt.view),
        reads=tree.relations_read(stmt.query),
        uses=tuple(sorted(tree.columns_used(stmt.query))),
        replace=stmt.replace,
        temporary=stmt.view.relpersistence == "t",
    )


def create_trigger(stmt: Node) -> forms.Form:
    on = tree.relation(stmt.relation)
    return forms.Create("trigger", forms.Relation(stmt.trigname), on=on, replace=stmt.replace)


def create_rule(stmt: Node) -> forms.Form:
    on = tree.relation(stmt.relation)
    return forms.Create("rule", forms.Relation(stmt.rulename), on=on, replace=stmt.replace)


def create_sequence(stmt: Node) -> forms.Form:
    return forms.Create(
        "sequence",
        tree.relation(stmt.sequence),
        if_not_exists=stmt.if_not_exists,
        temporary=stmt.sequence.relpersistence == "t",
    )


def create_schema(stmt: Node) -> forms.Form:
    if stmt.schema_elts:
        return forms.Unknown("CREATE SCHEMA with elements")
    return forms.Create(
        "schema", forms.Relation(stmt.schemaname or stmt.authrole.rolename), if_not_exists=stmt.if_not_exists
    )


def create_statistics(stmt: Node) -> forms.Form:
    tables = [tree.relation(node.range_var) for node in stmt.relations if node.HasField("range_var")]
    name = tree.named(tree.strings(stmt.defnames))
    return forms.Create("statistics", name, on=tables[0] if tables else None, if_not_exists=stmt.if_not_exists)


def create_enum(stmt: Node) -> forms.Form:
    return forms.Create("enum", tree.named(tree.strings(stmt.type_name)), labels=tree.strings(stmt.vals))


def alter_enum(stmt: Node) -> forms.Form:
    name = tree.named(tree.strings(stmt.type_name))
    if stmt.old_val:
        return forms.RenameEnumValue(name, stmt.old_val, stmt.new_val)
    return forms.AddEnumValue(name, stmt.new_val, stmt.skip_if_new_val_exists, stmt.new_val_neighbor)


def alter_domain(stmt: Node) -> forms.Form:
    actions = {
        "T": "default",
        "N": "drop not null",
        "O": "set not null",
        "C": "add constraint",
        "X": "drop constraint",
        "V": "validate constraint",
    }
    definition = tree.unwrap(getattr(stmt, "def"))
    added = definition if tree.is_a(definition, "Constraint") else None
    return forms.AlterDomain(
        tree.named(tree.strings(stmt.type_name)),
        actions.get(stmt.subtype, "other"),
        stmt.name or (added.conname if added else ""),
        not_valid=added.skip_validation if added else False,
    )


def alter_function(stmt: Node) -> forms.Form:
    arguments = tuple(tree.type_text(node.type_name) for node in stmt.func.objargs)
    return forms.Alter(kind_of(stmt, "objtype"), tree.named(tree.strings(stmt.func.objname)), arguments=arguments)


def define(stmt: Node) -> forms.Form:
    """CREATE AGGREGATE, OPERATOR, TYPE (a base or shell type), COLLATION, TEXT SEARCH …"""
    kind, name = kind_of(stmt, "kind"), tree.named(tree.strings(stmt.defnames))
    parameters = [part for node in stmt.args for part in tree.walk(node) if tree.is_a(part, "FunctionParameter")]
    arguments = tuple(tree.type_text(part.arg_type) for part in parameters)
    return forms.Create(kind, name, arguments=arguments, replace=stmt.replace, if_not_exists=stmt.if_not_exists)

"""Reads CREATE TABLE and ALTER TABLE: columns, constraints and the many actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from safemigrate.statement import forms, parser, tree
from safemigrate.statement.parser import Node

_CONSTRAINTS: dict[str, forms.ConstraintKind] = {
    "CONSTR_CHECK": "check",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_FOREIGN": "foreign key",
    "CONSTR_EXCLUSION": "exclude",
    "CONSTR_NOTNULL": "not null",
}
_ON_DELETE: dict[str, forms.OnDelete] = {"r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_COLUMN_ACTIONS: dict[str, forms.ColumnAction] = {
    "AT_AddIdentity": "add identity",
    "AT_SetIdentity": "set identity",
    "AT_DropIdentity": "drop identity",
    "AT_DropExpression": "drop expression",
    "AT_SetExpression": "set expression",
    "AT_SetStatistics": "set statistics",
    "AT_SetStorage": "set storage",
    "AT_SetCompression": "set compression",
    "AT_SetOptions": "set options",
    "AT_ResetOptions": "reset options",
}
_TABLE_ACTIONS: dict[str, forms.TableAction] = {
    "AT_SetRelOptions": "set options",
    "AT_ReplaceRelOptions": "set options",
    "AT_ResetRelOptions": "reset options",
    "AT_ChangeOwner": "owner",
    "AT_EnableTrig": "enable trigger",
    "AT_EnableAlwaysTrig": "enable trigger",
    "AT_EnableReplicaTrig": "enable trigger",
    "AT_EnableTrigAll": "enable trigger",
    "AT_EnableTrigUser": "enable trigger",
    "AT_DisableTrig": "disable trigger",
    "AT_DisableTrigAll": "disable trigger",
    "AT_DisableTrigUser": "disable trigger",
    "AT_EnableRule": "enable rule",
    "AT_EnableAlwaysRule": "enable rule",
    "AT_EnableReplicaRule": "enable rule",
    "AT_DisableRule": "disable rule",
    "AT_EnableRowSecurity": "row security",
    "AT_DisableRowSecurity": "row security",
    "AT_ForceRowSecurity": "row security",
    "AT_NoForceRowSecurity": "row security",
    "AT_ReplicaIdentity": "replica identity",
    "AT_AddInherit": "inherit",
    "AT_DropInherit": "no inherit",
    "AT_ClusterOn": "cluster on",
    "AT_DropCluster": "set without cluster",
    "AT_SetTableSpace": "set tablespace",
    "AT_SetLogged": "set logged",
    "AT_SetUnLogged": "set unlogged",
    "AT_SetAccessMethod": "set access method",
}
_ALL_TRIGGERS = {
    "AT_EnableTrigAll": "all",
    "AT_DisableTrigAll": "all",
    "AT_EnableTrigUser": "user",
    "AT_DisableTrigUser": "user",
}


def create_table(stmt: Node) -> forms.CreateTable:
    parents = tuple(tree.relation(node.range_var) for node in stmt.inh_relations)
    partition = stmt.HasField("partbound")
    elements = [tree.unwrap(node) for node in stmt.table_elts]
    return forms.CreateTable(
        tree.relation(stmt.relation),
        columns=tuple(column(node) for node in elements if tree.is_a(node, "ColumnDef")),
        constraints=tuple(constraint(node) for node in elements if tree.is_a(node, "Constraint")),
        partition_of=parents[0] if partition else None,
        inherits=() if partition else parents,
        like=tuple(tree.relation(node.relation) for node in elements if tree.is_a(node, "TableLikeClause")),
        partitioned=stmt.HasField("partspec"),
        partition_key=tuple(name for node in stmt.partspec.part_params if (name := node.partition_elem.name)),
        default_partition=partition and stmt.partbound.is_default,
        if_not_exists=stmt.if_not_exists,
        temporary=stmt.relation.relpersistence == "t",
    )


def create_table_as(stmt: Node) -> forms.Form:
    target = stmt.into.rel
    reads = tree.relations_read(stmt.query)
    if tree.is_a(tree.unwrap(stmt.query), "ExecuteStmt"):
        return forms.Unknown("CREATE TABLE AS EXECUTE runs a prepared statement")
    if tree.enum_name(stmt, "objtype") == "OBJECT_MATVIEW":
        uses = tuple(sorted(tree.columns_used(stmt.query)))
        name, once, filled = tree.relation(target), stmt.if_not_exists, not stmt.into.skip_data
        return forms.Create("materialized view", name, reads=reads, if_not_exists=once, uses=uses, filled=filled)
    return forms.CreateTable(
        tree.relation(target),
        reads=reads,
        if_not_exists=stmt.if_not_exists,
        temporary=target.relpersistence == "t",
    )


def column(node: Node) -> forms.Column:
    """A column definition; what stands in its constraint list is sorted out into the fields."""
    found = forms.Column(
        node.colname,
        tree.type_text(node.type_name),
        collation=".".join(tree.strings(node.coll_clause.collname)),
    )
    for part in (item.constraint for item in node.constraints):
        found = _with_part(found, part)
    return replace(found, not_null=found.not_null or found.serial or bool(found.identity))


def _with_part(found: forms.Column, part: Node) -> forms.Column:
    match tree.enum_name(part, "contype"):
        case "CONSTR_NOTNULL":
            return replace(found, not_null=True)
        case "CONSTR_DEFAULT":
            return replace(found, default=tree.default(part.raw_expr))
        case "CONSTR_IDENTITY":
            return replace(found, identity="always" if part.generated_when == "a" else "by default")
        case "CONSTR_GENERATED":
            found = replace(found, expression=parser.expression(part.raw_expr))
            return replace(found, generated="virtual" if part.generated_kind == "v" else "stored")
        case kind if kind in _CONSTRAINTS:
            own = constraint(part)
            own = own if own.columns else replace(own, columns=(found.name,))
            return replace(
                found, constraints=(*found.constraints, own), not_null=found.not_null or kind == "CONSTR_PRIMARY"
            )
        case "CONSTR_ATTR_NOT_ENFORCED" if found.constraints:
            *before, last = found.constraints
            return replace(found, constraints=(*before, replace(last, not_valid=True)))
    return found


def constraint(node: Node) -> forms.Constraint:
    kind = _CONSTRAINTS.get(tree.enum_name(node, "contype"), "check")
    columns = tree.strings(node.fk_attrs) or tree.strings(node.keys)
    if kind == "check":
        columns = tree.columns(node.raw_expr)
    if kind == "exclude":
        elements = [item.list.items[0].index_elem.name for item in node.exclusions]
        columns = tuple(elements) if all(elements) else ()
    return forms.Constraint(
        kind,
        node.conname,
        columns,
        not_valid=node.skip_validation,
        using_index=node.indexname,
        references=tree.relation(node.pktable) if node.HasField("pktable") else None,
        including=tree.strings(node.including),
        expression=parser.expression(node.raw_expr) if kind == "check" else "",
        proves=tuple(tree.not_null(node.raw_expr)) if kind == "check" else (),
        referenced=tree.strings(node.pk_attrs),
        on_delete=_ON_DELETE.get(node.fk_del_action, ""),
    )


def alter_table(stmt: Node) -> Iterator[forms.Form]:
    """One form per action. Views, indexes and sequences come here too; composite types have forms of their own."""
    target = tree.relation(stmt.relation)
    for command in (node.alter_table_cmd for node in stmt.cmds):
        if tree.enum_name(stmt, "objtype") == "OBJECT_TYPE":
            yield forms.AlterType(target, _attribute_action(command), _attribute(command))
        else:
            yield action(target, command, tree.enum_name(stmt, "objtype"))


def _attribute(command: Node) -> str:
    return str(command.name) or str(tree.unwrap(getattr(command, "def")).colname)


def _attribute_action(command: Node) -> str:
    actions = {"AT_AddColumn": "add attribute", "AT_DropColumn": "drop attribute"}
    return actions.get(tree.enum_name(command, "subtype"), "alter attribute")


def action(table: forms.Relation, command: Node, kind: str) -> forms.Form:
    """What one ALTER TABLE command does; *kind* is the grammar's name of the kind of relation."""
    subtype = tree.enum_name(command, "subtype")
    if subtype in _READERS:
        return _READERS[subtype](table, command, kind)
    if subtype in _COLUMN_ACTIONS:
        return forms.AlterColumn(table, command.name or str(command.num), _COLUMN_ACTIONS[subtype])
    if subtype in _TABLE_ACTIONS:
        return _table_action(table, command, subtype)
    return forms.Unknown(f"ALTER TABLE action {subtype.removeprefix('AT_')}")


def _table_action(table: forms.Relation, command: Node, subtype: str) -> forms.AlterTable:
    definition = tree.unwrap(getattr(command, "def"))
    other = tree.relation(definition) if tree.is_a(definition, "RangeVar") else None
    items = definition.items if tree.is_a(definition, "List") else ()
    options = tuple(
        ".".join(part for part in (item.def_elem.defnamespace, item.def_elem.defname) if part) for item in items
    )
    name = _ALL_TRIGGERS.get(subtype) or command.name
    return forms.AlterTable(table, _TABLE_ACTIONS[subtype], name, other, options)


def _add_column(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    definition = tree.unwrap(getattr(command, "def"))
    return forms.AddColumn(table, column(definition), command.missing_ok)


def _drop_column(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    return forms.DropColumn(table, command.name, command.missing_ok, tree.cascades(command))


def _column_default(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    if not command.HasField("def"):
        return forms.DropDefault(table, command.name)
    return forms.SetDefault(table, command.name, tree.default(getattr(command, "def")))


def _column_type(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    definition = tree.unwrap(getattr(command, "def"))
    using = parser.expression(definition.raw_default) if definition.HasField("raw_default") else None
    collation = ".".join(tree.strings(definition.coll_clause.collname))
    return forms.AlterColumnType(table, command.name, tree.type_text(definition.type_name), using, collation)


def _add_constraint(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    return forms.AddConstraint(table, constraint(tree.unwrap(getattr(command, "def"))))


def _drop_constraint(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    return forms.DropConstraint(table, command.name, command.missing_ok, tree.cascades(command))


def _alter_constraint(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    return forms.AlterConstraint(table, tree.unwrap(getattr(command, "def")).conname)


def _attach(table: forms.Relation, command: Node, kind: str) -> forms.Form:
    definition = tree.unwrap(getattr(command, "def"))
    what: Literal["table", "index"] = "index" if kind == "OBJECT_INDEX" else "table"
    return forms.AttachPartition(table, tree.relation(definition.name), what, definition.bound.is_default)


def _detach(table: forms.Relation, command: Node, _kind: str) -> forms.Form:
    definition = tree.unwrap(getattr(command, "def"))
    finalize = tree.enum_name(command, "subtype") == "AT_DetachPartitionFinalize"
    return forms.DetachPartition(table, tree.relation(definition.name), definition.concurrent, finalize)


_READERS: dict[str, Callable[[forms.Relation, Node, str], forms.Form]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_ColumnDefault": _column_default,
    "AT_SetNotNull": lambda table, command, _kind: forms.SetNotNull(table, command.name),
    "AT_DropNotNull": lambda table, command, _kind: forms.DropNotNull(table, command.name),
    "AT_AlterColumnType": _column_type,
    "AT_AddConstraint": _add_constraint,
    "AT_ValidateConstraint": lambda table, command, _kind: forms.ValidateConstraint(table, command.name),
    "AT_AlterConstraint": _alter_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_AttachPartition": _attach,
    "AT_DetachPartition": _detach,
    "AT_DetachPartitionFinalize": _detach,
}

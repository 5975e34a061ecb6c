"""The plain part of the table: what always locks the same, whatever its parts are."""

from __future__ import annotations

from safemigrate.facts.model import LockMode
from safemigrate.statement import forms
from safemigrate.statement.forms import Form

AS = LockMode.ACCESS_SHARE
RS = LockMode.ROW_SHARE
RX = LockMode.ROW_EXCLUSIVE
SUX = LockMode.SHARE_UPDATE_EXCLUSIVE
S = LockMode.SHARE
SRX = LockMode.SHARE_ROW_EXCLUSIVE
X = LockMode.EXCLUSIVE
AX = LockMode.ACCESS_EXCLUSIVE

# Instant, on form.relation.
INSTANT: dict[type[Form], LockMode] = {
    forms.DropColumn: AX,
    forms.SetDefault: AX,
    forms.DropDefault: AX,
    forms.DropNotNull: AX,
    forms.AlterConstraint: AX,
    forms.DropConstraint: AX,
    forms.RenameColumn: AX,
    forms.RenameConstraint: AX,
    forms.DropTable: AX,
}

BREAKS: dict[type[Form], str] = {
    forms.DropColumn: "code that names the column fails",
    forms.DropTable: "code that names the table fails",
    forms.RenameColumn: "code that uses the old name fails",
    forms.RenameRelation: "code that uses the old name fails",
    forms.SetSchema: "code that uses the old name fails",
    forms.RenameEnumValue: "code that uses the old label fails",
    forms.Truncate: "all rows are gone",
}

TABLE_ACTIONS: dict[forms.TableAction, LockMode] = {
    "owner": AX,
    "enable trigger": SRX,
    "disable trigger": SRX,
    "enable rule": AX,
    "disable rule": AX,
    "row security": AX,
    "replica identity": AX,
    "inherit": AX,
    "no inherit": AX,
    "cluster on": SUX,
    "set without cluster": SUX,
    "set options": SUX,
    "reset options": SUX,
    "set tablespace": AX,
    "set logged": AX,
    "set unlogged": AX,
    "set access method": AX,
}
REWRITING_ACTIONS = {"set tablespace", "set logged", "set unlogged", "set access method"}
# Those that go down to the partitions of a partitioned table.
RECURSIVE_ACTIONS = {"enable trigger", "disable trigger"}
# Storage parameters that are changed under the strongest lock (reloptions.c); all others need SHARE UPDATE EXCLUSIVE.
STRONG_OPTIONS = {
    "user_catalog_table", "security_barrier", "security_invoker", "check_option", "fastupdate", "buffering",
    "gin_pending_list_limit", "pages_per_range", "autosummarize",
}  # fmt: skip

COLUMN_ACTIONS: dict[forms.ColumnAction, LockMode] = {
    "add identity": AX,
    "set identity": AX,
    "drop identity": AX,
    "drop expression": AX,
    "set expression": AX,
    "set storage": AX,
    "set compression": AX,
    "set statistics": SUX,
    "set options": SUX,
    "reset options": SUX,
}

# CREATE of something on a table: the lock on the table.
PARTS = {"trigger", "policy", "rule"}
CREATED_ON: dict[str, LockMode] = {"trigger": SRX, "rule": AX, "policy": AX, "statistics": SUX}
# Things whose creation, change and drop lock no relation.
LOCKLESS = {
    "function", "procedure", "routine", "aggregate", "schema", "extension", "type", "enum", "composite type", "domain",
    "range", "collation", "operator", "role", "default privileges", "statistics", "publication", "database",
    "text search configuration", "text search dictionary", "cast", "event trigger",
}  # fmt: skip
RELATIONS = {"table", "view", "materialized view", "sequence", "foreign table", "index"}

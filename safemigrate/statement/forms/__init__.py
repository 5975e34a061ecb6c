"""What a statement does, in PostgreSQL's own words: one frozen dataclass per statement form.

An ALTER TABLE of several actions is several forms; DROP TABLE a, b is two. ``kind`` fields hold the lower-case words of
the manual ("materialized view"). Names are as the statement gives them: case-folded by PostgreSQL's rules, unquoted,
and without a schema where search_path decides. Nothing here parses, and nothing here says what a form locks.
"""

from __future__ import annotations

from safemigrate.statement.forms.base import (
    Form as Form,
)
from safemigrate.statement.forms.base import (
    Relation as Relation,
)
from safemigrate.statement.forms.base import (
    TableForm as TableForm,
)
from safemigrate.statement.forms.base import (
    Unknown as Unknown,
)
from safemigrate.statement.forms.data import (
    Do as Do,
)
from safemigrate.statement.forms.data import (
    LockTable as LockTable,
)
from safemigrate.statement.forms.data import (
    Maintenance as Maintenance,
)
from safemigrate.statement.forms.data import (
    Nontransactional as Nontransactional,
)
from safemigrate.statement.forms.data import (
    Select as Select,
)
from safemigrate.statement.forms.data import (
    Set as Set,
)
from safemigrate.statement.forms.data import (
    Transaction as Transaction,
)
from safemigrate.statement.forms.data import (
    Truncate as Truncate,
)
from safemigrate.statement.forms.data import (
    Write as Write,
)
from safemigrate.statement.forms.objects import (
    AddEnumValue as AddEnumValue,
)
from safemigrate.statement.forms.objects import (
    Alter as Alter,
)
from safemigrate.statement.forms.objects import (
    AlterDomain as AlterDomain,
)
from safemigrate.statement.forms.objects import (
    AlterType as AlterType,
)
from safemigrate.statement.forms.objects import (
    Comment as Comment,
)
from safemigrate.statement.forms.objects import (
    Create as Create,
)
from safemigrate.statement.forms.objects import (
    CreateIndex as CreateIndex,
)
from safemigrate.statement.forms.objects import (
    Drop as Drop,
)
from safemigrate.statement.forms.objects import (
    DropIndex as DropIndex,
)
from safemigrate.statement.forms.objects import (
    Grant as Grant,
)
from safemigrate.statement.forms.objects import (
    RefreshMatview as RefreshMatview,
)
from safemigrate.statement.forms.objects import (
    Reindex as Reindex,
)
from safemigrate.statement.forms.objects import (
    RelationKind as RelationKind,
)
from safemigrate.statement.forms.objects import (
    Rename as Rename,
)
from safemigrate.statement.forms.objects import (
    RenameColumn as RenameColumn,
)
from safemigrate.statement.forms.objects import (
    RenameConstraint as RenameConstraint,
)
from safemigrate.statement.forms.objects import (
    RenameEnumValue as RenameEnumValue,
)
from safemigrate.statement.forms.objects import (
    RenameRelation as RenameRelation,
)
from safemigrate.statement.forms.objects import (
    SetOwner as SetOwner,
)
from safemigrate.statement.forms.objects import (
    SetSchema as SetSchema,
)
from safemigrate.statement.forms.tables import (
    AddColumn as AddColumn,
)
from safemigrate.statement.forms.tables import (
    AddConstraint as AddConstraint,
)
from safemigrate.statement.forms.tables import (
    AlterColumn as AlterColumn,
)
from safemigrate.statement.forms.tables import (
    AlterColumnType as AlterColumnType,
)
from safemigrate.statement.forms.tables import (
    AlterConstraint as AlterConstraint,
)
from safemigrate.statement.forms.tables import (
    AlterTable as AlterTable,
)
from safemigrate.statement.forms.tables import (
    AttachPartition as AttachPartition,
)
from safemigrate.statement.forms.tables import (
    Column as Column,
)
from safemigrate.statement.forms.tables import (
    ColumnAction as ColumnAction,
)
from safemigrate.statement.forms.tables import (
    Constraint as Constraint,
)
from safemigrate.statement.forms.tables import (
    ConstraintKind as ConstraintKind,
)
from safemigrate.statement.forms.tables import (
    CreateTable as CreateTable,
)
from safemigrate.statement.forms.tables import (
    Default as Default,
)
from safemigrate.statement.forms.tables import (
    DetachPartition as DetachPartition,
)
from safemigrate.statement.forms.tables import (
    DropColumn as DropColumn,
)
from safemigrate.statement.forms.tables import (
    DropConstraint as DropConstraint,
)
from safemigrate.statement.forms.tables import (
    DropDefault as DropDefault,
)
from safemigrate.statement.forms.tables import (
    DropNotNull as DropNotNull,
)
from safemigrate.statement.forms.tables import (
    DropTable as DropTable,
)
from safemigrate.statement.forms.tables import (
    OnDelete as OnDelete,
)
from safemigrate.statement.forms.tables import (
    SetDefault as SetDefault,
)
from safemigrate.statement.forms.tables import (
    SetNotNull as SetNotNull,
)
from safemigrate.statement.forms.tables import (
    TableAction as TableAction,
)
from safemigrate.statement.forms.tables import (
    ValidateConstraint as ValidateConstraint,
)
from safemigrate.statement.forms.tables import (
    Volatility as Volatility,
)

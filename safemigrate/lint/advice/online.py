"""The safe way to a constraint, spelled as lines of revisions: what several rules say to write instead.

A constraint is added NOT VALID, and validated in a transaction of its own; a key is made of an index that was built
concurrently; a column becomes NOT NULL by a check that proves it. What is in the next revision begins with its
``autocommit_block()``, so that a retry finds nothing half done before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from safemigrate.facts import identifiers
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Situation, Table
from safemigrate.statement import Statement, edit, forms, parser
from safemigrate.statement.edit import columns
from safemigrate.statement.edit import constraints as changed
from safemigrate.statement.forms import ConstraintKind, Relation

_PLAIN = ("default", "generated", "identity", "not null", "null", "check", "unique", "primary key", "foreign key")


def added(
    form: forms.AddConstraint | forms.AddColumn, kind: ConstraintKind, at: Situation
) -> Iterator[tuple[forms.AddConstraint, str]]:  # fmt: skip
    """The constraints of *kind* that *form* adds, each as a form with its statement ("" where that is not at hand).

    None for what is not there to be checked, and for ADD COLUMN IF NOT EXISTS of one that is there.
    """
    sql = edit.alone(form, at.sql)
    if isinstance(form, forms.AddConstraint):
        if form.constraint.kind == kind and not form.constraint.not_valid:
            yield form, sql
    elif not (form.if_not_exists and at.column(form.relation, form.column.name)):
        of_column = [each for each in form.column.constraints if each.kind == kind and not each.not_valid]
        texts = _apart(form, kind, sql) if sql and of_column else ()
        for constraint, text in zip_longest(of_column, texts, fillvalue=""):
            if isinstance(constraint, forms.Constraint):
                yield forms.AddConstraint(form.relation, constraint), text


def _apart(form: forms.AddColumn, kind: ConstraintKind, sql: str) -> Sequence[str]:
    try:
        return columns.constraints(sql, form.relation, [kind])
    except parser.Unparsable:
        return ()


def column(form: forms.AddConstraint | forms.AddColumn, kind: ConstraintKind, at: Situation) -> list[str]:
    """For a constraint that comes with its column, the line that adds the column without it."""
    if isinstance(form, forms.AddConstraint):
        return []
    try:
        kept = [each for each in _PLAIN if each != kind]
        bare = columns.added(edit.alone(form, at.sql), form.relation, kept=kept, required=form.column.not_null)
    except parser.Unparsable:
        bare = f"ALTER TABLE {spell.relation(form.relation)} ADD COLUMN {spell.name(form.column.name)} …"
    return [spell.execute(bare)]


def after_column(form: forms.AddConstraint | forms.AddColumn, kind: ConstraintKind, key: str, at: Situation) -> str:
    """A *key* that begins with an ``autocommit_block()``, after its column where that is added with it."""
    first = column(form, kind, at)
    return "\n".join([*first, spell.later(key)]) if first else key


def name(form: forms.AddConstraint) -> str:
    """The name of a constraint; where it has none, the one that PostgreSQL would choose."""
    said = form.constraint
    return said.name or identifiers.choose(form.relation.name, keyed(said), identifiers.label(said.kind), ())


def keyed(said: forms.Constraint) -> tuple[str, ...]:
    """The columns that the name of a constraint without one is made of."""
    return () if said.kind == "primary key" or (said.kind == "check" and len(said.columns) != 1) else said.columns


# -- added, and validated later


def validate(relation: Relation, constraint: str) -> str:
    """VALIDATE CONSTRAINT, in an ``autocommit_block()``."""
    return spell.autocommit(validated(relation, constraint))


def validated(relation: Relation, constraint: str) -> str:
    """VALIDATE CONSTRAINT, for a block that is there."""
    return spell.execute(f"ALTER TABLE {spell.relation(relation)} VALIDATE CONSTRAINT {spell.name(constraint)}")


def checked_later(form: forms.AddConstraint, sql: str, at: Situation) -> str:
    """A CHECK or FOREIGN KEY, NOT VALID first and validated in the next revision."""
    label = name(form)
    return "\n".join([not_valid(form, sql, at), spell.later(validate(form.relation, label))])


def not_valid(form: forms.AddConstraint, sql: str, at: Situation) -> str:
    """The constraint of *form* NOT VALID: an operation where that says all of it."""
    label = name(form)
    operation, says = _operation(form, label, at)
    try:
        wanted = changed.not_valid(sql, form.relation, label)
        return operation if operation and parser.same(wanted, says) else spell.execute(wanted)
    except parser.Unparsable:
        return operation or spell.execute(says)


def _operation(form: forms.AddConstraint, label: str, at: Situation) -> tuple[str, str]:
    """An operation ("" where there is none), and the SQL that it renders."""
    said, table = form.constraint, form.relation
    head = f"ALTER TABLE {spell.relation(table)} ADD CONSTRAINT {spell.name(label)}"
    how = {**spell.schema(table), "postgresql_not_valid": True}
    if said.references is None:
        plain = bool(said.expression) and ":" not in said.expression
        operation = spell.call("create_check_constraint", label, table.name, said.expression, **how)
        return operation if plain else "", f"{head} CHECK ({said.expression}) NOT VALID"
    known = at.table(said.references)
    key = known.primary_key() if known else None
    remote = said.referenced or (key.columns if key else ())
    columns_of = f"({spell.columns(said.referenced)})" if said.referenced else ""
    where = f"FOREIGN KEY ({spell.columns(said.columns)}) REFERENCES {spell.relation(said.references)} {columns_of}"
    deleted = said.on_delete.upper()
    operation = _foreign_key(form, label, remote, deleted) if remote else ""
    return operation, f"{head} {where}{f' ON DELETE {deleted}' if deleted else ''} NOT VALID"


def _foreign_key(form: forms.AddConstraint, label: str, remote: Sequence[str], deleted: str) -> str:
    said, table = form.constraint, form.relation
    assert said.references is not None
    source = {"source_schema": table.schema} if table.schema else {}
    target = {"referent_schema": said.references.schema} if said.references.schema else {}
    more = {"ondelete": deleted} if deleted else {}
    return spell.call(
        "create_foreign_key", label, table.name, said.references.name, said.columns, tuple(remote),
        **more, **source, **target, postgresql_not_valid=True,
    )  # fmt: skip


# -- NOT NULL


def not_null(relation: Relation, named: str, at: Situation) -> str:
    """How a column becomes NOT NULL without a scan under a lock that stops anybody."""
    table = at.table(relation)
    waiting = _waiting(table, named) if table else None
    if waiting and waiting[0] == "not null":
        return f"# in a revision of its own:\n{validate(relation, waiting[1])}"
    if waiting:
        return "\n".join(["# in a revision of its own:", validate(relation, waiting[1]), _set(relation, named)])
    if at.version >= 18:
        label = identifiers.compose(relation.name, named, identifiers.label("not null"))
        head = f"ALTER TABLE {spell.relation(relation)} ADD CONSTRAINT {spell.name(label)}"
        first = spell.execute(f"{head} NOT NULL {spell.name(named)} NOT VALID")
        return "\n".join([first, spell.later(validate(relation, label))])
    # Not the name that a not-null constraint gets from 18 on.
    label = identifiers.compose(relation.name, named, "not_null_check")
    how = spell.schema(relation)
    check = f"{spell.name(named)} IS NOT NULL"
    return "\n".join([
        spell.call("create_check_constraint", label, relation.name, check, **how, postgresql_not_valid=True),
        spell.later(
            validate(relation, label),
            _set(relation, named),
            spell.call("drop_constraint", label, relation.name, type_="check", **how),
        ),
    ])  # fmt: skip


def _waiting(table: Table, named: str) -> tuple[str, str] | None:
    """The kind and the name of a constraint that would prove the column NOT NULL, once it is validated."""
    found = [each for each in table.constraints.values() if named in each.proves and not each.valid]
    return (found[0].kind, found[0].name) if found else None


def _set(relation: Relation, named: str) -> str:
    return spell.call("alter_column", relation.name, named, nullable=False, **spell.schema(relation))


# -- keys


def key(form: forms.AddConstraint, sql: str, at: Situation) -> str:
    """A UNIQUE or PRIMARY KEY made of an index that is built concurrently, or that is there."""
    if overlapping(sql):
        return "# WITHOUT OVERLAPS has no online form: have it in a new table, or while nobody uses this one"
    table = at.table(form.relation)
    ready = _ready(table, form.constraint.columns) if table else ""
    if ready:
        return f"# of the unique index {ready}, which is there:\n{_upon(form, sql, name(form), ready)}"
    return "\n".join([spell.autocommit(_index(form, sql)), spell.later(_upon(form, sql, name(form), name(form)))])


def overlapping(sql: str) -> bool:
    """Whether a key says WITHOUT OVERLAPS (18): its index is of another kind, which cannot be built before."""
    try:
        return bool(sql) and changed.details(sql).without_overlaps
    except parser.Unparsable:
        return False


def _ready(table: Table, wanted: tuple[str, ...]) -> str:
    """A unique index of the history on these columns that no constraint has taken."""
    usable = [each for each in table.indexes.values() if each.unique and not (each.partial or each.constraint)]
    return next((each.name for each in usable if each.columns == wanted), "")


def _index(form: forms.AddConstraint, sql: str) -> str:
    said, label = form.constraint, name(form)
    plain = forms.CreateIndex(form.relation, label, said.columns, unique=True)
    try:
        text = changed.unique_index(sql, form.relation, label)
    except parser.Unparsable:
        return spell.create_index(plain, "")
    (created,) = Statement(text).forms
    return spell.create_index(created, text) if isinstance(created, forms.CreateIndex) else spell.execute(text)


def _upon(form: forms.AddConstraint, sql: str, label: str, index: str) -> str:
    try:
        text = changed.upon_index(sql, form.relation, label, index)
    except parser.Unparsable:
        text = using_index(form, form.relation, label, index)
    return spell.execute(text)


def using_index(form: forms.AddConstraint, relation: Relation, label: str, index: str) -> str:
    """ADD CONSTRAINT … UNIQUE or PRIMARY KEY of an index that is there."""
    head = f"ALTER TABLE {spell.relation(relation)} ADD CONSTRAINT {spell.name(label)}"
    return f"{head} {form.constraint.kind.upper()} USING INDEX {spell.name(index)}"

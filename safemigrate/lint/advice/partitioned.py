"""The safe way to an index or a key of a partitioned table, spelled as lines of revisions.

PostgreSQL refuses CONCURRENTLY for the whole. Each partition gets its own first; the whole then takes them over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safemigrate.facts import identifiers
from safemigrate.lint.advice import online, spell
from safemigrate.lint.rule import Situation
from safemigrate.statement import edit, forms, parser
from safemigrate.statement.edit import indexes
from safemigrate.statement.edit import partitions as bounds
from safemigrate.statement.edit.partitions import Bound, Datum
from safemigrate.statement.forms import Relation

SHOWN = 3
"""Of how many partitions the lines are written out; the others are left to the reader."""


def partitions(relation: Relation, at: Situation) -> tuple[list[Relation], list[str]]:
    """Some partitions of *relation* to write lines for, and a line that tells of the others."""
    known = [each.name for each in at.schema.partitions(relation)]
    found = [replace(each, schema=relation.schema) if each.schema == at.schema.search_path else each for each in known]
    if not found:
        return [Relation(f"{relation.name}_1", relation.schema)], ["# and so for each other partition"]
    return found[:SHOWN], ["# and so for each other partition"] if len(found) > SHOWN else []


def index(form: forms.CreateIndex, at: Situation) -> str:
    """ON ONLY the whole, which builds nothing; concurrently on each partition; and put together."""
    sql, (shown, others) = edit.alone(form, at.sql), partitions(form.relation, at)
    label = form.name or spell.chosen(form, sql)
    built, attached = [], []
    for each in shown:
        own = spell.chosen(form, sql, each)
        built.append(_one(form, sql, each, own))
        whole, part = (spell.relation(Relation(named, form.relation.schema)) for named in (label, own))
        attached.append(spell.execute(f"ALTER INDEX {whole} ATTACH PARTITION {part}"))
    only = spell.execute(_only(form, sql, label))
    return "\n".join([only, spell.later(spell.autocommit(*built, *attached, *others))])


def _one(form: forms.CreateIndex, sql: str, partition: Relation, label: str) -> str:
    try:
        text = indexes.index_on(sql, partition, label)
    except parser.Unparsable:
        text = ""
    return spell.create_index(replace(form, relation=partition, name=label), text)


def _only(form: forms.CreateIndex, sql: str, label: str) -> str:
    try:
        return spell.usual(indexes.index_on(sql, form.relation, label, only=True))
    except parser.Unparsable:
        unique = "UNIQUE " if form.unique else ""
        keys = spell.columns(form.columns) or "…"
        return f"CREATE {unique}INDEX {spell.name(label)} ON ONLY {spell.relation(form.relation)} ({keys})"


def key(form: forms.AddConstraint, sql: str, at: Situation) -> str:
    """A UNIQUE or PRIMARY KEY: each partition's of an index that is built concurrently, then the whole adopts them."""
    shown, others = partitions(form.relation, at)
    said, kind = form.constraint, form.constraint.kind
    named = [identifiers.choose(each.name, online.keyed(said), identifiers.label(kind), ()) for each in shown]
    own = list(zip(shown, named, strict=True))
    built = [
        spell.create_index(forms.CreateIndex(each, label, said.columns, unique=True), "") for each, label in own
    ]  # fmt: skip
    taken = [spell.execute(online.using_index(form, each, label, label)) for each, label in own]
    return "\n".join([
        spell.autocommit(*built, *others),
        spell.later(*taken, *others, spell.execute(sql or _whole(form))),
    ])  # fmt: skip


def _whole(form: forms.AddConstraint) -> str:
    said = form.constraint
    head = f"ALTER TABLE {spell.relation(form.relation)} ADD CONSTRAINT {spell.name(online.name(form))}"
    return f"{head} {said.kind.upper()} ({spell.columns(said.columns)})"


def foreign_key(form: forms.AddConstraint, sql: str, at: Situation) -> str:
    """Before 18, where the key of the whole cannot be NOT VALID: those of the partitions can, and the whole adopts
    them.
    """
    shown, others = partitions(form.relation, at)
    label = online.name(form)
    own = [replace(form, relation=each, constraint=replace(form.constraint, name=label)) for each in shown]
    first = [online.not_valid(each, sql, at) for each in own]
    valid = [online.validated(each.relation, label) for each in own]
    whole = spell.execute(sql) if sql else "# and then the foreign key as it was"
    return "\n".join([*first, *others, spell.later(spell.autocommit(*valid, *others), whole)])


# -- ATTACH


def bound(form: forms.AttachPartition, at: Situation) -> Bound | None:
    """The bound of an ATTACH, where a check can say the same: a range or a list of constants."""
    try:
        found = bounds.bound(edit.alone(form, at.sql))
    except parser.Unparsable:
        return None
    return found if found and found.strategy in ("range", "list") else None


def attached(form: forms.AttachPartition, read: Sequence[Relation], at: Situation) -> str:
    """ATTACH after a check for each of the tables that it would *read*, which proves that it need not."""
    found, parent = bound(form, at), at.table(form.relation)
    condition = _condition(found, parent.partition_key) if found and parent else ""
    if not condition:
        return f"# first a validated check on {' and '.join(map(str, read))} that says what the bound says"
    new, labels = at.schema.key(form.partition), {each: identifiers.compose(each.name, "", "bound") for each in read}
    checks = [
        _check(each, label, condition if at.schema.key(each) == new else f"NOT ({condition})", at)
        for each, label in labels.items()
    ]
    valid = [online.validated(each, label) for each, label in labels.items()]
    dropped = [
        spell.call("drop_constraint", label, each.name, type_="check", **spell.schema(each))
        for each, label in labels.items()
    ]
    attach = spell.execute(edit.alone(form, at.sql))
    return "\n".join([*checks, spell.later(spell.autocommit(*valid), attach, *dropped)])


def _check(table: Relation, label: str, condition: str, at: Situation) -> str:
    added = forms.AddConstraint(table, forms.Constraint("check", label, expression=condition))
    sql = f"ALTER TABLE {spell.relation(table)} ADD CONSTRAINT {spell.name(label)} CHECK ({condition})"
    return online.not_valid(added, sql, at)


def _condition(found: Bound, key: Sequence[str]) -> str:
    """What the bound asks of a row, for a key of one column; "" for others."""
    if len(key) != 1 or any(datum.null for datum in (*found.lower, *found.upper, *found.values)):
        return ""
    column = spell.name(key[0])
    terms = [f"{column} IS NOT NULL"]
    for sign, datums in ((">=", found.lower), ("<", found.upper)):
        terms += [f"{column} {sign} {_constant(datum)}" for datum in datums if datum.limit is None]
    if found.values:
        terms.append(f"{column} IN ({', '.join(map(_constant, found.values))})")
    return " AND ".join(terms)


def _constant(datum: Datum) -> str:
    return f"CAST({datum.text} AS {datum.cast})" if datum.cast else datum.text

"""irreversible-downgrade: downgrade() does nothing, though upgrade() makes something that can be taken away again.

Why      The deploy cannot be taken back: alembic downgrade says that it went well and has changed nothing, or it stops.
Bad      def downgrade():
             pass
Instead  def downgrade():
             op.drop_column("orders", "note")

Silent where there is no way back, or none is needed: for what is dropped, for rows, for validated constraints.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from safemigrate.lint.history import source
from safemigrate.lint.rule import Form, Found, Impact, Reading, Relation, Severity, Situation, forms

SEVERITY = Severity.INFO

_REVERSIBLE = (
    forms.AddColumn
    | forms.AddConstraint
    | forms.AlterColumnType
    | forms.AttachPartition
    | forms.Create
    | forms.CreateIndex
    | forms.CreateTable
    | forms.DropDefault
    | forms.DropNotNull
    | forms.Rename
    | forms.RenameColumn
    | forms.RenameConstraint
    | forms.RenameRelation
    | forms.SetDefault
    | forms.SetNotNull
    | forms.SetSchema
)


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    if reading.direction != "upgrade" or not _leaves_something(reading, at):
        return
    function = source.function(reading.text, "downgrade")
    if function is None:
        if not _names_it(reading.text):
            yield Found("it has no downgrade(): what upgrade() does cannot be taken back", impact=Impact())
        return
    if what := _what(function.body):
        yield Found(
            f"downgrade() {what}: what upgrade() does cannot be taken back", impact=Impact(), line=function.lineno
        )


def _leaves_something(reading: Reading, at: Situation) -> bool:
    """Whether something that can be taken away again is there after the revision, and after its session."""
    several = [form for sent in reading.sent for form in sent.statement.forms]
    dropped = {at.schema.key(form.relation) for form in several if isinstance(form, forms.DropTable)}
    return any(isinstance(form, _REVERSIBLE) and not _passes(form, dropped, at) for form in several)


def _passes(form: Form, dropped: set[Relation], at: Situation) -> bool:
    """Whether it is a temporary thing, or (of) a table that is temporary, or dropped again."""
    if not isinstance(form, forms.TableForm | forms.CreateTable):
        return bool(getattr(form, "temporary", False))
    table = at.table(form.relation)
    return at.schema.key(form.relation) in dropped or (table is not None and table.temporary)


def _names_it(text: str) -> bool:
    """Whether the file gets its downgrade() in another way than by ``def``."""
    tree = source.parsed(text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return not tree.body or bool({"downgrade", "*"} & (names | imported))


def _what(body: list[ast.stmt]) -> str:
    if any(isinstance(statement, ast.Raise) for statement in body[-1:]) and all(map(_is_idle, body[:-1])):
        return "only raises an error"
    return "does nothing" if all(map(_is_idle, body)) else ""


def _is_idle(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)

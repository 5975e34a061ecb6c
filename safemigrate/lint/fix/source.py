"""What ``upgrade()`` and ``downgrade()`` are made of, as far as an edit has to know: read from the source, by ``ast``.

Only what stands directly in the function, or directly in a block there, is told apart. What stands in a loop, in a
branch or in a function of its own is :class:`Other`: it may run never, or twice, or with other values.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from safemigrate import statement
from safemigrate.lint.fix import names
from safemigrate.statement import forms
from safemigrate.statement.forms import Form

DIRECTIONS = ("upgrade", "downgrade")


@dataclass(frozen=True)
class Part:
    """One statement of Python that begins in *line*."""

    line: int


@dataclass(frozen=True)
class Neutral(Part):
    """What sends nothing and hangs on nothing: a docstring, ``pass``, a name for a literal."""


@dataclass(frozen=True)
class Other(Part):
    """Whatever else it is."""


@dataclass(frozen=True)
class Operation(Part):
    """*op*.*name*(…), alone. *op* is the expression as it is written: ``op``, ``alembic.op``."""

    op: str
    name: str
    call: ast.Call

    @property
    def named(self) -> dict[str, ast.expr]:
        """The arguments given by keyword."""
        return {each.arg: each.value for each in self.call.keywords if each.arg}

    @property
    def plain(self) -> bool:
        """Whether every argument is written out, none by a star."""
        stars = any(isinstance(each, ast.Starred) for each in self.call.args)
        return not stars and all(each.arg for each in self.call.keywords)


@dataclass(frozen=True)
class Sql(Part):
    """``op.execute("…")`` of one literal, which is one statement with one *form*; *raw* is the literal as written."""

    op: str
    form: Form
    raw: str


@dataclass(frozen=True)
class Batch(Part):
    """``with op.batch_alter_table("…") as`` *name* that holds operations on indexes only.

    *table* and *schema* are the literals as they are written; *table* is "" where the head says something else.
    """

    op: str
    name: str
    table: str
    schema: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Block(Part):
    """``with op.get_context().autocommit_block():``"""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Body:
    """The parts of one function, in order."""

    parts: tuple[Part, ...]


def read(text: str) -> tuple[Body, ...]:
    """The bodies of upgrade() and downgrade(); none where the file cannot be parsed, or says so twice."""
    try:
        text.encode()
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    reader = _Reader(text, tree)
    found = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name in DIRECTIONS]
    once = [each for each in found if [other.name for other in found].count(each.name) == 1]
    return tuple(Body(reader.parts(each.body)) for each in once if not each.decorator_list)


class _Reader:
    def __init__(self, text: str, tree: ast.Module) -> None:
        self.text = text
        self.lines = text.encode().splitlines()
        self.ops = names.of_op(tree)

    def parts(self, body: Sequence[ast.stmt]) -> tuple[Part, ...]:
        lines = [each.lineno for each in body]
        return tuple(
            self._part(each) if lines.count(each.lineno) == 1 and self._begins(each) else Other(each.lineno)
            for each in body
        )

    def _begins(self, node: ast.stmt) -> bool:
        """Whether the statement is the first thing in its line."""
        return not self.lines[node.lineno - 1][: node.col_offset].strip()

    def _part(self, node: ast.stmt) -> Part:
        if _neutral(node):
            return Neutral(node.lineno)
        if isinstance(node, ast.With):
            return self._with(node)
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return Other(node.lineno)
        op, name = self._operation(call)
        if name == "execute":
            return self._sql(node.lineno, op, call)
        return Operation(node.lineno, op, name, call) if op else Other(node.lineno)

    def _operation(self, call: ast.Call) -> tuple[str, str]:
        """The expression of ``op`` and the name of the operation, "" and "" for another call."""
        if not isinstance(call.func, ast.Attribute):
            return "", ""
        op = ast.unparse(call.func.value)
        return (op, call.func.attr) if op in self.ops else ("", "")

    def _sql(self, line: int, op: str, call: ast.Call) -> Part:
        literal = _literal(call)
        value = literal.value if literal is not None else None
        raw = ast.get_source_segment(self.text, literal) if literal is not None else None
        if not isinstance(value, str) or raw is None:
            return Other(line)
        several = [form for each in statement.split(value) for form in statement.Statement(each).forms]
        return Sql(line, op, several[0], raw) if len(several) == 1 else Other(line)

    def _with(self, node: ast.With) -> Part:
        call = node.items[0].context_expr
        if len(node.items) > 1 or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return Other(node.lineno)
        if call.func.attr == "autocommit_block":
            return Block(node.lineno, self.parts(node.body))
        op, name = self._operation(call)
        variable = node.items[0].optional_vars
        if name != "batch_alter_table" or not isinstance(variable, ast.Name):
            return Other(node.lineno)
        operations = tuple(self._batched(each, variable.id) for each in node.body)
        known = tuple(each for each in operations if each is not None)
        if len(known) < len(operations):
            return Other(node.lineno)
        return Batch(node.lineno, op, variable.id, *self._head(call), known)

    def _head(self, call: ast.Call) -> tuple[str, str]:
        """The table and the schema of ``batch_alter_table(…)``, "" for none; no table where it says more than that."""
        named = [(each.arg, each.value) for each in call.keywords]
        given = dict([("table_name", each) for each in call.args] + named)
        texts = {name: self._text(value) for name, value in given.items()}
        if len(call.args) > 1 or not texts.get("table_name") or not set(texts) <= {"table_name", "schema"}:
            return "", ""
        schema = texts.get("schema", "")
        return ("", "") if schema is None else (texts["table_name"] or "", schema)

    def _text(self, node: ast.expr) -> str | None:
        """A literal string of one line as it is written, "" for None, and None for anything else."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str | None):
            return None
        return "" if node.value is None else _of_one_line(ast.get_source_segment(self.text, node))

    def _batched(self, node: ast.stmt, variable: str) -> Operation | None:
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not self._begins(node):
            return None
        if ast.unparse(call.func.value) != variable or call.func.attr not in ("create_index", "drop_index"):
            return None
        return Operation(node.lineno, variable, call.func.attr, call)


def _of_one_line(raw: str | None) -> str | None:
    return raw if raw and len(raw.splitlines()) == 1 else None


def _literal(call: ast.Call) -> ast.Constant | None:
    """The literal of ``op.execute("…")`` or ``op.execute(sa.text("…"))``."""
    if len(call.args) != 1 or call.keywords:
        return None
    inner = call.args[0]
    if isinstance(inner, ast.Call) and ast.unparse(inner.func).rpartition(".")[2] == "text":
        return _literal(inner)
    return inner if isinstance(inner, ast.Constant) else None


def _neutral(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _constant(node.value)


def _constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def creates_index(part: Part) -> bool:
    """Whether it makes an index, in whatever way."""
    return _about(part, "create_index", forms.CreateIndex)


def drops_index(part: Part) -> bool:
    return _about(part, "drop_index", forms.DropIndex)


def _about(part: Part, name: str, form: type[Form]) -> bool:
    if isinstance(part, Batch):
        return any(each.name == name for each in part.operations)
    if isinstance(part, Block):
        return any(_about(each, name, form) for each in part.parts)
    return (isinstance(part, Operation) and part.name == name) or (
        isinstance(part, Sql) and isinstance(part.form, form)
    )


def apart(part: Part) -> bool:
    """Whether it is one that CONCURRENTLY is for: it may run outside of a transaction block, and some must."""
    several = (forms.CreateIndex, forms.DropIndex, forms.Reindex)
    if isinstance(part, Sql):
        outside = isinstance(part.form, forms.DetachPartition) and part.form.concurrently
        return isinstance(part.form, several) or outside
    return creates_index(part) or drops_index(part)

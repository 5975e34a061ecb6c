"""Whatever a revision looks like: what is edited parses, means the same, is edited once, and nothing else changes."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from safemigrate.findings import Finding, Place, Severity
from safemigrate.lint import fix
from safemigrate.lint.fix import source
from safemigrate.statement import forms

FILE = "versions/r.py"
RULE = {"create_index": "index-not-concurrent", "drop_index": "drop-index-not-concurrent"}
FORM = {
    forms.CreateIndex: "index-not-concurrent",
    forms.DropIndex: "drop-index-not-concurrent",
    forms.Reindex: "reindex-not-concurrent",
    forms.RefreshMatview: "matview-refresh-blocking",
}

STATEMENTS = (
    'OP.create_index("a", "t", ["b"])',
    "OP.create_index(OP.f('a'), 't', [sa.text(\"lower(b)\")], unique=True,)  # of t",
    'OP.create_index(\n>"a",\n>"t",  # the table\n>["b"],  # the column\n<)',
    'OP.create_index(\n>"a", "t", ["b"]  # all of it\n<)',
    'OP.create_index("a",\n>>>"t", ["b"])',
    'OP.create_index("a", "t", ["b"], postgresql_concurrently=True)',
    'OP.create_index("a", "t", ["b"], if_not_exists=True)',
    'OP.create_index("a", "t", ["b"], **more)',
    'OP.drop_index("ä")',
    "OP.drop_index('a', table_name='t', schema='s')",
    'OP.execute("CREATE INDEX a ON t (b)")',
    'OP.execute("""\n>create unique index a\n\n>on t (b) -- ü\n""")',
    "OP.execute(sa.text('CREATE INDEX '\n>'ON t (b)'))",
    'OP.execute("CREATE INDEX CONCURRENTLY a ON t (b)")',
    'OP.execute("DROP INDEX a")',
    'OP.execute("DROP INDEX IF EXISTS a CASCADE")',
    'OP.execute("REINDEX (VERBOSE) TABLE t")',
    'OP.execute("REFRESH MATERIALIZED VIEW v")',
    'OP.execute(f"CREATE INDEX {a} ON t (b)")',
    'OP.execute("SELECT 1")',
    'OP.create_index("a", "t", ["b"]); OP.drop_index("c")',
    'name = "a"',
    "for a in ():\n>OP.drop_index(a)",
    'with OP.batch_alter_table("t") as batch:  # all of t\n>batch.create_index(batch.f("a"), ["b"])\n>\n'
    '>batch.drop_index("c")  # c\n># done',
    'with OP.batch_alter_table("t", schema="s") as batch:\n>batch.create_index(\n>>"a",\n>>["b"],\n>)',
    "with OP.batch_alter_table('t', recreate='never') as batch:\n>batch.drop_index('a')",
    'with OP.get_context().autocommit_block():\n>OP.create_index("a", "t", ["b"])\n># inside\n>OP.drop_index("c")',
)  # fmt: skip
BETWEEN = ("", "# a comment", "# safemigrate: as-written it is small", "\n# two\n# lines\n")
HEADS = (("from alembic import op", "op"), ("import alembic.op as o", "o"), ("import alembic", "alembic.op"))


@st.composite
def revisions(draw: st.DrawFn) -> str:
    """The text of a revision, in one of several ways of laying it out."""
    head, op = draw(st.sampled_from(HEADS))
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    bodies = []
    for name in ("upgrade", "downgrade"):
        lines = ['"""Text."""'] if draw(st.booleans()) else []
        for each in draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=4)):
            lines += [draw(st.sampled_from(BETWEEN)), each]
        lines += [draw(st.sampled_from(BETWEEN))]
        bodies.append(f"def {name}():\n{_indented(lines, indent).replace('OP.', f'{op}.')}")
    text = f"# encoding: utf-8\nimport sqlalchemy as sa\n{head}\n\nmore = {{}}\n\n\n" + "\n\n\n".join(bodies)
    text = text.rstrip("\n") + draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def _indented(lines: list[str], indent: str) -> str:
    several = [line for each in lines for line in each.split("\n")]
    return "\n".join(indent + line.replace(">", indent).replace("<", "") if line.strip(">") else "" for line in several)


def findings(text: str) -> list[Finding]:
    """What a linter that knows nothing of tables would find."""
    found = []
    for body in source.read(text):
        for part in body.parts:
            found += _of(part, blocked=False)
    return found


def _of(part: source.Part, *, blocked: bool) -> list[Finding]:
    if isinstance(part, source.Block):
        return [each for inner in part.parts for each in _of(inner, blocked=True)]
    if isinstance(part, source.Batch):
        return [each for inner in part.operations for each in _of(inner, blocked=blocked)]
    rule, concurrently = "", False
    if isinstance(part, source.Operation):
        rule, concurrently = RULE.get(part.name, ""), "postgresql_concurrently" in part.named
    elif isinstance(part, source.Sql):
        rule, concurrently = FORM.get(type(part.form), ""), bool(getattr(part.form, "concurrently", False))
        blocked = blocked or isinstance(part.form, forms.RefreshMatview)
    if concurrently and not blocked:
        rule = "concurrently-in-transaction"
    if not rule or (concurrently and blocked):
        return []
    return [Finding(rule, Severity.ERROR, "told", Place(FILE, part.line), fixable=True)]


def meaning(text: str) -> list[str]:
    """The statements of the file without what the edits are about: blocks, batches and the word."""
    return [ast.dump(each) for each in _flat(ast.parse(text).body)]


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.FunctionDef):
            node.body = _flat(node.body)
            found.append(node)
        elif isinstance(node, ast.With):
            head = node.items[0].context_expr
            assert isinstance(head, ast.Call)
            batch = node.items[0].optional_vars
            found += _flat(node.body) if batch is None else [_unbatched(each, head) for each in node.body]
        else:
            found.append(_silent(node))
    return found


def _unbatched(node: ast.stmt, head: ast.Call) -> ast.stmt:
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Call)
    assert isinstance(head.func, ast.Attribute)
    call, op = node.value, head.func.value
    for name in [each for each in ast.walk(call) if isinstance(each, ast.Attribute)]:
        name.value = op if isinstance(name.value, ast.Name) and name.value.id == "batch" else name.value
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr == "create_index":
        call.args.insert(1, head.args[0])
    else:
        call.keywords.append(ast.keyword("table_name", head.args[0]))
    call.keywords += [each for each in head.keywords if each.arg == "schema"]
    return _silent(node)


def _silent(node: ast.stmt) -> ast.stmt:
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            kept = [key for key in each.keywords if key.arg != "postgresql_concurrently"]
            each.keywords = sorted(kept, key=lambda key: key.arg or "")
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            each.value = each.value.replace(" CONCURRENTLY", "").replace(" concurrently", "")
    return node


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(each.string for each in tokens if each.type == tokenize.COMMENT)


@settings(max_examples=150, deadline=None)
@given(revisions())
def test_an_edit_parses_means_the_same_and_is_made_once(text: str) -> None:
    found = findings(text)
    made = fix.fixed(text, FILE, found)
    assert len(made.done) + len(made.left) == len(found)
    assert meaning(made.text) == meaning(text)
    assert comments(made.text) == comments(text)
    again = fix.fixed(made.text, FILE, findings(made.text))
    assert again.text == made.text
    assert Counter(each.rule for each, _why in again.left) == Counter(each.rule for each, _why in made.left)


@settings(max_examples=80, deadline=None)
@given(revisions())
def test_lines_that_nothing_is_said_of_and_the_ends_of_all_lines_stay(text: str) -> None:
    made = fix.fixed(text, FILE, findings(text)).text
    end = "\r\n" if "\r\n" in text else "\n"
    assert "\n" not in made.replace(end, "") if end == "\r\n" else "\r" not in made
    assert made.endswith(end) == text.endswith(end)
    kept = Counter(line.strip() for line in made.split(end))
    for line in text.split(end):
        if not any(word in line for word in ("index", "INDEX", "batch", "VIEW", '"b"', '"t"', "#", "'")):
            assert kept[line.strip()], line


@settings(max_examples=80, deadline=None)
@given(st.text(), st.integers(0, 20))
def test_no_text_makes_it_fail(text: str, line: int) -> None:
    several = [Finding(rule, Severity.ERROR, "told", Place(FILE, line), fixable=True) for rule in fix.choice.CHOOSERS]
    made = fix.fixed(text, FILE, several)
    assert made.text == text
    assert len(made.left) == len(several)


@settings(max_examples=60, deadline=None)
@given(revisions(), st.lists(st.tuples(st.sampled_from(sorted(fix.choice.CHOOSERS)), st.integers(1, 40)), max_size=8))
def test_findings_of_another_state_of_the_file_do_no_harm(text: str, wrong: list[tuple[str, int]]) -> None:
    several = [Finding(rule, Severity.ERROR, "told", Place(FILE, line), fixable=True) for rule, line in wrong]
    made = fix.fixed(text, FILE, several)
    assert meaning(made.text) == meaning(text)

"""Sources that were written to do harm: nothing of them runs, nothing raises, nothing goes on without an end."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safemigrate.lint import static
from safemigrate.lint.history import reading
from safemigrate.lint.static.limits import STEPS
from tests.lint.static.conftest import Revision, source

VERSIONS = sorted((Path(__file__).parents[3] / "migrations" / "versions").glob("*.py"))
SOURCES = [path.read_text(encoding="utf-8") for path in VERSIONS]
DIRECTIONS: tuple[reading.Direction, ...] = ("upgrade", "downgrade")

ESCAPES = [
    '__import__("os").system("{touch}")',
    'eval("__import__(\'os\').system(\'{touch}\')")',
    'exec("import os; os.system(\'{touch}\')")',
    'import os\nos.system("{touch}")',
    'import subprocess\nsubprocess.run(["touch", "{file}"])',
    'from os import system as f\nf("{touch}")',
    'open("{file}", "w").write("x")',
    'from pathlib import Path\nPath("{file}").write_text("x")',
    'from pathlib import Path\nPath("{file}").open("w").write("x")',
    'from pathlib import Path\nPath("{file}").touch()',
    '().__class__.__bases__[0].__subclasses__()[1]("{touch}")',
    '"".__class__.__mro__[1].__subclasses__()',
    'op.__globals__["os"].system("{touch}")',
    'op.execute.__globals__["sys"].modules["os"].system("{touch}")',
    'op.execute.__self__.impl.connection.engine',
    'sa.os.system("{touch}")',
    'sa.util.os.system("{touch}")',
    'sa.util.langhelpers.os.system("{touch}")',
    'sa.event.listen(sa.engine.Engine, "connect", print)',
    'sa.create_engine("sqlite:///{file}").connect()',
    'sa.engine.create_engine("sqlite:///{file}").connect()',
    'from sqlalchemy import create_engine\ncreate_engine("sqlite:///{file}").connect()',
    'from sqlalchemy.ext.compiler import compiles\ncompiles(sa.Table)(print)',
    'sa.types.PickleType(pickler=op)',
    'getattr(sa, "create_engine")("sqlite:///{file}").connect()',
    'getattr(op, "__class__")',
    'getattr(getattr(op, "execute"), "__globals__")',
    '"{{0.__class__.__init__.__globals__}}".format(sa.text("x"))',
    '"{{x.__globals__}}".format(x=op.execute)',
    'f"{{op.execute.__globals__}}"',
    '"%s" % op.execute',
    'op.get_bind().engine.raw_connection().cursor()',
    'op.get_bind().engine.dialect.__class__',
    'op.get_bind().connection.dbapi_connection.execute("x")',
    'op.get_bind().dialect.dbapi.connect("{file}")',
    'op.get_context().config.print_stdout("x")',
    'op.get_context().impl.execute("x")',
    'op.run_async(print)',
    'op.implementation_for(print)(print)',
    'op.register_operation("x")(print)',
    'globals()["op"]',
    'locals()',
    'vars(sa)["create_engine"]("sqlite:///{file}")',
    'type("X", (), {{}})()',
    'class X(sa.types.TypeDecorator):\n    impl = sa.Text\n    def process(self): op.x()\nX()',
    'def f(): pass\nf.__globals__["x"] = 1',
    '(lambda: 0).__code__',
    '(x for x in [1]).gi_frame.f_builtins',
    'import importlib\nimportlib.import_module("os").system("{touch}")',
    'import builtins\nbuiltins.eval("1")',
    'import sys\nsys.exit(3)',
    'raise SystemExit(3)',
    'raise KeyboardInterrupt',
    'sa.text.__wrapped__',
    'sa.func.__class__',
    'sa.column("x").__init__.__globals__',
    'sa.column("x").op.__self__',
    'sa.column("x").comparator',
    'sa.column("x").operate(print)',
    'sa.MetaData().reflect(op.get_bind())',
    'sa.MetaData().info.update(x=1)',
    'sa.Column("a", sa.Integer).type.dialect_impl',
    'import alembic\nalembic.command.upgrade(op)',
    'import alembic.config\nalembic.config.main(["x"])',
    'import safemigrate.ops\nsafemigrate.ops.json.dumps(1)',
    'import safemigrate\nsafemigrate.cli.main.main()',
    'import pickle\npickle.loads(b"x")',
    'import contextlib\ncontextlib.sys.exit(3)',
    'import json\njson.codecs.builtins.eval(1)',
    'import datetime\ndatetime.sys.modules["os"].system("{touch}")',
    'import textwrap\ntextwrap.re.sys.exit(3)',
]  # fmt: skip


@pytest.mark.parametrize("body", ESCAPES)
def test_nothing_is_executed_and_it_is_said(body: str, tmp_path, monkeypatch) -> None:
    for module, name in ((os, "system"), (subprocess, "Popen"), (socket.socket, "connect"), (sys, "exit")):
        monkeypatch.setattr(module, name, _reached)
    made = tmp_path / "made"
    text = source(body.format(file=made, touch=f"touch {made}"))
    record = Revision(tmp_path / "versions" / "r.py").static(text)
    assert record.gaps, text
    assert not record.sent
    assert [*tmp_path.iterdir()] == []


def _reached(*_positional: object, **_named: object) -> None:
    raise AssertionError("the source was executed")


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "/etc/hostname.sql", "../../../outside.sql", "link.sql", "dir.sql", "x.txt", "\0.sql", "big.sql"],
)
def test_no_other_file_is_read(name, tmp_path, read, revision) -> None:
    (tmp_path / "outside.sql").write_text("SELECT 'secret'")
    folder = revision.path.parent
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text("SELECT 'secret'")
    (folder / "link.sql").symlink_to(tmp_path / "outside.sql")
    (folder / "dir.sql").mkdir()
    (folder / "big.sql").write_text(" " * 6_000_000)
    for body in (
        f"op.execute(open({name!r}).read())",
        f"from pathlib import Path\nop.execute((Path(__file__).parent / {name!r}).read_text())",
    ):
        record = read(body)
        assert not record.sent
        assert record.gaps[0].why == (
            "reads a file whose name is not known"
            if "\0" in name
            else "reads a file that is not an SQL file of the environment"
        )


ENDLESS = {
    "loop": "while True:\n    pass",
    "loop that sends": "while True:\n    op.execute('SELECT 1')",
    "loop that makes tables": "while True:\n    op.create_table('t', sa.Column('a', sa.Integer))",
    "long loop": "for number in range(10**5):\n    for other in range(10**5):\n        pass",
    "recursion": "def f(n):\n    return f(n + 1) + f(n + 2)\nf(1)",
    "recursion by lambda": "f = lambda f: f(f) or f(f)\nf(f)",
    "generators": "def f():\n    yield from f()\n    yield from f()\nlist(f())",
    "manager": "@contextmanager\ndef f():\n    with f():\n        yield\nwith f():\n    pass",
    "list that doubles": "x = [1]\nwhile True:\n    x.extend(x)",
    "list that is added": "x = [1]\nwhile True:\n    x = x + x\n    x += x",
    "text that doubles": "x = 'a'\nwhile True:\n    x += x",
    "text that is replaced": "x = 'aa'\nwhile True:\n    x = x.replace('a', x)",
    "text that is joined": "x = ['a' * 1000] * 1000\nwhile True:\n    x = [''.join(x)] * 1000",
    "number that is squared": "x = 3\nwhile True:\n    x = x * x\n    x **= 2",
    "big lists": "while True:\n    [0] * 99999",
    "big texts": "x = 'a' * 4999999\nwhile True:\n    x.upper()\n    x == x.lower()\n    f'{x}'",
    "big containers": "x = list(range(99999))\nwhile True:\n    -1 in x\n    x[1:]\n    sorted(x)\n    [*x]",
    "nested lists": "x = []\nfor n in range(99):\n    x = [x, x]\nwhile True:\n    x == [1]\n    op.execute(str(x))",
    "nested keys": "x = ()\nfor n in range(99):\n    x = (x, x)\nwhile True:\n    {x: {x}}\n    {}[x]\n    x in {}",
    "list in itself": "x = []\nx.append(x)\nwhile True:\n    str(x)\n    x == x\n    op.bulk_insert(x, x)\n    x in x",
    "deep SQL": "x = sa.column('a')\nwhile True:\n    x = x + x",
    "conditions": "x = sa.true()\nfor n in range(10**5):\n    x = sa.and_(x, sa.column('a') == n)\nop.execute(x)",
    "long names": "op.execute('SELECT ' + '(' * 100000)",
    "comprehension": "[a for a in range(9999) for b in range(9999) for c in range(9999)]",
    "product": "list(product(range(99), range(99), range(99), range(99)))",
    "callbacks": "while True:\n    sorted(range(999), key=lambda n: -n)",
    "deep expression": "x = " + "(" * 90 + "1" + ")" * 90 + "\nx = " + " + ".join(["1"] * 5000),
    "deep attributes": "x" + ".y" * 900,
    "deep calls": "str(" * 90 + "1" + ")" * 90,
    "deep blocks": "".join(f"{' ' * n}if x:\n" for n in range(90)) + " " * 90 + "pass",
    "unknown branches": "for n in range(10**5):\n    if op.get_bind().scalar(sa.text('SELECT 1')):\n        x = [n]",
    "tries": "while True:\n    try:\n        1 / 0\n    except ValueError:\n        pass",
}

GROWTH = {
    "power": "x = 10 ** 10 ** 10",
    "negative power": "x = (-10) ** 10 ** 8",
    "repetition": "x = 'a' * 10 ** 12",
    "repetition from the right": "x = 10 ** 12 * [0]",
    "shift": "x = 1 << 10 ** 12",
    "range": "x = list(range(10 ** 30))",
    "width": "x = '%1000000000d' % 1",
    "width as an argument": "x = '%*d' % (10 ** 9, 1)",
    "width of an f-string": "x = f'{1:1000000000}'",
    "width by format": "x = '{:>1000000000}'.format(1)",
    "width by a nested field": "x = '{:>{}}'.format(1, 10 ** 9)",
    "precision": "x = f'{1.5:.1000000000f}'",
    "ljust": "x = 'a'.ljust(10 ** 10)",
    "zfill": "x = 'a'.zfill(10 ** 10)",
    "expandtabs": "x = '\\t'.expandtabs(10 ** 9)",
    "strftime": "import datetime\nx = datetime.date(2020, 1, 1).strftime('%1000000000Y')",
    "decimal": "from decimal import Decimal\nx = int(Decimal('1e999999999'))",
    "decimal as text": "from decimal import Decimal\nx = f\"{Decimal('1e999999999'):f}\"",
    "digits": "x = int('9' * 100000)",
    "replaced": "x = ('a' * 10 ** 6).replace('a', 'b' * 10 ** 6)",
    "joined": "x = ('a' * 10 ** 6).join(['b' * 10 ** 6] * 10 ** 4)",
}


@pytest.mark.parametrize("what", [*ENDLESS, *GROWTH])
def test_what_has_no_end_is_ended(what: str, read) -> None:
    head = "from contextlib import contextmanager\nfrom itertools import product"
    record = read((ENDLESS | GROWTH)[what], head)
    if what not in ("deep expression", "deep calls", "long names"):
        assert record.gaps
    for each in record.gaps:
        assert len(each.why) < 400


def test_a_revision_of_10_000_lines_is_read(read) -> None:
    record = read("\n".join(f'op.add_column("t{n}", sa.Column("c", sa.Integer))' for n in range(1000)))
    assert len(record.sent) == 1000
    assert not record.gaps
    long = "\n".join(f'    "row {n}",' for n in range(10_000))
    record = read(f"for row in [\n{long}\n]:\n    pass\nop.execute('SELECT 1')")
    assert len(record.sent) == 1
    assert record.sent[0].statement.origin
    assert record.sent[0].statement.origin.line > 10_000


def test_the_steps_are_for_one_revision(read) -> None:
    read("while True:\n    pass")
    assert not read('op.execute("SELECT 1")').gaps
    assert STEPS >= 10_000


def _never_raises(text: str, path: Path = Path("/nowhere/project/migrations/versions/r.py")) -> None:
    static.header(text)
    for direction in DIRECTIONS:
        record = Revision(path).static(text, direction)
        assert len(record.sent) == len(record.statements)


fuzzed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fuzzed
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    _never_raises(text)
    _never_raises(source(text))


@fuzzed
@given(st.sampled_from(SOURCES), st.randoms(use_true_random=False), st.integers(1, 8))
def test_a_damaged_revision_is_read(text: str, chance: random.Random, times: int) -> None:
    lines = text.splitlines()
    for _ in range(times):
        kind = chance.randrange(4)
        place = chance.randrange(len(lines))
        if kind == 0:
            del lines[place]
        elif kind == 1:
            lines.insert(place, chance.choice(chance.choice(SOURCES).splitlines()))
        elif kind == 2:
            lines[place] = lines[place].replace(
                chance.choice("()[]\"'=,."), chance.choice(["", "(", "*", "x", "\\"]), 1
            )
        else:
            words = lines[place].split(" ")
            chance.shuffle(words)
            lines[place] = " ".join(words)
        lines = lines or [""]
    _never_raises("\n".join(lines))


def _one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


NAMES = _one_of(
    "op sa x y row f str list dict open getattr print range len sorted map zip isinstance format next bind"
    " Session enum contextmanager __file__ __import__ unknown"
)
MEMBERS = _one_of(
    "execute create_table add_column drop_table get_bind get_context autocommit_block batch_alter_table f text column"
    " Column Integer String table select update func now where values c name items append join format upper bulk_insert"
    " create_index dialect scalar fetchall Table MetaData create_all invoke __class__ _x Enum types postgresql"
)
ATOMS = st.one_of(
    NAMES,
    st.sampled_from(["1", "-5", "0.5", "'t'", "'a b'", "None", "True", "b'x'", "10**9", "[]", "{}", "()"]),
    st.text("ab{}%s'\\ ", max_size=6).map(repr),
)


def _composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    few = st.lists(inner, max_size=3)
    return st.one_of(
        st.tuples(inner, MEMBERS).map(lambda pair: f"{pair[0]}.{pair[1]}"),
        st.tuples(inner, few).map(lambda pair: f"{pair[0]}({', '.join(pair[1])})"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}(*{pair[1]}, **{pair[0]})"),
        st.tuples(inner, MEMBERS, inner).map(lambda each: f"{each[0]}({each[1]}={each[2]})"),
        st.tuples(inner, _one_of("+ - * / % ** == < in is and or << |"), inner).map(
            lambda each: f"({each[0]} {each[1]} {each[2]})"
        ),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}[{pair[1]}]"),
        st.tuples(inner, inner).map(lambda pair: f"[{pair[0]} for x in {pair[1]} if x]"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} if {each[1]} else {each[2]})"),
        few.map(lambda each: f"[{', '.join(each)}]"),
        few.map(lambda each: "{" + ", ".join(f"{key}: {key}" for key in each) + "}"),
        inner.map(lambda each: f"(lambda x: {each})"),
        inner.map(lambda each: "f'UPDATE {" + each.replace("'", '"').replace("\\", "") + "} SET'"),
    )


EXPRESSIONS = st.recursive(ATOMS, _composed, max_leaves=8)


def _indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(_indented)
    return st.one_of(
        st.tuples(EXPRESSIONS, body).map(lambda pair: f"if {pair[0]}:\n{pair[1]}\nelse:\n{pair[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda pair: f"for x, *y in {pair[0]}:\n{pair[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda pair: f"while {pair[0]}:\n{pair[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda pair: f"with {pair[0]} as x:\n{pair[1]}"),
        body.map(lambda each: f"try:\n{each}\nexcept Exception as y:\n{each}\nfinally:\n{each}"),
        body.map(lambda each: f"@contextmanager\ndef f(x=1, *y, **row):\n{each}\n    yield x"),
        body.map(lambda each: f"class X(enum.Enum):\n{each}"),
        st.tuples(EXPRESSIONS, body).map(lambda pair: f"match {pair[0]}:\n    case [x, *y]:\n{_indented(pair[1])}"),
    )


SIMPLE = st.one_of(
    EXPRESSIONS,
    EXPRESSIONS.map(lambda each: f"x = {each}"),
    EXPRESSIONS.map(lambda each: f"x, y = {each}"),
    EXPRESSIONS.map(lambda each: f"x += {each}"),
    EXPRESSIONS.map(lambda each: f"x['a'] = {each}"),
    EXPRESSIONS.map(lambda each: f"return {each}"),
    EXPRESSIONS.map(lambda each: f"op.execute({each})"),
    EXPRESSIONS.map(lambda each: f"raise {each}"),
    EXPRESSIONS.map(lambda each: f"yield {each}"),
    st.sampled_from(["break", "continue", "pass", "global x", "del x", "import os", "from sqlalchemy import Table"]),
)
PROGRAMS = st.lists(st.recursive(SIMPLE, _blocks, max_leaves=5), min_size=1, max_size=5).map("\n".join)


@fuzzed
@given(PROGRAMS)
def test_any_program_is_read(body: str) -> None:
    head = "import enum\nfrom contextlib import contextmanager\nfrom sqlalchemy.orm import Session\nx = []\n"
    _never_raises(source(body, head))
    _never_raises(f"{head}{body}\ndef upgrade():\n    f(x)\n")

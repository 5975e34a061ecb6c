"""Whatever stands in the files of revisions, lint ends with findings: it never raises, and never says "OK" unseen."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safemigrate.capture import endless
from safemigrate.cli import failure
from tests.fix_project import Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"

BEGIN = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'r2'\ndown_revision = 'r1'\n\n\n"

BROKEN = {
    "an error of syntax": BEGIN + "def upgrade(:\n    pass\n",
    "an indent that is none": BEGIN + "def upgrade():\npass\n",
    "a string without an end": BEGIN + 'def upgrade():\n    op.execute("""SELECT 1\n',
    "an import that is not there": "import no_such_module\n" + BEGIN + "def upgrade():\n    op.execute('SELECT 1')\n",
    "a name that is not there": BEGIN + "def upgrade():\n    nothing.at_all()\n",
    "an exit": BEGIN + "def upgrade():\n    raise SystemExit(0)\n",
    "an exit at the top": BEGIN + "raise SystemExit(0)\n",
    "an interrupt of its own": BEGIN + "def upgrade():\n    raise RuntimeError('\\udcff')\n",
    "no upgrade": BEGIN,
    "an upgrade that is no function": BEGIN + "upgrade = 3\n",
    "an upgrade with a parameter": BEGIN + "def upgrade(engine_name):\n    op.execute('SELECT 1')\n",
    "a helper that calls itself": BEGIN
    + "def again(n):\n    op.execute('SELECT 1')\n    return again(n + 1)\n\n\ndef upgrade():\n    again(0)\n",
    "two helpers that call each other": BEGIN
    + "def ping():\n    pong()\n\n\ndef pong():\n    ping()\n\n\ndef upgrade():\n    ping()\n",
    "SQL that does not parse": BEGIN + "def upgrade():\n    op.execute('ALTER TABEL t ADD 1 \\x00 $$')\n",
    "SQL of another dialect": BEGIN + "def upgrade():\n    op.execute('CREATE TABLE `t` (`a` int) ENGINE=InnoDB')\n",
    "a session of its own": BEGIN
    + "def upgrade():\n    sa.create_engine('sqlite://').connect().exec_driver_sql('select 1')\n",
    "the network": BEGIN + "import socket\n\n\ndef upgrade():\n    socket.create_connection(('127.0.0.1', 9))\n",
}

UNREADABLE = {
    "nothing": b"",
    "bytes": bytes(range(256)) * 20,
    "zero bytes": b"revision = 'r2'\n\x00\x00\n",
    "half of a UTF-8 character": BEGIN.encode() + b"def upgrade():\n    op.execute('SELECT \xc3')\n",
    "UTF-16": BEGIN.encode("utf-16"),
    "a coding that is not there": b"# -*- coding: klingon -*-\n" + BEGIN.encode(),
    "an ELF file": b"\x7fELF\x02\x01\x01" + b"\x00" * 500,
    "deep nesting": BEGIN.encode() + b"x = " + b"(" * 5_000 + b")" * 5_000 + b"\n",
    "a tower of signs": BEGIN.encode() + b"x = " + b"-" * 50_000 + b"1\n",
}


def lint(project: Project, *arguments: str) -> Any:
    ended = project.safemigrate(NOWHERE, "lint", "--json", *arguments)
    assert ended.code in (0, 1), ended.text[-2000:]
    assert ended.err == ""
    return json.loads(ended.out)


@pytest.fixture
def project(project: Project) -> Project:
    project.environment["GITHUB_ACTIONS"] = ""
    project.revision("op.create_table('t', sa.Column('id', sa.Integer))")
    return project


def _write(project: Project, content: bytes) -> Path:
    path = project.folder / "scripts" / "versions" / "r2.py"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("flags", [(), ("--no-exec",), ("--downgrade",)], ids=["run", "no-exec", "downgrade"])
@pytest.mark.parametrize("name", [*BROKEN])
def test_a_revision_that_cannot_be_run_is_a_finding(project: Project, name: str, flags: tuple[str, ...]) -> None:
    _write(project, BROKEN[name].encode())
    rules = [each["rule"] for each in lint(project, *flags)["findings"] if each["file"].endswith("r2.py")]
    assert rules


@pytest.mark.parametrize("flags", [(), ("--no-exec",)], ids=["run", "no-exec"])
@pytest.mark.parametrize("name", [*UNREADABLE])
def test_a_file_that_is_no_revision_is_a_finding(project: Project, name: str, flags: tuple[str, ...]) -> None:
    _write(project, UNREADABLE[name])
    told = [each for each in lint(project, *flags)["findings"] if each["file"].endswith("r2.py")]
    assert "not-analysed" in {each["rule"] for each in told}


ENDLESS = {
    "nothing": "while True:\n        pass",
    "a wait": "while True:\n        time.sleep(60)",
    "a wait that catches all": """while True:
        try:
            time.sleep(60)
        except Exception:
            pass""",
    "the same statement": "while True:\n        op.execute('UPDATE t SET id = id')",
    "other statements": "for n in itertools.count():\n        op.execute(f'UPDATE t SET id = {n}')",
    "a loop that catches what stops it": """try:
        while True:
            pass
    except:
        pass""",
    "statements that catch what stops them": """try:
        while True:
            op.execute("UPDATE t SET id = id")
    except:
        pass""",
    "a read": "while not op.get_bind().execute(sa.text('SELECT id FROM t')).all():\n        pass",
    "a read of a count": "while op.get_bind().scalar(sa.text('SELECT count(*) FROM t')) < 5:\n        time.sleep(1)",
}


# It may be raised first in a callback of the garbage collector, which Hypothesis has; Python says so, and goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("flags", [(), ("--no-exec",)], ids=["run", "no-exec"])
@pytest.mark.parametrize("name", [*ENDLESS])
def test_a_revision_without_an_end_is_a_finding(
    project: Project, name: str, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endless, "LONGEST", 0.2)
    _write(project, f"import itertools\nimport time\n{BEGIN}def upgrade():\n    {ENDLESS[name]}\n".encode())
    told = [each for each in lint(project, *flags)["findings"] if each["file"].endswith("r2.py")]
    assert "not-analysed" in {each["rule"] for each in told}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_file_that_does_not_come_to_its_end_when_it_is_imported_is_a_finding(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endless, "LONGEST", 0.2)
    _write(project, f"{BEGIN}while True:\n    pass\n\n\ndef upgrade():\n    pass\n".encode())
    told = [each for each in lint(project)["findings"] if each["file"].endswith("r2.py")]
    assert "not-analysed" in {each["rule"] for each in told}


@pytest.mark.parametrize(
    "loop",
    [
        "while op.get_bind().execute(sa.text('UPDATE t SET id = 1 WHERE id IS NULL')).rowcount:\n        pass",
        "while True:\n        if op.get_bind().execute(sa.text('DELETE FROM t')).rowcount == 0:\n            break",
        "while rows := op.get_bind().execute(sa.text('SELECT id FROM t LIMIT 9')).all():\n        print(rows)",
    ],
)
def test_a_loop_until_nothing_is_left_comes_to_its_end(project: Project, loop: str) -> None:
    _write(project, f"{BEGIN}def upgrade():\n    {loop}\n    op.create_index('ix', 't', ['id'])\n".encode())
    assert "index-not-concurrent" in {each["rule"] for each in lint(project, "head")["findings"]}


@pytest.mark.parametrize("format", ["text", "github", "gitlab", "sarif", "markdown", "junit"])
@pytest.mark.parametrize("name", ["bytes", "half of a UTF-8 character"])
def test_every_format_shows_a_file_that_cannot_be_read(project: Project, name: str, format: str) -> None:
    _write(project, UNREADABLE[name])
    assert project.safemigrate(NOWHERE, "lint", "--format", format).code == 1


def test_a_revision_of_ten_thousand_lines_is_read_to_its_end(project: Project) -> None:
    lines = [f"    op.add_column('t', sa.Column('c{number}', sa.Integer))\n" for number in range(300)]
    text = BEGIN + "def upgrade():\n" + "".join(lines) + "    # a line of words\n" * 9_700
    _write(project, (text + "    op.create_index('ix', 't', ['c299'])\n").encode())
    found = [each for each in lint(project, "head")["findings"] if each["rule"] == "index-not-concurrent"]
    assert [each["line"] for each in found] == [text.count("\n") + 1]


def test_env_py_that_cannot_be_run_is_no_end(project: Project) -> None:
    _write(project, (BEGIN + "def upgrade():\n    op.create_index('ix', 't', ['id'])\n").encode())
    for text in ("def broken(", "import no_such_module", "raise SystemExit(3)", "", "1 / 0", "\x00"):
        project.env(text)
        assert "index-not-concurrent" in {each["rule"] for each in lint(project)["findings"]}, text


SAMPLE = (
    BEGIN
    + """
def upgrade():
    for name in ("a", "b"):
        op.add_column("t", sa.Column(name, sa.Text(), server_default=f"{name}"))
    op.create_index("ix", "t", ["a"])  # safemigrate: ignore[index-not-concurrent] small
    with op.get_context().autocommit_block():
        op.execute('''CREATE INDEX CONCURRENTLY iy ON t (b) -- safemigrate: as-written so
        ''')
    with op.batch_alter_table("t") as batch:
        batch.alter_column("a", type_=sa.String(10), nullable=False)
    op.get_bind().execute(sa.text("UPDATE t SET a = :a").bindparams(a=1))


def downgrade():
    op.drop_column("t", "a")
    op.drop_index("ix")
"""
)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_a_revision_with_some_parts_gone_or_doubled_is_checked(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Only read, with ``--no-exec``: what such a file would do when it is run, nobody knows."""
    project = Project(tmp_path_factory.mktemp("mutated") / "project")
    project.revision("op.create_table('t', sa.Column('id', sa.Integer))")
    _write(project, _mutated(SAMPLE.encode(), random.Random(seed)))
    ended = project.safemigrate(NOWHERE, "lint", "--json", "--no-exec", "--downgrade")
    if ended.code == 2:  # the mutation hit the names of revisions: they cannot be put in order
        assert "revision" in ended.out, ended.text
    else:
        assert ended.code in (0, 1), ended.text[-2000:]
        assert json.loads(ended.out)["findings"]


def _mutated(text: bytes, draw: random.Random) -> bytes:
    """*text* with a few cuts, repetitions, and bytes of other files."""
    for _ in range(draw.randint(1, 4)):
        start = draw.randrange(len(text))
        end = min(len(text), start + draw.choice((1, 1, 2, 8, 40)))
        put = draw.choice(
            (b"", text[start:end] * 2, b"(", b"\n", b'"""', b"\xff", b"\x00", b"#", b"    ", b"None", b"'")
        )
        text = text[:start] + put + text[end:]
    return text


def test_an_error_that_nobody_foresaw_says_that_nothing_was_changed() -> None:
    out = io.StringIO()
    with failure.shown(out, "plain", raising=False, looking=True) as status:
        raise LookupError("nobody foresaw this")
    assert status.code == 1
    assert "LookupError: nobody foresaw this" in out.getvalue()
    assert "nothing was changed" in out.getvalue()
    assert "journal" not in out.getvalue()

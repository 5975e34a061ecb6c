"""``safemigrate lint --fix`` and ``--diff``: what is written, what is told, and with which code it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from safemigrate.cli import correct
from safemigrate.cli.correct import Correction
from safemigrate.errors import BadInput
from safemigrate.findings import Finding, Place, Severity
from safemigrate.lint.fix import Fixed
from tests import fix_golden
from tests.fix_project import Ended, Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
RULES = "index-not-concurrent, drop-index-not-concurrent, concurrently-in-transaction"


@pytest.fixture
def project(project: Project) -> Project:
    """r1 makes a table; r2 can be corrected as a whole, r3 and r4 cannot."""
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": RULES, "GITHUB_ACTIONS": ""}
    project.revision("op.create_table('orders', sa.Column('id', sa.Integer), sa.Column('note', sa.Text))")
    project.revision("op.create_index('ix_id', 'orders', ['id'])\nop.create_index('ix_note', 'orders', ['note'])")
    project.revision("op.add_column('orders', sa.Column('a', sa.Text))\nop.create_index('ix_a', 'orders', ['a'])")
    project.revision("for name in ('id',):\n    op.create_index(f'ix2_{name}', 'orders', [name])")
    return project


def lint(project: Project, *arguments: str) -> Ended:
    return project.safemigrate(NOWHERE, "lint", *arguments)


def texts(project: Project) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (project.folder / "scripts").rglob("*.py")}


def test_diff_shows_what_fix_would_write_and_changes_nothing(project: Project) -> None:
    before = texts(project)
    ended = lint(project, "--diff")
    assert ended.code == 1
    assert texts(project) == before
    fix_golden.check("cli/lint-diff.txt", f"$ safemigrate lint --diff\n{ended.out}\n# on standard error\n{ended.err}")
    patch = subprocess.run(
        ["patch", "-p1"], cwd=project.folder, input=ended.out, text=True, capture_output=True, check=False
    )
    assert patch.returncode == 0, patch.stdout
    patched = texts(project)
    for path, content in before.items():
        path.write_bytes(content)
    lint(project, "--fix")
    assert texts(project) == patched


def test_fix_writes_the_files_tells_what_is_left_and_counts_that(project: Project) -> None:
    before = texts(project)
    ended = lint(project, "--fix")
    assert ended.code == 1
    changed = [path.name for path, content in texts(project).items() if content != before[path]]
    assert changed == ["r2.py"]
    fix_golden.check("cli/lint-fix.txt", f"$ safemigrate lint --fix\n{ended.err}\n# on standard output\n{ended.out}")
    assert "r2.py" not in ended.out
    assert "2 findings corrected in 1 file; 2 left as they are" in ended.err


def test_a_second_fix_changes_nothing(project: Project) -> None:
    lint(project, "--fix")
    before = texts(project)
    ended = lint(project, "--fix")
    assert texts(project) == before
    assert "nothing corrected" in ended.err


def test_where_all_is_corrected_the_check_is_content(project: Project) -> None:
    assert lint(project, "r2", "--fix").code == 0
    assert lint(project, "r2", "--diff") == Ended(0, "", "nothing would be corrected\n")


def test_only_revisions_that_are_checked_are_corrected(project: Project) -> None:
    before = texts(project)
    lint(project, "r2:", "--fix")
    assert texts(project) == before


def test_what_is_ignored_or_in_the_baseline_is_not_corrected(project: Project) -> None:
    path = project.folder / "scripts" / "versions" / "r2.py"
    path.write_text(
        path.read_text().replace("['id'])", "['id'])  # safemigrate: ignore[index-not-concurrent] it is small")
    )
    lint(project, "r2", "--fix")
    assert "'ix_id', 'orders', ['id'])  # safemigrate" in path.read_text()
    assert "'ix_note', 'orders', ['note'], postgresql_concurrently=True)" in path.read_text()


def test_a_baseline_that_is_updated_holds_what_is_left(project: Project) -> None:
    ended = lint(project, "--fix", "--baseline", "known.json", "--update-baseline")
    assert ended.code == 0
    known = (project.folder / "known.json").read_text()
    assert "r3" in known
    assert "ix_note" not in known


@pytest.mark.parametrize("other", ["--diff", "--staged"])
def test_fix_does_not_go_with_what_leaves_the_files_alone(project: Project, other: str) -> None:
    before = texts(project)
    ended = lint(project, "--fix", other)
    assert ended.code == 2
    assert f"{other} does not" in ended.err
    assert texts(project) == before


def test_without_running_the_revisions_nothing_is_certain(project: Project) -> None:
    before = texts(project)
    assert "nothing corrected; 2 left as they are" in lint(project, "r2", "--no-exec", "--fix").err
    assert texts(project) == before


def test_under_a_transaction_of_env_py_nothing_is_certain(project: Project) -> None:
    text = (project.folder / "scripts" / "env.py").read_text()
    project.env(
        text.replace(
            "        context.configure(connection=", "        connection.begin()\n        context.configure(connection="
        )
    )
    before = texts(project)
    ended = lint(project, "r2", "--fix")
    assert "or env.py opens the transaction itself" in ended.err
    assert texts(project) == before


def test_the_rights_of_a_file_and_a_link_to_it_are_kept(project: Project, tmp_path: Path) -> None:
    path = project.folder / "scripts" / "versions" / "r2.py"
    place = path.rename(tmp_path / "r2.py")
    place.chmod(0o640)
    path.symlink_to(place)
    lint(project, "--fix")
    assert path.is_symlink()
    assert place.stat().st_mode & 0o7777 == 0o640
    assert "autocommit_block" in place.read_text()
    assert not [each for each in (*place.parent.iterdir(), *path.parent.iterdir()) if each.name.startswith(".")]


def test_what_was_written_is_told_where_a_later_file_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = Finding("index-not-concurrent", Severity.ERROR, "told", Place("a.py", 1))
    several = [
        Correction(name, tmp_path / name, "before\n", Fixed("after\n", (replace(finding, place=Place(name, 1)),)))
        for name in ("a.py", "b.py")
    ]
    (tmp_path / "a.py").write_text("before\n")
    (tmp_path / "b.py").write_text("edited meanwhile\n")
    with pytest.raises(BadInput, match=r"b\.py was changed while it was checked"):
        correct.write(several)
    assert (tmp_path / "a.py").read_text() == "after\n"
    assert (tmp_path / "b.py").read_text() == "edited meanwhile\n"
    assert capsys.readouterr().err.splitlines()[-1] == "1 finding corrected in 1 file"


def test_a_diff_is_written_as_the_file_is_whatever_the_terminal_reads(project: Project) -> None:
    path = project.folder / "scripts" / "versions" / "r2.py"
    path.write_bytes(path.read_text().replace("ix_note", "ix_ñote").replace("\n", "\r\n").encode())
    ended = subprocess.run(
        [sys.executable, "-m", "safemigrate", "lint", "r2", "--diff"],
        cwd=project.folder,
        env={**os.environ, **project.environment, "DATABASE_URL": NOWHERE, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert (
        "+        op.create_index('ix_ñote', 'orders', ['note'], postgresql_concurrently=True)\r\n".encode()
        in ended.stdout
    )

"""``lint --since`` and ``--staged``: what is new against a real git, and what is read of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fix_project import Ended, Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
CHECKOUT = Path(__file__).parents[2]

INDEX = "op.create_index('{name}', 'orders', ['id'])"


def git(folder: Path, *arguments: str) -> str:
    names = {
        f"GIT_{who}_{what}": f"{what}@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    ended = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return ended.stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a step")


def lint(project: Project, *arguments: str) -> Ended:
    return project.safemigrate(NOWHERE, "lint", "--json", *arguments)


def found(project: Project, *arguments: str) -> list[str]:
    """The index that each finding is about, in the order of files."""
    ended = lint(project, *arguments)
    assert ended.code in (0, 1), ended.text
    return [each["message"].split()[1] for each in json.loads(ended.out)["findings"]]


def checked(project: Project, *arguments: str) -> int:
    count = json.loads(lint(project, *arguments).out)["summary"]["checked"]
    assert isinstance(count, int)
    return count


def path(project: Project, name: str) -> Path:
    return project.folder / "scripts" / "versions" / f"{name}.py"


@pytest.fixture
def project(project: Project) -> Project:
    """r1 and r2 are committed on main; the branch "work" is checked out, with nothing of its own yet."""
    rule = "index-not-concurrent"
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": rule, "GITHUB_ACTIONS": ""}
    project.revision("op.create_table('orders', sa.Column('id', sa.Integer))")
    project.revision(INDEX.format(name="ix_old"))
    (project.folder / ".gitignore").write_text("__pycache__/\n")
    git(project.folder, "init", "--quiet", "--initial-branch", "main")
    commit(project.folder)
    git(project.folder, "checkout", "--quiet", "-b", "work")
    return project


def test_what_has_come_since_the_branch_is_checked_committed_or_not(project: Project) -> None:
    assert checked(project, "--since", "main") == 0
    project.revision(INDEX.format(name="ix_3"))
    commit(project.folder)
    project.revision(INDEX.format(name="ix_4"))
    assert found(project, "--since", "main") == ["ix_3", "ix_4"]
    assert found(project, "--since", "HEAD") == ["ix_4"]


def test_what_has_come_on_the_other_branch_is_not_ours(project: Project) -> None:
    project.revision(INDEX.format(name="ix_ours"), name="ours")
    commit(project.folder)
    git(project.folder, "checkout", "--quiet", "main")
    project.revision(INDEX.format(name="ix_theirs"), name="theirs", down="r2")
    commit(project.folder)
    git(project.folder, "checkout", "--quiet", "work")
    assert found(project, "--since", "main") == ["ix_ours"]


def test_a_revision_that_was_changed_is_checked_and_told(project: Project) -> None:
    path(project, "r2").write_text(path(project, "r2").read_text() + "\n# changed\n")
    ended = lint(project, "--since", "main")
    assert json.loads(ended.out)["summary"]["checked"] == 1
    assert ended.err.startswith("scripts/versions/r2.py is changed, not new: databases that have it will not run it")


def test_a_file_with_another_name_is_no_new_revision(project: Project) -> None:
    git(project.folder, "mv", "scripts/versions/r2.py", "scripts/versions/r2_with_a_name.py")
    assert checked(project, "--since", "main") == 0
    assert checked(project, "--staged") == 0
    commit(project.folder)
    assert checked(project, "--since", "main") == 0


def test_a_revision_that_was_deleted_is_not_looked_for(project: Project) -> None:
    git(project.folder, "rm", "--quiet", "scripts/versions/r2.py")
    assert checked(project, "--since", "main") == 0
    assert checked(project, "--staged") == 0


def test_the_index_is_read_and_not_the_files(project: Project) -> None:
    project.revision(INDEX.format(name="ix_staged"))
    git(project.folder, "add", "--all")
    path(project, "r3").write_text(path(project, "r3").read_text().replace("ix_staged", "ix_edited_since"))
    assert found(project, "--staged") == ["ix_staged"]
    assert found(project, "--since", "main") == ["ix_edited_since"]


def test_an_excerpt_and_an_ignore_are_those_of_the_index(project: Project) -> None:
    project.revision(f"# safemigrate: ignore[index-not-concurrent] it is small\n{INDEX.format(name='ix_staged')}")
    git(project.folder, "add", "--all")
    path(project, "r3").write_text(path(project, "r3").read_text().replace("# safemigrate: ignore", "# nothing: "))
    assert found(project, "--staged") == []
    git(project.folder, "add", "--all")
    path(project, "r3").unlink()
    shown = project.safemigrate(NOWHERE, "lint", "--staged").out
    assert "# nothing: [index-not-concurrent] it is small\n" in shown


def test_a_file_that_is_not_staged_is_not_there(project: Project) -> None:
    project.revision(INDEX.format(name="ix_3"))
    git(project.folder, "add", "--all")
    project.revision(INDEX.format(name="ix_4"))
    assert found(project, "--staged") == ["ix_3"]
    path(project, "r4").write_text("def broken(")
    git(project.folder, "add", "--intent-to-add", "scripts/versions/r4.py")
    assert found(project, "--staged") == ["ix_3"]


def test_a_file_that_is_staged_and_gone_since_is_there(project: Project) -> None:
    project.revision(INDEX.format(name="ix_3"))
    git(project.folder, "add", "--all")
    path(project, "r3").unlink()
    assert found(project, "--staged") == ["ix_3"]
    assert found(project, "--staged", "--no-exec") == ["ix_3"]


def test_a_revision_that_only_a_run_gives_its_name_is_run_as_it_is_staged(project: Project) -> None:
    written = project.revision(INDEX.format(name="ix_3"))
    written.write_text(written.read_text().replace("revision = 'r3'", "revision = ''.join(['r', '3'])"))
    git(project.folder, "add", "--all")
    written.unlink()
    assert found(project, "--staged") == ["ix_3"]


def test_staged_since_a_commit_is_the_index_against_it(project: Project) -> None:
    project.revision(INDEX.format(name="ix_3"))
    commit(project.folder)
    project.revision(INDEX.format(name="ix_4"))
    git(project.folder, "add", "--all")
    assert found(project, "--staged") == ["ix_4"]
    assert found(project, "--staged", "--since", "main") == ["ix_3", "ix_4"]


def test_files_that_are_named_are_checked_where_they_are_new(project: Project) -> None:
    project.revision(INDEX.format(name="ix_3"))
    files = ("scripts/versions/r2.py", "scripts/versions/r3.py")
    assert found(project, "--since", "main", *files) == ["ix_3"]


def test_the_first_commit_of_all_is_staged_against_nothing(project: Project) -> None:
    git(project.folder, "checkout", "--quiet", "--orphan", "anew")
    assert checked(project, "--staged") == 2


def test_a_project_in_a_folder_of_the_repository_sees_its_own_revisions(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    project = Project(tmp_path / "a folder with ümlauts\n")
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": "index-not-concurrent"}
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    project.revision("op.create_table('orders', sa.Column('id', sa.Integer))")
    commit(tmp_path)
    project.revision(INDEX.format(name="ix_2"))
    (tmp_path / "other" / "r9.py").write_text("revision = 'r9'")
    assert found(project, "--since", "main") == ["ix_2"]
    git(tmp_path, "add", "--all")
    assert found(project, "--staged") == ["ix_2"]


def test_a_worktree_has_an_index_of_its_own(project: Project, tmp_path: Path) -> None:
    git(project.folder, "worktree", "add", "--quiet", str(tmp_path / "beside"), "-b", "beside")
    project.folder = tmp_path / "beside"
    project.revision(INDEX.format(name="ix_3"))
    git(project.folder, "add", "--all")
    assert found(project, "--staged") == ["ix_3"]
    assert found(project, "--since", "main") == ["ix_3"]


def test_a_hook_sees_the_index_of_the_commit_that_is_being_made(project: Project, tmp_path: Path) -> None:
    said = tmp_path / "said"
    hook = project.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\nexport PYTHONPATH='{CHECKOUT}' DATABASE_URL={NOWHERE}"
        f" SAFEMIGRATE_LINT_IGNORE=all SAFEMIGRATE_LINT_SELECT=index-not-concurrent\n"
        f"exec '{sys.executable}' -m safemigrate lint --staged > '{said}' 2>&1\n"
    )
    hook.chmod(0o755)
    project.revision(INDEX.format(name="ix_3"))
    project.revision(INDEX.format(name="ix_4"))
    git(project.folder, "add", "--all")
    path(project, "r3").write_text(path(project, "r3").read_text().replace("ix_3", "ix_committed"))
    with pytest.raises(subprocess.CalledProcessError):
        # Only r3: git makes an index for this commit alone, and tells the hook of it.
        git(project.folder, "commit", "--message", "one file", "--", "scripts/versions/r3.py")
    assert "ix_committed" in said.read_text()
    assert "ix_4" not in said.read_text()


def test_no_repository_is_bad_input(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.revision()
    project.environment["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    for flags in (("--staged",), ("--since", "main")):
        ended = project.safemigrate(NOWHERE, "lint", *flags)
        assert ended.code == 2
        assert "not a git repository" in ended.err


def test_no_git_is_bad_input(project: Project, tmp_path: Path) -> None:
    project.environment["PATH"] = str(tmp_path)
    ended = project.safemigrate(NOWHERE, "lint", "--staged")
    assert ended.code == 2
    assert "git could not be run" in ended.err


@pytest.mark.parametrize("ref", ["nothing", "main..work", "-p", "main:scripts"])
def test_a_commit_that_is_not_there_is_bad_input(project: Project, ref: str) -> None:
    ended = project.safemigrate(NOWHERE, "lint", f"--since={ref}")
    assert ended.code == 2
    assert "nothing was checked" in ended.err


def test_a_branch_without_a_commit_in_common_is_bad_input(project: Project) -> None:
    git(project.folder, "checkout", "--quiet", "--orphan", "anew")
    project.revision()
    commit(project.folder)
    ended = project.safemigrate(NOWHERE, "lint", "--since", "main")
    assert ended.code == 2
    assert 'HEAD and "main" have no commit in common' in ended.err

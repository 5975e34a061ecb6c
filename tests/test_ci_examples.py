"""What a project puts into its CI is run here as it stands: the action's script, GitLab's job, the pre-commit hook."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fix_project import Project

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(project: Project) -> Project:
    """A branch with a new revision that blocks writes; origin/main has the table."""
    project.revision('op.create_table("orders", sa.Column("id", sa.BigInteger), sa.Column("note", sa.Text))')
    git(project.folder, "init", "--quiet")
    git(project.folder, "add", ".")
    git(project.folder, "commit", "--quiet", "-m", "table")
    git(project.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    project.revision('op.create_index("ix_orders_note", "orders", ["note"])', 'op.drop_index("ix_orders_note")')
    git(project.folder, "add", ".")
    return project


def run(project: Project, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    scripts = Path(sys.executable).parent
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"  # nobody connects to it
    around = {
        **os.environ,
        "DATABASE_URL": url,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_ACTIONS": "",
        **environment,
    }
    return subprocess.run(command, cwd=project.folder, env=around, capture_output=True, text=True, check=False)


def document(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_the_action_hands_its_script_what_it_reads() -> None:
    action = document(ROOT / "action.yml")
    *_, check = action["runs"]["steps"]
    script = EXAMPLES / "github" / "lint.sh"
    assert "examples/github/lint.sh" in check["run"]
    assert all(f"${{{name}:-" in script.read_text() for name in check["env"])
    used = {part for step in action["runs"]["steps"] for part in json.dumps(step).split("inputs.")[1:]}
    assert {part.split()[0].rstrip('}",') for part in used} == set(action["inputs"])


def test_the_actions_script_annotates_what_is_new_and_fails(repository: Project) -> None:
    git(repository.folder, "commit", "--quiet", "-m", "index")
    script = ["bash", str(EXAMPLES / "github" / "lint.sh")]
    ended = run(repository, script, BASE="main", GITHUB_ACTIONS="true", SARIF="lint.sarif")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "::error file=scripts/versions/r2.py,line=13" in ended.stdout
    assert "r1.py" not in ended.stdout
    sarif = json.loads((repository.folder / "lint.sarif").read_text())
    assert "index-not-concurrent" in {each["ruleId"] for each in sarif["runs"][0]["results"]}
    assert run(repository, script, BASE="main", ARGUMENTS="--ignore all").returncode == 0
    assert run(repository, script, SINCE="all", ARGUMENTS="--exit-zero").returncode == 0
    assert run(repository, script, SINCE="nowhere").returncode == 2


def test_gitlabs_job_writes_its_report_and_fails(repository: Project) -> None:
    base = git(repository.folder, "rev-parse", "HEAD").strip()
    git(repository.folder, "commit", "--quiet", "-m", "index")
    (job,) = document(EXAMPLES / "gitlab" / "safemigrate.yml").values()
    environment = {**job["variables"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    report, check = (run(repository, ["bash", "-c", line], **environment) for line in job["script"])
    assert (report.returncode, check.returncode) == (0, 1), report.stderr + check.stderr
    written = repository.folder / job["artifacts"]["reports"]["codequality"]
    assert [each["location"]["path"] for each in json.loads(written.read_text())] == ["scripts/versions/r2.py"]


def test_the_pre_commit_hook_checks_what_is_staged(repository: Project) -> None:
    (hook,) = document(ROOT / ".pre-commit-hooks.yaml")
    assert {"id", "name", "entry", "language", "files"} <= hook.keys()
    ended = run(repository, shlex.split(hook["entry"]))
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "r2.py" in ended.stdout
    git(repository.folder, "commit", "--quiet", "-m", "index")
    assert run(repository, shlex.split(hook["entry"])).returncode == 0


def test_the_workflow_uses_the_action_as_it_is() -> None:
    steps = document(EXAMPLES / "github" / "workflow.yml")["jobs"]["lint"]["steps"]
    ours = next(step for step in steps if "safemigrate" in step.get("uses", ""))
    assert set(ours["with"]) <= set(document(ROOT / "action.yml")["inputs"])

"""Every ``alembic`` command line works with the word replaced: same output, same exit code, same database."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import alembic
import alembic.config
import pytest

import safemigrate
from safemigrate.cli import main
from tests import fix_project

OURS = {"plan", "status", "pause", "resume", "rollback", "locks", "lint", "stats"}
"""The verbs that Alembic does not have."""


def _table(name: str) -> str:
    return f"op.create_table({name!r}, sa.Column('id', sa.Integer, primary_key=True))"


@pytest.fixture
def branched(twins: fix_project.Twins) -> fix_project.Twins:
    """one ← two ← left (branch label) and right, joined by merged, and a base of its own that depends on two."""
    project = twins.project
    for name, down, labels in (
        ("one", None, None),
        ("two", "one", None),
        ("le", "two", ("left",)),
        ("ri", "two", None),
    ):
        project.revision(_table(name), f"op.drop_table({name!r})", name=name, down=down, labels=labels)
    project.revision("pass", name="merged", down=("le", "ri"))
    project.revision(_table("far"), "op.drop_table('far')", name="far", down=None, labels=("alone",), depends="two")
    return twins


def _same(twins: fix_project.Twins, *arguments: str) -> None:
    theirs = twins.project.alembic(twins.plain, *arguments)
    ours = twins.project.safemigrate(twins.ours, *arguments)
    assert (ours.code, _unordered(ours.out)) == (theirs.code, _unordered(theirs.out)), ours.text


def _unordered(text: str) -> list[str]:
    """Alembic shows several current revisions in the order of a set; the databases have names of their own."""
    return sorted(re.sub(r"scratch_\w+", "scratch", text).splitlines())


LOOKS = (
    "history",
    "history -v",
    "history -i",
    "history -r one:le",
    "history -r :two",
    "history -r -2:current",
    "history -r current:",
    "heads",
    "heads -v",
    "heads --resolve-dependencies",
    "branches",
    "branches -v",
    "show le",
    "show heads",
    "show left@head",
    "current",
    "current -v",
    "current --check-heads",
    "list_templates",
    "upgrade heads --sql",
    "upgrade one:merged --sql",
    "upgrade base:two --sql",
    "upgrade le --sql --tag x",
    "downgrade merged:two --sql",
    "downgrade two:base --sql",
    "stamp merged --sql",
    "stamp one:merged --sql",
)


@pytest.mark.parametrize("applied", ["", "ri"])
def test_commands_that_only_look_say_the_same(branched: fix_project.Twins, applied: str) -> None:
    if applied:
        branched.both("upgrade", applied)
    for line in LOOKS:
        _same(branched, *line.split())
    branched.same()


WAYS = {
    "all heads": ("upgrade heads", "downgrade base"),
    "one branch by its label": ("upgrade left@head", "downgrade left@two", "upgrade merged"),
    "relative": ("upgrade one+1", "upgrade ri", "downgrade -1", "upgrade le", "downgrade two-1"),
    "relative within a branch": ("upgrade two", "upgrade left@+1", "downgrade left@-1"),
    "relative to a name": ("upgrade one+1", "downgrade two-1"),
    "a base of its own": ("upgrade alone@head", "downgrade alone@base"),
    "by the beginning of an id": ("upgrade merg", "downgrade le"),
    "to base by name": ("upgrade two", "downgrade base"),
    "through a merge": ("upgrade merged", "downgrade le", "upgrade ri", "upgrade merged"),
    "stamps": ("stamp two", "stamp le ri", "stamp merged", "stamp --purge two", "stamp base", "stamp heads"),
    "a stamp, then an upgrade": ("upgrade one", "stamp base", "stamp one", "upgrade two"),
    "nothing to do": ("upgrade two", "upgrade two", "upgrade one", "downgrade two"),
    "ensure_version": ("ensure_version", "upgrade one", "ensure_version"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_leads_to_the_same_place(branched: fix_project.Twins, way: str) -> None:
    for line in WAYS[way]:
        branched.both(*line.split())
        branched.same()
        _same(branched, "current")


def test_steps_forward_and_back_count_the_same(twins: fix_project.Twins) -> None:
    for number in range(1, 5):
        twins.project.revision(_table(f"t{number}"), f"op.drop_table('t{number}')")
    for line in (
        "upgrade +1",
        "upgrade +2",
        "downgrade -1",
        "upgrade +1",
        "downgrade -3",
        "upgrade r2+1",
        "upgrade head",
    ):
        twins.both(*line.split())
        _same(twins, "current")
    twins.same()


WRONG = ("upgrade head", "upgrade nonsense", "downgrade +1", "downgrade -9", "upgrade +99", "stamp nope")


@pytest.mark.parametrize("line", WRONG)
def test_what_alembic_refuses_is_refused(branched: fix_project.Twins, line: str) -> None:
    branched.both("upgrade", "two")
    assert branched.project.alembic(branched.plain, *line.split()).code != 0
    ended = branched.project.safemigrate(branched.ours, *line.split())
    assert ended.code == 2
    assert "nothing was changed" in ended.err
    branched.same()


def test_check_says_the_same(twins: fix_project.Twins) -> None:
    env = """
        import os
        import sqlalchemy as sa
        from alembic import context

        metadata = sa.MetaData()
        sa.Table("items", metadata, sa.Column("id", sa.Integer, primary_key=True), {more})
        with sa.create_engine(os.environ["DATABASE_URL"], poolclass=sa.pool.NullPool).connect() as connection:
            context.configure(connection=connection, target_metadata=metadata, include_schemas=True)
            with context.begin_transaction():
                context.run_migrations()
    """
    twins.project.revision(_table("items"))
    twins.project.env(env.format(more=""))
    # Our schema is not in the way of autogenerate.
    twins.both("upgrade", "head")
    _same(twins, "check")
    twins.project.env(env.format(more="sa.Column('more', sa.Text)"))
    ended = twins.project.safemigrate(twins.ours, "check")
    assert ended.code != 0


def test_revision_and_merge_write_the_same_files(branched: fix_project.Twins) -> None:
    project = branched.project
    project.env(fix_project.ENV.replace("(connection=connection)", "(connection=connection, target_metadata=metadata)"))
    env = project.folder / "scripts" / "env.py"
    env.write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\n" + env.read_text())
    for line in (
        "revision -m made --rev-id made --head merged",
        "revision -m split --rev-id split --head two --splice --branch-label fork",
        "revision -m own --rev-id own --head base --depends-on made --version-path scripts/versions",
        "merge -m joined --rev-id joined made split",
        "revision -m auto --rev-id auto --head joined --autogenerate",
    ):
        before = set(project.folder.rglob("*.py"))
        if "--autogenerate" in line:
            branched.both("upgrade", "heads")
        theirs = project.alembic(branched.plain, *line.split())
        (made,) = set(project.folder.rglob("*.py")) - before
        text = made.read_text()
        made.unlink()
        ours = project.safemigrate(branched.ours, *line.split())
        assert (ours.code, ours.out) == (theirs.code, theirs.out), ours.text
        (again,) = set(project.folder.rglob("*.py")) - before
        assert again == made
        assert _undated(again.read_text()) == _undated(text)


def _undated(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("Create Date")]


def test_init_makes_the_same_project(project: fix_project.Project) -> None:
    numbers = itertools.count()
    for template, flag in (
        ("generic", []),
        ("async", []),
        ("multidb", []),
        ("pyproject", []),
        ("generic", ["--package"]),
    ):
        made = []
        for run in (project.alembic, project.safemigrate):
            folder = project.folder / f"made_{next(numbers):03}"
            folder.mkdir()
            ini = folder / "alembic.ini"
            run("none://", "-c", str(ini), "init", "-t", template, *flag, str(folder / "scripts")).well()
            found = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            made.append({str(path): text.replace(folder.name.encode(), b"") for path, text in found.items()})
        assert made[0] == made[1]
        (project.folder / "pyproject.toml").unlink(missing_ok=True)


def _options(parser: argparse.ArgumentParser) -> set[tuple[str, ...]]:
    return {tuple(action.option_strings) or (action.dest,) for action in parser._actions}


def _verbs(command_line: alembic.config.CommandLine) -> dict[str, argparse.ArgumentParser]:
    return dict(command_line.subparsers.choices)


def test_every_verb_and_flag_of_alembic_is_there() -> None:
    theirs, ours = alembic.config.CommandLine("alembic"), main.CommandLine()
    assert _options(theirs.parser) <= _options(ours.parser)
    for name, parser in _verbs(theirs).items():
        assert _options(parser) <= _options(_verbs(ours)[name]), name
    assert set(_verbs(ours)) - set(_verbs(theirs)) == OURS


def test_flags_of_ours_do_not_change_what_alembic_s_abbreviations_mean(branched: fix_project.Twins) -> None:
    branched.both("upgrade", "two")
    _same(branched, "history", "--verb")
    _same(branched, "history", "--rev-r", "one:two")
    for line in ("upgrade --sq two:le", "upgrade --ta x two:le --sq", "downgrade --sq le:two", "stamp --pu two"):
        _same(branched, *line.split())


def _words(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "safemigrate", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "100", **environment}
    )


def test_version_and_help_as_a_process(tmp_path: Path) -> None:
    version = _words("--version")
    assert version.stdout == f"safemigrate {safemigrate.__version__} (alembic {alembic.__version__})\n"
    shown = _words("--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    for verb in ("upgrade", "stamp", "edit", *sorted(OURS)):
        assert f"\n    {verb}" in shown.stdout
    assert _words().returncode == 2
    assert _words("upgrade").returncode == 2
    assert "usage: safemigrate edit" in _words("edit", "--help").stdout


@pytest.fixture
def configured(project: fix_project.Project) -> fix_project.Project:
    """A project whose env.py notes the configuration that it got."""
    project.env(
        """
        import os
        from alembic import context
        config = context.config
        with open("noted", "w") as noted:
            print(config.config_ini_section, config.get_main_option("colour"), context.get_x_argument(),
                  context.get_tag_argument(), config.get_alembic_option("moods"), file=noted)
        import sqlalchemy as sa
        with sa.create_engine(os.environ["DATABASE_URL"], poolclass=sa.pool.NullPool).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        """
    )
    project.revision("pass")
    return project


def test_configuration_reaches_env_py_the_same_way(configured: fix_project.Project, database) -> None:
    project = configured
    project.write(
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/scripts\ncolour = red\n[other]\nscript_location = %(here)s/scripts\n"
        "colour = blue\n[safemigrate]\nlock_timeout = 90ms\n",
    )
    project.write("second.ini", "[alembic]\nscript_location = %(here)s/scripts\ncolour = green\n")
    (project.folder / "below").mkdir()
    project.write(
        "below/pyproject.toml",
        '[tool.alembic]\nscript_location = "%(here)s/../scripts"\nmoods = "fine"\n'
        '[tool.safemigrate]\nlock_timeout = "80ms"\n',
    )
    lines = (
        "upgrade head",
        "-n other upgrade head",
        "-x a=1 -x b upgrade head",
        "upgrade --tag tagged head",
        "-c second.ini upgrade head",
        "-c second.ini -c below/pyproject.toml upgrade head",
        "-c below/pyproject.toml upgrade head",
        "-c second.ini -x a downgrade base",
        "-q upgrade head",
        "--config second.ini stamp --tag t head",
    )
    for line, variable in itertools.product(lines, ("", "second.ini", "below/pyproject.toml")):
        project.environment["ALEMBIC_CONFIG"] = variable
        noted = []
        for run in (project.alembic, project.safemigrate):
            (project.folder / "noted").write_text("env.py was not run")
            noted.append((run(database, *line.split()).code == 0, (project.folder / "noted").read_text()))
        assert noted[0] == noted[1], (line, variable)


def test_tool_alembic_in_pyproject_is_enough(project: fix_project.Project, database) -> None:
    (project.folder / "alembic.ini").unlink()
    project.write("pyproject.toml", '[tool.alembic]\nscript_location = "%(here)s/scripts"\n')
    project.revision(_table("items"))
    project.safemigrate(database, "upgrade", "head").well()
    assert "CREATE TABLE public.items" in database.dump()


def test_quiet_says_nothing(project: fix_project.Project, database) -> None:
    project.revision(_table("items"))
    ended = project.safemigrate(database, "-q", "upgrade", "head").well()
    assert ended.text == ""

"""What is kept between two checks is used where nothing has changed, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config

from safemigrate.config.lint import LintSettings
from safemigrate.lint import check, static
from safemigrate.lint.check import Wanted
from safemigrate.lint.history import kept, reading, scripts
from tests.fix_project import Project

PENDING = """
import own_names
op.create_index("ix_last", own_names.TABLE, ["note"])
op.alter_column("orders", "note", nullable=False)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "safemigrate" / "lint"


@pytest.fixture
def project(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """So long a history that it is worth keeping."""
    monkeypatch.chdir(project.folder)
    monkeypatch.syspath_prepend(str(project.folder))
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://localhost/none")
    project.write("own_names.py", "TABLE = 'orders'\n")
    project.revision("op.create_table('orders', sa.Column('id', sa.BigInteger), sa.Column('note', sa.Text))")
    for number in range(kept.WORTH):
        project.revision(f"op.add_column('orders', sa.Column('c{number}', sa.Text))")
    project.revision("op.execute('ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL)')")
    project.revision(PENDING)
    return project


class Watched:
    """How many revisions are read, and headers parsed, by the next check."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.readings = self.headers = 0
        read, header = reading.read, static.header

        def counted(*positional: object) -> object:
            self.readings += 1
            return read(*positional)  # type: ignore[arg-type]

        def counting(text: str) -> object:
            self.headers += 1
            return header(text)

        monkeypatch.setattr(reading, "read", counted)
        monkeypatch.setattr(static, "header", counting)


def checked(project: Project, *, cached: bool = True) -> list[tuple[str, str]]:
    config = Config(str(project.folder / "alembic.ini"))
    found = scripts.load(config, cached=cached)
    wanted = Wanted({project.newest} if isinstance(project.newest, str) else None)
    settings = LintSettings(ignore=("all",), select=("index-not-concurrent", "set-not-null-scan"))
    rules = check.selected(check.available(settings, project.folder), settings)
    return [(each.rule, each.message) for each in check.check(config, found, settings, wanted, rules).found]


def test_a_second_check_reads_the_pending_revision_only(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = checked(project)
    watched = Watched(monkeypatch)
    assert checked(project) == cold == checked(project, cached=False)
    assert {rule for rule, _ in cold} == {"index-not-concurrent"}
    project.newest = "r23"
    before = watched.readings
    checked(project)
    assert watched.readings == before + 1


def test_headers_are_parsed_once_for_each_text(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    checked(project)
    watched = Watched(monkeypatch)
    checked(project)
    assert watched.headers == 0
    project.write("scripts/versions/r23.py", (project.folder / "scripts/versions/r23.py").read_text() + "\n# more\n")
    checked(project)
    assert watched.headers == 1


def test_a_change_before_the_pending_revision_counts(project: Project) -> None:
    assert {rule for rule, _ in checked(project)} == {"index-not-concurrent"}
    path = project.folder / "scripts/versions/r22.py"
    path.write_text(path.read_text().replace("note IS NOT NULL", "note <> ''"))
    assert {rule for rule, _ in checked(project)} == {"index-not-concurrent", "set-not-null-scan"}


@pytest.mark.parametrize("name", ["scripts/env.py", "scripts/own.sql"])
def test_a_change_of_what_stands_beside_the_revisions_counts(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    checked(project)
    watched = Watched(monkeypatch)
    path = project.folder / name
    path.write_text((path.read_text() if path.exists() else "") + "\n")
    checked(project)
    assert watched.readings > kept.WORTH


def test_a_folder_that_others_may_write_to_is_not_used(project: Project, folder: Path) -> None:
    checked(project)
    assert list(folder.iterdir())
    folder.chmod(0o777)
    assert kept.load(next(folder.iterdir()).name) is None
    kept.save("mine", "thing")
    assert not (folder / "mine").exists()


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05K\x01."])
def test_what_is_broken_is_worked_out_anew(project: Project, folder: Path, content: bytes) -> None:
    cold = checked(project)
    for path in folder.iterdir():
        path.write_bytes(content)
    assert checked(project) == cold


def test_only_the_newest_are_kept(folder: Path) -> None:
    for number in range(kept.MOST + 3):
        kept.save(f"thing{number}", number)
    assert len(list(folder.iterdir())) == kept.MOST
    assert kept.load(f"thing{kept.MOST + 2}") == kept.MOST + 2

"""The repeated history is the sample's own, several times over."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from bench import history, overhead


def test_every_copy_has_every_revision_and_they_follow_each_other(tmp_path: Path) -> None:
    script = ScriptDirectory.from_config(Config(str(history.repeated(tmp_path, 3))))
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert len(revisions) == 3 * overhead.PER_COPY
    assert revisions[0] == "c03_moved"
    assert revisions[-1] == "c01_0001_accounts"
    assert script.get_heads() == ["c03_moved"]
    assert script.get_bases() == ["c01_0001_accounts"]
    second = script.get_revision("c02_0001_accounts")
    assert second is not None
    assert second.down_revision == "c01_moved"


def test_the_version_table_stays_where_no_copy_moves_it(tmp_path: Path) -> None:
    ini = history.repeated(tmp_path, 1)
    assert f'version_table_schema="{history.VERSIONS}"' in (ini.parent / "env.py").read_text()

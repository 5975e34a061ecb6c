"""The sample service's history is a sound one: what safemigrate does with it is compared with what is claimed here."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script
from sqlalchemy.exc import NoInspectionAvailable

from safemigrate.scratch import Database
from tests.migrations import sample


@pytest.mark.matrix
def test_models_equal_the_head(database: Database) -> None:
    sample.upgrade(database)
    command.check(sample.config(database))


@pytest.mark.matrix
def test_downgrade_to_base_and_upgrade_again_give_the_same(database: Database) -> None:
    sample.upgrade(database)
    dump, rows = database.dump(), sample.rows(database)
    sample.downgrade(database, "base")
    assert sample.rows(database) == {}
    sample.upgrade(database)
    assert database.dump() == dump
    assert sample.rows(database) == rows


def test_every_revision_taken_back_and_made_again_gives_the_same_schema(database: Database) -> None:
    for script in sample.revisions():
        sample.upgrade(database, script.revision)
        dump = database.dump()
        sample.downgrade(database, _one_below(script))
        sample.upgrade(database, script.revision)
        assert database.dump() == dump, script.revision


def test_each_data_revision_finds_rows_to_change(database: Database) -> None:
    for script in sample.revisions():
        before = sample.rows(database)
        sample.upgrade(database, script.revision)
        after = sample.rows(database)
        if script.revision in sample.CHANGES_ROWS:
            assert any(before[table] != after[table] for table in before.keys() & after.keys()), script.revision


def test_all_but_the_revisions_that_ask_the_database_render_as_sql(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = []
    for script in sample.revisions():
        if script.is_merge_point:
            continue
        try:
            command.upgrade(sample.config(database), _alone(script), sql=True)
        except (AttributeError, NoInspectionAvailable):
            refused.append(script.revision)
    assert tuple(refused) == sample.ONLINE_ONLY
    assert "ALTER TABLE" in capsys.readouterr().out


def test_revisions_are_many_and_named_after_what_they_do() -> None:
    scripts = sample.revisions()
    assert len(scripts) >= 30
    assert all(script.doc and script.path.endswith(f"{script.revision}.py") for script in scripts)
    assert len({script.doc for script in scripts}) == len(scripts)
    assert Config(str(sample.INI)).get_main_option("sqlalchemy.url")


def _one_below(script: Script) -> str:
    """What ``downgrade`` is told to take back *script* alone, when *script* was just made."""
    if isinstance(script.down_revision, tuple):
        return script.down_revision[0]
    branch = script.branch_labels if len(script.branch_labels) == 1 else ()
    return "".join(f"{label}@" for label in branch) + "-1"


def _alone(script: Script) -> str:
    down = script.down_revision
    return f"{down or 'base'}:{script.revision}"

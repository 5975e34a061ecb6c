"""D23: an enum label that is added and used in the same revision."""

from __future__ import annotations

import pytest

from tests.fix_project import Twins
from tests.scenarios.service import Service

CREATE = """
op.execute("CREATE TYPE mood AS ENUM ('sad', 'fine')")
op.create_table("person", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("mood", sa.Text()))
op.execute("ALTER TABLE person ALTER mood TYPE mood USING mood::mood")
op.execute("INSERT INTO person VALUES (1, 'sad')")
"""

USE = """
op.execute("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'fine'")
op.execute("UPDATE person SET mood = 'happy' WHERE id = 1")
"""

USE_IN_DEFAULT = """
op.execute("ALTER TYPE mood ADD VALUE 'happy' BEFORE 'fine'")
op.alter_column("person", "mood", server_default="happy")
op.execute("INSERT INTO person (id) VALUES (2)")
"""


@pytest.mark.matrix
@pytest.mark.parametrize("use", [USE, USE_IN_DEFAULT], ids=["update", "default"])
def test_a_new_label_can_be_used_by_the_revision_that_adds_it(service: Service, use: str) -> None:
    """In one transaction this is 55P04, unsafe use of a new value."""
    service.revision(CREATE)
    revision = service.revision(use)
    outcome = service.upgrade()
    assert outcome.code == 0, outcome
    assert service.heads == [revision]
    assert service.value("SELECT count(*) FROM person WHERE mood = 'happy'") == 1


def test_a_label_that_a_failed_revision_has_left_is_met_again_by_the_rerun(service: Service) -> None:
    """PostgreSQL cannot take a label away; it stays behind, is said to, and does not make the rerun fail."""
    service.revision(CREATE)
    assert service.upgrade().code == 0
    revision = service.revision(USE_IN_DEFAULT + 'op.execute("SELECT 1 / 0")')
    outcome = service.upgrade()
    assert outcome.code == 5, outcome
    assert "stays behind" in outcome.told
    assert service.journal(revision)[1][0] == "kept"
    service.edit(revision, "1 / 0", "1 / 1")
    outcome = service.upgrade()
    assert outcome.code == 0, outcome
    assert [event["why"] for event in outcome.named("step_skipped")] == ["an enum label that an earlier try has left"]
    labels = service.rows("SELECT enumlabel FROM pg_enum ORDER BY enumsortorder")
    assert [label for (label,) in labels] == ["sad", "happy", "fine"]


def test_the_types_are_the_same_as_with_alembic_where_alembic_can(twins: Twins) -> None:
    twins.project.revision(CREATE)
    twins.project.revision("op.execute(\"ALTER TYPE mood ADD VALUE 'happy' BEFORE 'fine'\")")
    twins.project.revision("op.alter_column('person', 'mood', server_default='happy')")
    for revision in ("r1", "r2", "r3"):
        twins.both("upgrade", revision)
    twins.same()

"""One revision as it is read: what it asks, and what of it was not seen."""

from __future__ import annotations

from alembic.config import Config

from safemigrate.lint.history import environment, reading, scripts
from safemigrate.lint.history.environment import Environment
from safemigrate.lint.history.reading import Reading
from tests.fix_project import Project


def read(project: Project) -> Reading:
    config = Config(str(project.folder / "alembic.ini"))
    found = scripts.load(config)
    (revision,) = found.revisions
    readings: list[Reading] = []

    def visit(seen: Environment) -> None:
        readings.append(reading.read(revision, "upgrade", seen))

    environment.run(config, found, 16, visit)
    (only,) = readings
    return only


def line(found: Reading, words: str) -> int:
    return next(number for number, each in enumerate(found.text.splitlines(), start=1) if words in each)


def test_the_lines_that_ask_the_inspector_are_known(project: Project) -> None:
    project.revision('if not sa.inspect(op.get_bind()).has_table("orders"):\n    op.execute("SELECT 1")')
    found = read(project)
    assert set(found.asks) == {line(found, "has_table")}
    assert not found.reads
    assert [each.certain for each in found.sent] == [True]


def test_what_a_loop_over_rows_does_unseen_is_a_gap_though_the_run_went_well(project: Project) -> None:
    project.revision(
        'for sql in op.get_bind().execute(sa.text("SELECT note FROM orders")).scalars():\n    op.execute(sql)',
    )
    found = read(project)
    assert [gap.line for gap in found.gaps] == [line(found, "op.execute(sql)")]


def test_what_was_run_is_no_gap_because_the_source_alone_does_not_tell_it(project: Project) -> None:
    project.revision(
        'import fractions\nnumber = fractions.Fraction(1)\nop.execute(f"SELECT {number}")\n'
        'if op.get_bind().scalar(sa.text("SELECT 1")):\n    op.execute("SELECT 2")',
    )
    found = read(project)
    assert found.reads
    assert not found.gaps


def test_a_call_of_the_network_is_told_in_plain_words(project: Project) -> None:
    project.revision('import socket\nsocket.create_connection(("localhost", 9))')
    assert read(project).gaps[0].why == "it calls the network"

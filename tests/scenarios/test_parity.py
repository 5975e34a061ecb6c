"""D24: where safemigrate arrives is where plain Alembic arrives: schema, rows, version rows."""

from __future__ import annotations

import pytest

from safemigrate import scratch
from tests.fix_project import ENV, Project, Twins
from tests.migrations import sample

# What is changed in env.py: a text, and what stands in its place. In the last one Alembic neither begins nor commits.
EACH = ("connection=connection", "connection=connection, transaction_per_migration=True")
OWN = (".connect() as connection", ".begin() as connection")


def replaced(env: str, change: tuple[str, ...]) -> str:
    if change:
        assert env.count(change[0]) == 1
        env = env.replace(change[0], change[1])
    return env


def sample_env(*change: str) -> str:
    """The sample service's env.py, without its logging."""
    env = (sample.INI.parent / "env.py").read_text()
    return replaced(
        replaced(env, change), ("fileConfig(config.config_file_name, disable_existing_loggers=False)", "pass")
    )


@pytest.mark.parametrize(
    ("change", "targets"),
    [
        pytest.param((), ["upgrade head"], id="one transaction"),
        pytest.param(EACH, ["upgrade head", "downgrade base", "upgrade head"], id="one for each"),
        pytest.param(OWN, ["upgrade head"], id="env.py's own"),
    ],
)
def test_the_sample_history_arrives_where_alembic_does_and_back_whoever_owns_the_transaction(
    twins: Twins, change: tuple[str, ...], targets: list[str]
) -> None:
    project, plain, ours = twins.project, twins.plain, twins.ours
    for path in (sample.INI.parent / "versions").glob("*.py"):
        project.write(f"scripts/versions/{path.name}", path.read_text())
    for target in targets:
        project.env(sample_env())
        project.alembic(plain, *target.split()).well()
        project.env(sample_env(*change))
        project.safemigrate(ours, *target.split()).well()
        assert ours.dump() == plain.dump()
        assert sample.rows(ours) == sample.rows(plain)
        assert versions(ours) == versions(plain)


def versions(database: scratch.Database) -> list[str]:
    with database.connect() as connection:
        return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version ORDER BY 1")]


def branches(project: Project) -> None:
    """r1 ── a1 ── a2 ── merged ── last, with b1 ── b2 beside it, and a base of its own that depends on a1."""

    def table(name: str, **more: object) -> None:
        project.revision(
            f'op.create_table("{name}", sa.Column("id", sa.Integer(), primary_key=True))',
            f'op.drop_table("{name}")',
            name=name,
            **more,  # type: ignore[arg-type]
        )

    table("r1")
    table("a1", down="r1", labels=("a",))
    table("a2", down="a1")
    table("b1", down="r1", labels=("b",))
    table("b2", down="b1")
    table("merged", down=("a2", "b2"))
    table("last", down="merged")
    table("c1", down=None, labels=("c",), depends="a1")


LINES = (
    "upgrade a@head", "upgrade b1", "upgrade +1", "upgrade c@head", "upgrade heads", "downgrade last-1",
    "downgrade merged-1", "downgrade b@r1", "upgrade heads", "downgrade c@base", "downgrade base", "upgrade heads",
    "stamp --purge b2",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        pytest.param((), LINES, id="one transaction"),
        pytest.param(EACH, LINES[4:8], id="one for each"),
        pytest.param(OWN, LINES[4:8], id="env.py's own"),
    ],
)
def test_branches_merges_dependencies_and_relative_revisions_lead_to_the_same_version_rows(
    twins: Twins, change: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    branches(twins.project)
    twins.project.env(replaced(ENV, change))
    for line in lines:
        plain = twins.project.alembic(twins.plain, *line.split())
        ours = twins.project.safemigrate(twins.ours, *line.split())
        assert (plain.code == 0) == (ours.code == 0), (line, plain.text, ours.text)
        twins.same()

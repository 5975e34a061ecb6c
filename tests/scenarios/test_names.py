"""D25: names that have to be quoted, reserved words, and the same name in two schemas."""

from __future__ import annotations

from tests.fix_blocker import Blockers
from tests.fix_project import Project, Twins
from tests.scenarios.service import Service

SCHEMA = "Odd Schema"

CREATE = f"""
op.execute('CREATE SCHEMA "{SCHEMA}"')
for schema in (None, "{SCHEMA}"):
    op.create_table(
        "order",
        sa.Column("Id", sa.BigInteger(), primary_key=True),
        sa.Column("select", sa.Integer(), nullable=True, comment='the "best" column'),
        sa.Column('quo"te', sa.Text(), server_default="it's"),
        sa.Column("100%", sa.Text(), server_default="100%"),
        schema=schema,
    )
    op.create_table("User Data", sa.Column("user", sa.BigInteger(), primary_key=True), schema=schema)
"""

# One after the other on the table of that name in the odd schema; the one in public must stay as it is.
CHANGES = f"""
op.add_column("order", sa.Column("Owner", sa.BigInteger()), schema="{SCHEMA}")
op.add_column("order", sa.Column("Ünï", sa.Text(), server_default="é", nullable=False), schema="{SCHEMA}")
op.create_index("Ix order", "order", ["Owner", sa.text('lower("quo""te")')], schema="{SCHEMA}")
op.create_index("user", "order", ["select"], schema="{SCHEMA}", unique=True)
op.create_foreign_key(
    "Fk", "order", "User Data", ["Owner"], ["user"], source_schema="{SCHEMA}", referent_schema="{SCHEMA}"
)
op.create_check_constraint("Ck", "order", '"select" > 0', schema="{SCHEMA}")
op.create_unique_constraint("Uq", "order", ["Owner", "Id"], schema="{SCHEMA}")
op.alter_column("order", "select", nullable=False, schema="{SCHEMA}")
op.alter_column("order", "select", type_=sa.BigInteger(), schema="{SCHEMA}")
op.alter_column("order", "100%", server_default="50%", schema="{SCHEMA}")
op.alter_column("order", "100%", new_column_name="table", schema="{SCHEMA}")
op.drop_constraint("Ck", "order", schema="{SCHEMA}")
op.drop_index("Ix order", "order", schema="{SCHEMA}")
op.drop_column("order", "Ünï", schema="{SCHEMA}")
op.create_table_comment("order", "100% of 'them'", schema="{SCHEMA}")
op.rename_table("User Data", "group", schema="{SCHEMA}")
op.execute('CREATE TYPE "{SCHEMA}"."Mood" AS ENUM (\\'so "so"\\', \\'fine\\')')
op.add_column(
    "order", sa.Column("end", sa.Enum(name="Mood", schema="{SCHEMA}", create_type=False)), schema="{SCHEMA}"
)
op.execute('CREATE VIEW "{SCHEMA}"."all" AS SELECT "end", "select" FROM "{SCHEMA}"."order"')
with op.get_context().autocommit_block():
    op.create_index("Ix 2", "order", ["Owner"], schema="{SCHEMA}", postgresql_concurrently=True)
"""

ROWS = f"""INSERT INTO "{SCHEMA}"."order" ("Id", "select") SELECT n, n FROM generate_series(1, 5) n"""


def history(project: Project, *, fails: bool = False) -> None:
    project.revision(CREATE)
    project.revision(CHANGES + ("op.execute('SELECT 1 / 0')" if fails else ""))


def test_every_operation_finds_the_right_object_and_quotes_it(twins: Twins) -> None:
    history(twins.project)
    twins.both("upgrade", "head")
    twins.same()


def test_the_automatic_rollback_finds_them_as_well(twins: Twins) -> None:
    history(twins.project, fails=True)
    twins.both("upgrade", "r1")
    for database in (twins.plain, twins.ours):
        with database.connect() as connection:
            connection.execute(ROWS.encode())
    ended = twins.project.safemigrate(twins.ours, "upgrade", "head")
    assert ended.code == 5, ended.text
    assert "division by zero" in ended.err
    twins.same()


def test_so_does_taking_back_the_completed_revision(twins: Twins) -> None:
    history(twins.project)
    twins.both("upgrade", "r1")
    twins.project.safemigrate(twins.ours, "upgrade", "head").well()
    twins.project.safemigrate(twins.ours, "rollback", "r2", "--accept-loss").well()
    assert set(twins.ours.dump().splitlines()) == set(twins.plain.dump().splitlines())


def test_a_blocker_of_the_table_of_the_same_name_in_another_schema_is_not_waited_for(
    service: Service, blocker: Blockers
) -> None:
    """And one of the right table is."""
    history(service.project)
    assert service.upgrade(to="r1").code == 0
    service.execute(ROWS)
    blocker.idle_in_transaction("public.order")
    held = blocker.idle_in_transaction(f"{SCHEMA}.order")
    running = service.start("upgrade", "head")
    waiting = running.until("step_waiting")
    assert [(seen["pid"], seen["relation"]) for seen in waiting["blockers"]] == [(held.pid, '"Odd Schema"."order"')]
    held.release()
    outcome = running.finish()
    assert outcome.code == 0, outcome


def test_an_unqualified_name_is_looked_up_by_the_search_path_of_the_session(service: Service) -> None:
    service.execute("CREATE SCHEMA tenant")
    for schema in ("public", "tenant"):
        service.execute(f"CREATE TABLE {schema}.acct (id int)")
    env = (service.project.folder / "scripts" / "env.py").read_text()
    first = "context.configure(connection=connection)"
    path = "connection.exec_driver_sql('SET search_path = tenant, public'); connection.commit(); "
    service.project.env(env.replace(first, path + first))
    service.revision('op.add_column("acct", sa.Column("note", sa.Text()))')
    service.revision('op.add_column("acct", sa.Column("more", sa.Text()))\nop.execute("SELECT 1 / 0")')
    outcome = service.upgrade()
    assert outcome.code == 5, outcome
    assert service.columns("public.acct") == ["id"]
    assert service.columns("tenant.acct") == ["id", "note"]
    assert service.value("SELECT version_num FROM tenant.alembic_version") == "r1"

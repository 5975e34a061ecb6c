"""What the source of a revision tells without being run: loops, branches, imports, objects that a loop changes."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.lint.history import source
from safemigrate.lint.history.source import Import


def text(lines: str) -> str:
    return textwrap.dedent(lines).lstrip("\n")


LOOPS = text("""
    def helper(row):
        use(row)

    def other(row):
        use(row)

    for row in rows:
        helper(row)
    while True:
        use(1)
    other(2)
    values = [
        use(row)
        for row in rows
    ]
    if flag:
        use(3)
    else:
        use(4)
""")


def lines(marked: str) -> set[int]:
    return {number for number, line in enumerate(LOOPS.splitlines(), start=1) if line.strip() == marked}


def test_the_bodies_of_loops_and_of_what_they_call_are_repeated() -> None:
    found = source.repeated(LOOPS)
    assert lines("helper(row)") | lines("use(1)") <= found
    assert min(lines("use(row)")) in found
    assert max(lines("use(row)")) in found
    assert not found & (lines("other(2)") | lines("use(3)") | lines("use(4)"))


def test_the_body_of_a_function_that_no_loop_calls_is_not_repeated() -> None:
    helper, other, _in_the_comprehension = sorted(lines("use(row)"))
    assert helper in source.repeated(LOOPS)
    assert other not in source.repeated(LOOPS)


def test_both_branches_of_a_condition_are_conditional() -> None:
    assert lines("use(3)") | lines("use(4)") | lines("use(1)") <= source.conditional(LOOPS)
    assert not lines("other(2)") & source.conditional(LOOPS)


def test_imports_in_functions_count_and_those_for_a_type_checker_do_not() -> None:
    read = text("""
        import a.b as c
        from d import e, f
        from . import g
        from .h import i
        if TYPE_CHECKING:
            import j
        else:
            import k
        def upgrade():
            import l
    """)
    found = {(each.module, each.names) for each in source.imports(read)}
    assert found == {("a.b", ()), ("d", ("e", "f")), ("k", ()), ("l", ())}
    assert Import("d", 2, ("e", "f")) in set(source.imports(read))


@pytest.mark.parametrize("over", ["session.query(Order)", "session.scalars(select(Order)).all()", "orders"])
def test_objects_that_a_loop_over_a_query_changes_are_found(over: str) -> None:
    read = text(f"""
        orders = session.query(Order).filter(Order.total > 0)
        for order in {over}:
            if order.total:
                order.total = 0
            order.count += 1
            session.delete(order)
            customer.total = 1
    """)
    assert set(source.objects_changed(read)) == {(4, "total"), (5, "count"), (6, "")}


def test_a_loop_over_something_else_changes_no_objects() -> None:
    assert not list(source.objects_changed("for column in columns:\n    column.nullable = True\n"))


@pytest.mark.parametrize(
    ("excerpt", "alone"),
    [
        ('op.add_column("orders", sa.Column("note", sa.Text))', True),
        ("op.drop_column(table, column)", False),
        ('batch_op.drop_column("note")', False),
        ('with op.batch_alter_table("orders") as batch_op:', False),
        ('count = op.execute("SELECT 1")', False),
    ],
)
def test_what_may_be_written_elsewhere_names_only_what_is_imported(excerpt: str, alone: bool) -> None:
    assert source.stands_alone("import sqlalchemy as sa\nfrom alembic import op\n", excerpt) is alone


def test_of_two_functions_of_one_name_it_is_the_last() -> None:
    found = source.function("def downgrade():\n    pass\ndef downgrade():\n    op.f()\n", "downgrade")
    assert found is not None
    assert found.lineno == 3
    assert source.function("", "downgrade") is None


@given(st.text())
def test_no_text_is_too_broken_to_be_asked(anything: str) -> None:
    assert source.repeated(anything) <= source.conditional(anything)
    list(source.imports(anything))
    list(source.objects_changed(anything))
    source.stands_alone(anything, anything)

"""The plan as people read it before they press enter."""

from __future__ import annotations

from safemigrate.report import text
from tests import fix_golden
from tests.report import sample


def test_a_plan_says_locks_work_undo_and_the_point_of_no_return() -> None:
    fix_golden.check("report/plan.txt", text.render(sample.PLANS))


def test_the_statements_are_shown_in_full_on_demand() -> None:
    shown = text.render(sample.PLANS[:1], sql=True)
    assert "      | ALTER TABLE requests\n      |   ADD COLUMN priority integer;\n" in shown
    fix_golden.check("report/plan-sql.txt", shown)


def test_an_empty_plan_is_nothing_to_do() -> None:
    assert text.render([]) == "nothing to do"


def test_a_plan_without_loss_says_that_all_can_be_undone() -> None:
    assert text.render(sample.PLANS[:1]).endswith("all of it can be undone")


def test_what_is_unknown_is_marked_and_counted() -> None:
    shown = text.render(sample.PLANS)
    assert "UNKNOWN: a function may do anything; runs on its own under lock_timeout" in shown
    assert "1 unknown" in shown


def test_a_rewrite_stands_beside_the_statement_as_written() -> None:
    shown = text.render([sample.SPLIT])
    fix_golden.check("report/plan-split.txt", shown)
    heading = (
        "instead of: ALTER TABLE requests ALTER COLUMN priority SET NOT NULL (versions/0013_priority.py:12, not null)"
    )
    assert shown.count(heading) == 1
    assert shown.index(heading) < shown.index("(part 1 of 3)") < shown.index("(part 3 of 3)")


def test_the_statement_as_written_is_shown_in_full_on_demand() -> None:
    shown = text.render([sample.SPLIT], sql=True)
    assert "      | ALTER TABLE requests\n      |   ALTER COLUMN priority SET NOT NULL;\n   1. " in shown


def test_the_sums_count_statements_that_are_split_not_their_parts() -> None:
    assert "; 3 statements split; " in text.render([sample.SPLIT])
    assert "split" not in text.render(sample.PLANS[:1])

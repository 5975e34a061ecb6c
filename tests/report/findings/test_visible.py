"""Text that others wrote, made safe to show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safemigrate.report.findings import visible
from tests.report.findings import any_findings

SHOWN = any_findings.TEXTS.map(visible.visible)


def test_what_is_not_printable_is_shown_as_its_escape() -> None:
    assert visible.visible("a\x1b[31m\u202eb\ud800\n") == r"a\x1b[31m\u202eb\ud800\n"


def test_lines_lose_their_tabs_and_the_blank_ones_at_the_ends() -> None:
    assert visible.lines("\n\n\tif x:  \n\n\t\ty\n\n") == ["    if x:", "", "        y"]


def test_a_wide_character_across_the_edge_leaves_the_rest_in_its_place() -> None:
    assert visible.cut("ab日cdefgh", 5, left=2) == "… cd…"
    assert visible.cut("日本語", 4) == "日…"


@given(SHOWN, st.integers(1, 20), st.integers(0, 20))
def test_a_cut_fits_and_keeps_what_fits(text, room, left) -> None:
    cut = visible.cut(text, room, left)
    assert visible.cells(cut) <= room
    if visible.cells(text) <= room and left == 0:
        assert cut == text


@given(st.text(st.sampled_from("ab日 ")), st.integers(2, 20))
def test_wrapping_loses_no_word_and_every_row_fits(text, room) -> None:
    rows = visible.wrap(text, room)
    assert all(visible.cells(row) <= room for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


@given(any_findings.TEXTS)
def test_everything_shown_is_printable(text) -> None:
    assert visible.one_line(text).isprintable()
    assert all(line.isprintable() for line in visible.lines(text))

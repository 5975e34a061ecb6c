"""Findings with any text in every field, over files with any text in every line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from safemigrate.facts import Lock, LockMode, Relation
from safemigrate.findings import Claim, Duration, Finding, Findings, Place, Rule, Severity

OBEYED = "\x00\x07\x08\t\n\x0b\r\x1b\x7f\x85\x9b\xa0\u2028\u200b\u202e\ud800\uffff%:,|`<>&@#'\"\\]日é\u0301"
"""What some reader of some format would do something about."""

TEXTS = st.text(st.sampled_from(OBEYED) | st.characters(), max_size=30)
FILES = st.sampled_from(["versions/a.py", "./versions/b.py"]) | TEXTS
LOCKS = st.builds(Lock, st.builds(Relation, TEXTS, st.none() | TEXTS), st.sampled_from(LockMode), st.booleans())
CLAIMS = st.builds(
    Claim, st.lists(LOCKS, max_size=3).map(tuple), st.sampled_from(Duration), st.none() | st.floats() | st.just(40.0)
)
NUMBERS = st.integers(-2, 20)
FINDINGS = st.builds(
    Finding,
    TEXTS,
    st.sampled_from(Severity),
    TEXTS,
    st.builds(Place, FILES, NUMBERS, NUMBERS, NUMBERS),
    TEXTS,
    TEXTS,
    st.none() | CLAIMS,
    TEXTS,
    st.none() | st.booleans(),
    st.booleans(),
)
CHECKS = st.builds(
    Findings,
    st.lists(FINDINGS, max_size=4).map(tuple),
    st.integers(0, 3),
    st.lists(FILES, max_size=3).map(tuple),
    *[st.integers(0, 2)] * 4,
    st.lists(st.builds(Rule, TEXTS, st.sampled_from(Severity), TEXTS, TEXTS, st.booleans()), max_size=2),
)


def _sources(lines: Sequence[str]) -> Callable[[str], Sequence[str]]:
    return lambda file: lines


SOURCES = st.lists(TEXTS, max_size=20).map(_sources)

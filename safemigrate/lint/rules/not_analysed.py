"""not-analysed: a part of a revision that could not be seen.

Why      What was not seen was not judged: it is not "OK". The revision needs rows, could not be imported, calls the
         network, or builds its SQL in a way that only running it shows.
Bad      for (name,) in op.get_bind().execute(sa.text("SELECT name FROM tenants")):
             op.execute(f"ALTER TABLE {name} ADD COLUMN note text")
Instead  statements that do not depend on rows; or look at it with a database: safemigrate plan
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Reading, Severity, Situation

SEVERITY = Severity.WARNING


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    # What follows from the first gap of a line says no more.
    for gap in {each.line: each for each in reversed(reading.gaps)}.values():
        yield Found(f"not all of it could be seen: {gap.why}", impact=Impact(), line=gap.line)

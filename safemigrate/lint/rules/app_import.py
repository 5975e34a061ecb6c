"""app-import: the revision imports code of the application.

Why      A revision says what was done at its time. The application goes on: a model that has a column more, or is gone,
         makes the same revision do something else, or fail, when it is run on an empty database years later.
Bad      from shop.models import Order
Instead  orders = sa.table("orders", sa.column("id"), sa.column("total"))

The application is what is neither in the standard library nor installed as a package, and does not stand beside the
revisions in the folder of the migrations.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.history import modules, source
from safemigrate.lint.rule import Found, Impact, Reading, Severity, Situation

SEVERITY = Severity.WARNING


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    for imported in source.imports(reading.text):
        if modules.is_application(imported, reading.revision.path):
            yield Found(
                f"{imported.module} is code of the application: this revision changes with it",
                instead="# what it needs, as it is today, in the revision itself: sa.table(…), sa.column(…), constants",
                impact=Impact(),
                line=imported.line,
            )

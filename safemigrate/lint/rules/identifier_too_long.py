"""identifier-too-long: a name of more than 63 bytes.

Why      PostgreSQL cuts it to 63 bytes, with a notice that nobody reads: the name in the catalog is another than that
         of the revision, and two long names may become the same. SQLAlchemy refuses some of them, such as those of
         indexes and constraints, and the revision fails.
Bad      op.create_index("ix_customer_order_positions_customer_order_id_and_position_created_at", "positions", ["id"])
Instead  op.create_index("ix_positions_order_created", "positions", ["id"])
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Reading, Sent, Severity, Situation, forms
from safemigrate.statement import parser

SEVERITY = Severity.WARNING

_LONGEST = 63
_SHORTER = f"# a name of at most {_LONGEST} bytes"
_REFUSED = re.compile(r"IdentifierError: Identifier '(.+)' exceeds")


def check(thing: Sent | Reading, at: Situation) -> Iterator[Found]:
    if isinstance(thing, Sent):
        yield from _cut(thing)
    else:
        yield from _refused(thing)


def _cut(sent: Sent) -> Iterator[Found]:
    if all(isinstance(form, forms.Select | forms.Write) for form in sent.statement.forms):
        return
    for name in dict.fromkeys(parser.identifiers(sent.statement.sql)):
        size = len(name.encode(errors="replace"))
        if size > _LONGEST:
            kept = name.encode(errors="replace")[:_LONGEST].decode(errors="ignore")
            yield Found(f"PostgreSQL cuts {name} ({size} bytes) to {kept}", instead=_SHORTER, impact=Impact())


def _refused(reading: Reading) -> Iterator[Found]:
    for gap in dict.fromkeys(reading.gaps):
        name = _REFUSED.match(gap.why)
        if name:
            said = f"SQLAlchemy refuses {name[1]}, which is longer than {_LONGEST} bytes: the revision fails"
            yield Found(said, instead=_SHORTER, line=gap.line, severity=Severity.ERROR)

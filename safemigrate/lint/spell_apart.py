"""What to write instead of a statement that should not run where it does: in another transaction, or in batches."""

from __future__ import annotations

import re

from safemigrate.capture.offline import Sent
from safemigrate.lint import places, source, spell
from safemigrate.lint.environment import Transactions
from safemigrate.lint.reading import Reading
from safemigrate.lint.rule import Situation
from safemigrate.statement import edit, parser

# What sa.text() takes for a parameter.
_PARAMETER = re.compile(r"(?<!:):\w")


def again(reading: Reading, sent: Sent) -> str:
    """*sent* to be written elsewhere: as it stands in its revision where that is whole in itself, else as SQL."""
    line = sent.statement.origin.line if sent.statement.origin else 0
    told = places.excerpt(reading.text, line) if line else ""
    several = sum(each.statement.origin == sent.statement.origin for each in reading.sent) > 1
    return spell.execute(sent.statement.sql) if several or not source.stands_alone(reading.text, told) else told


def apart(transactions: Transactions, *lines: str) -> str:
    """*lines*, to be written in another revision that is another transaction as well."""
    how = {
        Transactions.ALL: ", with transaction_per_migration=True in env.py's context.configure()",
        Transactions.EXTERNAL: ", in an env.py that begins no transaction and has transaction_per_migration=True",
    }
    return "\n".join([f"# in a revision of its own{how.get(transactions, '')}:", *lines])


def batched(sql: str) -> str:
    """The UPDATE or DELETE *sql* as a directive of ``safemigrate.ops``; "" where they cannot say it."""
    try:
        found = edit.write(sql)
    except parser.Unparsable:
        return ""
    values = _values(found)
    plain = found.reference == found.relation.name and not (found.only or found.others or found.obstacle)
    if not plain or (values is None) or _PARAMETER.search(found.assignments):
        return ""
    where = (found.condition,) if found.condition else () if found.kind == "update" else ("true",)
    told = (found.relation.name, values, *where) if found.kind == "update" else (found.relation.name, *where)
    made = spell.call(f"batched_{found.kind}", *told, **spell.schema(found.relation))
    return f"# from safemigrate import ops; safemigrate upgrade runs it in batches\n{made.replace('op.', 'ops.', 1)}"


def _values(found: edit.Write) -> spell.Code | None:
    """The ``{"column": sa.text("…")}`` of an UPDATE; None where it sets several columns at once from something."""
    heads = [f"{spell.name(column)} = " for column in found.columns]
    values, rest = [], found.assignments
    for head, following in zip(heads, [*heads[1:], ""], strict=False):
        if not rest.startswith(head):
            return None
        rest = rest.removeprefix(head)
        value, _, behind = rest.partition(f", {following}") if following else (rest, "", "")
        values.append(value)
        rest = following + behind
    pairs = zip(found.columns, values, strict=True)
    return spell.Code(f"{{{', '.join(f'{spell.quoted(column)}: {_text(value)}' for column, value in pairs)}}}")


def _text(value: str) -> str:
    return f"sa.text({spell.quoted(value)})"


def with_lock_timeout(at: Situation) -> str:
    """The statement at hand after a lock_timeout: in a transaction for that one, else for the session."""
    told = [again(at.reading, at.sent)] if at.sent else []
    return "\n".join([spell.execute(f"SET {'' if at.autocommit else 'LOCAL '}lock_timeout = '2s'"), *told])

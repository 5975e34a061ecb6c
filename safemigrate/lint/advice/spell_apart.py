"""What to write instead of a statement that should not run where it does: in another transaction, or in batches."""

from __future__ import annotations

import re
from collections.abc import Mapping

from safemigrate.capture.offline import Sent
from safemigrate.lint import places
from safemigrate.lint.advice import spell
from safemigrate.lint.history import source
from safemigrate.lint.history.environment import Transactions
from safemigrate.lint.history.reading import Reading
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
        values = edit.assigned(sql) if found.kind == "update" else {}
    except parser.Unparsable:
        return ""
    plain = found.reference == found.relation.name and not (found.only or found.others or found.obstacle)
    if not plain or values is None or not all(values.values()) or any(map(_PARAMETER.search, values.values())):
        return ""
    where = [found.condition] if found.condition else [] if values else ["true"]
    told = [spell.Code(_mapping(values))] if values else []
    made = spell.call(f"batched_{found.kind}", found.relation.name, *told, *where, **spell.schema(found.relation))
    return f"# from safemigrate import ops; safemigrate upgrade runs it in batches\n{made.replace('op.', 'ops.', 1)}"


def _mapping(values: Mapping[str, str]) -> str:
    """``{"column": sa.text("…")}``"""
    pairs = (f"{spell.quoted(column)}: sa.text({spell.quoted(value)})" for column, value in values.items())
    return f"{{{', '.join(pairs)}}}"


def with_lock_timeout(at: Situation) -> str:
    """The statement at hand after a lock_timeout: in a transaction for that one, else for the session."""
    told = [again(at.reading, at.sent)] if at.sent else []
    return "\n".join([spell.execute(f"SET {'' if at.autocommit else 'LOCAL '}lock_timeout = '2s'"), *told])

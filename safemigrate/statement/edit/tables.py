"""ALTER TABLE with several actions, as one statement for each."""

from __future__ import annotations

from safemigrate.statement import parser
from safemigrate.statement.parser import Node


def actions(sql: str) -> tuple[str, ...]:
    """One ALTER TABLE for each action of *sql*, in their order."""
    count = len(parser.unwrap_only(sql).cmds)
    return tuple(parser.edited(sql, _keeping(number)) for number in range(count))


def _keeping(number: int) -> parser.Change:
    def change(statement: Node) -> None:
        kept = statement.cmds[number]
        copy = type(kept)()
        copy.CopyFrom(kept)
        statement.ClearField("cmds")
        statement.cmds.append(copy)

    return change

"""What a source asks of the database: Alembic's operations, and statements through the bind or a session."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import BatchOperations

from safemigrate.lint.static.calls import Arguments, Calls
from safemigrate.lint.static.limits import Refused
from safemigrate.lint.static.values import TOKEN, UNKNOWN, Native, Unknown, UnknownType, doubtful, missing, replaced

_STATEMENTS = frozenset({"exec_driver_sql", "execute", "scalar", "scalars"})
_STEPS = 60
"""What a call into Alembic or SQLAlchemy costs, in steps of the reader."""


class Database(Calls):
    """Calls what sends statements; the record takes them, as it does of a revision that runs."""

    def operation(self, native: Native, arguments: Arguments, line: int) -> Any:
        self.budget.spend(_STEPS)
        if arguments.loose:
            self._loose(native)
        if native.name == "op.bulk_insert" and missing(arguments.positional[1:], arguments.named.get("rows")):
            return self._unknown_rows(native, arguments, line)
        every = arguments.every
        certain = not (missing(*every) or arguments.loose)
        if missing(*every):
            arguments = self._completed(native, arguments)
        told, named = self.reals(arguments)
        if isinstance(native.of, BatchOperations) and not (certain and self.certain):
            self.record.queued_in_doubt.add(line)
        with self.in_doubt(not certain):
            return self.admitted(self.run(line, lambda: native.call(*told, **named), *every))

    def _loose(self, native: Native) -> None:
        """A table is made, even if not all of its columns are known; another operation needs all its arguments."""
        why = f"gives {native.name} arguments that are not known"
        if native.name != "op.create_table":
            raise Refused(why)
        self.gap(why)

    def _completed(self, native: Native, arguments: Arguments) -> Arguments:
        """*arguments* with names in the place of unknown names; a gap for each. Raises Refused where that won't do."""
        parameters = inspect.signature(native.call).parameters
        by_place = [each for each in parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
        rest = any(each.kind is each.VAR_POSITIONAL for each in parameters.values())
        told: list[Any] = []
        for number, value in enumerate(arguments.positional):
            parameter = by_place[number] if number < len(by_place) else None
            if parameter is None and rest and isinstance(value, Unknown):
                self.gap(f"gives {native.name} something that is not known")
                continue
            told.append(self._complete(native, parameter, value))
        named = {
            name: self._complete(native, parameters.get(name), value)
            for name, value in arguments.named.items()
            if not (name.startswith("existing_") and isinstance(value, Unknown))
        }
        return Arguments(told, named)

    def _complete(self, native: Native, parameter: inspect.Parameter | None, value: Any) -> Any:
        if not missing(value):
            return value
        name = parameter.name if parameter else "an argument"
        annotation = str(parameter.annotation) if parameter else ""
        if ("str" not in annotation and name != "type_") or name == "sqltext":
            raise Refused(f"gives {native.name} a value for {name} that is not known")
        self.gap(f"gives {native.name} a value for {name} that is not known")
        if name == "type_":
            return UnknownType()
        if isinstance(value, Unknown) and ("Sequence" in annotation or "list" in annotation):
            return [TOKEN]
        return replaced(value, lambda _: TOKEN)

    def _unknown_rows(self, native: Native, arguments: Arguments, line: int) -> Any:
        """INSERT of rows that are not known is an INSERT."""
        table = arguments.positional[0] if arguments.positional else arguments.named.get("table")
        table = self.real(table)
        if not isinstance(table, sa.TableClause):
            raise Refused(f"gives {native.name} a table that is not known")
        values: dict[str, Any] = {column.key: sa.literal_column(TOKEN) for column in table.c}
        with self.in_doubt():
            self.run(line, lambda: self.operations.execute(sa.insert(table).values(values)))

    def over_bind(self, native: Native, arguments: Arguments, line: int) -> Any:
        self.budget.spend(_STEPS)
        if native.name in _STATEMENTS:
            self._send(native, arguments, line)
            return UNKNOWN
        told, named = self.reals(arguments)
        if native.name == "execution_options" and missing(*arguments.every):
            return native.of
        return self.admitted(self.run(line, lambda: native.call(*told, **named), *arguments.every))

    def _send(self, native: Native, arguments: Arguments, line: int) -> None:
        statement, *parameters = [*arguments.positional, *self._named(arguments)] or [UNKNOWN]
        if isinstance(statement, Unknown) or (arguments.loose and not parameters):
            raise Refused("sends SQL that is not known")
        statement = self.real(statement)
        if native.name != "exec_driver_sql" and not isinstance(statement, sa.Executable):
            raise Refused("sends something that is no SQL")
        certain = not doubtful(*parameters)
        given = parameters[0] if parameters else None
        call = self._call(native, statement, given)
        with self.in_doubt(not certain):
            try:
                self.run(line, call, statement, *parameters)
            except Exception:
                if certain:
                    raise
                self.run(line, self._call(native, *_with_unknown_rows(statement)))

    @staticmethod
    def _named(arguments: Arguments) -> list[Any]:
        """The statement and its parameters, where they are given by their names."""
        order = ("statement", "parameters", "params")
        return [arguments.named[name] for name in order if name in arguments.named]

    @staticmethod
    def _call(native: Native, statement: Any, parameters: Any) -> Callable[[], Any]:
        if parameters is None or isinstance(parameters, Unknown):
            statement, parameters = _with_unknown_rows(statement) if parameters is not None else (statement, None)
        told = replaced(parameters, lambda _: TOKEN)
        return lambda: native.call(statement) if told is None else native.call(statement, told)


def _with_unknown_rows(statement: Any) -> tuple[Any, Any]:
    """*statement* with unknown values for all that it has to be given."""
    if isinstance(statement, sa.TextClause):
        return statement, {name: TOKEN for name in statement._bindparams} or None
    if isinstance(statement, sa.Insert) and isinstance(statement.table, sa.TableClause):
        return statement.values({column.key: sa.literal_column(TOKEN) for column in statement.table.c}).inline(), None
    return statement, None

"""The reference pages say what the tables in the code say. UPDATE_GOLDEN=1 writes their generated parts anew."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from safemigrate import config
from safemigrate.config import lint, sources, values
from safemigrate.errors import ExitCode
from safemigrate.executor import events
from safemigrate.locks import inspect
from tests import fix_golden


def test_configuration_page_has_every_setting() -> None:
    defaults = config.Settings()
    rows = [
        (
            f"`{name}`",
            _allowed(key),
            f"`{defaults.text(name)}`" if defaults.text(name) else "none",
            f"`{sources.flag(name)}`",
            "yes" if key.revision else "",
            key.help,
        )
        for name, key in config.KEYS.items()
    ]
    heads = ("Key", "Values", "Default", "Flag", "In a revision", "What it sets")
    fix_golden.check_part("docs/reference/configuration.md", "settings", _table(heads, rows))


def test_configuration_page_has_every_setting_of_lint() -> None:
    defaults = lint.LintSettings()
    rows = [
        (
            f"`{name}`",
            _allowed(key),
            f"`{defaults.text(name)}`" if defaults.text(name) else "none",
            f"`{sources.flag(name)}`",
            key.help,
        )
        for name, key in lint.KEYS.items()
    ]
    fix_golden.check_part(
        "docs/reference/configuration.md", "lint", _table(("Key", "Values", "Default", "Flag", "What it sets"), rows)
    )


def test_exit_codes_page_has_every_code_and_no_other() -> None:
    page = (fix_golden.ROOT / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+) \| `(\w+)` \|", page, re.MULTILINE)
    assert told == [(str(int(code)), code.name.lower()) for code in ExitCode]


def test_events_page_has_every_event() -> None:
    fix_golden.check_part("docs/reference/events.md", "events", "\n\n".join(map(_event, events.EVENTS)))
    rows = [(f"`{each.name}`", _type(each)) for each in dataclasses.fields(inspect.Blocker)]
    fix_golden.check_part("docs/reference/events.md", "blocker", _table(("Key", "Type"), rows))


def test_no_event_is_missing_from_the_list() -> None:
    classes = {each for each in vars(events).values() if isinstance(each, type) and issubclass(each, events.Event)}
    assert set(events.EVENTS) == classes - {events.Event}


def _allowed(key: values.Key) -> str:
    if key.choices:
        return ", ".join(f"`{choice}`" for choice in key.choices)
    return _WORDS[key.metavar]


_WORDS = {
    "DURATION": "duration",
    "NAMES": "names",
    "NUMBER": "number",
    "SQL": "SQL",
    "URL": "libpq URL",
    "FILE": "file",
    "PATHS": "files, folders",
    "PATTERN=RULES": "patterns, each with rules",
    "RULE=SEVERITY": "rules, each with `error`, `warning` or `info`",
}


def _event(kind: type[events.Event]) -> str:
    rows = [(f"`{each.name}`", _type(each)) for each in dataclasses.fields(kind) if each.name != "at"]
    return f"### {events.name(kind)}\n\n{_prose(kind)}\n\n{_table(('Key', 'Type'), rows)}"


def _prose(kind: type[events.Event]) -> str:
    """The docstring, its emphasised field names as code."""
    paragraphs = re.split(r"\n\s*\n", (kind.__doc__ or "").strip())
    return "\n\n".join(re.sub(r"\*(\w+)\*", r"`\1`", " ".join(each.split())) for each in paragraphs)


_TYPES = {
    "str": "text",
    "str | None": "text or null",
    "int": "integer",
    "int | None": "integer or null",
    "float": "number",
    "float | None": "number or null",
    "bool": "boolean",
    "Direction": "`upgrade`, `downgrade` or `rollback`",
    "Signal": "`cancel` or `terminate`",
    "LockMode": "lock mode",
    "ExitCode": "outcome",
    "inspect.Blocker": "blocker",
    "tuple[str, ...]": "list of texts",
    "tuple[Lock, ...]": "list of locks",
    "tuple[inspect.Blocker, ...]": "list of blockers",
    "datetime | None": "time or null",
}


def _type(each: dataclasses.Field[object]) -> str:
    return _TYPES[str(each.type)]


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(_lines(heads, rows))


def _lines(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (heads, ("---",) * len(heads), *rows):
        yield f"| {' | '.join(row)} |"

"""The rules: found in ``lint/rules``, in what other packages offer, and in the files that a project names."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import pkgutil
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from safemigrate import errors
from safemigrate.findings import Rule, Severity
from safemigrate.lint import rules
from safemigrate.lint.rule import Found, Situation

ENTRY_POINTS = "safemigrate.rules"
"""The group of entry points whose objects are modules of rules."""

Check = Callable[[typing.Any, Situation], Iterator[Found]]


@dataclass(frozen=True)
class Registered:
    """A rule, its check, and the *kinds* of things that it is called for; () for one that is not to be run."""

    rule: Rule
    check: Check
    kinds: tuple[type, ...]


@cache
def own() -> tuple[Registered, ...]:
    """The rules of this package, by slug."""
    names = sorted(module.name for module in pkgutil.iter_modules(rules.__path__))
    return tuple(registered(importlib.import_module(f"{rules.__name__}.{name}")) for name in names)


def offered() -> tuple[Registered, ...]:
    """The rules of other packages that are installed."""
    return tuple(registered(entry.load()) for entry in importlib.metadata.entry_points(group=ENTRY_POINTS))


def of_project(places: Iterable[str], base: Path, *, imported: bool = True) -> tuple[Registered, ...]:
    """The rules in a project's files and folders, relative to *base*. Raises BadInput for what is no rule.

    *imported*: where it is False no file is run, and the rules are only known by name: they find nothing.
    """
    found: list[Registered] = []
    for place in places:
        path = base / place
        if not path.exists():
            raise errors.BadInput(f'no rules at "{place}"', state="nothing was checked", next="correct rules = […]")
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        rules = [file for file in files if not file.name.startswith("_")]
        found.extend(registered(_module(file)) if imported else _only_named(file) for file in rules)
    return tuple(found)


def _only_named(path: Path) -> Registered:
    def never(_thing: typing.Any, _at: Situation) -> Iterator[Found]:
        yield from ()

    slug = path.stem.replace("_", "-")
    return Registered(Rule(slug, Severity.WARNING, "a rule of the project, which is not run here"), never, ())


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _bad(str(path), f"{type(error).__name__}: {error}") from error
    return module


def registered(module: ModuleType) -> Registered:
    """The rule that a module is. Raises BadInput, with what is wrong with it."""
    place = getattr(module, "__file__", None) or module.__name__
    slug = module.__name__.rpartition(".")[2].replace("_", "-")
    text = (module.__doc__ or "").strip()
    first, _, rest = text.partition("\n")
    told, _, summary = first.partition(": ")
    if told != slug or not summary:
        raise _bad(place, f'its docstring does not begin with "{slug}: what it finds"')
    check = getattr(module, "check", None)
    if not callable(check):
        raise _bad(place, "it has no function check")
    severity = getattr(module, "SEVERITY", Severity.WARNING)
    if severity not in tuple(Severity):
        raise _bad(place, f"SEVERITY is {severity!r}: it is one of {', '.join(Severity)}")
    rule = Rule(slug, Severity(severity), summary.rstrip("."), rest.strip("\n"), bool(getattr(module, "DEFAULT", True)))
    return Registered(rule, check, _kinds(check, place))


def _kinds(check: Check, place: str) -> tuple[type, ...]:
    try:
        hints = typing.get_type_hints(check)
    except Exception as error:
        raise _bad(place, f"the annotations of check cannot be read: {error}") from error
    first = next((hint for name, hint in hints.items() if name != "return"), None)
    kinds = typing.get_args(first) if isinstance(first, types.UnionType) else (first,)
    if not kinds or not all(isinstance(kind, type) for kind in kinds):
        raise _bad(place, "the first parameter of check is not annotated with the kind of thing that it is called for")
    return tuple(kind for kind in kinds if isinstance(kind, type))


def _bad(place: str, why: str) -> errors.BadInput:
    return errors.BadInput(
        f'"{place}" is no rule',
        details=[("because", why)],
        state="nothing was checked",
        next="docs/howto/own-rules.md shows one",
    )

"""Which revisions are to be checked: all of them, a range as Alembic writes it, or those of some files."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from alembic.script import Script
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from safemigrate import errors
from safemigrate.lint.history.changed import Kind
from safemigrate.lint.history.scripts import Scripts

NO_REVISIONS = ("env.py", "script.py.mako", "__init__.py", "alembic.ini")
"""Files beside the revisions, which tools that pass changed files pass as well; nothing is said about them."""


@dataclass
class Target:
    """*pending* are names of revisions. *apart*: each as if it were deployed alone, else all of them together.
    *everything*: they are all that there are.

    *nameless* are files among those asked for in which no revision could be found, with the reason. *notes* are for
    people: what was asked for and is not checked.
    """

    pending: set[str]
    apart: bool = False
    nameless: dict[Path, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    everything: bool = False


def of(project: Scripts, words: Sequence[str]) -> Target:
    """What *words*, a range or paths of files, mean. Raises BadInput for what is neither, and for two ranges."""
    if not words:
        return everything(project)
    if any(_is_path(word) for word in words):
        return of_files(project, words)
    if len(words) > 1:
        raise errors.BadInput(
            f"one range of revisions, or files: {', '.join(words)}",
            state="nothing was checked",
            next=f"write {words[0]}:{words[-1]} for what comes after {words[0]}",
        )
    return of_range(project, words[0])


def _is_path(word: str) -> bool:
    return word.endswith((".py", ".mako", ".ini")) or os.sep in word or (":" not in word and Path(word).exists())


def everything(project: Scripts) -> Target:
    """Every revision by itself."""
    pending = {revision.name for revision in project.revisions}
    nameless = {Path(path): why for path, why in project.nameless.items()}
    return Target(pending, apart=True, nameless=nameless, everything=not nameless)


def of_range(project: Scripts, text: str) -> Target:
    """``a:b`` is what comes after *a* up to *b*, ``a:`` up to the heads, ``:b`` from the beginning; ``b`` is one alone.

    Raises BadInput where a name is not known.
    """
    low, sign, high = text.partition(":")
    try:
        if sign:
            between = project.iterate_revisions(high or "heads", _named(project, low) or "base", implicit_base=True)
            found = {script.revision for script in between}
        else:
            found = set(_named(project, low))
    except (CommandError, RevisionError) as error:
        raise _unknown(project, text, error) from error
    if not found and not sign:
        raise errors.BadInput(f"{text} is no revision", state="nothing was checked")
    return Target(found, nameless={Path(path): why for path, why in project.nameless.items()})


def _named(project: Scripts, name: str) -> tuple[str, ...]:
    """The revisions that *name* stands for: an identifier or its beginning, ``head``, ``head-1``, ``label@head``."""
    if not name or name == "base":
        return ()
    found = project.revision_map._parse_upgrade_target(current_revisions=(), target=name, assert_relative_length=True)
    return tuple(each.revision for each in found if isinstance(each, Script))


def _unknown(project: Scripts, text: str, error: Exception) -> errors.BadInput:
    names = [revision.name for revision in project.revisions]
    words = [word for word in text.split(":") if word not in names]
    near = next((near for word in words for near in difflib.get_close_matches(word, names, n=1)), "")
    hint = f"did you mean {near}?" if near else "safemigrate history lists the revisions"
    return errors.BadInput(f"{text}: {error}", state="nothing was checked", next=hint)


def of_files(project: Scripts, words: Iterable[str]) -> Target:
    """The revisions of these files, and of the files in these folders. Raises BadInput where one is not there."""
    by_path = {revision.path: revision.name for revision in project.revisions}
    target = Target(set())
    for word in words:
        path = Path(word)
        if not path.exists() and path.resolve() not in by_path:
            raise errors.BadInput(f'no such file: "{word}"', state="nothing was checked")
        inside = sorted({*by_path, *map(Path, project.nameless)}) if path.is_dir() else [path.resolve()]
        found = [each for each in inside if each == path.resolve() or path.resolve() in each.parents]
        for each in found:
            _add(target, each, word, by_path, project)
    return target


def _add(target: Target, path: Path, word: str, by_path: dict[Path, str], project: Scripts) -> None:
    if path in by_path:
        target.pending.add(by_path[path])
    elif str(path) in project.nameless:
        target.nameless[path] = project.nameless[str(path)]
    elif path.name not in NO_REVISIONS:
        target.notes.append(f"{word} is no revision of this project: not checked")


def only(target: Target, project: Scripts, changed: Mapping[Path, Kind], folder: Path) -> Target:
    """What *target* and *changed* have in common, together. Of what is not new it is told; paths as from *folder*."""
    names = {revision.path: revision.name for revision in project.revisions}
    pending = {names[path] for path in changed if path in names} & target.pending
    notes = [
        f"{os.path.relpath(path, folder)} is changed, not new: databases that have it will not run it again"
        for path, kind in sorted(changed.items())
        if kind == "changed" and names.get(path) in pending
    ]
    nameless = {path: why for path, why in target.nameless.items() if path in changed}
    return Target(pending, nameless=nameless, notes=[*target.notes, *notes])

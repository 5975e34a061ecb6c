"""The revision files of a project, in order, also where some cannot be imported.

Alembic's own directory of scripts imports every file, and fails as a whole when one does. Here the order comes from the
literals of the sources; a file is imported when it is to be run, and says why where it cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from alembic.util import CommandError, load_python_file

from safemigrate import errors
from safemigrate.capture import network
from safemigrate.lint import static


class Scripts(ScriptDirectory):
    """*imported* is False where no revision file may be run. *nameless*: the files without a revision, and why."""

    imported: bool
    nameless: dict[str, str]

    @classmethod
    def of(cls, config: Config, *, imported: bool) -> Scripts:
        """The scripts that *config* tells of. Raises CommandError where it tells of none."""
        made = cls.__new__(cls)
        # Alembic's own constructor from a Config makes a ScriptDirectory, whatever class it is asked of.
        vars(made).update(vars(ScriptDirectory.from_config(config)))
        made.imported, made.nameless = imported, {}
        made.revision_map = RevisionMap(made._load_revisions)
        return made

    def _load_revisions(self) -> Iterator[Script]:
        seen: set[Path] = set()
        for folder in self._version_locations:
            for path in Script._list_py_dir(self, folder) if folder.exists() else ():
                real = path.resolve()
                if real not in seen:
                    seen.add(real)
                    script = self._load(real)
                    yield from [script] if script is not None else ()

    def _load(self, path: Path) -> Script | None:
        """The revision in a file: from its literals, so that nothing is run; only where they do not say, from a run."""
        if path.suffix != ".py" or path.name.startswith(("__init__", ".")):
            return None
        header = static.header(source(path))
        if header is None:
            return self._run(path)
        module = ModuleType(path.stem)
        module.__doc__ = header.doc
        vars(module).update(
            revision=header.revision,
            down_revision=header.down_revision,
            depends_on=header.depends_on,
            branch_labels=header.branch_labels,
        )
        return Script(module, header.revision, path)

    def _run(self, path: Path) -> Script | None:
        why = "no revision is declared in it"
        if self.imported:
            try:
                with network.refused():
                    return Script._from_path(self, path)
            except (Exception, SystemExit, network.NetworkUse) as error:
                why = _why(error)
        self.nameless[str(path)] = why
        return None


@dataclass(frozen=True)
class Revision:
    """One revision file. *runs*: it may be imported."""

    name: str
    path: Path
    before: tuple[str, ...]
    message: str
    runs: bool = True

    @cached_property
    def text(self) -> str:
        return source(self.path)

    @cached_property
    def module(self) -> ModuleType | str:
        """The file as a module, imported now; why it cannot be, where it cannot."""
        if not self.runs:
            return "it was read, not run"
        try:
            with network.refused():
                return load_python_file(self.path.parent, self.path.name)
        except (Exception, SystemExit, network.NetworkUse) as error:
            return f"it could not be imported: {_why(error)}"


def load(config: Config, *, imported: bool = True) -> Scripts:
    """The project's scripts. Raises BadInput where there is no such project."""
    made = Scripts.of(config, imported=imported)
    try:
        made.revision_map._revision_map  # noqa: B018 -- loads the files, now
    except CommandError:
        raise
    except Exception as error:
        raise errors.BadInput(
            f"the revisions could not be put in order: {_why(error)}",
            state="nothing was changed",
            next="alembic history shows the same; mend down_revision first",
        ) from error
    return made


def ordered(scripts: Scripts) -> list[Revision]:
    """All revisions, each after those that it stands on."""
    return [_revision(scripts, each) for each in reversed(list(scripts.walk_revisions()))]


def _revision(scripts: Scripts, script: Script) -> Revision:
    before = script._all_down_revisions
    return Revision(script.revision, Path(script.path), tuple(before), script.doc or "", scripts.imported)


def ancestors(revisions: Sequence[Revision], wanted: set[str]) -> set[str]:
    """*wanted* and all that they stand on."""
    found = set(wanted)
    for revision in reversed(revisions):
        if revision.name in found:
            found.update(revision.before)
    return found


def source(path: Path) -> str:
    """The text of a file, whatever its bytes are."""
    try:
        return path.read_bytes().decode("utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _why(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or ["no message"]
    return f"{type(error).__name__}: {lines[0][:200]}"

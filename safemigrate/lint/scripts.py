"""The revision files of a project, in order, also where some cannot be imported.

Alembic's own directory of scripts fails as a whole when one file does. Here such a file keeps its place in the history
(its ``revision`` and ``down_revision`` are read from the source), and carries the reason why it could not be imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from alembic.util import CommandError

from safemigrate import errors
from safemigrate.capture import network
from safemigrate.lint import static


class Scripts(ScriptDirectory):
    """*imported* is False where no revision file may be run.

    *broken* is why a file could not be imported, by its path; *nameless* why no revision could be found in one.
    """

    imported: bool
    broken: dict[str, str]
    nameless: dict[str, str]

    @classmethod
    def of(cls, config: Config, *, imported: bool) -> Scripts:
        """The scripts that *config* tells of. Raises CommandError where it tells of none."""
        made = cls.__new__(cls)
        # Alembic's own constructor from a Config makes a ScriptDirectory, whatever class it is asked of.
        vars(made).update(vars(ScriptDirectory.from_config(config)))
        made.imported, made.broken, made.nameless = imported, {}, {}
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
        if self.imported:
            try:
                with network.refused():
                    return Script._from_path(self, path)
            except (Exception, SystemExit, network.NetworkUse) as error:
                self.broken[str(path)] = _why(error)
        return self._from_source(path)

    def _from_source(self, path: Path) -> Script | None:
        if path.suffix != ".py" or path.name.startswith(("__init__", ".")):
            return None
        header = static.header(source(path))
        if header is None:
            self.nameless[str(path)] = self.broken.pop(str(path), "no revision is declared in it")
            return None
        module = ModuleType(path.stem)
        module.__doc__ = header.doc
        vars(module).update(
            revision=header.revision,
            down_revision=header.down_revision,
            depends_on=header.depends_on,
            branch_labels=header.branch_labels,
        )
        return Script(module, header.revision, path)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision file. *module* is None where it is only to be read; *broken* says why it could not be imported."""

    name: str
    path: Path
    before: tuple[str, ...]
    message: str
    module: ModuleType | None
    broken: str = ""


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
    broken = scripts.broken.get(str(script.path), "")
    module = script.module if scripts.imported and not broken else None
    before = script._all_down_revisions
    return Revision(script.revision, Path(script.path), tuple(before), script.doc or "", module, broken)


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

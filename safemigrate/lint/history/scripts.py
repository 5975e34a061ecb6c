"""The revision files of a project, in order, also where some cannot be imported.

Alembic's own directory of scripts imports every file, and fails as a whole when one does. Here the order comes from the
literals of the sources; a file is imported when it is to be run, and says why where it cannot be.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from alembic.util import CommandError, load_python_file

from safemigrate import errors
from safemigrate.capture import endless, network
from safemigrate.lint import static
from safemigrate.lint.history import headers, location


class Scripts(ScriptDirectory):
    """*imported* is False where no revision file may be run. *nameless*: the files without a revision, and why.

    *texts* are read instead of the files of that path; *hidden* files are passed over. *header* reads one from a text.
    *cached*: what was worked out of these files before need not be again.
    """

    imported: bool
    texts: Mapping[Path, str]
    hidden: Container[Path]
    nameless: dict[str, str]
    header: headers.Read
    cached: bool

    @classmethod
    def of(cls, config: Config, *, imported: bool) -> Scripts:
        """The scripts that *config* tells of. Raises CommandError where it tells of none."""
        made = cls.__new__(cls)
        # Alembic's own constructor from a Config makes a ScriptDirectory, whatever class it is asked of.
        vars(made).update(vars(location.scripts(config, imported=imported)))
        made.imported, made.nameless = imported, {}
        made.texts, made.hidden, made.header, made.cached = {}, (), static.header, False
        made.revision_map = RevisionMap(made._load_revisions)
        return made

    @cached_property
    def revisions(self) -> list[Revision]:
        """All revisions, each after those that it stands on."""
        return [_revision(self, each) for each in reversed(list(self.walk_revisions()))]

    def _load_revisions(self) -> Iterator[Script]:
        for path in dict.fromkeys(self._paths()):
            if path not in self.hidden:
                script = self._load(path)
                yield from [script] if script is not None else ()

    def _paths(self) -> Iterator[Path]:
        """The files in the folders of revisions, and those that only *texts* knows."""
        for folder in self._version_locations:
            for path in Script._list_py_dir(self, folder) if folder.exists() else ():
                yield path.resolve()
        yield from self.texts

    def _load(self, path: Path) -> Script | None:
        """The revision in a file: from its literals, so that nothing is run; only where they do not say, from a run."""
        if path.suffix != ".py" or path.name.startswith(("__init__", ".")):
            return None
        header = self.header(self.text(path))
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
                with network.refused(), endless.bounded():
                    return self._imported(path)
            except (Exception, SystemExit, network.NetworkUse, endless.Endless) as error:
                why = _why(error)
        self.nameless[str(path)] = why
        return None

    def _imported(self, path: Path) -> Script | None:
        if path not in self.texts:
            return Script._from_path(self, path)
        module = _module(path, self.texts[path])
        return Script(module, module.revision, path)

    def text(self, path: Path) -> str:
        """What is read as the source of *path*."""
        return self.texts[path] if path in self.texts else source(path)


@dataclass(frozen=True)
class Revision:
    """One revision file. *runs*: it may be imported. *blob* is read instead of the file; None for the file itself."""

    name: str
    path: Path
    before: tuple[str, ...]
    message: str
    runs: bool = True
    blob: str | None = None

    @cached_property
    def text(self) -> str:
        return source(self.path) if self.blob is None else self.blob

    @cached_property
    def module(self) -> ModuleType | str:
        """The file as a module, imported now; why it cannot be, where it cannot."""
        if not self.runs:
            return "it was read, not run"
        try:
            with network.refused(), endless.bounded():
                if self.blob is not None:
                    return _module(self.path, self.blob)
                return load_python_file(self.path.parent, self.path.name)
        except (Exception, SystemExit, network.NetworkUse, endless.Endless) as error:
            return f"it could not be imported: {_why(error)}"


def _module(path: Path, text: str) -> ModuleType:
    """*text* run as if it stood in the file *path*."""
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    exec(compile(text, str(path), "exec"), vars(module))
    return module


def load(
    config: Config,
    *,
    imported: bool = True,
    texts: Mapping[Path, str] | None = None,
    hidden: Container[Path] = (),
    cached: bool = False,
) -> Scripts:
    """The project's scripts. Raises BadInput where there is no such project. *cached*: files need not be read again."""
    made = Scripts.of(config, imported=imported)
    made.texts, made.hidden, made.cached = texts or {}, hidden, cached and imported
    try:
        known = headers.Headers(Path(made.dir)) if made.cached else None
        made.header = known.read if known else static.header
        made.revision_map._revision_map  # noqa: B018 -- loads the files, now
        if known:
            known.save()
    except CommandError:
        raise
    except Exception as error:
        raise errors.BadInput(
            f"the revisions could not be put in order: {_why(error)}",
            state="nothing was changed",
            next="alembic history shows the same; mend down_revision first",
        ) from error
    return made


def folders(config: Config) -> list[Path]:
    """Where the revisions of a project are."""
    return list(location.scripts(config, imported=False)._version_locations)


def _revision(scripts: Scripts, script: Script) -> Revision:
    before = script._all_down_revisions
    path = Path(script.path)
    blob = scripts.texts.get(path)
    return Revision(script.revision, path, tuple(before), script.doc or "", scripts.imported, blob)


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

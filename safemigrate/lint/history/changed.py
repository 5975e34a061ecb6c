"""Which revision files are new against git: since a commit, or in the index, which is what the next commit would hold.

Only git is asked, and nothing in the checkout is touched. For the index, files are read as it has them: what is not
staged yet is not there.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from safemigrate import errors

Kind = Literal["new", "changed"]

_FILE_MODES = ("100644", "100755")
_NO_TEXT = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
"""The empty blob, which git has in the index for what is only meant to be added."""


@dataclass(frozen=True)
class Changed:
    """*files* that are new or changed. *texts* are to be read instead of the files; *hidden* files are not there."""

    files: Mapping[Path, Kind]
    texts: Mapping[Path, str] = field(default_factory=dict)
    hidden: frozenset[Path] = frozenset()


def since(ref: str, folders: Sequence[Path]) -> Changed:
    """What has come below *folders* since the branch left *ref*, committed or not. Raises BadInput."""
    git = _Git(folders)
    files = git.changes(git.fork(ref))
    for name in git.names("ls-files", "--others", "--exclude-standard", "-z"):
        files[git.path(name)] = "new"
    return Changed(files)


def staged(folders: Sequence[Path], ref: str = "") -> Changed:
    """What the index has below *folders* that HEAD has not, or that was not where the branch left *ref*.

    Raises BadInput.
    """
    git = _Git(folders)
    files = git.changes("--cached", *([git.fork(ref)] if ref else []))
    blobs, empty = git.index()
    differing = {git.path(name) for name in git.names("diff-files", "--name-only", "-z")}
    texts = git.texts({path: blob for path, blob in blobs.items() if path in differing})
    hidden = {git.path(name) for name in git.names("ls-files", "--others", "-z")} | empty
    return Changed(files, texts, frozenset(hidden))


class _Git:
    """The checkout that *folders* are in."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [str(folder.resolve()) for folder in folders if folder.is_dir()]
        if not self._folders:
            raise errors.BadInput("there is no folder of revisions", state="nothing was checked")
        self._root = Path(self._folders[0])
        self._root = Path(os.fsdecode(self._run("rev-parse", "--show-toplevel")).removesuffix("\n"))

    def path(self, name: str) -> Path:
        return (self._root / name).resolve()

    def fork(self, ref: str) -> str:
        """The commit at which the branch left *ref*."""
        self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", unknown=ref)
        found = self._run("merge-base", "--", ref, "HEAD", apart=ref)
        return os.fsdecode(found).strip()

    def names(self, *command: str) -> list[str]:
        """What *command* lists below the folders; names end with a zero byte."""
        answer = os.fsdecode(self._run(*command, "--", *self._folders))
        return answer.split("\0")[:-1]

    def changes(self, *against: str) -> dict[Path, Kind]:
        """What is new or changed; a file that only has another name is neither."""
        found: dict[Path, Kind] = {}
        fields = iter(self.names("diff", "--no-ext-diff", "--name-status", "-M", "-z", *against))
        for status in fields:
            name = next(fields)
            if status[0] in "RC":
                name = next(fields)
            if status[0] in "AC":
                found[self.path(name)] = "new"
            elif status[0] in "MTR" and status != "R100":
                found[self.path(name)] = "changed"
        return found

    def index(self) -> tuple[dict[Path, str], set[Path]]:
        """The blobs of the index by path, and the paths that it has no text for yet."""
        blobs = {self.path(name): blob for name, blob in self._staged()}
        empty = {path for path, blob in blobs.items() if blob == _NO_TEXT}
        return {path: blob for path, blob in blobs.items() if path not in empty}, empty

    def _staged(self) -> Iterator[tuple[str, str]]:
        for line in self.names("ls-files", "--stage", "-z"):
            told, _, name = line.partition("\t")
            mode, blob, stage = told.split()
            if mode in _FILE_MODES and stage == "0":
                yield name, blob

    def texts(self, blobs: Mapping[Path, str]) -> dict[Path, str]:
        """The text of each blob, whatever its bytes are."""
        answer = self._run("cat-file", "--batch", input="".join(f"{blob}\n" for blob in blobs.values()).encode())
        found: dict[Path, str] = {}
        for path in blobs:
            head, _, rest = answer.partition(b"\n")
            size = int(head.split()[-1])
            found[path] = rest[:size].decode("utf-8", errors="surrogateescape")
            answer = rest[size + 1 :]
        return found

    def _run(self, *arguments: str, input: bytes = b"", unknown: str = "", apart: str = "") -> bytes:
        try:
            ended = subprocess.run(
                ["git", *arguments], cwd=self._root, env=_environment(), input=input, capture_output=True, check=False
            )
        except OSError as error:
            raise _refused(f"git could not be run: {error.strerror}") from error
        if ended.returncode == 0:
            return ended.stdout
        said = os.fsdecode(ended.stderr).strip().splitlines()
        if unknown:
            raise _refused(
                f'git knows no commit "{unknown}"', next="git fetch it first; in CI, fetch more than one commit"
            )
        if apart:
            raise _refused(f'HEAD and "{apart}" have no commit in common', next="in CI, fetch more than one commit")
        raise _refused(f"git {arguments[0]} failed: {said[0] if said else 'it said nothing'}")


def _environment() -> dict[str, str]:
    """For git: a hook is told of its own repository and index, relative to where it was started."""
    kept = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")}
    if index := kept.get("GIT_INDEX_FILE"):
        kept["GIT_INDEX_FILE"] = os.path.abspath(index)
    return kept


def _refused(what: str, next: str = "") -> errors.BadInput:
    return errors.BadInput(what, state="nothing was checked", next=next)

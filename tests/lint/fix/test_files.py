"""Differences that tools can apply, and files that are written whole or not at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safemigrate import errors
from safemigrate.lint.fix import files

TEXTS = st.lists(st.sampled_from(["a", "b ", "\tc", "d\r", "ä\x0cé", ""])).map("\n".join)


def test_there_is_no_difference_between_a_text_and_itself() -> None:
    assert files.difference("a.py", "x\ny", "x\ny") == ""


@settings(max_examples=40, deadline=None)
@given(before=TEXTS, after=TEXTS)
def test_git_makes_the_second_text_of_the_first(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str
) -> None:
    folder = tmp_path_factory.mktemp("difference")
    path = folder / "a.py"
    path.write_bytes(before.encode())
    patch = files.difference("a.py", before, after)
    assert bool(patch) == (before != after)
    if patch:
        command = ["git", "apply", "--whitespace=nowarn", "--unidiff-zero", "-"]
        subprocess.run(command, cwd=folder, input=patch.encode(), check=True, env={"GIT_CEILING_DIRECTORIES": "/"})
    assert path.read_bytes() == after.encode()


def test_a_file_that_holds_something_else_by_now_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"edited\n")
    with pytest.raises(errors.BadInput, match="was changed while it was checked"):
        files.write(path, "before\n", "after\n")
    assert path.read_bytes() == b"edited\n"


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput, match="could not be written: No such file"):
        files.write(tmp_path / "a.py", "before\n", "after\n")
    assert not list(tmp_path.iterdir())

"""``lint --fix`` and ``lint --diff``: what is corrected in which file, and what is not, with the reason."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safemigrate import errors
from safemigrate.console import terminal
from safemigrate.findings import Findings
from safemigrate.lint import fix, sift
from safemigrate.lint.check import Checked
from safemigrate.lint.fix import Fixed, files


@dataclass(frozen=True)
class Correction:
    """One file, under the *name* that people see, with what it held *before*."""

    name: str
    path: Path
    before: str
    fixed: Fixed

    @property
    def made(self) -> bool:
        return self.fixed.text != self.before


def refuse_both(options: argparse.Namespace) -> None:
    """Raise BadInput for flags that do not go together: --fix edits the files, the others speak of something else."""
    other = next((name for name in ("diff", "staged") if getattr(options, name)), "")
    if options.fix and other:
        raise errors.BadInput(
            f"--fix edits the files themselves, --{other} does not",
            state="nothing was checked",
            next="give one of the two" if other == "diff" else "give --since HEAD --fix, then git add",
        )


def corrections(checked: Checked, findings: Findings, folder: Path) -> list[Correction]:
    """For each file that was checked, what can be corrected of what is shown of it. Raises BadInput without libcst."""
    texts = {reading.path: reading.text for reading in checked.readings}
    made = []
    for path, text in texts.items():
        name = sift.shown(path, folder)
        made.append(Correction(name, Path(path), text, fix.fixed(text, name, findings.found)))
    return sorted(made, key=lambda each: each.name)


def diff(several: Sequence[Correction]) -> bool:
    """Write what would be changed to standard output, as ``git apply`` reads it; whether there is anything."""
    for each in several:
        if each.made:
            _write(files.difference(each.name, each.before, each.fixed.text))
    _tell(several, "would be corrected")
    return any(each.made for each in several)


def _write(text: str) -> None:
    """Byte for byte: neither the encoding of a terminal nor its line ends are those of the file."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(text)
    else:
        sys.stdout.flush()
        binary.write(text.encode("utf-8"))
        binary.flush()


def write(several: Sequence[Correction]) -> None:
    """Write the files that are corrected. Raises BadInput where one cannot be written; those before it are."""
    done = []
    try:
        for each in several:
            if each.made:
                files.write(each.path, each.before, each.fixed.text)
            done.append(each)
    finally:
        _tell(done, "corrected")


def _tell(several: Sequence[Correction], done: str) -> None:
    """Say on standard error what was done, and why other things were not."""
    for each in several:
        for finding, why in each.fixed.left:
            terminal.write(sys.stderr, f"{finding.place}: {finding.rule} is left as it is: {why}")
        for finding in each.fixed.done:
            terminal.write(sys.stderr, f"{finding.place}: {finding.rule} {done}")
    count = sum(len(each.fixed.done) for each in several)
    number = sum(each.made for each in several)
    left = sum(len(each.fixed.left) for each in several)
    corrected = f"{_several(count, 'finding')} {done} in {_several(number, 'file')}" if count else f"nothing {done}"
    terminal.write(sys.stderr, f"{corrected}; {left} left as they are" if left else corrected)


def _several(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"

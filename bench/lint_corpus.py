"""The planted revisions of :mod:`bench.lint`: files of hazards, one each, and files that are safe.

They lie in bench/lint_cases. Each is a whole revision of one small project, a shop: *project* has its environment and
its first revision, *earlier* what some cases come after. The head of a case says what is planted::

    # hazard: index-not-concurrent at line 20        or   # safe: the constant is kept in the catalog
    # written as: operation
    # pending: 2                                          the last two revisions are new, not only this one
    # transaction: one                                    env.py runs all of them in one transaction

Nothing else in a file that has a hazard deserves a finding.
"""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "lint_cases"
FIRST = "0001_shop"
WAYS = (
    "operation",
    "column keyword",
    "batch",
    "SQL string",
    "built string",
    "SQL block",
    "loop or helper",
    "other name",
    "connection",
)
"""How a hazard may be written: as an operation, as an argument of a column, in a DO block or function, and so on."""

_HAZARD = re.compile(r"^# hazard: ([a-z-]+) at line (\d+)$", re.MULTILINE)
_WAY = re.compile(r"^# written as: (.+)$", re.MULTILINE)
_SAFE = re.compile(r"^# safe: (.+)$", re.MULTILINE)
_PENDING = re.compile(r"^# pending: (\d+)$", re.MULTILINE)
_ONE = re.compile(r"^# transaction: one$", re.MULTILINE)
_DOWN = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One planted revision. *rule* names the hazard, at *line*; both are empty for a safe file, of which *why* tells
    what makes it safe. *chain* are the revisions from the first one to this one; the last *pending* are new.
    """

    path: Path
    rule: str
    line: int
    way: str
    why: str
    chain: tuple[str, ...]
    pending: int
    one_transaction: bool

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def upgrade(self) -> range:
        """The lines before ``downgrade()``: what a tool says of that one is neither right nor wrong here."""
        for node in ast.parse(self.path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name == "downgrade":
                return range(node.lineno)
        raise ValueError(f"{self.path} has no downgrade()")


@dataclass(frozen=True, slots=True)
class Project:
    """An Alembic project in *folder*, with what is to be checked: the files *new*, which are the revisions after
    *before* up to *head*; or the folder of all revisions, and then *before* is empty. Paths are relative to *folder*.
    """

    folder: Path
    ini: Path
    new: tuple[Path, ...]
    before: str
    head: str


def cases() -> list[Case]:
    """Every case, those with hazards first. Raises ValueError for one whose head does not say what it is."""
    return [_case(path) for folder in ("hazards", "safe") for path in sorted((CASES / folder).glob("*.py"))]


def project(case: Case, folder: Path) -> Project:
    """The shop in *folder*, with *case* as its newest revision."""
    shutil.copytree(CASES / "project", folder, ignore=shutil.ignore_patterns("__pycache__"))
    versions = Path("migrations") / "versions"
    for revision in case.chain[1:]:
        shutil.copy(_path(revision, case), folder / versions)
    if case.one_transaction:
        environment = folder / "migrations" / "env.py"
        environment.write_text(environment.read_text().replace("per_migration=True", "per_migration=False"))
    before, new = case.chain[-case.pending - 1], case.chain[-case.pending :]
    return Project(folder, Path("alembic.ini"), tuple(versions / f"{name}.py" for name in new), before, case.name)


def _case(path: Path) -> Case:
    source = path.read_text()
    hazard, way, safe, pending = (pattern.search(source) for pattern in (_HAZARD, _WAY, _SAFE, _PENDING))
    if (hazard is None) is (safe is None) or (hazard is None) is not (way is None):
        raise ValueError(f"{path}: its head names neither a hazard and how it is written, nor why it is safe")
    return Case(
        path,
        hazard[1] if hazard else "",
        int(hazard[2]) if hazard else 0,
        way[1] if way else "",
        safe[1] if safe else "",
        _chain(path),
        int(pending[1]) if pending else 1,
        _ONE.search(source) is not None,
    )


def _chain(path: Path) -> tuple[str, ...]:
    chain = [path.stem]
    while chain[0] != FIRST:
        down = _DOWN.search(path.read_text())
        if down is None:
            raise ValueError(f"{path} does not lead back to {FIRST}")
        chain.insert(0, down[1])
        path = CASES / "earlier" / f"{down[1]}.py"
    return tuple(chain)


def _path(revision: str, case: Case) -> Path:
    return case.path if revision == case.name else CASES / "earlier" / f"{revision}.py"

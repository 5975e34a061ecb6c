"""What the shape of the project promises to whoever opens it for the first time."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from safemigrate import sql

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "safemigrate"
MODULES = sorted(PACKAGE.rglob("*.py"))
QUERIES = sorted(path.stem for path in (PACKAGE / "sql").glob("*.sql") if path.stem != "schema")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONGEST = 400


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_opens_with_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_has_a_seam_before_it_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_no_part_is_named_for_what_it_is_not() -> None:
    names = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert not names & {"utils", "util", "core", "base_classes", "common", "helpers", "misc", "manager"}


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_used(name: str) -> None:
    code = "\n".join(path.read_text() for path in MODULES)
    composed = [
        re.compile(f"{before}[a-z]+{after}") for before, after in re.findall(r'f"([a-z_]*)\{[^"]*\}([a-z_]*)"', code)
    ]
    unused = [query for query in sql.queries(name) if not re.search(rf"""["']{query}["']""", code)]
    assert not [query for query in unused if not any(pattern.fullmatch(query) for pattern in composed)]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if "://" not in target]
    assert not [target for target in local if not (page.parent / target).exists()]


def test_importing_the_package_imports_nothing_heavy() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]

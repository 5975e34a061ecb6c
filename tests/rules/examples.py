"""The examples of the rules: revisions that a rule has to find something in, and revisions that no rule may.

``tests/rules/<slug>/bad_<way>.py`` and ``good_<name>.py`` are whole modules with ``upgrade()`` (or ``downgrade()``).
They stand on the schema of :mod:`tests.rules.base`; a function ``before()`` in the file is a revision of its own
between the two. In a bad one, each line that the rule of its folder must find something on ends in ``# finds``; a
finding about the whole file is asked for by ``# finds the file`` on a line of its own.

Constants of the file: ``SETTINGS`` may give ``pg_version``, ``runner`` or whatever else ``LintSettings`` has;
``PER_MIGRATION = True`` is env.py's transaction_per_migration, ``EXTERNAL = True`` an env.py that opens the transaction
itself, ``BEGUN`` what it executes before it configures Alembic, ``NO_TIMEOUT = True`` one that sets no lock_timeout,
and ``ENV`` a line that it begins with; ``PENDING`` names the revisions that are deployed together
(``["before", "example"]``). ``WAY_BACK = False`` leaves the example without a downgrade() where it has none, and
``DIRECTION`` says which way is judged. ``ALLOWS`` of a good one names opt-in rules that are right about it all the
same, for what it shows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.config import Config

from safemigrate.config.lint import LintSettings
from safemigrate.findings import Finding
from safemigrate.lint import check, registry
from safemigrate.lint.history import scripts
from safemigrate.lint.registry import Registered

HERE = Path(__file__).parent
FOLDERS = sorted(path for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")

ENV = """
from alembic import context
from sqlalchemy import create_engine
{first}

with create_engine("postgresql+psycopg://localhost/nowhere"{timeout}).connect() as connection:
    {begun}
    context.configure(connection=connection, transaction_per_migration={each}{metadata})
    with context.begin_transaction():
        context.run_migrations()
"""

WAY_BACK = """

def downgrade():
    op.execute("SELECT 'the way back'")
"""


@dataclass(frozen=True)
class Example:
    """One example file of the rule *slug*."""

    slug: str
    path: Path
    text: str
    constants: dict[str, Any] = field(default_factory=dict)

    @property
    def bad(self) -> bool:
        return self.path.name.startswith("bad_")

    @property
    def expected(self) -> list[int]:
        """The lines of the findings, 0 for the file as a whole."""
        found = []
        for number, line in enumerate(self.text.splitlines(), start=1):
            if re.search(r"# finds the file$", line.rstrip()):
                found.append(0)
            elif re.search(r"# finds$", line.rstrip()):
                found.append(number)
        return found

    @property
    def has_before(self) -> bool:
        return re.search(r"^def before\(", self.text, re.MULTILINE) is not None

    @property
    def settings(self) -> LintSettings:
        return LintSettings(**self.constants.get("SETTINGS", {}))

    def __str__(self) -> str:
        return f"{self.slug}/{self.path.stem}"


def load(path: Path) -> Example:
    text = path.read_text()
    constants = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            try:
                constants[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return Example(path.parent.name, path, text, constants)


EXAMPLES = [load(path) for folder in FOLDERS for path in sorted(folder.glob("*.py"))]
BAD = [example for example in EXAMPLES if example.bad]
GOOD = [example for example in EXAMPLES if not example.bad]


def project(example: Example, folder: Path) -> Config:
    """An Alembic project in *folder* whose head is the example."""
    versions = folder / "scripts" / "versions"
    versions.mkdir(parents=True)
    for extra in HERE.glob(f"{example.slug}/*.sql"):
        (versions / extra.name).write_text(extra.read_text())
    models = HERE / example.slug / "models.py.txt"
    if models.exists():
        (folder / "scripts" / "example_models.py").write_text(models.read_text())
    application = HERE / example.slug / "app.py.txt"
    if application.exists():
        (folder / "shop.py").write_text(application.read_text())
    constants = example.constants
    env = ENV.format(
        first=constants.get("ENV", ""),
        timeout="" if constants.get("NO_TIMEOUT") else ", connect_args={'options': '-c lock_timeout=2s'}",
        begun="connection.begin()" if constants.get("EXTERNAL") else constants.get("BEGUN", ""),
        each=bool(constants.get("PER_MIGRATION")),
        metadata=", target_metadata=__import__('example_models').metadata" if models.exists() else "",
    )
    (folder / "scripts" / "env.py").write_text(f"import sys\nsys.path.insert(0, {str(folder / 'scripts')!r})\n{env}")
    back = WAY_BACK if constants.get("WAY_BACK", True) else ""
    _revision(versions / "base.py", (HERE / "base.py").read_text(), "base_schema", None, back)
    if example.has_before:
        _revision(versions / "before.py", f"{example.text}\nupgrade = before\n", "before", "base_schema", back)
    down = "before" if example.has_before else "base_schema"
    _revision(versions / example.path.name, example.text, "example", down, back)
    config = Config()
    config.set_main_option("script_location", str(folder / "scripts"))
    return config


def _revision(path: Path, text: str, name: str, down: str | None, back: str) -> None:
    missing = "" if re.search(r"^def downgrade\(", text, re.MULTILINE) else back
    path.write_text(f"{text}{missing}\nrevision = {name!r}\ndown_revision = {down!r}\n")


def findings(example: Example, folder: Path, rules: Sequence[Registered] | None = None) -> list[Finding]:
    """What *rules* (by default all, the opt-in ones too) find in the example; the history before it counts as old."""
    config = project(example, folder)
    settings = example.settings
    several = registry.own() if rules is None else rules
    backward = re.search(r"^def downgrade\(", example.text, re.MULTILINE)
    direction = example.constants.get("DIRECTION", "downgrade" if backward else "upgrade")
    wanted = check.Wanted(pending=set(example.constants.get("PENDING", ["example"])), directions=(direction,))
    return check.check(config, scripts.load(config), settings, wanted, several).found

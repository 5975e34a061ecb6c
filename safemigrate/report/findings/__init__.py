"""Findings, shown: for the terminal, for programs, and for the places where a change is reviewed.

Each format is a module with one function, ``render``, which makes text of `safemigrate.findings.Findings` and nothing
else: it reads no file and no database, knows no terminal, and shows the findings in the order given. The lines of a
revision come from *sources*, since what was checked may be a blob of git and not a file.

A revision, its SQL and the names in it are text that others wrote, maybe in a pull request of a stranger. No format
raises on any of it, and none passes on what would be obeyed where it is shown: escape sequences, workflow commands,
HTML, mentions. What is not printable is shown as its escape (``visible``).
"""

from __future__ import annotations

from typing import assert_never, get_args

from safemigrate.config.lint import Format
from safemigrate.findings import Findings
from safemigrate.report.findings import github, gitlab, json, junit, markdown, sarif, text
from safemigrate.report.findings.excerpt import Sources

__all__ = ["FORMATS", "Format", "Sources", "render"]

FORMATS: tuple[Format, ...] = get_args(Format)


def render(findings: Findings, format: Format, *, sources: Sources, colour: bool = False, width: int = 100) -> str:
    """*findings* in *format*, without a line break at the end; "" where a format has nothing to say.

    *colour* and *width* (in cells) are for "text" alone.
    """
    match format:
        case "text":
            return text.render(findings, sources=sources, colour=colour, width=width)
        case "markdown":
            return markdown.render(findings, sources=sources)
        case "json":
            return json.render(findings)
        case "github":
            return github.render(findings)
        case "gitlab":
            return gitlab.render(findings)
        case "sarif":
            return sarif.render(findings)
        case "junit":
            return junit.render(findings)
        case _:
            assert_never(format)

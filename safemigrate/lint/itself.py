"""What the linter finds without a rule: what it says about itself and about the comments that speak to it."""

from __future__ import annotations

from safemigrate.findings import Rule, Severity
from safemigrate.lint import engine

BROKEN = Rule(
    engine.BROKEN,
    Severity.WARNING,
    "a rule failed and saw nothing",
    'Why      What it would have found is not known: that is not "OK".\n'
    "Instead  correct the rule, or report it where it comes from; --ignore leaves it out until then",
)

RULES = (BROKEN,)
"""All of them, for reports and for ``--explain``; *ignore* turns them off as any other."""

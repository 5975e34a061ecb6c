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

UNUSED_IGNORE = Rule(
    "unused-ignore",
    Severity.WARNING,
    "an ignore comment that ignores nothing",
    "Why      The next one who edits the statement would not be warned.\n"
    "Bad      # safemigrate: ignore[drop-table] nobody reads it        above a statement that drops nothing\n"
    "Instead  remove the comment, or the rule from its list\n\n"
    "Silent where not all of the revision could be seen, and for rules that are off.",
)

UNKNOWN_IGNORE = Rule(
    "unknown-ignore",
    Severity.WARNING,
    "an ignore comment that names no rule that there is",
    "Why      It ignores nothing, and whoever wrote it believes that it does.\n"
    "Bad      # safemigrate: ignore[drop-tabel] nobody reads it\n"
    "Instead  # safemigrate: ignore[drop-table] nobody reads it",
)

IGNORE_WITHOUT_REASON = Rule(
    "ignore-without-reason",
    Severity.WARNING,
    "an ignore comment that does not say why, where that is required",
    "Why      With require_reason, only what has a reason is ignored.\n"
    "Bad      # safemigrate: ignore[drop-table]\n"
    "Instead  # safemigrate: ignore[drop-table] the last reader was removed in release 41",
)

UNKNOWN_MARK = Rule(
    "unknown-mark",
    Severity.WARNING,
    "a comment that looks like a mark and is none",
    "Why      It does nothing, and whoever wrote it believes that it does.\n"
    "Bad      # safemigrate: as-writen the table is empty\n"
    "Instead  # safemigrate: as-written the table is empty",
)

STALE_BASELINE = Rule(
    "stale-baseline",
    Severity.INFO,
    "an entry of the baseline that nothing is found for any more",
    "Why      It would hide the same finding when it comes back.\nInstead  safemigrate lint --update-baseline",
)

RULES = (BROKEN, UNUSED_IGNORE, UNKNOWN_IGNORE, IGNORE_WITHOUT_REASON, UNKNOWN_MARK, STALE_BASELINE)
"""All of them, for reports and for ``--explain``; *ignore* turns them off as any other."""

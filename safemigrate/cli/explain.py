"""``lint --explain``: the manual of a rule, or the list of all rules."""

from __future__ import annotations

from collections.abc import Sequence

from safemigrate.findings import Rule
from safemigrate.lint import check, itself
from safemigrate.lint.registry import Registered

ALL = "all"


def text(name: str, rules: Sequence[Registered]) -> str:
    """What is known of the rule *name*, or of all. Raises BadInput where there is no such rule."""
    known = [*(each.rule for each in rules), *itself.RULES]
    if name == ALL:
        return _list(known)
    check.refuse_unknown_rules([name], known, "--explain")
    return _manual(next(rule for rule in known if rule.slug == name))


def _manual(rule: Rule) -> str:
    default = "on by default" if rule.default else "off by default"
    return f"{rule.slug}: {rule.summary}\n\n{rule.help.strip(chr(10))}\n\n{rule.severity}, {default}"


def _list(rules: Sequence[Rule]) -> str:
    width = max(len(rule.slug) for rule in rules)
    return "\n".join(
        f"{rule.slug:<{width}}  {rule.severity:<7}  {'on ' if rule.default else 'off'}  {rule.summary}"
        for rule in sorted(rules, key=lambda rule: rule.slug)
    )

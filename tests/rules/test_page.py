"""The reference page of the rules says what their docstrings say. UPDATE_GOLDEN=1 writes its generated parts anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from safemigrate.findings import Rule
from safemigrate.lint import itself, registry
from tests import fix_golden

PAGE = "docs/reference/rules.md"
RULES = {each.rule.slug: each.rule for each in registry.own()}

THEMES = {
    "Builds and scans under a strong lock": (
        "index-not-concurrent drop-index-not-concurrent reindex-not-concurrent partitioned-index-blocking "
        "unique-constraint-scan primary-key-scan primary-key-nullable-index exclusion-constraint foreign-key-scan "
        "check-constraint-scan set-not-null-scan domain-constraint-scan partition-attach-scan "
        "partition-detach-blocking matview-refresh-blocking column-type-scan"
    ),
    "Rewrites of a table": (
        "volatile-default-rewrite serial-identity-rewrite stored-generated-rewrite domain-column-rewrite "
        "column-type-rewrite table-rewrite-command"
    ),
    "Fails when it runs": (
        "not-null-without-default concurrently-in-transaction autocommit-block-unavailable concurrent-index-retry "
        "enum-value-used-in-transaction enum-type-not-created unsupported-on-partitioned type-change-blocked "
        "drop-constraint-index identifier-too-long syntax-error"
    ),
    "Breaks the running release": (
        "drop-column drop-table rename-column rename-table set-schema rename-enum-value rename-type still-mapped "
        "drop-primary-key drop-foreign-key-locks drop-not-null drop-default drop-cascade truncate-table "
        "disable-trigger hot-table protected-schema"
    ),
    "Shape of the transaction": (
        "validate-in-same-transaction multiple-foreign-keys many-locks-in-transaction backfill-with-ddl "
        "unbatched-backfill mixed-schema-and-data ddl-before-autocommit manual-transaction-control "
        "one-transaction-for-all explicit-lock-table missing-lock-timeout timeout-override setting-leak trigger-lock "
        "referenced-table-lock"
    ),
    "What can be seen of a revision": (
        "not-analysed env-not-run opaque-sql offline-incompatible app-import irreversible-downgrade"
    ),
    "Advice": (
        "avoid-char avoid-enum avoid-json boolean-without-default concurrently-corrupts enum-value-order "
        "explicit-on-delete foreign-key-type-mismatch hash-index index-replaced-too-early prefer-identity "
        "prefer-if-exists prefer-text qualified-names small-integer-key text-without-limit timestamp-without-zone "
        "unindexed-foreign-key unnamed-constraint wide-index"
    ),
}

ITSELF = "What the linter says of itself"

_SECTION = re.compile(r"^(?P<head>Why|Bad|Instead) +(?P<text>.*\n?(?:(?:[ ]{9}.*)?\n)*)", re.MULTILINE)


def test_every_rule_is_in_one_theme() -> None:
    named = " ".join(THEMES.values()).split()
    assert sorted(named) == sorted(RULES)


def test_the_page_has_every_rule() -> None:
    themes = {theme: [RULES[slug] for slug in slugs.split()] for theme, slugs in THEMES.items()}
    themes[ITSELF] = list(itself.RULES)
    fix_golden.check_part(PAGE, "list", "\n\n".join(_list(theme, rules) for theme, rules in themes.items()))
    told = [f"## {theme}\n\n" + "\n\n".join(map(_rule, rules)) for theme, rules in themes.items()]
    fix_golden.check_part(PAGE, "rules", "\n\n".join(told))


def _list(theme: str, rules: list[Rule]) -> str:
    rows = [f"| [`{each.slug}`](#{each.slug}) | {_severity(each)} | {each.summary} |" for each in rules]
    return "\n".join([f"**{theme}**", "", "| Rule | Severity | What it finds |", "| --- | --- | --- |", *rows])


def _severity(rule: Rule) -> str:
    return rule.severity if rule.default else f"{rule.severity}, off"


def _rule(rule: Rule) -> str:
    is_on = "on by default" if rule.default else "off by default"
    return "\n\n".join([f"### {rule.slug}", f"*{rule.severity}, {is_on}*: {rule.summary}.", *_help(f"{rule.help}\n")])


def _help(text: str) -> Iterator[str]:
    """The sections of a manual, and what comes after them."""
    for match in _SECTION.finditer(text):
        lines = match["text"].rstrip().replace("\n" + " " * 9, "\n")
        yield _prose(lines) if match["head"] == "Why" else f"{match['head']}:\n\n{_code(lines)}"
    yield from map(_prose, _SECTION.sub("", text).strip().split("\n\n"))


def _code(text: str) -> str:
    try:
        ast.parse(text)
    except SyntaxError:
        return f"```\n{text}\n```"
    return f"```python\n{text}\n```"


def _prose(text: str) -> str:
    """Words that Markdown would take for something else are kept as they are."""
    return re.sub(r"([*<])", r"\\\1", text)

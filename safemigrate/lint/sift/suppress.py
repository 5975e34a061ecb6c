"""Ignore comments: which findings they keep out, and which of them keep out nothing.

    # safemigrate: ignore[rule, rule] reason          on the lines of a statement, or directly above it
    # safemigrate: ignore-file[rule] reason           anywhere in the file

Inside of SQL, after ``--``, a comment counts for its statement. ``all`` stands for every rule. A comment that keeps out
nothing, names no rule that there is, or lacks the reason that is required, is a finding itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from safemigrate.capture.comments import Comments
from safemigrate.capture.offline import Sent
from safemigrate.findings import Finding, Place, Rule
from safemigrate.lint import itself, places
from safemigrate.lint.history import scripts
from safemigrate.lint.history.reading import Reading
from safemigrate.statement import Ignore, marks

ALL = "all"


@dataclass
class Entry:
    """An ignore comment, *place* of it, and the rules that it has kept out findings of."""

    ignore: Ignore
    place: Place
    revision: str
    used: set[str] = field(default_factory=set)

    def takes(self, rule: str) -> bool:
        """Whether it keeps out what *rule* has found; noted if so."""
        named = {rule, ALL} & set(self.ignore.rules)
        self.used |= named
        return bool(named)


@dataclass(frozen=True)
class Suppressed:
    """*found* is what is left, *ignored* how much is not; *told* is what there is to say about the comments."""

    found: list[Finding]
    ignored: int
    told: list[Finding]


class Ignores:
    """The ignore comments of what was read. *required*: one without a reason keeps out nothing."""

    def __init__(self, readings: Iterable[Reading], *, required: bool) -> None:
        self._required = required
        self._files: dict[str, _File] = {}
        for reading in readings:
            if reading.path not in self._files:
                self._files[reading.path] = _File(reading.path, reading.text, reading.revision.name)
            self._files[reading.path].add(reading)

    def suppress(self, found: Iterable[Finding], rules: Collection[str], on: Collection[str]) -> Suppressed:
        """What the comments leave of *found*. *rules* are all that there are; *on* are those that were asked."""
        every = list(found)
        left = [finding for finding in every if not self._ignored(finding)]
        told = [each for file in self._files.values() for each in self._told(file, rules, on)]
        return Suppressed(left, len(every) - len(left), told)

    def _ignored(self, finding: Finding) -> bool:
        path = finding.place.file
        if path not in self._files:  # env.py, in which nothing is sent
            self._files[path] = _File(path, scripts.source(Path(path)), finding.revision)
        entries = [entry for entry in self._files[path].about(finding) if self._counts(entry)]
        return any([entry.takes(finding.rule) for entry in entries])  # all of them: each is used then

    def _counts(self, entry: Entry) -> bool:
        return bool(entry.ignore.reason) or not self._required

    def _told(self, file: _File, rules: Collection[str], on: Collection[str]) -> Iterator[Finding]:
        for place, said in file.strange():
            yield _finding(itself.UNKNOWN_MARK, str(said), place, file.revision)
        for entry in file.entries.values():
            if not self._counts(entry):
                message = "this ignore gives no reason, and ignores nothing"
                yield _finding(itself.IGNORE_WITHOUT_REASON, message, entry.place, entry.revision)
            yield from _named_badly(entry, rules)
            if self._counts(entry) and file.seen(entry):
                yield from _unused(entry, {*on, ALL})


class _File:
    """The comments of one file, in all that was read of it."""

    def __init__(self, path: str, text: str, revision: str) -> None:
        self._text, self._path, self.revision = text, path, revision
        self._comments = Comments(path, text)
        self._sent: list[Sent] = []
        self._gaps = False
        self._directions: set[str] = set()
        self.entries: dict[tuple[Ignore, int], Entry] = {}
        for said in self._comments.said.values():
            for ignore in said.ignores:
                self._enter(ignore, ignore.line)

    def add(self, reading: Reading) -> None:
        self._sent += reading.sent
        self._gaps |= bool(reading.gaps)
        self._directions.add(reading.direction)
        for sent in reading.sent:
            for ignore in sent.statement.marks.ignores:
                self._enter(ignore, ignore.line or _line(sent))

    def _enter(self, ignore: Ignore, line: int) -> None:
        if (ignore, line) not in self.entries:
            place = places.at(self._path, self._text, line)
            self.entries[ignore, line] = Entry(ignore, place, self.revision)

    def about(self, finding: Finding) -> list[Entry]:
        """The comments that count for *finding*."""
        keys = {(each, each.line) for each in self._comments.at(finding.place.line).ignores}
        for sent in self._sent:
            if sent.statement.sql == finding.statement and _within(sent, finding.place):
                keys |= {(each, each.line or _line(sent)) for each in sent.statement.marks.ignores}
        return [entry for key, entry in self.entries.items() if entry.ignore.everywhere or key in keys]

    def strange(self) -> Iterator[tuple[Place, marks.Unknown]]:
        """The comments that look as if they spoke to us, and say nothing that we know."""
        for line, said in self._comments.strange.items():
            yield places.at(self._path, self._text, line), said
        for sent in self._sent:
            sql = sent.statement.sql
            for said in marks.of_sql(sql, [sql])[1] if marks.may_speak(sql) else ():
                yield places.at(self._path, self._text, _line(sent)), said

    def seen(self, entry: Entry) -> bool:
        """Whether all was seen that *entry* may be about: a comment in what was not read may well be needed."""
        asked = places.function(self._text, entry.ignore.line)
        return (
            bool(self._directions)
            and not self._gaps
            and (asked not in ("upgrade", "downgrade") or asked in self._directions)
        )


def _line(sent: Sent) -> int:
    return sent.statement.origin.line if sent.statement.origin else 0


def _within(sent: Sent, place: Place) -> bool:
    return not place.line or place.line <= _line(sent) <= max(place.line, place.end_line)


def _named_badly(entry: Entry, rules: Collection[str]) -> Iterator[Finding]:
    if not entry.ignore.rules:
        message = "this ignore names no rule, and ignores nothing: write ignore[rule] reason"
        yield _finding(itself.UNKNOWN_IGNORE, message, entry.place, entry.revision)
    for name in entry.ignore.rules:
        if name not in rules and name != ALL:
            near = difflib.get_close_matches(name.lower().replace("_", "-")[:80], rules, n=1)
            hint = f": did you mean {near[0]}?" if near else ""
            yield _finding(itself.UNKNOWN_IGNORE, f'there is no rule "{name[:80]}"{hint}', entry.place, entry.revision)


def _unused(entry: Entry, on: Collection[str]) -> Iterator[Finding]:
    """A rule that is off may be on elsewhere: nothing is said about it."""
    idle = [name for name in entry.ignore.rules if name in on and name not in entry.used]
    if idle:
        what = "nothing" if ALL in idle else f"no {' and no '.join(idle)}"
        yield _finding(
            itself.UNUSED_IGNORE, f"{what} is found here: this ignore is not needed", entry.place, entry.revision
        )


def _finding(rule: Rule, message: str, place: Place, revision: str) -> Finding:
    return Finding(rule.slug, rule.severity, message, place, revision=revision)

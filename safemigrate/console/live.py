"""The live view of a terminal: what has happened scrolls by, what goes on now stays at the bottom.

rich draws from a thread of its own, so that the elapsed time moves while a statement runs. It reads one immutable
:class:`view.View`, which each event replaces.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any, TextIO, cast

import rich.console
import rich.live
import rich.text

from safemigrate.console import view, words
from safemigrate.errors import ExitCode
from safemigrate.executor import events

SHOWN_BLOCKERS = 3
NARROWEST = 24

_STYLES: dict[type[events.Event], str] = {
    events.RevisionStarted: "bold",
    events.StepDone: "green",
    events.StepSkipped: "dim",
    events.StepRetried: "yellow",
    events.BlockerSignalled: "yellow",
    events.OrphanFound: "yellow",
    events.StepFailed: "bold red",
    events.UndoFailed: "bold red",
    events.UndoDone: "yellow",
    events.Notice: "cyan",
}
_ONLY_BELOW = (
    events.StepStarted,
    events.StepWaiting,
    events.LeaseWaiting,
    events.Progress,
    events.Throttled,
    events.UndoStarted,
)
"""What shows at the bottom while it lasts, and is not worth a line that stays."""


class Live:
    """A listener that draws on *stream*, between :meth:`open` and :meth:`close`."""

    def __init__(self, stream: TextIO, *, width: int | None = None) -> None:
        self._console = rich.console.Console(
            file=cast(TextIO, _Quiet(stream)), width=width, highlight=False, emoji=False, markup=False
        )
        self._view = view.View()
        self._began = self._step_began = time.monotonic()
        self._live = rich.live.Live(
            console=self._console, get_renderable=self._drawn, refresh_per_second=8, transient=True
        )

    def open(self) -> None:
        self._live.start()

    def close(self) -> None:
        self._live.stop()

    def __call__(self, event: events.Event) -> None:
        if isinstance(event, events.StepStarted | events.UndoStarted):
            self._step_began = time.monotonic()
        self._view = view.after(self._view, event)
        if isinstance(event, events.RunFinished):
            self._live.stop()
            self._console.print(rich.text.Text(words.summary(event), _style(event)))
            if event.next:
                self._console.print(rich.text.Text(words.clean(f"next: {event.next}"), "bold"))
        elif not isinstance(event, _ONLY_BELOW):
            self._console.print(rich.text.Text(words.line(event), _style(event)))

    def _drawn(self) -> rich.text.Text:
        """Called from rich's thread, where a failure would print a traceback over the view for each redraw."""
        now = time.monotonic()
        with contextlib.suppress(Exception):
            width = max(NARROWEST, self._console.width)
            return drawn(self._view, elapsed=now - self._began, in_step=now - self._step_began, width=width)
        return rich.text.Text()


class _Quiet:
    """The stream for rich, but never failing: rich ends the process when a pipe breaks, and draws from a thread."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        with contextlib.suppress(Exception):
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(Exception):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def drawn(now: view.View, *, elapsed: float, in_step: float, width: int) -> rich.text.Text:
    """The lines at the bottom, each cut to *width*: the view never grows by wrapping."""
    if now.finished:
        return rich.text.Text()
    lines = [*_where(now, in_step), *_hindrance(now)]
    cost = words.figures(longest_lock=now.longest_lock, stall=now.stall, worst_wait=now.worst_wait)
    lines.append((f"{words.duration(elapsed)} elapsed, {cost}", "dim" if now.stall == 0 else "yellow"))
    cut = [rich.text.Text(words.clean(text, width - 1), style) for text, style in lines]
    return rich.text.Text("\n", no_wrap=True, overflow="crop").join(cut)


def _where(now: view.View, in_step: float) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    if now.revision:
        place = f"revision {now.revision_index} of {now.revision_total}: {now.revision}"
        lines.append((f"{place} {now.message}".rstrip(), "bold"))
    if now.step:
        text = f"step {now.step_index} of {now.step_total}: {now.step} ({words.duration(in_step)})"
        lines.append((text, ""))
    if now.undoing:
        lines.append((f"undoing: {now.undoing} ({words.duration(in_step)})", "yellow"))
    return lines


def _hindrance(now: view.View) -> list[tuple[str, str]]:
    """Who or what we wait for, and how far it is."""
    lines: list[tuple[str, str]] = []
    if now.holder:
        lines.append((f"waiting for another run, {words.duration(now.waiting)}: {now.holder}", "yellow"))
    if now.blockers:
        tries = f", try {now.attempt}" if now.attempt else ""
        lines.append((f"waiting outside the queue for {words.duration(now.waiting)}{tries}; in the way:", "yellow"))
        lines += [(f"- {words.blocker(each)}", "yellow") for each in now.blockers[:SHOWN_BLOCKERS]]
        hidden = len(now.blockers) - SHOWN_BLOCKERS
        lines += [(f"- and {hidden} more", "yellow")] if hidden > 0 else []
    elif now.attempt > 1:
        lines.append((f"try {now.attempt}", "yellow"))
    if now.progress is not None:
        lines.append((words.line(now.progress), "cyan"))
    if now.throttled is not None:
        lines.append((words.line(now.throttled), "yellow"))
    return lines


def _style(event: events.Event) -> str:
    if isinstance(event, events.RunFinished):
        return "bold green" if event.outcome in (ExitCode.OK, ExitCode.NOTHING_TO_DO) else "bold red"
    return _STYLES.get(type(event), "")

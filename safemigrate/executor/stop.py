"""SIGINT and SIGTERM: the current step ends cleanly, then nothing further begins.

The first signal lets a short step finish and cancels a long one after a grace; a second one cancels at once. The
handler itself only sets flags: what has to be said to the server is said by a thread of its own.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import psycopg

from safemigrate import errors

GRACE = 0.5
"""Seconds that a running step gets to finish by itself after the first signal."""


class Stop:
    """Whether we were asked to stop, and how to cancel what is running."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._again = threading.Event()
        self._cancel: Callable[[], object] | None = None

    @property
    def asked(self) -> bool:
        return self.signal is not None

    def check(self) -> None:
        """Raises Interrupted when we were asked to stop."""
        if self.signal is not None:
            name = signal.Signals(self.signal).name
            interrupted = errors.Interrupted(
                f"interrupted by {name}",
                state="no step was running; every step that the journal calls done is done",
                next="safemigrate status, then run again",
            )
            if self.signal == signal.SIGTERM:
                interrupted.exit_code = errors.ExitCode.TERMINATED
            raise interrupted

    @contextmanager
    def cancels(self, cancel: Callable[[], object]) -> Iterator[None]:
        """Within the block, *cancel* (called from another thread) ends the statement that is running."""
        self._cancel = cancel
        try:
            yield
        finally:
            self._cancel = None

    @contextmanager
    def handling(self) -> Iterator[None]:
        """Take the signals over until the end of the block (only the main thread can)."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous: dict[int, Any] = {
            number: signal.signal(number, self._handle) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._again.is_set() and self.signal is not None:
            # Python of a whole revision may be busy with anything; the third signal ends that as well.
            raise KeyboardInterrupt
        if self.signal is not None:
            self._again.set()
            return
        self.signal = number
        threading.Thread(target=self._cancel_after_grace, name="safemigrate-stop", daemon=True).start()

    def _cancel_after_grace(self) -> None:
        self._again.wait(GRACE)
        # A step may go through several statements before it notices; the cancel request reaches one of them.
        while (cancel := self._cancel) is not None:
            # A session that has just gone needs no cancel.
            with contextlib.suppress(psycopg.Error):
                cancel()
            time.sleep(GRACE)

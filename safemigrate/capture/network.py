"""Notice when a revision calls the network or starts a program.

CPython raises an audit event for each (``sys.audit``, PEP 578); the database driver's own connections are made before
a revision runs, or by libpq, which raises none. An audit hook cannot be taken away again, so there is one, which only
looks when it is asked to.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

_EVENTS = {
    "socket.connect": "calls the network",
    "socket.getaddrinfo": "calls the network",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
}


class NetworkUse(BaseException):
    """Raised in the revision's place; a BaseException, so that its own ``except Exception`` lets it pass."""


class _Watch(threading.local):
    mode: Literal["off", "refuse", "note"] = "off"
    seen: str = ""


_watch = _Watch()
_installed = False


def _hook(event: str, _arguments: object) -> None:
    if _watch.mode == "off" or event not in _EVENTS:
        return
    _watch.seen = _watch.seen or _EVENTS[event]
    if _watch.mode == "refuse":
        raise NetworkUse(_EVENTS[event])


@contextmanager
def _watching(mode: Literal["refuse", "note"]) -> Iterator[None]:
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    before = _watch.mode
    _watch.mode, _watch.seen = mode, ""
    try:
        yield
    finally:
        _watch.mode = before


@contextmanager
def refused() -> Iterator[None]:
    """Within the block, a network call or a new program is refused with NetworkUse."""
    with _watching("refuse"):
        yield


@contextmanager
def noted() -> Iterator[None]:
    """Within the block, such a call is only remembered; see :func:`seen`."""
    with _watching("note"):
        yield


def seen() -> str:
    """What the last watched block did, such as "calls the network"; "" for neither."""
    return _watch.seen

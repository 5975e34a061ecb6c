"""One migration under one locking policy: ``python -m bench.policies alembic.ini POLICY``, a process of its own.

It imports everything, says ``ready``, waits for a line, migrates to the head, and writes one JSON line: began, ended
(by ``time.monotonic``), tries, error. So what is measured is the policy, not the start of an interpreter.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pkgutil
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass

import sqlalchemy.exc
from alembic import command
from alembic.config import Config

Run = Callable[[str], int | None]


@dataclass(frozen=True, slots=True)
class Retry:
    """Alembic under ``lock_timeout``, run again after *gap* seconds whenever that strikes."""

    lock_timeout_ms: int
    gap: float = 1.0
    tries: int = 600

    def __call__(self, ini: str) -> int:
        # As users do who cannot change env.py: the role's, the database's or the environment's setting.
        os.environ["PGOPTIONS"] = f"-c lock_timeout={self.lock_timeout_ms}"
        for made in range(1, self.tries + 1):
            try:
                command.upgrade(Config(ini), "head")
            except sqlalchemy.exc.OperationalError as error:
                if getattr(error.orig, "sqlstate", "") != "55P03":
                    raise
                time.sleep(self.gap)
            else:
                return made
        raise TimeoutError(f"{self.tries} tries made")


def alembic(ini: str) -> int:
    """``alembic upgrade head``: no timeout, one try that waits for ever."""
    command.upgrade(Config(ini), "head")
    return 1


def safemigrate(ini: str) -> None:
    """``safemigrate -c alembic.ini upgrade head``, in this process; how often it tried is read from the server."""
    sys.argv = ["safemigrate", "-c", ini, "upgrade", "head"]
    try:
        code = importlib.import_module("safemigrate.__main__").main()
    except SystemExit as ended:
        code = ended.code
    if code:
        raise RuntimeError(f"safemigrate ended with {code}")


POLICIES: dict[str, Run] = {
    "alembic": alembic,
    "lock_timeout 5 s": Retry(5000),
    "lock_timeout 1 s": Retry(1000),
    "lock_timeout 200 ms": Retry(200),
    "lock_timeout 100 ms": Retry(100),
    "safemigrate": safemigrate,
}


def available() -> tuple[str, ...]:
    """The policies that can run here."""
    with_us = importlib.util.find_spec("safemigrate.__main__") is not None
    return tuple(name for name in POLICIES if with_us or name != "safemigrate")


def _import_all_of_safemigrate() -> None:
    package = importlib.import_module("safemigrate")
    for module in pkgutil.walk_packages(package.__path__, "safemigrate."):
        if not module.name.endswith("__main__") and ".container" not in module.name:
            importlib.import_module(module.name)


def main() -> None:
    ini, policy = sys.argv[1:]
    if policy == "safemigrate":
        _import_all_of_safemigrate()
    # The driver and the dialect are imported at first use otherwise.
    sqlalchemy.create_engine(str(Config(ini).get_main_option("sqlalchemy.url"))).dialect.import_dbapi()
    print("ready", flush=True)
    sys.stdin.readline()
    error, tries = "", None
    began = time.monotonic()
    try:
        with redirect_stdout(sys.stderr):
            tries = POLICIES[policy](ini)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    print(json.dumps({"began": began, "ended": time.monotonic(), "tries": tries, "error": error}), flush=True)


if __name__ == "__main__":
    main()

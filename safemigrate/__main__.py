"""The ``safemigrate`` command, also as ``python -m safemigrate``."""

from __future__ import annotations

import sys


def main() -> None:
    from safemigrate.cli import main

    sys.exit(main.main())


if __name__ == "__main__":
    main()

"""Fixtures shared by every part live in fix_*.py, one file for each kind of thing that they provide."""

import pytest

pytest_plugins = ["tests.fix_blocker", "tests.fix_pg", "tests.fix_pooler", "tests.fix_project", "tests.fix_proxy"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need a Docker engine run only when they are asked for; then a missing engine is a failure."""
    if "docker" in str(config.getoption("markexpr")):
        return
    for item in items:
        if item.get_closest_marker("docker"):
            item.add_marker(pytest.mark.skip(reason="make test-docker runs it"))

"""What every test may lean on."""

import os

import pytest

from tests.support import terraform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real terraform where there is none, and say what is missing; in CI that is a failure."""
    missing = terraform.missing()
    if not missing:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(f"CI runs every test, and {missing}")
    for item in items:
        if item.get_closest_marker("terraform"):
            item.add_marker(pytest.mark.skip(reason=f"needs the real terraform: {missing}"))

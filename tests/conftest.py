"""What every test may lean on."""

import collections
import os

import pytest
from _pytest.terminal import TerminalReporter
from workbench import terraform


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


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print what cvc5 had to say, what was said of symbols, and how often there was nothing to say."""
    totals: dict[str, collections.Counter[str]] = {"second opinion of cvc5": collections.Counter()}
    totals["symbols"] = collections.Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name in totals and report.when == "call":
                    totals[name].update(value)
    for name, total in totals.items():
        if total:
            said = ", ".join(f"{count} {what}" for what, count in total.items())
            terminalreporter.write_line(f"{name}: {said}")

"""What counts: which results are set aside, and which exit code a run ends with."""

from collections.abc import Iterable

from orgtrail.config import Settings
from orgtrail.results import SEVERITIES, Result

EXIT_OK = 0
EXIT_VIOLATED = 1
EXIT_USAGE = 2
EXIT_UNDECIDED = 3


def exit_code(results: Iterable[Result], settings: Settings) -> int:
    """0: nothing counts. 1: violated at or above `fail_on`. 3: not that, but an error-severity rule is undecided."""
    counted = [result for result in results if not result.is_suppressed]
    grave = SEVERITIES[SEVERITIES.index(settings.fail_on) :]
    if any(result.verdict == "violated" and result.severity in grave for result in counted):
        return EXIT_VIOLATED
    if settings.undecided == "fail" and any(
        result.verdict == "undecided" and result.severity == "error" for result in counted
    ):
        return EXIT_UNDECIDED
    return EXIT_OK

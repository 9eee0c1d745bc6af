"""What `orgtrail check` has to say of the bundled modules."""

import json
from pathlib import Path

from workbench.run import check
from workbench.terraform import REPOSITORY

#: The examples that call the bundled modules.
EXAMPLES = (
    "delegated-administrator",
    "existing-organization",
    "migrate-existing-trail",
    "one-account",
    "one-module-each",
    "separate-log-archive",
)

#: In a plan that makes the organization, its id is known after apply: what the policy does with it is in the source.
UNDECIDED_WITHOUT_SOURCE = {
    # The ARNs of the log group and the topic, likewise.
    "existing-organization": {"cloudtrail-can-feed-cloudwatch", "cloudtrail-can-notify"},
    "one-account": {"cloudtrail-can-write-logs", "policies-are-valid"},
    "one-module-each": {"cloudtrail-can-write-logs", "policies-are-valid"},
    "separate-log-archive": {"cloudtrail-can-write-logs", "policies-are-valid"},
}
#: Without a plan, nobody has asked the data source yet.
_DATA_SOURCE = {"trusted-access-before-trail", "organization-all-features"}
UNDECIDED_WITHOUT_PLAN = {
    "delegated-administrator": _DATA_SOURCE | {"delegated-admin-after-trusted-access"},
    "existing-organization": _DATA_SOURCE,
    "migrate-existing-trail": _DATA_SOURCE,
}


def folder(example: str) -> Path:
    return REPOSITORY / "examples" / example


def options(example: str) -> list[str]:
    """Who is who in the example's organization."""
    given: list[str] = json.loads((folder(example) / "expect.json").read_text())["options"]
    return given


def unproved(*arguments: str | Path) -> dict[str, str]:
    """Rule -> message of every error or warning that isn't proved, and the verdict before it."""
    run = check(*arguments)
    assert run.code in (0, 1, 3), run.err
    results = run.json()["results"]
    assert any(result["verdict"] == "proved" for result in results)
    return {
        result["rule"]: f"{result['verdict']}: {result['message']}"
        for result in results
        if result["verdict"] not in ("proved", "not-applicable") and result["severity"] != "note"
    }

"""Every format of a few recorded plans, as whoever asks for it gets it: `pytest --snapshot-update` writes them anew.

A handful of rules is asked, so that a new rule is no reason for other reports.
"""

import json

import pytest
from syrupy.assertion import SnapshotAssertion
from workbench.run import orgtrail
from workbench.terraform import REPOSITORY

from orgtrail import __version__, rules

#: What fails by a request, by an order, by what a plan takes away; and what holds.
CASES = ("organization-wide-read", "no-ordering", "trusted-access-removed", "recommended-policy")
#: The page has tests of its own, and OSCAL's ids are made anew each time.
FORMATS = ("text", "markdown", "json", "sarif", "gitlab", "junit", "github")
ASKED = (
    "members-cannot-read-logs",
    "trusted-access-before-trail",
    "trusted-access-kept",
    "cloudtrail-can-write-logs",
    "trail-validates-log-files",
)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", FORMATS)
def test_snapshot_of_a_case(name: str, case: str, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY / "examples" / case)
    monkeypatch.setattr(rules, "ids", lambda: ASKED)
    told = json.loads((REPOSITORY / "examples" / case / "expect.json").read_text())["options"]
    run = orgtrail("check", "plan.json", "--source", ".", "--today", "2026-01-31", "--format", name, *told)
    assert run.err == ""
    if name not in ("json", "sarif"):
        assert run.out == snapshot
        return
    shown = json.loads(run.out)
    if name == "sarif":
        # What a rule says of itself stands in its own file, and the version moves.
        driver = shown["runs"][0]["tool"]["driver"]
        assert driver.pop("semanticVersion") == __version__
        del driver["rules"]
    else:
        # When it was, with which version and of what: test_record tells.
        shown.pop("record", None)
        shown["configuration"]["not_asked"] = len(shown["configuration"]["not_asked"])
    assert shown == snapshot

"""The replays on a simulator, as far as they go without it: what is asked, and which differences are explained."""

import re
from pathlib import Path

import pytest
from tools.replays import __main__ as replays


def asked(**changed: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **changed}
    return {
        "policy": {"Version": "2012-10-17", "Statement": [statement]},
        "resource": "arn:aws:s3:::logs/x",
        "context": {},
    }


def test_each_guard_is_given_only_where_it_binds() -> None:
    made = [replays.simulation(seed)[0] for seed in range(120)]
    assert {name for one in made for name in ("scp", "rcp", "block") if name in one} == {"scp", "rcp", "block"}
    assert all(("scp" in one) + ("rcp" in one) + ("block" in one) <= 1 for one in made)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (asked(), ""),
        ({**asked(), "resource": "arn:aws:s3:::logs/a\nb"}, "a newline in an object's key"),
        (asked(NotResource="arn:aws:s3:::logs/${aws:username}"), "a variable without a value, where it is negated"),
        (asked(Condition={"DateEquals": {"aws:CurrentTime": "1767225600"}}), "a date written as seconds"),
    ],
)
def test_kinds_of_differences(request_: dict[str, object], kind: str) -> None:
    assert replays.known(request_) == kind


def test_every_kind_is_explained() -> None:
    folder = Path(replays.__file__).parent
    kinds = re.findall(r'return "([^"]+)"', Path(replays.__file__).read_text())
    rows = [line for line in (folder / "differences.md").read_text().splitlines() if line.startswith("| ")]
    # A head and a rule below it, then a kind a row.
    assert len(rows) - 2 == len(set(kinds))

"""How long a text report is, and that one cause is told once, on every recorded root."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from workbench.run import check, orgtrail
from workbench.terraform import REPOSITORY

from orgtrail.report import writer
from orgtrail.report.style import PLAIN
from orgtrail.report.words import spelled_out
from orgtrail.results import Fix, RequestWitness
from tests.report.fixture import READ, REPORT, RESULTS

FOLDERS = [
    path.parent
    for where in ("examples", "tests/configurations")
    for path in sorted((REPOSITORY / where).glob("*/expect.json"))
    if (path.parent / "plan.json").is_file()
]


def arguments(folder: Path) -> tuple[str, ...]:
    told = json.loads((folder / "expect.json").read_text()).get("options", [])
    return (str(folder / "plan.json"), "--source", str(folder), *told)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_one_wrong_statement_gives_at_most_sixty_lines(folder: Path) -> None:
    shown = orgtrail("check", *arguments(folder)).out
    causes = len(re.findall(r"^  why: ", shown, re.MULTILINE))
    assert len(shown.splitlines()) <= 60 or causes > 1
    # Nothing stands in it twice: an excerpt, a difference.
    places = re.findall(r"^    @@ .*(?:\n    .*)*", shown, re.MULTILINE)
    assert len(places) == len(set(places))


def test_what_one_statement_lets_through_is_told_together() -> None:
    wrong = RESULTS[0]
    others = [msgspec.structs.replace(wrong, rule=rule) for rule in ("logs-not-public", "members-cannot-alter-logs")]
    shown = writer("text")(msgspec.structs.replace(REPORT, results=(wrong, *others), mended=()), PLAIN)
    assert len(re.findall("^fails  ", shown, re.MULTILINE)) == 3
    assert shown.count("  request: ") == shown.count("  why: ") == 1
    for one in (wrong, *others):
        assert f"/rules/{one.rule}/" in shown
    # Another statement is another cause.
    assert isinstance(wrong.witness, RequestWitness)
    apart = msgspec.structs.replace(others[0], witness=msgspec.structs.replace(READ, allowed_by=("Another",)))
    shown = writer("text")(msgspec.structs.replace(REPORT, results=(wrong, apart), mended=()), PLAIN)
    assert shown.count("  request: ") == shown.count("  why: ") == 2


def test_an_edit_that_differs_is_told_of() -> None:
    wrong = msgspec.structs.replace(RESULTS[0], fix=Fix("add this", "a", block="x", diff="+a\n"))
    also = msgspec.structs.replace(wrong, rule="logs-not-public", fix=Fix("add that", "b", block="x", diff="+b\n"))
    shown = writer("text")(msgspec.structs.replace(REPORT, results=(wrong, also), mended=()), PLAIN)
    assert "  mend members-cannot-read-logs, too, if it still fails then: add this" in shown or (
        "  mend logs-not-public, too, if it still fails then: add that" in shown
    )


def test_the_edit_of_what_fails_holds_no_advice() -> None:
    folder = REPOSITORY / "examples" / "no-bucket-policy"
    found = {one["rule"]: one for one in check(*arguments(folder)).json()["results"] if one.get("fix")}
    for rule in ("bucket-policy-before-trail", "cloudtrail-can-write-logs"):
        assert "aws_s3_bucket_versioning" not in found[rule]["fix"]["diff"]
    assert found["bucket-policy-before-trail"]["fix"]["diff"] == found["cloudtrail-can-write-logs"]["fix"]["diff"]
    assert "aws_s3_bucket_versioning" in found["bucket-is-hardened"]["fix"]["diff"]


def test_what_nobody_can_spell_stands_as_in_aws_pages() -> None:
    folder = REPOSITORY / "examples" / "organization-wide-read"
    shown = orgtrail("check", str(folder / "plan.json"), "--source", str(folder)).out
    assert "${the organization's id}" not in shown
    assert "aws:PrincipalOrgID = <the organization's id>" in shown
    assert spelled_out("${aws_s3_bucket.logs.arn}/x") == "${aws_s3_bucket.logs.arn}/x"

"""What is set aside: by comment, by orgtrail.toml, by baseline; what is past, and what nothing needs."""

import datetime
import json
from pathlib import Path

import pytest
from workbench.run import Run, check, orgtrail

from orgtrail.config import Ignore
from orgtrail.engine import baseline, triage
from orgtrail.errors import InputError
from orgtrail.estate import Comment
from orgtrail.results import Place, Result, Verdict

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
UNORDERED = EXAMPLES / "no-ordering"
TODAY = datetime.date(2026, 6, 1)
RULE = "bucket-is-hardened"


def result(address: str, verdict: Verdict = "violated", rule: str = RULE) -> Result:
    return Result(rule=rule, verdict=verdict, severity="error", input="plan.json", address=address, message="no")


def aside(ignore: Ignore, *results: Result, **more: object) -> tuple[list[Result], list[str]]:
    done, notices = triage.set_aside(results, [ignore], today=TODAY, **more)  # type: ignore[arg-type]
    return done, [notice.message for notice in notices]


# What fits


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("*", "", True),
        ("aws_s3_bucket.logs", "aws_s3_bucket.logs", True),
        ("aws_s3_bucket.logs", "aws_s3_bucket.logs[0]", True),
        ("aws_s3_bucket.logs", 'module.x["a.b[c]"].aws_s3_bucket.logs', False),
        ("module.x.*", 'module.x["a.b[c]"].aws_s3_bucket.logs["eu"]', True),
        ('module.x["eu"].*', 'module.x["eu"].aws_s3_bucket.logs', True),
        ('module.x["eu"].*', 'module.x["us"].aws_s3_bucket.logs', False),
        ("aws_s3_bucket.log", "aws_s3_bucket.logs", False),
        ("aws.s3*", "aws_s3_bucket.logs", False),
        ("AWS_S3_BUCKET.logs", "aws_s3_bucket.logs", False),
    ],
)
def test_address_patterns(pattern: str, address: str, fits: bool) -> None:
    done, unused = aside(Ignore(RULE, "why", pattern), result(address))
    assert done[0].is_suppressed is fits
    assert bool(unused) is not fits


def test_it_sets_only_its_rule_aside_and_nothing_that_holds() -> None:
    others = [result("a", rule="logs-not-public"), result("a", "proved"), result("a", "not-applicable")]
    done, unused = aside(Ignore(RULE, "why"), *others)
    assert done == others
    assert unused == [f"the suppression of `{RULE}` (why) sets nothing aside: take it out"]


@pytest.mark.parametrize(("until", "expired"), [("2026-06-01", False), ("2026-05-31", True)])
def test_until_is_the_last_day(until: str, expired: bool) -> None:
    done, unused = aside(Ignore(RULE, "why", until=datetime.date.fromisoformat(until)), result("a"))
    assert done[0].suppression is not None
    assert (done[0].suppression.expired, done[0].suppression.until) == (expired, until)
    assert done[0].is_suppressed is not expired
    assert not unused


def test_of_two_that_fit_the_one_that_counts_is_taken() -> None:
    past = Ignore(RULE, "old", until=datetime.date(2020, 1, 1))
    done, _ = triage.set_aside([result("a")], [past, Ignore(RULE, "new")], today=TODAY)
    assert done[0].suppression is not None
    assert done[0].suppression.reason == "new"


def test_a_rule_that_did_not_run_leaves_no_unused_suppression() -> None:
    assert not aside(Ignore(RULE, "why"), ran=["logs-not-public"])[1]
    assert aside(Ignore(RULE, "why"), ran=[RULE])[1]


# Comments


@pytest.mark.parametrize(
    ("text", "rules", "until", "reason"),
    [
        (f"# orgtrail:ignore[{RULE}] known", [RULE], None, "known"),
        (f"// orgtrail:ignore[{RULE}] until=2027-03-31 two words", [RULE], datetime.date(2027, 3, 31), "two words"),
        (f"/* orgtrail:ignore[{RULE}, logs-not-public] why */", [RULE, "logs-not-public"], None, "why"),
        (f"# orgtrail:ignore[{RULE}] why until=2027-03-31", [RULE], datetime.date(2027, 3, 31), "why"),
        (f"  # see JIRA-1, orgtrail:ignore[{RULE}] reason=why", [RULE], None, "why"),
    ],
)
def test_comments(text: str, rules: list[str], until: datetime.date | None, reason: str) -> None:
    ignores, notices = triage.in_comments([Comment("aws_s3_bucket.logs", text, Place("main.tf", 3))])
    assert not notices
    assert [one.rule for one in ignores] == rules
    assert {(one.until, one.reason, one.address, one.by) for one in ignores} == {
        (until, reason, "aws_s3_bucket.logs", "comment main.tf:3")
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"# orgtrail:ignore[{RULE}]", "gives no reason"),
        (f"# orgtrail:ignore[{RULE}] until=2027-03-31", "gives no reason"),
        (f"# orgtrail:ignore[{RULE}] until=2027-02-30 why", "`2027-02-30` is no day"),
        ("# orgtrail:ignore[no-such] why", "there is no rule `no-such`"),
        ("# orgtrail:ignore[] why", "names no rule"),
        ("# orgtrail:ignore why", "write it as"),
    ],
)
def test_a_comment_that_cannot_be_read_sets_nothing_aside_and_says_so(text: str, words: str) -> None:
    ignores, notices = triage.in_comments([Comment("aws_s3_bucket.logs", text, Place("main.tf", 3))])
    assert not ignores
    assert words in notices[0].message
    assert notices[0].place == Place("main.tf", 3)


# The whole way


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of an example with a missing edge, as the working directory."""
    for name in ("main.tf", "plan.json"):
        (tmp_path / name).write_text((UNORDERED / name).read_text())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[Run, dict[str, object]]:
    told = ("check", "plan.json", "--source", ".", "--select", "trusted-access-before-trail")
    ran = orgtrail(*told, *arguments)
    if ran.code == 2:
        raise InputError("the command", ran.err)
    report = orgtrail(*told, "--format", "json", *(one for one in arguments if "baseline" in one))
    return ran, json.loads(report.out)["results"][0]


def above_the_trail(root: Path, comment: str) -> int:
    """Write a comment above the trail's block, and return its line."""
    lines = (root / "main.tf").read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith('resource "aws_cloudtrail"'))
    lines.insert(place, comment + "\n")
    (root / "main.tf").write_text("".join(lines))
    return place + 1


def test_nothing_is_set_aside_without_a_suppression(root: Path) -> None:
    ran, found = run()
    assert (ran.code, found["verdict"], found["suppression"]) == (1, "violated", None)


def test_a_comment_in_the_source(root: Path) -> None:
    line = above_the_trail(root, "# orgtrail:ignore[trusted-access-before-trail] until=2999-12-31 seen by security")
    ran, found = run()
    assert (ran.code, found["verdict"]) == (0, "violated")
    assert found["suppression"] == {
        "by": f"comment main.tf:{line}",
        "reason": "seen by security",
        "until": "2999-12-31",
        "expired": False,
    }


def test_a_comment_past_its_day_counts_again_and_says_so(root: Path) -> None:
    above_the_trail(root, "# orgtrail:ignore[trusted-access-before-trail] until=2020-12-31 seen by security")
    ran, found = run()
    assert (ran.code, found["suppression"]["expired"]) == (1, True)  # type: ignore[index]
    assert "seen by security (that day is past, so it is not set aside any more)" in ran.out


def test_an_unused_comment_is_reported(root: Path) -> None:
    above_the_trail(root, "# orgtrail:ignore[trail-covers-organization] why")
    ran = orgtrail("check", "plan.json", "--source", ".")
    assert "the suppression of `trail-covers-organization` (why) sets nothing aside" in ran.out


def test_a_table_in_the_file(root: Path) -> None:
    (root / "orgtrail.toml").write_text(
        '[[ignore]]\nrule = "trusted-access-before-trail"\naddress = "aws_cloudtrail.*"\nreason = "known"\n'
    )
    ran, found = run()
    assert ran.code == 0
    assert found["suppression"]["by"] == "orgtrail.toml:2"  # type: ignore[index]


def test_a_baseline(root: Path) -> None:
    ran, _ = run("--write-baseline=known.json")
    assert ran.code == 0
    ran, found = run("--baseline=known.json")
    assert (ran.code, found["suppression"]["by"]) == (0, "baseline known.json")  # type: ignore[index]
    # Lines may move.
    (root / "main.tf").write_text("\n\n\n" + (root / "main.tf").read_text())
    assert run("--baseline=known.json")[0].code == 0


def test_what_a_baseline_holds_and_is_not_open_any_more_is_mended(root: Path) -> None:
    (root / "plan.json").unlink()
    asked = ("--select", "trusted-access-before-trail")
    assert orgtrail("check", ".", *asked, "--write-baseline=known.json").code == 0
    assert "mended" not in check(".", "--baseline", "known.json", *asked).json()
    assert orgtrail("check", ".", *asked, "--fix", "--yes", "--allow-dirty").code == 0
    (mended,) = check(".", "--baseline", "known.json", *asked).json()["mended"]
    assert (mended["rule"], mended["verdict"]) == ("trusted-access-before-trail", "violated")
    # What wasn't asked isn't mended.
    assert "mended" not in check(".", "--baseline", "known.json", "--select", "trail-feeds-cloudwatch").json()
    comment = orgtrail("check", ".", "--baseline", "known.json", *asked, "--format", "markdown").out
    assert "**Against the baseline known.json:** 0 new, 0 there before, 1 mended" in comment


def test_a_baseline_is_written_where_it_is_read(root: Path) -> None:
    ran = orgtrail("check", "--baseline", "known.json", "--write-baseline", "plan.json")
    assert ran.code == 0, ran.err
    assert orgtrail("check", "--baseline", "known.json", "plan.json").code == 0


def test_a_plan_is_never_taken_for_a_baseline(root: Path) -> None:
    before = (root / "plan.json").read_text()
    ran = orgtrail("check", "main.tf", "--write-baseline", "plan.json")
    assert ran.code == 2
    ran = orgtrail("check", "plan.json", "--write-baseline", "plan.json")
    assert "isn't a baseline" in ran.err
    assert (root / "plan.json").read_text() == before


def test_what_was_undecided_counts_when_it_is_violated(tmp_path: Path) -> None:
    file = str(tmp_path / "known.json")
    baseline.write(file, [result("a", "undecided"), result("b", "violated"), result("c", "proved")])
    known = baseline.read(file)
    assert known.holds(result("a", "undecided"))
    assert not known.holds(result("a", "violated"))
    assert known.holds(result("b", "undecided"))
    assert not known.holds(result("c", "violated"))


def test_a_comment_in_a_module_covers_every_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "main.tf").write_text(
        'module "logs" {\n  source   = "./m"\n  for_each = toset(["eu", "us"])\n  name     = each.key\n}\n'
    )
    comment = "# orgtrail:ignore[trail-covers-organization] until=2999-01-01 regional on purpose"
    (tmp_path / "m" / "main.tf").write_text(
        f'variable "name" {{ type = string }}\n{comment}\nresource "aws_cloudtrail" "this" {{\n  name = var.name\n'
        '  s3_bucket_name = "logs"\n  is_organization_trail = true\n  is_multi_region_trail = false\n}\n'
    )
    monkeypatch.chdir(tmp_path)
    ran = orgtrail("check", ".", "--select", "trail-covers-organization", "--format", "json")
    report = json.loads(ran.out)
    assert (ran.code, report["summary"]["suppressed"]) == (0, 2)
    assert {one["address"] for one in report["results"]} == {
        f'module.logs["{name}"].aws_cloudtrail.this' for name in ("eu", "us")
    }
    assert {one["suppression"]["by"] for one in report["results"]} == {"comment m/main.tf:2"}
    assert "notices" not in report

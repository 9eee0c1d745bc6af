"""`orgtrail report-case`: the same rule and verdict, much smaller, and no name of the input's."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench.run import orgtrail
from workbench.terraform import REPOSITORY

from orgtrail.cases import shrinking, words
from orgtrail.cases.naming_sources import SourceNames, declared_in
from orgtrail.cases.renaming import Renaming
from orgtrail.cases.sameness import chosen
from orgtrail.results import Input, Report, Result

EXAMPLES = REPOSITORY / "examples"
EXAM = REPOSITORY / "tests" / "exam" / "cases"

#: Of each kind some: plans alone and with their source, states, folders in HCL and JSON syntax, policies.
PLANS = [
    "delegated-administrator",
    "no-bucket-policy",
    "no-ordering",
    "organization-data-source",
    "organization-data-source-disabled",
    "other-service-only",
    "trusted-access-removed",
    "member-account-root",
    "policy-heredoc",
    "policy-jsonencode",
]
CASES = [
    "life-own-trail-and-access",
    "unread-opaque-policy",
    "order-event-data-store",
    "sensitive-policy-of-another-bucket",
    "refused-effect-in-lower-case",
    "refused-role-pattern",
    "decrypt-use-another-context",
    "quiet-stack-all-controls",
    "decrypt-replica-open",
    "copy-replica-of-nobody-knows-whom",
    "order-local-module-unordered",
    "order-organization-elsewhere",
    "json-labels-in-lists",
    "role-for-any-repository",
    "guard-block-of-another-account",
    "written-prefix-missing-in-policy",
    "outsider-called-via",
    "service-arn-of-any-account",
    "real-letters-in-an-account",
    "where-prefix-alone",
]
#: So much of its size is left of a plan, at most: smaller inputs have less to lose.
TENTH = 0.1
LARGE = 10_000


def _inputs() -> Iterator[Any]:
    for name in PLANS:
        yield pytest.param(EXAMPLES / name, ["plan.json"], id=name)
    for name in CASES:
        arguments = json.loads((EXAM / name / "expect.json").read_text())["args"]
        yield pytest.param(EXAM / name, arguments, id=name)


def test_there_are_thirty() -> None:
    assert len(list(_inputs())) == 30


@pytest.mark.parametrize(("folder", "arguments"), list(_inputs()))
def test_the_case_says_the_same_and_names_nobody(
    folder: Path, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    made = orgtrail("report-case", *arguments, "--output", tmp_path / "case")
    assert made.code == 0, made.err
    said = re.search(r"issue: (\S+) is (\S+) \((\d+) bytes are (\d+) now\)", made.err)
    assert said is not None
    rule, verdict, before, after = said[1], said[2], int(said[3]), int(said[4])
    # The gravest result of the input itself.
    first = [
        one["verdict"]
        for source in ((), ("--source", "."))
        if not source or ("--source" not in arguments and list(folder.glob("*.tf")))
        for one in orgtrail("check", *arguments, *source, "--format", "json").json()["results"]
        if one["rule"] == rule
    ]
    assert verdict in first

    monkeypatch.chdir(tmp_path / "case")
    text = Path("case.md").read_text()
    command = re.search(r"^    orgtrail (check .*)$", text, re.MULTILINE)
    assert command is not None
    again = orgtrail(*shlex.split(command[1]), "--format", "json").json()["results"]
    assert (rule, verdict) in {(one["rule"], one["verdict"]) for one in again}

    assert after < before
    if before > LARGE:
        assert after <= before * TENTH or after < 1500, f"{after} of {before} bytes"
    files = [path for path in Path().rglob("*") if path.is_file()]
    names = {one for one in _names(folder) if one not in _WORDS}
    assert names, "there is something to look for"
    held = "\n".join([*(path.read_text() for path in files if path.name != "case.md"), command[1]])
    left = {one for one in names if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", held)}
    assert left == set()
    assert not [path for path in files for one in path.parts if Path(one).stem in names]


#: Members of Terraform's formats, which somebody may call a thing, too.
_WORDS = {
    *("aws", "all", "bucket", "policy", "trail", "this", "mode", "name", "references", "resources", "logs", "region"),
    *("cloudtrail", "test", "type", "id", "key", "value", "true", "AWS", "Service"),
}
_NAMED = [
    "bucket",
    "name",
    "id",
    "arn",
    "s3_bucket_name",
    "email",
    "description",
    "account_id",
    "display_name",
    "Sid",
    "sid",
    "alias",
    "kms_key_id",
    "target_id",
    "s3_key_prefix",
    "master_account_id",
    "role",
]


def _names(folder: Path) -> Iterator[str]:
    """What somebody called things in a folder: looked for here in a way that has nothing of how they are replaced."""
    for path in folder.rglob("*"):
        if path.suffix not in (".tf", ".json") or path.name == "expect.json":
            continue
        text = path.read_text()
        yield from re.findall(r"(?<!\d)\d{12}(?!\d)", text)
        yield from re.findall(r"\bo-[a-z0-9]{10,32}\b", text)
        yield from re.findall(r"arn:aws:s3:::([a-z0-9.-]{4,})", text)
        yield from re.findall(r"(?:resource|data)\s+\"\w+\"\s+\"([^\"]+)\"", text)
        yield from re.findall(r"(?:module|variable|output)\s+\"([^\"]+)\"", text)
        yield from re.findall(r"(?:bucket|name|[sS]id)\s*=\s*\"([^\"$]+)\"", text)
        if path.suffix == ".json":
            yield from _in_json(json.loads(text), "")


def _in_json(value: Any, at: str) -> Iterator[str]:
    match value:
        case dict():
            for name, one in value.items():
                if at in ("tags", "tags_all", "module_calls", "variables", "outputs"):
                    yield name
                yield from _in_json(one, name)
        case list():
            for one in value:
                yield from _in_json(one, at)
        case str() if at in _NAMED and re.search(r"[^\W\d_]{3}", value):
            yield value


SAVED = REPOSITORY / "tests" / "recorded" / "saved"


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("configurations.depends-on-variable", {"plan.json", "source/main.tf", "source/n02/main.tf"}),
        ("configurations.heredoc-directives", {"source/main.tf"}),
        ("configurations.for-each-buckets", {"plan.json", "source/main.tf"}),
        ("configurations.override-file", {"plan.json", "source/main.tf", "source/n03_override.tf"}),
    ],
)
def test_a_saved_plan_becomes_a_plan_and_its_source(name: str, files: set[str], tmp_path: Path) -> None:
    """Loops, interpolations, keys of instances and overriding files keep their meaning under other names."""
    run = orgtrail("report-case", SAVED / f"{name}.tfplan", "--output", tmp_path / "case", "--checks", "300")
    assert run.code == 0, run.err
    written = [path for path in (tmp_path / "case").rglob("*") if path.is_file()]
    assert {str(path.relative_to(tmp_path / "case")) for path in written} - {"case.md"} == files
    held = "".join(path.read_text() for path in written)
    assert not re.search(r"acme|222222222222|444444444444|123456789012|readers", held)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('a = "arn:aws:iam::${local.x}:root"', 'n01 = "arn:aws:iam::${local.n02}:root"'),
        ("a = [for account in var.b : account.id]", "n01 = [for n02 in var.n03 : n02.id]"),
        ('a = formatlist("arn:aws:s3:::%s/*", [])', 'n01 = formatlist("arn:aws:s3:::%s/*", [])'),
        ("a = { id = local.id }", "n01 = { id = local.n02 }"),
        ('a = "&{aws:PrincipalAccount}/${var.b}/AWSLogs/x"', 'n01 = "&{aws:PrincipalAccount}/${var.n02}/AWSLogs/n03"'),
    ],
)
def test_what_a_line_of_a_source_becomes(old: str, new: str) -> None:
    sources = SourceNames(Renaming(), str, set(declared_in(f"locals {{\n{old}\n}}\n")))
    assert sources.source(f"locals {{\n{old}\n}}\n") == f"locals {{\n{new}\n}}\n"


def test_a_case_is_made_once_and_overwrites_nothing(tmp_path: Path) -> None:
    plan = EXAMPLES / "no-ordering" / "plan.json"
    first = orgtrail("report-case", plan, "--no-source")
    assert first.code == 0
    assert first.out == orgtrail("report-case", plan, "--no-source").out
    (tmp_path / "mine").write_text("")
    run = orgtrail("report-case", plan, "--no-source", "--output", tmp_path)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "isn't empty" in run.err


def test_the_result_that_is_asked_for() -> None:
    plan = EXAMPLES / "no-ordering" / "plan.json"
    run = orgtrail("report-case", plan, "--rule", "trail-feeds-cloudwatch")
    assert "`trail-feeds-cloudwatch`: **violated**" in run.out
    assert (wrong := orgtrail("report-case", plan, "--rule", "no-such-rule")).code == 2
    assert "there is no rule" in wrong.err
    assert (wrong := orgtrail("report-case", plan, "--address", "aws_s3_bucket.nobody")).code == 2
    assert "gives no result" in wrong.err


def test_of_a_proof_the_policy_stays(tmp_path: Path) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::acme-logs/*"}
    write = {
        "Sid": "AcmeWrites",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::acme-logs/AWSLogs/*",
    }
    (tmp_path / "policy.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [write, statement]}))
    run = orgtrail("report-case", tmp_path / "policy.json", "--rule", "members-cannot-read-logs")
    assert "**proved**" in run.out
    assert '"Deny"' in run.out
    assert "s3:PutObject" in run.out
    assert "acme" not in run.out.lower()


def test_nothing_sensitive_is_left(tmp_path: Path) -> None:
    """A marked value is a name like any other, even where it is a word that orgtrail knows or a number."""
    plan = json.loads((EXAMPLES / "no-ordering" / "plan.json").read_text())
    for one in plan["resource_changes"]:
        if one["type"] == "aws_cloudtrail":
            one["change"]["after"]["s3_key_prefix"] = "canary-4711-prefix"
            one["change"]["after_sensitive"] = {"s3_key_prefix": True}
    for one in plan["planned_values"]["root_module"]["resources"]:
        if one["type"] == "aws_cloudtrail":
            one["values"]["s3_key_prefix"] = "canary-4711-prefix"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    run = orgtrail("report-case", tmp_path / "plan.json", "--rule", "trail-validates-log-files")
    assert run.code == 0, run.err
    assert "canary" not in run.out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"Statement": ' + b"[" * 3000 + b"]" * 3000 + b"}",
        b"\x00\x01",
        b"[1]",
    ],
)
def test_hostile_input_is_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "input.json").write_bytes(content)
    run = orgtrail("report-case", tmp_path / "input.json")
    assert (run.code, run.err.count("\n")) == (2, 1), run.err
    assert "Traceback" not in run.err


def test_what_moves_a_cursor_is_spelled_out(tmp_path: Path) -> None:
    write = {"Sid": "A\x1b[31m\u202eB", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    (tmp_path / "policy.json").write_text(json.dumps({"Statement": [write]}))
    run = orgtrail("report-case", tmp_path / "policy.json", "--bucket", "acme-logs")
    assert run.code in (0, 2)
    assert "\x1b" not in run.out + run.err
    assert "\u202e" not in run.out + run.err


def test_delta_debugging_keeps_what_is_needed() -> None:
    budget = shrinking.Budget(1000)

    def holds(some: Any) -> bool:
        budget.spend(1)
        return {3, 40, 77} <= set(some)

    assert shrinking.needed(range(100), holds, budget) == [3, 40, 77]
    assert budget.checks < 200
    spent = shrinking.Budget(3)
    assert {3, 40, 77} <= set(
        shrinking.needed(range(100), lambda some: spent.spend(1) or {3, 40, 77} <= set(some), spent)
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("arn:aws:s3:::acme-logs/AWSLogs/*", "arn:aws:s3:::n01-n02/AWSLogs/*"),
        ("arn:aws:iam::123456789012:role/Acme", "arn:aws:iam::100000000001:role/N01"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("cloudtrail.amazonaws.com", "cloudtrail.amazonaws.com"),
        ("127311923021", "127311923021"),
        ("o-abcd123456", "o-case000001"),
        ("ou-ab12-11111111", "ou-c001-case0001"),
        ("jane.doe@acme.example", "someone1@example.com"),
        ("mrk-1234abcd12ab34cd56ef1234567890ab", "mrk-00000000000000000000000000000001"),
        ("203.0.113.5", "203.0.113.5"),
        ("198.51.100.7/32", "203.0.113.1/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("eu-central-1", "eu-central-1"),
        ("s3:GetObject", "s3:GetObject"),
        ("${aws:PrincipalTag/team}", "${aws:PrincipalTag/n01}"),
        ("BucketOwnerEnforced", "BucketOwnerEnforced"),
    ],
)
def test_what_a_string_becomes(old: str, new: str) -> None:
    assert Renaming().action(old) == new


def test_only_an_action_stays_wherever_it_stands() -> None:
    names = Renaming()
    assert [names.said(one) for one in ("SNS:Publish", "s3:Get*", "team:Acme")] == ["SNS:Publish", "s3:Get*", "n01:N02"]
    assert names.action("SNS:Publish") == "SNS:Publish"


def test_what_fitted_fits_still() -> None:
    names = Renaming({"acm"})
    pattern, name = names.value("arn:aws:s3:::acm*/*"), names.value("arn:aws:s3:::acme-logs/x")
    assert "acm" not in pattern + name
    assert name.startswith(pattern.partition("*")[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aws_s3_bucket.logs.id", "aws_s3_bucket.n01.id"),
        ("module.a.module.b[0].data.aws_t.n", "module.n01.module.n02[0].data.aws_t.n03"),
        ('module.a["eu west"].aws_s3_bucket.this', 'module.n01["n02 n03"].aws_s3_bucket.n04'),
        ("var.bucket", "var.n01"),
        ("aws.archive", "aws.n01"),
        ("module.a.bucket", "module.n01.n02"),
    ],
)
def test_what_an_address_becomes(old: str, new: str) -> None:
    assert Renaming().reference(old) == new


def test_a_word_that_orgtrail_knows_is_no_name() -> None:
    assert {"after_unknown", "aws_cloudtrail", "is_organization_trail", "AWSLogs", "Statement"} <= words.known()
    assert "acme" not in words.known()


def test_the_gravest_is_chosen() -> None:
    rule = "members-cannot-read-logs"
    results = (
        Result("trail-feeds-cloudwatch", "violated", "note", "p", "a", "m"),
        Result(rule, "proved", "error", "p", "a", "m"),
        Result(rule, "undecided", "error", "p", "b", "m"),
    )
    report = Report((Input("p", "plan"),), results, 3)
    assert chosen(report, None, None) is results[2]
    assert chosen(report, rule, None) is results[2]
    assert chosen(report, rule, "a") is results[1]

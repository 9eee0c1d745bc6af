"""Input that can't be read: one line that says which file and what was expected, exit code 2, never a traceback."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from workbench.run import Run, check, orgtrail
from workbench.terraform import REPOSITORY

PLAN = (REPOSITORY / "examples" / "recommended-policy" / "plan.json").read_bytes()


def _zip(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, b"nothing that terraform wrote")
    return content.getvalue()


#: name -> (content, words that the message must hold)
BROKEN: dict[str, tuple[bytes, str]] = {
    "truncated": (PLAN[: len(PLAN) // 2], "cut short"),
    "truncated in a string": (b'{"format_version": "1.', "cut short"),
    "empty": (b"", "is empty"),
    "blank": (b" \n\t\n", "is empty"),
    "binary": (bytes(range(256)) * 16, "binary"),
    "nul bytes": (b'{"format_version": "1.2\x00"}', "binary"),
    "utf-16, little end first": (PLAN.decode().encode("utf-16"), "UTF-16"),
    "utf-16, big end first": (b"\xfe\xff" + PLAN.decode().encode("utf-16-be"), "UTF-16"),
    "nested objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested"),
    "nested lists in a plan": (
        b'{"format_version":"1.2","resource_changes":' + b"[" * 5000 + b"]" * 5000 + b"}",
        "nested",
    ),
    "NaN": (b'{"format_version": "1.2", "resource_changes": [], "x": NaN}', "isn't JSON"),
    "trailing comma": (b'{"format_version": "1.2",}', "isn't JSON"),
    "two documents": (PLAN + PLAN, "isn't JSON"),
    "the name of a plan": (
        b'{"remote_plan_format":1,"run_id":"run-bA3mZ","hostname":"app.terraform.io"}',
        "terraform show -json FILE",
    ),
    "single quotes": (b"{'format_version': '1.2'}", "isn't JSON"),
    "latin-1": (b'{"format_version": "1.2", "planned_values": {}, "terraform_version": "\xe9"}', "utf-8"),
    "a list": (b"[1, 2, 3]", "JSON object"),
    "a word": (b"plan", "JSON object"),
    "HCL": (b'resource "aws_s3_bucket" "logs" {}\n', "JSON object"),
    "no kind of ours": (b'{"hello": "world"}', "no kind"),
    "version 2": (b'{"format_version": "2.0", "resource_changes": []}', "format_version 2.0"),
    "version a number": (
        b'{"format_version": 1, "resource_changes": []}',
        ": $.format_version: is a number; expected a string (give it as",
    ),
    "changes not a list": (
        b'{"format_version": "1.2", "resource_changes": {"a": 1}}',
        "$.resource_changes: is an object; expected an array",
    ),
    "address a number": (
        b'{"format_version": "1.2", "resource_changes": [{"address": 7, "type": "a", "name": "b", "change": {}}]}',
        "$.resource_changes[0].address: is a number; expected a string",
    ),
    "change not an object": (
        b'{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"a","name":"b","change":[]}]}',
        "expected `object`",
    ),
    "change of a trail without actions": (
        b'{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"aws_cloudtrail","name":"b","change":{}}]}',
        "missing required field `actions`",
    ),
    "values of a state a string": (
        b'{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_organizations_organization.o",'
        b'"type":"aws_organizations_organization","name":"o","values":"$"}]}}}',
        "is a str",
    ),
    "configuration a string": (b'{"format_version": "1.2", "configuration": "x"}', "$.configuration"),
    "errored plan": (b'{"format_version": "1.2", "resource_changes": [], "errored": true}', "ended with errors"),
    "log lines": (b'{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info"}\n', "log lines"),
    "raw state": (b'{"version": 4, "serial": 3, "lineage": "x", "resources": []}', "raw state"),
    "a zip that isn't a plan": (_zip("readme.txt"), "saved plan"),
    "evidence": (b'{"orgtrail_evidence": 1}', "--evidence"),
    "encrypted by OpenTofu": (b'{"meta": {}, "encrypted_data": "x", "encryption_version": "v0"}', "tofu show -json"),
}


def _assert_one_line(run: Run, named: str, words: str) -> None:
    assert run.code == 2
    assert run.out == ""
    assert run.err.count("\n") == 1
    assert run.err.startswith(f"orgtrail: {named}")
    assert words in run.err
    assert "Traceback" not in run.err
    assert "expected" in run.err


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file(name: str, tmp_path: Path) -> None:
    content, words = BROKEN[name]
    file = tmp_path / "input.json"
    file.write_bytes(content)
    _assert_one_line(check(file), str(file), words)


@pytest.mark.parametrize("name", [name for name in BROKEN if "zip" not in name])
def test_broken_standard_input(name: str) -> None:
    content, words = BROKEN[name]
    _assert_one_line(check("-", stdin=content), "standard input", words)


def test_missing_file(tmp_path: Path) -> None:
    _assert_one_line(check(tmp_path / "none.json"), str(tmp_path / "none.json"), "no such file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_no_permission(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(PLAN)
    file.chmod(0)
    _assert_one_line(check(file), str(file), "permission denied")


def test_name_with_a_null_byte() -> None:
    run = check("a\0b")
    assert (run.code, run.err.count("\n")) == (2, 1)


def test_empty_folder(tmp_path: Path) -> None:
    run = check(tmp_path)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert str(tmp_path) in run.err


def test_unknown_fields_are_tolerated(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(PLAN.replace(b'"format_version": "1.2"', b'"format_version": "1.99", "brand_new": {"a": [1]}'))
    assert check(file).code in (0, 1, 3)


def test_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"\xef\xbb\xbf" + PLAN)
    assert check(file).code in (0, 1, 3)


def test_several_inputs_and_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(PLAN)
    run = check(file, "-", stdin=PLAN)
    assert [one["path"] for one in run.json()["inputs"]] == [str(file), "-"]
    assert {result["input"] for result in run.json()["results"]} == {str(file), "-"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "give at least one INPUT"),
        (["check", "x", "--format", "pdf"], "there is no format `pdf`"),
        (["check", "x", "--select", "nothing"], "there is no rule `nothing`"),
        (["check", "x", "--fail-on", "never"], "never"),
        (["check", "x", "--no-such-option"], "--no-such-option"),
        (["check", "x", "--format", "json", "--format", "text"], "standard output"),
        (["nothing"], "nothing"),
        (["check", "x", "--select", "trusted-access-keep"], "did you mean `trusted-access-kept`"),
        (["check", "x", "--var", "name"], "--var name: has no value; expected NAME=VALUE"),
        (["explain", "MEMBERS_CANNOT_READ_LOGS"], "did you mean `members-cannot-read-logs`"),
        (["completion"], "{bash,zsh,fish} (try `orgtrail completion --help`)"),
        (["audit", "--endpoint-url", "localhost"], "`localhost` isn't a URL; expected one such as http://127.0.0.1"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    run = orgtrail(*arguments)
    assert (run.code, run.err.count("\n"), run.out) == (2, 1, "")
    assert words in run.err


@pytest.mark.parametrize("name", ["-plan.json", "--help", "-"])
def test_behind_two_dashes_everything_is_an_input(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = orgtrail("check", "--select", "trusted-access-kept", "--", name, stdin=b"not JSON")
    assert done.code == 2
    assert done.err.startswith(f"orgtrail: {'standard input' if name == '-' else name}: ")


def test_options_and_inputs_in_any_order() -> None:
    plan = REPOSITORY / "examples" / "no-ordering" / "plan.json"
    select = ("--select", "trusted-access-before-trail")
    ways = [
        (plan, *select, "--quiet"),
        (*select, plan, "-q"),
        ("-q", *select, "--", plan),
        ("--select=" + select[1], plan),
    ]
    assert {orgtrail("check", *way).code for way in ways} == {3}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "there is no command chek; did you mean check? (try `orgtrail --help`)"),
        (["check", "--sorce", "."], "there is no --sorce; did you mean --source? (try `orgtrail check --help`)"),
        (["check", "--select"], "argument --select: expected one argument (try `orgtrail check --help`)"),
        (["check"], "give at least one INPUT: a plan, a state, a folder or a bucket policy"),
        (["access"], "the following arguments are required: INPUT (try `orgtrail access --help`)"),
        (["--versoin"], "there is no --versoin; did you mean --version? (try `orgtrail --help`)"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], said: str) -> None:
    done = orgtrail(*words)
    assert (done.code, done.out, done.err) == (2, "", f"orgtrail: {said}\n")

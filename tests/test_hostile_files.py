"""Files that exhaust, block or deceive whoever reads them: one line, exit code 2 or an undecided result, and soon."""

import json
import os
from pathlib import Path

import pytest
from workbench.run import check, orgtrail
from workbench.terraform import REPOSITORY

PLAN = REPOSITORY / "examples" / "organization-wide-read" / "plan.json"
OPTIONS = ("--config", "--evidence", "--baseline", "--var-file")


def test_devices_are_no_inputs() -> None:
    for device in ("/dev/zero", "/dev/urandom", "/dev/full"):
        run = check(device)
        assert (run.code, run.err.count("\n")) == (2, 1)
        assert "isn't a regular file" in run.err


def test_what_never_ends_is_refused_at_its_beginning(tmp_path: Path) -> None:
    """A pipe is read as it comes, and no further than it can be a plan."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Both ends, so that neither open waits for the other; more than the pipe holds is never written.
    descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(descriptor, b"y\n" * 20_000)
        run = check(pipe)
    finally:
        os.close(descriptor)
    assert run.code == 2
    assert "not with a JSON object" in run.err


def test_what_has_no_size_and_no_end_is_refused_at_its_beginning() -> None:
    endless = Path("/proc/self/pagemap")
    if not endless.exists():
        pytest.skip("there is no /proc here")
    run = check(endless)
    assert (run.code, run.err.count("\n")) == (2, 1)


def test_a_pipe_may_bring_a_plan(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, b'{"format_version": "1.2", "resource_changes": []}')
    os.close(write)
    try:
        assert check(f"/dev/fd/{read}").code in (0, 3)
    finally:
        os.close(read)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("file", ["/dev/zero", "a folder", "large"])
def test_options_name_regular_files(option: str, file: str, tmp_path: Path) -> None:
    if file == "large":
        file = str(tmp_path / "large")
        with Path(file).open("wb") as content:
            content.truncate(300_000_000)
    elif file == "a folder":
        file = str(tmp_path)
    named: Path = PLAN
    if option == "--var-file":
        named = tmp_path / "root"
        named.mkdir()
        (named / "main.tf").write_text('variable "x" {}\n')
    run = check(named, option, file)
    assert run.code == 2
    assert run.err.count("\n") == 1
    assert file in run.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x = " + "[" * 100_000, "nested too deeply"),
        ("a" + ".a" * 20_000 + " = 1", "more than 50 parts"),
        ("[a" + ".a" * 20_000 + "]", "more than 50 parts"),
        ('organization-id = "' + "x" * 2_000_000 + '"', "larger than"),
        ("evidence-max-age = " + "9" * 100_000, "isn't TOML"),
        ("evidence-max-age = nan", "evidence-max-age"),
        ("until = 9999-99-99", "isn't TOML"),
    ],
    ids=["brackets", "dots", "dots in a table", "large", "digits", "no number", "a date"],
)
def test_settings_that_explode(content: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "orgtrail.toml"
    file.write_text(content)
    run = check(PLAN, "--config", file)
    assert run.code == 2, run
    assert words in run.err
    assert run.err.count("\n") == 1


def test_pipes_below_the_source_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "x" {\n  source = "a/b/aws"\n}\n')
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    os.mkfifo(tmp_path / ".terraform" / "environment")
    os.mkfifo(tmp_path / ".terraform" / "modules" / "modules.json")
    assert check(tmp_path).code in (0, 3)
    os.mkfifo(tmp_path / "x.auto.tfvars.json")
    run = check(tmp_path)
    assert run.code in (0, 2, 3)


def _with_policy(tmp_path: Path, policy: str) -> Path:
    plan = json.loads(PLAN.read_text())
    for change in plan["resource_changes"]:
        if change["type"] == "aws_s3_bucket_policy":
            change["change"]["after"]["policy"] = policy
            change["change"]["after_unknown"].pop("policy", None)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    return file


def _statement(**members: object) -> str:
    basic = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    return json.dumps({"Statement": [basic | members]})


def _condition(operator: str, key: str, written: str) -> str:
    return _statement(Condition={operator: {key: 1}}).replace(": 1}", f": {written}}}")


POLICIES = {
    "deep": "[" * 100_000,
    "deep in a statement": '{"Statement": ' + "[" * 90 + "]" * 90 + "}",
    "1e400": _condition("NumericLessThan", "s3:max-keys", "1e400"),
    "NaN": _condition("NumericLessThan", "s3:max-keys", "NaN"),
    "infinite": _condition("NumericLessThan", "s3:max-keys", '"Infinity"'),
    "digits": _condition("NumericLessThan", "s3:max-keys", "9" * 10_000),
    "-0": _condition("NumericLessThan", "s3:max-keys", "-0"),
    "moments": _condition(
        "DateLessThan", "aws:CurrentTime", '["99999999999999999999", "9999-12-31T23:59:59Z", "-1e9"]'
    ),
    "addresses": _condition("IpAddress", "aws:SourceIp", '["0.0.0.0/0", "::/0", "1.2.3.4/99", "x"]'),
    "stars": _statement(Action="s*" * 5_000, Resource="a*b?" * 2_000),
    "half a character": _statement(Sid="x").replace('"x"', '"\\ud800"'),
    "double members": '{"Statement": [], "Statement": {"Effect": "Deny", "Effect": "Allow"}}',
    "patterns": _statement(Resource=["*a" * 900 + "b", "?" * 2_000]),
    "long": _statement(Sid="x" * 1_000_000),
    "empty": "",
    "a number": "1",
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
def test_hostile_policies_in_a_plan(policy: str, tmp_path: Path) -> None:
    run = check(_with_policy(tmp_path, policy))
    assert run.code in (1, 3), run.err
    assert "a bug in orgtrail" not in run.out
    assert orgtrail("access", tmp_path / "plan.json").code == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"acme-org-trail-logs"', b'"' + b"a" * 1_000_000 + b'"', (1, 3)),
        (b"acme", b"\xff\xfe", (2,)),
        (b'"format_version"', b'"x": 1e400, "format_version"', (1, 3)),
        (b'"format_version"', b'"x": ' + b"9" * 100_000 + b', "format_version"', (1, 3)),
        (b'"format_version"', b'"x": "\x00", "format_version"', (2,)),
        (b'"actions"', b'"acts"', (2,)),
        (b'"is_organization_trail": true', b'"is_organization_trail": 1e400', (1, 2, 3)),
        (b'"create"', b'"CREATE"', (2,)),
    ],
    ids=["a long name", "not UTF-8", "infinite", "digits", "NUL", "no actions", "an infinite bool", "odd actions"],
)
def test_hostile_plans(old: bytes, new: bytes, code: tuple[int, ...], tmp_path: Path) -> None:
    content = PLAN.read_bytes()
    assert old in content
    file = tmp_path / "plan.json"
    file.write_bytes(content.replace(old, new))
    run = check(file)
    assert run.code in code, run.err
    assert "a bug in orgtrail" not in run.out
    assert run.err.count("\n") == (run.code == 2)

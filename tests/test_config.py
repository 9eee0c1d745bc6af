"""orgtrail.toml: what it may say, where it is found, and the line of what it may not say."""

import datetime
import tomllib
from pathlib import Path

import jsonschema
import pytest
from workbench.run import orgtrail

from orgtrail import config, config_file
from orgtrail.errors import InputError
from orgtrail.results import Place

WHOLE = """
source = "infra"
var = ["name=logs"]
var-file = ["prod.tfvars"]
organization-id = "o-abcd123456"
management-account = "123456789012"
archive-account = "111111111111"
trusted-account = [
  "444444444444",  # security tooling
]
bucket = "logs"
evidence = "seen.json"
evidence-max-age = 12
select = ["members-cannot-read-logs"]
fail-on = "warning"
undecided = "warn"
allow-outside = true
baseline = "known.json"
format = ["text", "sarif=out/report.sarif"]
quiet = true
no-color = true

[assume]
trusted-access = "the landing zone enables it"

[[ignore]]
rule = "bucket-is-hardened"
address = "module.logs.*"
until = 2027-03-31
reason = "versions are kept elsewhere"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "orgtrail.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = config_file.read(write(tmp_path, WHOLE))
    assert config.Settings(**told.settings) == config.Settings(
        source="infra",
        variables=("name=logs",),
        var_files=("prod.tfvars",),
        organization_id="o-abcd123456",
        management_account="123456789012",
        archive_account="111111111111",
        trusted_accounts=("444444444444",),
        bucket="logs",
        evidence="seen.json",
        evidence_max_age=12,
        assume_trusted_access="the landing zone enables it",
        select=("members-cannot-read-logs",),
        fail_on="warning",
        undecided="warn",
        allow_outside=True,
        baseline="known.json",
        suppressions=(
            config.Ignore(
                "bucket-is-hardened",
                "versions are kept elsewhere",
                "module.logs.*",
                datetime.date(2027, 3, 31),
                "orgtrail.toml:27",
                Place("orgtrail.toml", 27),
            ),
        ),
    )
    assert (told.formats, told.quiet, told.verbose, told.no_color) == (
        ("text", "sarif=out/report.sarif"),
        True,
        False,
        True,
    )


def test_rules_to_leave_out_and_findings_to_set_aside_share_a_name(tmp_path: Path) -> None:
    text = 'ignore = ["trail-feeds-cloudwatch", {rule = "bucket-is-hardened", reason = "known"}]\n'
    settings = config_file.read(write(tmp_path, text)).settings
    assert settings["ignore"] == ("trail-feeds-cloudwatch",)
    assert [one.rule for one in settings["suppressions"]] == ["bucket-is-hardened"]


def test_paths_are_meant_from_the_files_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    write(tmp_path, 'source = "infra"\n')
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "deep" / "down")
    found = config.find(".")
    assert found is not None
    assert Path(config_file.read(Path(found)).settings["source"]).resolve() == tmp_path / "infra"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('sorce = "infra"\n', 1, "there is no setting `sorce` (did you mean `source`?)"),
        ('\n\nfail_on = "error"\n', 3, "there is no setting `fail_on` (did you mean `fail-on`?)"),
        ('source = "x"\n[assume]\ntrusted = "x"\n', 3, "there is no setting `trusted`"),
        ('quiet = "yes"\n', 1, "`quiet` is text in quotes; expected true or false"),
        (
            '# one\ntrusted-account = [\n  "444444444444",\n  5,\n]\nfail-on = "error"\n',
            2,
            "`trusted-account[1]` is a number; expected text in quotes",
        ),
        ('var = """\nquiet = 1\n"""\n', 1, "`var` is text in quotes; expected a list in brackets"),
        ('fail-on = "fatal"\n', 1, '`fail-on` is "fatal"; expected one of "error", "warning", "note"'),
        ('undecided = "error"\n', 1, '`undecided` is "error"; expected one of "fail", "warn"'),
        (
            'management-account = "12"\n',
            1,
            "`management-account` isn't the id of an account; expected 12 digits in quotes",
        ),
        ("management-account = 123456789012\n", 1, "`management-account` is a number; expected text in quotes"),
        ('organization-id = "acme"\n', 1, "`organization-id` isn't the id of an organization; expected an id such as"),
        ("evidence-max-age = 0\n", 1, "`evidence-max-age` is no number of hours; expected more than 0"),
        ('quiet = true\nselect = ["trusted-access-keep"]\n', 2, "(did you mean `trusted-access-kept`"),
        ('quiet = true\nignore = ["trusted"]\n', 2, "(did you mean `trusted-access-before-trail`, "),
        ('quiet = true\nformat = ["pdf=x.pdf"]\n', 2, "there is no format `pdf`; expected one of text, json"),
        ('[[ignore]]\nrule = "bucket-is-hardened"\n', 1, "`ignore[0]` has no `reason`"),
        (
            '[[ignore]]\nrule = "bucket-is-hardened"\nreason = ""\n',
            3,
            "`ignore[0].reason` is empty; expected some words",
        ),
        ('[[ignore]]\nrule = "bucket-is-hardened"\nreason = "  "\n', 2, "without a reason"),
        (
            '[[ignore]]\nrule = "bucket-is-hardened"\nreason = "a"\n\n[[ignore]]\nreason = "b"\nrule = "no-such"\n',
            7,
            "there is no rule `no-such`",
        ),
        (
            '[[ignore]]\nrule = "bucket-is-hardened"\nreason = "a"\nuntil = "soon"\n',
            4,
            "`ignore[0].until` isn't a day; expected one such as 2027-03-31",
        ),
        ('[[ignore]]\nrule = "bucket-is-hardened"\nreason = "a"\nuntill = 2027-01-01\n', 4, "did you mean `until`?"),
        ("source = \n", 1, "isn't TOML"),
    ],
)
def test_what_it_may_not_say_is_an_error_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as raised:
        config_file.read(path)
    message = str(raised.value)
    assert message.startswith((f"{path}:{line}: ", f"{path}:{line}:"))
    assert words in message
    assert "\n" not in message


def test_the_schema_takes_what_the_file_takes_and_refuses_what_it_refuses() -> None:
    validator = jsonschema.Draft202012Validator(config_file.schema())
    data = tomllib.loads(WHOLE)
    data["ignore"][0]["until"] = data["ignore"][0]["until"].isoformat()
    validator.validate(data)
    for wrong in ({"sorce": "x"}, {"quiet": "yes"}, {"ignore": [{"rule": "x"}]}, {"fail-on": "fatal"}):
        assert not validator.is_valid(wrong), wrong


def test_deep_nesting_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        config_file.read(write(tmp_path, "ignore = " + "[" * 5000))


@pytest.mark.parametrize(
    ("option", "given", "expected"),
    [
        ("--management-account", "12345678901", "12 digits"),
        ("--archive-account", "logs", "12 digits"),
        ("--trusted-account", "4444444444444", "12 digits"),
        ("--trusted-account", "٤٤٤٤٤٤٤٤٤٤٤٤", "12 digits"),
        ("--organization-id", "o-ABCD123456", "o-abcd123456"),
        ("--organization-id", "abcd123456", "o-abcd123456"),
        ("--evidence-max-age", "-3", "more than 0"),
        ("--evidence-max-age", "nan", "more than 0"),
        ("--assume-trusted-access", " ", "words"),
    ],
)
def test_facts_that_cannot_be_meant_are_refused(option: str, given: str, expected: str) -> None:
    """A mistyped account would be trusted with the logs, or taken for another one."""
    run = orgtrail("check", "examples/recommended-policy/plan.json", option, given)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"orgtrail: {option}: ")
    assert expected in run.err

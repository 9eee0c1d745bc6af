"""`orgtrail access`: the matrix, and what a plan changes in it."""

import json
from pathlib import Path

from workbench.run import orgtrail

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FACTS = ["--management-account", "123456789012", "--archive-account", "123456789012"]


def access(*arguments: str) -> str:
    done = orgtrail("access", *arguments, *FACTS)
    assert done.code == 0, done.err
    return done.out


def cells(name: str, *options: str) -> dict[tuple[str, str], dict[str, object]]:
    folder = EXAMPLES / name
    shown = access(str(folder / "plan.json"), "--source", str(folder), "--format", "json", *options)
    return {(cell["principal"], cell["action"]): cell for cell in json.loads(shown)["access"]}


def test_every_yes_has_a_witness_and_every_no_a_reason() -> None:
    found = cells("organization-wide-read")
    assert found["any member account", "read"]["allowed"] == "yes"
    assert found["any member account", "write"]["allowed"] == "no"
    assert found["CloudTrail", "write"]["allowed"] == "yes"
    assert found["anonymous", "read"]["allowed"] == "no"
    for cell in found.values():
        assert (cell["witness"] is not None) == (cell["allowed"] == "yes")
        assert cell["stopped_by"] or cell["allowed"] == "yes"


def test_no_witness_is_a_member_that_may_be_the_management_account() -> None:
    folder = EXAMPLES / "organization-wide-read"
    command = ["access", str(folder / "plan.json"), "--source", str(folder), "--format", "json"]
    found = json.loads(orgtrail(*command).out)["access"]
    by_row = {(cell["principal"], cell["action"]): cell for cell in found}
    assert by_row["account 123456789012", "read"]["allowed"] == "undecided"
    assert by_row["any member account", "read"]["witness"]["account"] == "555555555555"


def test_what_a_new_policy_newly_allows() -> None:
    found = cells("organization-wide-read", "--before-after")
    assert found["any member account", "+read"]["allowed"] == "yes"
    assert ("any member account", "+write") not in found
    assert not any(action.startswith("-") for _, action in found)


def test_the_text_is_a_grid_with_the_reasons_below() -> None:
    folder = EXAMPLES / "organization-wide-read"
    shown = access(str(folder / "plan.json"), "--source", str(folder)).split("\n")
    assert shown[:4] == [
        "aws_s3_bucket_policy.logs",
        "",
        "                             read  list  write  delete  configure  change-policy",
        "any member account           yes   yes   no     no      no         no",
    ]
    reasons = shown[shown.index("any member account:") :]
    assert reasons[1] == "  yes: read"
    assert "calls `s3:GetObject` on" in reasons[2]
    assert reasons[3] == "    with `aws:PrincipalOrgID` = `${the organization's id}`"
    assert "  no: write, delete, configure, change-policy" in reasons


def test_the_markdown_is_a_table_with_the_reasons_below() -> None:
    folder = EXAMPLES / "organization-wide-read"
    shown = access(str(folder / "plan.json"), "--source", str(folder), "--format", "markdown").split("\n")
    assert shown[0] == "## `aws_s3_bucket_policy.logs`"
    assert "| any member account | yes | yes | no | no | no | no |" in shown
    assert "- no: write, delete, configure, change-policy" in shown


def test_what_a_plan_changes_is_a_list() -> None:
    folder = EXAMPLES / "organization-wide-read"
    shown = access(str(folder / "plan.json"), "--source", str(folder), "--before-after").split("\n")
    assert shown[2:4] == ["any member account:", "  newly allowed: read"]
    assert not any(line.startswith("any member account ") for line in shown)


def test_a_row_for_each_named_member(tmp_path: Path) -> None:
    def resource(kind: str, name: str, **values: str) -> dict[str, object]:
        return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values}

    def allow(principal: dict[str, str], action: str) -> dict[str, object]:
        return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "arn:aws:s3:::logs/*"}

    statements = [
        allow({"Service": "cloudtrail.amazonaws.com"}, "s3:PutObject"),
        allow({"AWS": "222222222222"}, "s3:GetObject"),
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    resources = [
        resource("aws_organizations_account", "one", id="222222222222"),
        resource("aws_organizations_account", "other", id="333333333333"),
        resource("aws_organizations_account", "logs", id="444444444444"),
        resource("aws_s3_bucket", "logs", bucket="logs", id="logs", arn="arn:aws:s3:::logs"),
        resource("aws_s3_bucket_policy", "logs", bucket="logs", id="logs", policy=policy),
    ]
    state = {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": resources}},
    }
    (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    facts = ["--management-account", "123456789012", "--archive-account", "444444444444", "--format", "json"]
    shown = orgtrail("access", str(tmp_path / "state.json"), *facts).out
    read = {
        cell["principal"]: cell["allowed"]
        for cell in json.loads(shown)["access"]
        if cell["action"] == "read" and "member" in cell["principal"]
    }
    assert read == {"any member account": "yes", "member 222222222222": "yes", "member 333333333333": "no"}


def test_an_account_that_only_the_policy_names_has_a_row(tmp_path: Path) -> None:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}
    named = {"AWS": ["arn:aws:iam::222222222222:role/reader", "123456789012"]}
    document = {"Version": "2012-10-17", "Statement": [{**allow, "Principal": named}]}
    (tmp_path / "policy.json").write_text(json.dumps(document), encoding="utf-8")
    shown = access(str(tmp_path / "policy.json"), "--bucket", "logs", "--format", "json")
    found = {(cell["principal"], cell["action"]): cell["allowed"] for cell in json.loads(shown)["access"]}
    assert found["account 222222222222", "read"] == "yes"
    assert found["account 222222222222", "write"] == "no"
    assert ("account 123456789012", "read") not in found


def test_where_there_is_nothing_it_says_of_what(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"format_version": "1.2", "resource_changes": []}')
    assert access(str(plan)) == "no log bucket, and no key of an organization trail, in the input\n"
    assert access(str(plan), "--before-after", "--format", "markdown") == "nothing changes\n"
    drawn = orgtrail("graph", str(plan), "--format", "mermaid")
    assert (drawn.code, drawn.out) == (0, "flowchart TD\n")
    assert drawn.err == f"orgtrail: {plan}: no organization trail and no log bucket to draw\n"

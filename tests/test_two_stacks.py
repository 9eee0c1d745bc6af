"""The trail in one stack and its bucket in another: inputs that are given together are joined by the bucket's name."""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check, orgtrail

from orgtrail.config import Settings
from orgtrail.engine import many
from orgtrail.engine import run as engine

TRAIL = """
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
}
"""
FACTS = ("--organization-id", "o-abcd123456", "--management-account", "123456789012")
OWNER = ("--archive-account", "222222222222")


def bucket(principal: object, *, name: str = "acme-org-trail-logs", more: str = "") -> str:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/*",
            }
        ],
    }
    return f"""
resource "aws_s3_bucket" "logs" {{
  bucket = "{name}"
  {more}
}}

resource "aws_s3_bucket_policy" "logs" {{
  bucket = aws_s3_bucket.logs.id
  policy = {json.dumps(json.dumps(policy))}
}}
"""


MEMBER = {"AWS": "arn:aws:iam::333333333333:root"}
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}


def stacks(folder: Path, **sources: str) -> list[Path]:
    made = []
    for name, source in sources.items():
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(source)
        made.append(folder / name)
    return made


@pytest.mark.parametrize(("principal", "verdict"), [(MEMBER, "violated"), (CLOUDTRAIL, "proved")])
@pytest.mark.parametrize("turned", [False, True])
def test_bucket_of_another_input_decides(tmp_path: Path, principal: object, verdict: str, turned: bool) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(principal))
    run = check(*(given[::-1] if turned else given), "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    of_trail = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert [(one["address"], one["verdict"]) for one in of_trail] == [("aws_cloudtrail.org", verdict)]
    if verdict == "violated":
        assert of_trail[0]["witness"]["account"] == "333333333333"
        assert f"`aws_s3_bucket_policy.logs` in {given[1]}" in of_trail[0]["message"]
    else:
        assert any(str(given[1]) in ground for ground in of_trail[0]["because"])


def test_settings_of_the_bucket_are_found_there_too(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(CLOUDTRAIL, more="force_destroy = true"))
    run = check(*given, "--select", "bucket-is-hardened", *FACTS, *OWNER)
    found = next(one for one in run.json()["results"] if one["input"] == str(given[0]))
    assert (found["verdict"], found["address"]) == ("violated", "aws_cloudtrail.org")
    assert "force_destroy is true" in found["message"]


def test_no_graph_spans_two_inputs(tmp_path: Path) -> None:
    """Both stacks hold addresses of their own; a path in one says nothing of the other."""
    own = bucket(CLOUDTRAIL, name="another-bucket")
    trail = TRAIL.replace("is_organization_trail = true", "depends_on = [aws_s3_bucket_policy.logs]")
    trail = trail.replace("depends_on", "is_organization_trail = true\n  depends_on")
    given = stacks(tmp_path, trail=trail + own, bucket=bucket(CLOUDTRAIL))
    run = check(*given, "--select", "bucket-policy-before-trail", *FACTS, *OWNER)
    found = next(one for one in run.json()["results"] if one["address"] == "aws_cloudtrail.org")
    assert found["verdict"] == "undecided"
    assert f"apply {given[1]} first" in found["unknowns"][0]["settle"]


def test_two_that_hold_the_bucket_settle_nothing(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, one=bucket(CLOUDTRAIL), other=bucket(MEMBER))
    run = check(*given, "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    found = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert [one["verdict"] for one in found] == ["undecided"]


def test_another_bucket_isnt_the_trails(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(MEMBER, name="acme-other"))
    run = check(*given, "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    found = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert [one["verdict"] for one in found] == ["undecided"]


def test_an_input_that_cant_be_read_doesnt_stop_the_join(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(MEMBER))
    run = check(tmp_path / "absent.json", *given, "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    assert run.verdicts() == {"members-cannot-read-logs": "violated"}
    assert "absent.json" in run.err


KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-0000-4000-8000-000000000000"


def state(**resources: dict[str, object]) -> str:
    """A state as `terraform show -json` prints it; names are types."""
    held = [
        {"address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this", "values": values}
        for kind, values in resources.items()
    ]
    return json.dumps({"format_version": "1.0", "values": {"root_module": {"resources": held}}})


def trail_of(account: str, **more: object) -> dict[str, object]:
    values: dict[str, object] = {
        "name": "org",
        "arn": f"arn:aws:cloudtrail:us-east-1:{account}:trail/org",
        "s3_bucket_name": "acme-org-trail-logs",
        "is_organization_trail": True,
    }
    return values | more


def key_policy(principal: object) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize("named", [KEY_ARN, KEY_ARN.replace("key/0f1e2d3c-0000-4000-8000-000000000000", "alias/trail")])
@pytest.mark.parametrize(("principal", "verdict"), [({"AWS": "333333333333"}, "violated"), (CLOUDTRAIL, "proved")])
def test_a_key_is_joined_by_its_arn(tmp_path: Path, named: str, principal: object, verdict: str) -> None:
    trail, key = tmp_path / "trail.json", tmp_path / "key.json"
    trail.write_text(state(aws_cloudtrail=trail_of("123456789012", kms_key_id=named)))
    alias = KEY_ARN.replace("key/0f1e2d3c-0000-4000-8000-000000000000", "alias/trail")
    key.write_text(
        state(
            aws_kms_key={"arn": KEY_ARN, "key_id": KEY_ARN.rpartition("/")[2], "policy": key_policy(principal)},
            aws_kms_alias={"name": "alias/trail", "arn": alias, "target_key_id": KEY_ARN.rpartition("/")[2]},
        )
    )
    run = check(trail, key, "--select", "members-cannot-decrypt-logs", *FACTS)
    (found,) = [one for one in run.json()["results"] if one["input"] == str(trail)]
    assert (found["address"], found["verdict"]) == ("aws_cloudtrail.this", verdict)
    told = found["message"] if verdict == "violated" else " ".join(found["because"])
    assert f"`aws_kms_key.this` in {key}" in told


def test_an_aliass_name_alone_joins_nothing(tmp_path: Path) -> None:
    trail, key = tmp_path / "trail.json", tmp_path / "key.json"
    trail.write_text(state(aws_cloudtrail=trail_of("123456789012", kms_key_id="alias/trail")))
    other = KEY_ARN.replace("123456789012", "999999999999")
    key.write_text(
        state(
            aws_kms_key={"arn": other, "key_id": "k", "policy": key_policy(CLOUDTRAIL)},
            aws_kms_alias={"name": "alias/trail", "arn": "arn:aws:kms:us-east-1:999999999999:alias/trail"},
        )
    )
    run = check(trail, key, "--select", "members-cannot-decrypt-logs", *FACTS)
    (found,) = [one for one in run.json()["results"] if one["input"] == str(trail)]
    assert found["verdict"] == "undecided"


def organization(*services: str, account: str = "123456789012", name: str = "o-abcd123456") -> dict[str, object]:
    return {
        "id": name,
        "master_account_id": account,
        "feature_set": "ALL",
        "aws_service_access_principals": list(services),
    }


def plan_of(actions: list[str], kind: str, before: object, after: object, account: str | None = None) -> str:
    """A plan that does one thing; with an account, its provider is pinned to that."""
    settings = {"allowed_account_ids": {"constant_value": [account]}} if account else {}
    address = f"{kind}.this"
    change = {"actions": actions, "before": before, "after": after, "after_unknown": {}}
    return json.dumps(
        {
            "format_version": "1.2",
            "resource_changes": [
                {"address": address, "mode": "managed", "type": kind, "name": "this", "change": change}
            ],
            "configuration": {
                "provider_config": {"aws": {"name": "aws", "expressions": settings}},
                "root_module": {
                    "resources": [{"address": address, "type": kind, "name": "this", "provider_config_key": "aws"}]
                },
            },
        }
    )


def write(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(text)
    return paths


ORGANIZATION = "aws_organizations_organization"
ENABLED, DISABLED = organization("cloudtrail.amazonaws.com"), organization()


@pytest.mark.parametrize(
    ("actions", "before", "after", "verdict"),
    [
        (["no-op"], ENABLED, ENABLED, "proved"),
        (["update"], DISABLED, ENABLED, "undecided"),
        (["no-op"], DISABLED, DISABLED, "violated"),
    ],
)
def test_trusted_access_of_another_stack(
    tmp_path: Path, actions: list[str], before: object, after: object, verdict: str
) -> None:
    given = write(
        tmp_path,
        organization=plan_of(actions, ORGANIZATION, before, after),
        trail=plan_of(["create"], "aws_cloudtrail", None, trail_of("123456789012"), "123456789012"),
    )
    run = check(*given, "--select", "trusted-access-before-trail")
    (found,) = [one for one in run.json()["results"] if one["input"] == str(given[1])]
    assert found["verdict"] == verdict
    assert f"`{ORGANIZATION}.this` in {given[0]}" in json.dumps(found)


@pytest.mark.parametrize(("account", "verdict"), [("123456789012", "proved"), ("999999999999", "undecided")])
def test_whoever_makes_the_organization_manages_it(tmp_path: Path, account: str, verdict: str) -> None:
    """It has no ids before it is made; the provider that makes it acts in its management account."""
    made = {"aws_service_access_principals": ["cloudtrail.amazonaws.com"]}
    given = write(
        tmp_path,
        organization=plan_of(["create"], ORGANIZATION, None, made, "123456789012"),
        trail=plan_of(["create"], "aws_cloudtrail", None, trail_of("123456789012"), account),
    )
    run = check(*given, "--select", "trail-in-management-account")
    (found,) = [one for one in run.json()["results"] if one["input"] == str(given[1])]
    assert found["verdict"] == verdict


def test_trusted_access_that_goes_under_a_trail_of_another_stack(tmp_path: Path) -> None:
    given = write(
        tmp_path,
        organization=plan_of(["update"], ORGANIZATION, ENABLED, DISABLED),
        trail=plan_of(["no-op"], "aws_cloudtrail", trail_of("123456789012"), trail_of("123456789012"), "123456789012"),
    )
    run = check(*given, "--select", "trusted-access-kept")
    (found,) = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert found["verdict"] == "violated"
    assert f"while `aws_cloudtrail.this` in {given[1]} remains" in found["message"]


@pytest.mark.parametrize("account", [None, "999999999999"])
def test_an_organization_that_may_be_another_is_not_joined(tmp_path: Path, account: str | None) -> None:
    given = write(
        tmp_path,
        organization=plan_of(["no-op"], ORGANIZATION, ENABLED, ENABLED),
        trail=plan_of(["create"], "aws_cloudtrail", None, trail_of("123456789012"), account),
    )
    run = check(*given, "--select", "trusted-access-before-trail")
    (found,) = [one for one in run.json()["results"] if one["input"] == str(given[1])]
    assert found["verdict"] == "undecided"


def test_the_access_matrix_shows_the_bucket_of_another_input(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(MEMBER))

    def of_members(*inputs: Path) -> list[dict[str, Any]]:
        cells = orgtrail("access", *inputs, *FACTS, *OWNER, "--format", "json").json()["access"]
        return [cell for cell in cells if cell["principal"] == "any member account"]

    assert {cell["allowed"] for cell in of_members(given[0])} == {"undecided"}
    opened = [cell["witness"]["account"] for cell in of_members(*given) if cell["allowed"] == "yes"]
    assert set(opened) == {"333333333333"}


def test_joins_hold_for_many_inputs_and_in_drawings(tmp_path: Path) -> None:
    """Many inputs are checked in processes of their own; those that need each other are checked again together."""
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(MEMBER))
    (tmp_path / "none").mkdir()
    others = []
    for number in range(many.WORTH_A_POOL):
        others.append(tmp_path / "none" / f"{number}.json")
        others[-1].write_text(state(aws_sqs_queue={"name": "x"}))
    named = [*map(str, given), *map(str, others)]
    settings = Settings(organization_id=FACTS[1], management_account=FACTS[3], archive_account=OWNER[1])
    few = engine.check(named, settings, views=True)
    assert engine.check(named, settings, views=True, pool=True) == few
    of_trail = next(one for one in few.results if one.input == str(given[0]) and one.rule == "members-cannot-read-logs")
    assert of_trail.verdict == "violated"
    assert any(cell.answer == "yes" for table in few.views[0].access for row in table.rows for cell in row.cells)


LOGS = "acme-org-trail-logs"
BUCKET = {"bucket": LOGS, "id": LOGS, "arn": f"arn:aws:s3:::{LOGS}"}
WRITE = "cloudtrail-can-write-logs"


def written_by_cloudtrail(*more: object) -> str:
    statements = [
        {
            "Effect": "Allow",
            "Principal": CLOUDTRAIL,
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{LOGS}", f"arn:aws:s3:::{LOGS}/*"],
        },
        *more,
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


POLICY = {"bucket": LOGS, "id": LOGS, "policy": written_by_cloudtrail()}
OPEN_TO_A_MEMBER = {
    "Effect": "Allow",
    "Principal": MEMBER,
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{LOGS}/*",
}
KEPT_TRAIL = plan_of(["no-op"], "aws_cloudtrail", trail_of("123456789012"), trail_of("123456789012"), "123456789012")


def of_input(run: Any, path: Path, rule: str) -> dict[str, Any]:
    return next(one for one in run.json()["results"] if one["input"] == str(path) and one["rule"] == rule)


@pytest.mark.parametrize(
    ("to_bucket", "to_policy", "verdict"),
    [
        (["no-op"], ["no-op"], "proved"),
        (["delete", "create"], ["no-op"], "violated"),
        (["delete", "create"], ["create"], "undecided"),
        (["forget"], ["no-op"], "proved"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_bucket_replaced_in_one_stack_loses_the_policy_of_another(
    tmp_path: Path, to_bucket: list[str], to_policy: list[str], verdict: str, turned: bool
) -> None:
    """S3: a new bucket of the old name has no policy; the plan of the other stack says `no-op` of it."""
    there = None if "create" in to_policy else POLICY
    then = None if to_bucket == ["forget"] else BUCKET
    given = write(
        tmp_path,
        bucket=plan_of(to_bucket, "aws_s3_bucket", BUCKET, then),
        policy=plan_of(to_policy, "aws_s3_bucket_policy", there, POLICY),
        trail=KEPT_TRAIL,
    )
    run = check(*(given[::-1] if turned else given), *FACTS, *OWNER, "--assume-trusted-access", "elsewhere")
    assert of_input(run, given[2], WRITE)["verdict"] == verdict
    kept = "violated" if "delete" in to_bucket else "proved"
    assert of_input(run, given[0], "log-bucket-kept")["verdict"] == kept
    if verdict == "violated":
        assert f"which {given[0]} replaces" in of_input(run, given[2], WRITE)["message"]


@pytest.mark.parametrize(("more", "verdict"), [((), "proved"), ((OPEN_TO_A_MEMBER,), "violated")])
def test_the_policy_of_an_inputs_own_bucket_may_be_another_ones(tmp_path: Path, more: Any, verdict: str) -> None:
    """What a bucket shows as its policy is what was there; the stack that sets it says what will be."""
    policy = {**POLICY, "policy": written_by_cloudtrail(*more)}
    shown = {**BUCKET, "policy": written_by_cloudtrail()}
    given = write(
        tmp_path,
        bucket=state(aws_cloudtrail=trail_of("123456789012"), aws_s3_bucket=shown),
        policy=plan_of(["update"], "aws_s3_bucket_policy", POLICY, policy),
    )
    run = check(*given, *FACTS, *OWNER, "--assume-trusted-access", "elsewhere")
    found = of_input(run, given[0], "members-cannot-read-logs")
    assert (found["verdict"], found["address"]) == (verdict, "aws_s3_bucket.this")
    assert of_input(run, given[0], WRITE)["verdict"] == "proved"


def test_two_stacks_that_set_one_policy_settle_nothing(tmp_path: Path) -> None:
    open_ = {**POLICY, "policy": written_by_cloudtrail(OPEN_TO_A_MEMBER)}
    given = write(
        tmp_path,
        bucket=state(aws_cloudtrail=trail_of("123456789012"), aws_s3_bucket=BUCKET),
        one=plan_of(["no-op"], "aws_s3_bucket_policy", POLICY, POLICY),
        other=plan_of(["no-op"], "aws_s3_bucket_policy", open_, open_),
    )
    run = check(*given, *FACTS, *OWNER, "--assume-trusted-access", "elsewhere")
    found = of_input(run, given[0], "members-cannot-read-logs")
    assert found["verdict"] == "undecided"
    assert "both set the policy" in found["unknowns"][0]["what"]


def test_copies_of_a_stack_are_one(tmp_path: Path) -> None:
    """Two copies don't contradict each other; among many inputs a thousand of them would be a million joins."""
    trail = state(aws_cloudtrail=trail_of("123456789012"), aws_s3_bucket=BUCKET)
    policy = plan_of(["no-op"], "aws_s3_bucket_policy", POLICY, POLICY)
    copies = {f"policy{number}": policy for number in range(many.WORTH_A_POOL)}
    few = write(tmp_path, trail=trail, **{name: copies[name] for name in list(copies)[:2]})
    told = [*FACTS, *OWNER, "--assume-trusted-access", "elsewhere"]
    assert of_input(check(*few, *told), few[0], "members-cannot-read-logs")["verdict"] == "proved"
    every = write(tmp_path, trail=trail, **copies)
    settings = Settings(organization_id=FACTS[1], management_account=FACTS[3], archive_account=OWNER[1])
    named = list(map(str, every))
    assert engine.check(named, settings, pool=True) == engine.check(named, settings)


def test_a_public_access_block_of_another_stack_counts(tmp_path: Path) -> None:
    closed = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    )
    given = write(
        tmp_path,
        bucket=state(aws_cloudtrail=trail_of("123456789012"), aws_s3_bucket=BUCKET, aws_s3_bucket_policy=POLICY),
        block=plan_of(
            ["no-op"], "aws_s3_bucket_public_access_block", {"bucket": LOGS} | closed, {"bucket": LOGS} | closed
        ),
    )
    run = check(*given, "--select", "bucket-is-hardened", *FACTS, *OWNER)
    assert "restrict_public_buckets" not in of_input(run, given[0], "bucket-is-hardened")["message"]


def test_losses_between_stacks_hold_for_many_inputs(tmp_path: Path) -> None:
    given = write(
        tmp_path,
        bucket=plan_of(["delete", "create"], "aws_s3_bucket", BUCKET, BUCKET),
        policy=plan_of(["no-op"], "aws_s3_bucket_policy", POLICY, POLICY),
        trail=KEPT_TRAIL,
        **{f"other{number}": state(aws_sqs_queue={"name": "x"}) for number in range(many.WORTH_A_POOL)},
    )
    settings = Settings(organization_id=FACTS[1], management_account=FACTS[3], archive_account=OWNER[1])
    named = list(map(str, given))
    assert engine.check(named, settings, pool=True) == engine.check(named, settings)

"""Plans that people have, as `terraform show -json` prints them: `python -m tools.printed_plans FOLDER [SHAPE...]`.

`tools.crowded_plans` says what there is many of. Here each resource gets all that Terraform prints of one: what is
known after apply only, what is marked sensitive, and its values once more in `planned_values`. All of that is taken
from recorded plans, so that a megabyte holds as many resources as a megabyte of a real plan does.
"""

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tools.crowded_plans import Crowd, buckets, log_buckets, refers, roles

#: Recorded plans that make one of most of the types.
RECORDED = ("examples/existing-organization/plan.json", "examples/recommended-policy/plan.json")


@cache
def _recorded() -> dict[str, dict[str, Any]]:
    """The change that a recorded plan prints of each type that it makes."""
    found: dict[str, dict[str, Any]] = {}
    for name in RECORDED:
        for one in json.loads(Path(name).read_text())["resource_changes"]:
            if one["change"]["actions"] in (["create"], ["read"]):
                found.setdefault(one["type"], one["change"])
    return found


def printed(crowd: Crowd) -> dict[str, Any]:
    """The plan of a crowd with all that Terraform prints of each resource."""
    planned = crowd.plan["planned_values"]["root_module"].setdefault("resources", [])
    there = {one["address"] for one in planned}
    for one in crowd.plan["resource_changes"]:
        change = one["change"]
        if one["address"] in there or change["before"] is not None:
            continue
        like = _recorded().get(one["type"], {"after": {}, "after_unknown": {}, "after_sensitive": {}})
        after, unknown = change["after"], change["after_unknown"]
        # What the recorded one leaves to AWS, this one does; what is null there is null here.
        change["after_unknown"] = {
            **{name: mark for name, mark in like["after_unknown"].items() if name not in after},
            **unknown,
        }
        nulls = {name for name, value in like["after"].items() if not value}
        change["after"] = {**{name: like["after"][name] for name in sorted(nulls - {*after, *unknown})}, **after}
        change |= {"after_sensitive": like["after_sensitive"], "before_sensitive": False}
        own = {name: one[name] for name in ("address", "mode", "type", "name", "provider_name")}
        planned.append(
            {**own, "schema_version": 0, "values": change["after"], "sensitive_values": change["after_sensitive"]}
        )
    return crowd.plan


def bare_buckets(count: int) -> Crowd:
    """Buckets and nothing on them, a hundred to a block."""
    crowd = Crowd()
    for number in range(count):
        name, block = f"acme-team-{number:05}-data", f"aws_s3_bucket.team_{number // 100}"
        first = {"bucket": refers("each.key")} if number % 100 == 0 else None
        every = {"for_each_expression": refers(f"var.team_{number // 100}")} if first else {}
        crowd.add(f'{block}["{name}"]', {"bucket": name, "force_destroy": False}, first, **every)
        crowd.plan["resource_changes"][-1]["index"] = name
    return crowd


def app_documents(count: int) -> Crowd:
    """Buckets with policies that documents make, known only after apply, which have nothing to do with logs."""
    crowd = Crowd()
    for number in range(count):
        name = f"acme-app-{number:05}"
        crowd.add(f"aws_s3_bucket.b{number}", {"bucket": name}, {"bucket": {"constant_value": name}})
        statements = [
            {
                "actions": ["s3:*"],
                "condition": [{"test": "Bool", "values": ["false"], "variable": "aws:SecureTransport"}],
                "effect": "Deny",
                "principals": [{"identifiers": ["*"], "type": "*"}],
                "resources": [None, None],
                "sid": "OnlyTls",
            },
            {
                "actions": ["s3:GetObject", "s3:PutObject"],
                "condition": [],
                "effect": "Allow",
                "principals": [{"identifiers": ["arn:aws:iam::222222222222:role/app"], "type": "AWS"}],
                "resources": [None],
                "sid": "TheApp",
            },
        ]
        rest = dict.fromkeys(("not_actions", "not_resources"))
        document = {
            **dict.fromkeys(
                ("override_json", "override_policy_documents", "policy_id", "source_json", "source_policy_documents")
            ),
            "statement": [{**one, **rest, "not_principals": []} for one in statements],
            "version": None,
        }
        arn = refers(f"aws_s3_bucket.b{number}.arn")
        written = [{"actions": {"constant_value": one["actions"]}, "resources": arn} for one in statements]
        address = f"data.aws_iam_policy_document.b{number}"
        crowd.add(address, document, {"statement": written}, unknown=("id", "json", "minified_json"))
        change = crowd.plan["resource_changes"][-1]["change"]
        change["actions"] = ["read"]
        change["after_unknown"]["statement"] = [
            {
                "actions": [False] * len(one["actions"]),
                "condition": [{"values": [False]} for _ in one["condition"]],
                "principals": [{"identifiers": [False]}],
                "resources": [True] * len(one["resources"]),
            }
            for one in statements
        ]
        expressions = {
            "bucket": refers(f"aws_s3_bucket.b{number}.id"),
            "policy": refers(f"data.aws_iam_policy_document.b{number}.json"),
        }
        crowd.add(f"aws_s3_bucket_policy.b{number}", {}, expressions, unknown=("id", "bucket", "policy"))
    return crowd


def mixed(count: int) -> Crowd:
    """What a large stack of one company holds: `count` small services, each with a bit of everything."""
    crowd = Crowd()
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    for number in range(count):
        name = f"acme-service-{number:04}"
        crowd.add(f"aws_s3_bucket.s{number}", {"bucket": name}, {"bucket": refers("var.name")})
        arns = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        condition = {"Bool": {"aws:SecureTransport": "false"}}
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": arns, "Condition": condition}
        values = {"policy": json.dumps({"Version": "2012-10-17", "Statement": [deny]})}
        own = refers(f"aws_s3_bucket.s{number}.id")
        crowd.add(f"aws_s3_bucket_policy.s{number}", values, {"bucket": own, "policy": {}}, unknown=("id", "bucket"))
        for kind in ("public_access_block", "versioning", "server_side_encryption_configuration", "ownership_controls"):
            crowd.add(f"aws_s3_bucket_{kind}.s{number}", {}, {"bucket": own}, unknown=("id", "bucket"))
        values = {"name": name, "assume_role_policy": json.dumps({"Version": "2012-10-17", "Statement": [trust]})}
        crowd.add(f"aws_iam_role.s{number}", values, {"name": refers("var.name"), "assume_role_policy": {}})
        role = refers(f"aws_iam_role.s{number}.id")
        crowd.add(
            f"aws_iam_role_policy.s{number}",
            {"name": "own", "role": name},
            {"role": role, "policy": refers(f"aws_s3_bucket.s{number}.arn")},
            unknown=("id", "policy"),
        )
        policy = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        crowd.add(
            f"aws_iam_role_policy_attachment.s{number}",
            {"role": name, "policy_arn": policy},
            {"role": role, "policy_arn": {"constant_value": policy}},
            unknown=("id",),
        )
        crowd.add(f"aws_cloudwatch_log_group.s{number}", {"name": f"/app/{name}"}, {"name": refers("var.name")})
        crowd.add(f"aws_sns_topic.s{number}", {"name": name}, {"name": refers("var.name")})
        crowd.add(f"aws_kms_key.s{number}", {"description": name}, {}, unknown=("id", "arn", "key_id", "policy"))
        crowd.add(
            f"aws_kms_alias.s{number}",
            {"name": f"alias/{name}"},
            {"target_key_id": refers(f"aws_kms_key.s{number}.key_id")},
            unknown=("id", "arn", "target_key_id"),
        )
        for kind in ("aws_instance", "aws_security_group", "aws_lambda_function", "aws_sqs_queue"):
            values = {"name": name, "tags": {"service": name, "owner": "platform"}, "description": "x" * 200}
            crowd.add(f"{kind}.s{number}", values, {"name": refers("var.name")}, unknown=("id", "arn", "owner_id"))
    return crowd


class Shape(msgspec.Struct, frozen=True):
    """Very many of what a plan is made of."""

    make: Callable[[int], Crowd]
    count: int


SHAPES = {
    "40,000 buckets": Shape(bare_buckets, 40_000),
    "5,000 roles": Shape(roles, 5_000),
    "10,000 roles": Shape(roles, 10_000),
    "a bit of everything": Shape(mixed, 680),
    "4,000 known bucket policies": Shape(buckets, 4_000),
    "3,000 buckets with documents": Shape(app_documents, 3_000),
    "200 log buckets": Shape(log_buckets, 200),
}


def plan_of(name: str) -> bytes:
    """The plan of a shape, as Terraform prints it. Roles are as bare as the issue's bound for them was set on."""
    shape = SHAPES[name]
    crowd = shape.make(shape.count)
    return msgspec.json.encode(crowd.plan if shape.make is roles else printed(crowd))


def _named(wanted: list[str]) -> Iterator[str]:
    yield from (name for name in SHAPES if not wanted or name.replace(" ", "-") in wanted)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in _named(sys.argv[2:]):
        file = folder / f"{name.replace(' ', '-')}.json"
        file.write_bytes(plan_of(name))
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

"""Plans with very many of one thing around one trail: `python -m tools.crowded_plans FOLDER COUNT [SHAPE...]`.

What grows with the square of anything shows here; `tools.large_plans` has plans that are merely large.
"""

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

EXAMPLE = Path("examples/recommended-policy/plan.json")
PROVIDER = "registry.terraform.io/hashicorp/aws"


class Crowd:
    """An example's plan that things are added to."""

    def __init__(self) -> None:
        self.plan: dict[str, Any] = msgspec.json.decode(EXAMPLE.read_bytes())
        self.root: dict[str, Any] = self.plan["configuration"]["root_module"]
        bucket = next(one for one in self.plan["resource_changes"] if one["type"] == "aws_s3_bucket")
        self.bucket: str = bucket["change"]["after"]["bucket"]

    def add(
        self,
        address: str,
        after: dict[str, Any] | None,
        expressions: dict[str, Any] | None = None,
        *,
        unknown: tuple[str, ...] = ("id", "arn"),
        before: dict[str, Any] | None = None,
        **configured: Any,
    ) -> None:
        """A resource and, but for later instances of a block, its block. It is made unless it is there `before`."""
        mode = "data" if address.startswith("data.") else "managed"
        kind, name = address.removeprefix("data.").split("[")[0].split(".")
        own = {"mode": mode, "type": kind, "name": name}
        actions = ["no-op"] if after == before else ["create"] if before is None else ["update"]
        change = {
            "actions": actions if after is not None else ["delete"],
            "before": before,
            "after": after,
            "after_unknown": dict.fromkeys(unknown, True) if before is None else {},
        }
        self.plan["resource_changes"].append({**own, "address": address, "provider_name": PROVIDER, "change": change})
        if expressions is not None:
            block = {**own, "address": address.split("[")[0], "provider_config_key": "aws", **configured}
            self.root["resources"].append({**block, "expressions": expressions})

    def again(self, kind: str, number: int, **values: Any) -> None:
        """One more of a resource that the example has."""
        for place in (self.plan["resource_changes"], self.root["resources"]):
            one = copy.deepcopy(next(found for found in place if found["type"] == kind and found["mode"] == "managed"))
            one["name"] += f"_{number}"
            one["address"] += f"_{number}"
            one.get("change", {}).get("after", {}).update(values)
            place.append(one)


def refers(*subjects: str) -> dict[str, Any]:
    """An expression that refers to attributes, as a plan shows it."""
    return {"references": [step for subject in subjects for step in (subject, subject.rpartition(".")[0])]}


def policy(bucket: str, *, logs: bool) -> str:
    """A bucket policy as modules write them; `logs` lets CloudTrail write."""
    arns = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    tls = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": arns}
    service = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    delivery = [
        {**service, "Action": "s3:GetBucketAcl", "Resource": arns[0]},
        {**service, "Action": "s3:PutObject", "Resource": f"{arns[0]}/AWSLogs/*"},
    ]
    statements = [
        {**tls, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        *(delivery if logs else []),
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def buckets(count: int, *, logs: bool = False) -> Crowd:
    """Buckets with policies and public access blocks."""
    crowd = Crowd()
    for number in range(count):
        name = f"bucket-{number}"
        own = refers(f"aws_s3_bucket.b{number}.id")
        crowd.add(f"aws_s3_bucket.b{number}", {"bucket": name}, {"bucket": {"constant_value": name}})
        values = {"bucket": name, "policy": policy(name, logs=logs)}
        crowd.add(f"aws_s3_bucket_policy.b{number}", values, {"bucket": own, "policy": {}})
        crowd.add(
            f"aws_s3_bucket_public_access_block.b{number}", {"bucket": name, "block_public_acls": True}, {"bucket": own}
        )
    return crowd


def log_buckets(count: int) -> Crowd:
    """Buckets whose policies let CloudTrail write."""
    return buckets(count, logs=True)


def unnamed_buckets(count: int) -> Crowd:
    """Buckets whose names AWS will choose, with policies that are known only then."""
    crowd = Crowd()
    for number in range(count):
        crowd.add(f"aws_s3_bucket.b{number}", {}, {}, unknown=("id", "arn", "bucket"))
        expressions = {
            "bucket": refers(f"aws_s3_bucket.b{number}.id"),
            "policy": refers(f"aws_s3_bucket.b{number}.arn"),
        }
        crowd.add(f"aws_s3_bucket_policy.b{number}", {}, expressions, unknown=("id", "bucket", "policy"))
    return crowd


def repeated_buckets(count: int) -> Crowd:
    """One block of buckets and one of their policies, both with for_each."""
    crowd = Crowd()
    for number in range(count):
        key = f'["stack-{number}"]'
        every = {"for_each_expression": refers("var.stacks")} if number == 0 else {}
        first = {"bucket": refers("each.key")} if number == 0 else None
        crowd.add(f"aws_s3_bucket.all{key}", {}, first, unknown=("id", "arn", "bucket"), **every)
        expressions = {"bucket": refers("aws_s3_bucket.all.id"), "policy": refers("aws_s3_bucket.all.arn")}
        first = expressions if number == 0 else None
        crowd.add(f"aws_s3_bucket_policy.all{key}", {}, first, unknown=("id", "bucket", "policy"), **every)
    return crowd


def policies_of_one_bucket(count: int) -> Crowd:
    """Policies that all say they are the log bucket's."""
    crowd = Crowd()
    for number in range(count):
        values = {"bucket": crowd.bucket, "policy": policy(crowd.bucket, logs=True)}
        own = refers("aws_s3_bucket.logs.id")
        crowd.add(f"aws_s3_bucket_policy.p{number}", values, {"bucket": own, "policy": {}})
    return crowd


def policies_of_unknown_buckets(count: int) -> Crowd:
    """Policies of which nobody can tell whose they are, beside a log bucket without one."""
    crowd = Crowd()
    for place in (crowd.plan["resource_changes"], crowd.root["resources"]):
        place[:] = [one for one in place if one["type"] != "aws_s3_bucket_policy"]
    for number in range(count):
        expressions = {"bucket": refers(f"local.name_{number}"), "policy": refers(f"local.policy_{number}")}
        crowd.add(f"aws_s3_bucket_policy.p{number}", {}, expressions, unknown=("id", "bucket", "policy"))
    return crowd


def trails(count: int) -> Crowd:
    """Organization trails that write to one bucket."""
    crowd = Crowd()
    for number in range(count):
        crowd.again("aws_cloudtrail", number, name=f"trail-{number}")
    return crowd


def changed_trails(count: int) -> Crowd:
    """Trails that are there, and that the plan points at a bucket whose policy it changes."""
    crowd = Crowd()
    for change in crowd.plan["resource_changes"]:
        if change["type"] in ("aws_s3_bucket", "aws_s3_bucket_policy", "aws_organizations_organization"):
            after = change["change"]["after"]
            change["change"].update(actions=["update"], before={**after, "policy": policy(crowd.bucket, logs=True)})
    trail = next(one for one in crowd.plan["resource_changes"] if one["type"] == "aws_cloudtrail")["change"]["after"]
    for number in range(count):
        crowd.again("aws_cloudtrail", number, name=f"trail-{number}")
        before = {**trail, "name": f"trail-{number}", "s3_bucket_name": "another"}
        crowd.plan["resource_changes"][-1]["change"].update(actions=["update"], before=before)
    return crowd


def keys(count: int) -> Crowd:
    """KMS keys with policies and aliases, and as many trails that encrypt with one of them each."""
    crowd = Crowd()
    for number in range(count):
        crowd.add(f"aws_kms_key.k{number}", {}, {}, unknown=("id", "arn", "key_id", "policy"))
        expressions = {"key_id": refers(f"aws_kms_key.k{number}.id"), "policy": refers(f"aws_kms_key.k{number}.arn")}
        crowd.add(f"aws_kms_key_policy.k{number}", {}, expressions, unknown=("id", "key_id", "policy"))
        expressions = {"target_key_id": refers(f"aws_kms_key.k{number}.key_id")}
        values = {"name": f"alias/k{number}"}
        crowd.add(f"aws_kms_alias.k{number}", values, expressions, unknown=("id", "arn", "target_key_id"))
        crowd.again("aws_cloudtrail", number, name=f"trail-{number}", kms_key_id=f"alias/k{number}")
    return crowd


def roles(count: int) -> Crowd:
    """Roles that other accounts may assume, with policies of their own."""
    crowd = Crowd()
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:root"}, "Action": "sts:AssumeRole"}
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::elsewhere/*"}
    for number in range(count):
        values = {"name": f"role-{number}", "assume_role_policy": json.dumps({"Statement": [trust]})}
        crowd.add(f"aws_iam_role.r{number}", values, {"name": {"constant_value": f"role-{number}"}})
        values = {"role": f"role-{number}", "policy": json.dumps({"Statement": [reads]})}
        crowd.add(f"aws_iam_role_policy.r{number}", values, {"role": refers(f"aws_iam_role.r{number}.name")})
        values = {"name": f"policy-{number}", "policy": json.dumps({"Statement": [reads]})}
        crowd.add(f"aws_iam_policy.r{number}", values, {"name": {"constant_value": f"policy-{number}"}})
        expressions = {
            "role": refers(f"aws_iam_role.r{number}.name"),
            "policy_arn": refers(f"aws_iam_policy.r{number}.arn"),
        }
        values = {"role": f"role-{number}"}
        crowd.add(f"aws_iam_role_policy_attachment.r{number}", values, expressions, unknown=("id", "policy_arn"))
    return crowd


def topics(count: int) -> Crowd:
    """Topics with policies, and a trail for each."""
    crowd = Crowd()
    for number in range(count):
        crowd.add(f"aws_sns_topic.t{number}", {"name": f"topic-{number}"}, {"name": {"constant_value": "x"}})
        own = refers(f"aws_sns_topic.t{number}.arn")
        crowd.add(f"aws_sns_topic_policy.t{number}", {}, {"arn": own, "policy": own}, unknown=("id", "arn", "policy"))
        crowd.again("aws_cloudtrail", number, name=f"trail-{number}", sns_topic_name=f"topic-{number}")
    return crowd


def access_points(count: int) -> Crowd:
    """Access points of the log bucket, with policies."""
    crowd = Crowd()
    for number in range(count):
        values = {"bucket": crowd.bucket, "name": f"point-{number}"}
        crowd.add(f"aws_s3_access_point.a{number}", values, {"bucket": refers("aws_s3_bucket.logs.id")})
        expressions = {"access_point_arn": refers(f"aws_s3_access_point.a{number}.arn"), "policy": {}}
        values = {"policy": json.dumps({"Statement": []})}
        crowd.add(
            f"aws_s3control_access_point_policy.a{number}", values, expressions, unknown=("id", "access_point_arn")
        )
    return crowd


def controls(count: int) -> Crowd:
    """Service control policies, each attached."""
    crowd = Crowd()
    content = {"Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}
    for number in range(count):
        values = {"content": json.dumps({"Statement": [content]}), "type": "SERVICE_CONTROL_POLICY"}
        crowd.add(f"aws_organizations_policy.c{number}", values, {})
        expressions = {"policy_id": refers(f"aws_organizations_policy.c{number}.id")}
        crowd.add(f"aws_organizations_policy_attachment.c{number}", {}, expressions, unknown=("id", "policy_id"))
    return crowd


def commands(count: int) -> Crowd:
    """Provisioners whose commands refer to values that the plan doesn't put in."""
    crowd = Crowd()
    told = {"type": "local-exec", "expressions": {"command": refers("local.command")}}
    for number in range(count):
        crowd.add(f"null_resource.n{number}", {}, {}, provisioners=[told])
    return crowd


def documents(count: int) -> Crowd:
    """Policy documents that are known only after apply, each the policy of a bucket."""
    crowd = Crowd()
    for number in range(count):
        name = f"bucket-{number}"
        crowd.add(f"aws_s3_bucket.b{number}", {"bucket": name}, {"bucket": {"constant_value": name}})
        statement = {"effect": "Allow", "actions": ["s3:PutObject"], "resources": [f"arn:aws:s3:::{name}/*"]}
        statement |= {"principals": [{"type": "Service", "identifiers": ["cloudtrail.amazonaws.com"]}]}
        expressions = {"statement": [{"actions": {}, "resources": refers(f"aws_s3_bucket.b{number}.arn")}]}
        crowd.add(f"data.aws_iam_policy_document.b{number}", {"statement": [statement]}, expressions, unknown=("json",))
        crowd.plan["resource_changes"][-1]["change"]["actions"] = ["read"]
        expressions = {
            "bucket": refers(f"aws_s3_bucket.b{number}.id"),
            "policy": refers(f"data.aws_iam_policy_document.b{number}.json"),
        }
        crowd.add(f"aws_s3_bucket_policy.b{number}", {"bucket": name}, expressions, unknown=("id", "policy"))
    return crowd


def waiting_trails(count: int) -> Crowd:
    """Trails that wait for a module with as many resources."""
    crowd = Crowd()
    inside = [
        {"address": f"aws_s3_bucket.b{number}", "mode": "managed", "type": "aws_s3_bucket", "name": f"b{number}"}
        for number in range(count)
    ]
    crowd.root.setdefault("module_calls", {})["stacks"] = {"source": "./stacks", "module": {"resources": inside}}
    for number in range(count):
        crowd.again("aws_cloudtrail", number, name=f"trail-{number}")
        crowd.root["resources"][-1]["depends_on"] = ["module.stacks"]
    return crowd


def prior_buckets(count: int) -> Crowd:
    """Buckets and their policies that are there and that the plan doesn't mention."""
    crowd = Crowd()
    found = []
    for number in range(count):
        name = f"bucket-{number}"
        for kind in ("aws_s3_bucket", "aws_s3_bucket_policy"):
            values = {"bucket": name, "id": name, "policy": policy(name, logs=False)}
            own = {"mode": "managed", "type": kind, "name": f"b{number}", "provider_name": PROVIDER}
            found.append({**own, "address": f"{kind}.b{number}", "values": values, "depends_on": ["aws_s3_bucket.x"]})
    crowd.plan["prior_state"] = {"format_version": "1.0", "values": {"root_module": {"resources": found}}}
    return crowd


def destroyed_buckets(count: int) -> Crowd:
    """Buckets that stay while the plan destroys their policies and trails."""
    crowd = Crowd()
    for number in range(count):
        name = f"bucket-{number}"
        held = {"bucket": name, "policy": policy(name, logs=True)}
        crowd.add(f"aws_s3_bucket.b{number}", held, {}, before=held)
        crowd.add(f"aws_s3_bucket_policy.b{number}", None, before=held)
        crowd.add(f"aws_cloudtrail.t{number}", None, before={"name": name, "s3_bucket_name": name})
    return crowd


def drifted(count: int) -> Crowd:
    """Buckets that somebody changed, or deleted, outside of Terraform."""
    crowd = buckets(count)
    drift = []
    for number in range(count):
        before = {"bucket": f"bucket-{number}", "tags": {"a": "b"}}
        after = None if number % 2 else {**before, "tags": {}}
        own = {"mode": "managed", "type": "aws_s3_bucket", "name": f"b{number}", "provider_name": PROVIDER}
        change = {"actions": ["update"] if after else ["delete"], "before": before, "after": after}
        drift.append({**own, "address": f"aws_s3_bucket.b{number}", "change": change})
    crowd.plan["resource_drift"] = drift
    return crowd


SHAPES: dict[str, Callable[[int], Crowd]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        buckets, log_buckets, unnamed_buckets, repeated_buckets, policies_of_one_bucket, policies_of_unknown_buckets,
        trails, changed_trails, keys, roles, topics, access_points, controls, commands, documents, waiting_trails,
        prior_buckets, destroyed_buckets, drifted,
    )
}  # fmt: skip


def crowded(shape: str, count: int) -> bytes:
    """The plan of a shape with so many of what it is made of."""
    return msgspec.json.encode(SHAPES[shape](count).plan)


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for shape in sys.argv[3:] or SHAPES:
        file = folder / f"{shape}.json"
        file.write_bytes(crowded(shape, count))
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

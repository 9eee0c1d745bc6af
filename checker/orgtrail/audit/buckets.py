"""What S3 shows of the buckets that trails write to."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

from orgtrail.audit import calls
from orgtrail.audit.aws import Account
from orgtrail.audit.calls import ApiCall
from orgtrail.evidence import Seen
from orgtrail.values import Cause, Rest, Unknown

#: What S3 calls the regions that it named before there were names.
_OLD_REGIONS = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}

#: The four switches of a public access block, as Terraform and S3 name them.
_SWITCHES = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def see_buckets(trails: Iterable[Seen], owners: list[Account], pool: Executor) -> Iterator[Seen]:
    """Every bucket that one of the trails writes to, asked in that of the `owners` which it belongs to."""
    named = {(trail.values or {}).get("s3_bucket_name") for trail in trails}
    names = sorted(name for name in named if isinstance(name, str))
    for found in pool.map(lambda name: list(_bucket(name, owners)), names):
        yield from found
    if names:
        yield from (block for block in pool.map(_account_block, owners) if block)


def _bucket(name: str, owners: list[Account]) -> Iterator[Seen]:
    """One bucket as the resources that Terraform makes of it."""
    owner, cause = _owner(name, owners)
    hole = Unknown(cause)
    arn = f"arn:{owners[0].partition}:s3:::{name}"

    def ask(call: ApiCall) -> Any:
        return owner.ask(call, Bucket=name) if owner else hole

    def seen(kind: str, what: str, values: dict[str, Any]) -> Seen:
        values = {"bucket": name, **values}
        return Seen(type=kind, address=f"{what}{arn}", account=owner.id if owner else "", values=values)

    location, policy = ask(calls.BUCKET_LOCATION), ask(calls.BUCKET_POLICY)
    yield seen("aws_s3_bucket", "", {"id": name, "arn": arn, "region": _region(location)})
    # A bucket without a policy is shown as one with none, so that nobody takes it for a bucket that wasn't asked.
    status = _part(ask(calls.BUCKET_POLICY_STATUS), "PolicyStatus")
    values = {"policy": _part(policy, "Policy"), "is_public": _part(status, "IsPublic")}
    yield seen("aws_s3_bucket_policy", "policy of ", values)
    yield seen("aws_s3_bucket_acl", "ACL of ", {"access_control_policy": _acl(ask(calls.BUCKET_ACL))})
    versioning = ask(calls.BUCKET_VERSIONING)
    values = {"status": _part(versioning, "Status") or "Disabled", "mfa_delete": _part(versioning, "MFADelete")}
    yield seen("aws_s3_bucket_versioning", "versioning of ", {"versioning_configuration": [values]})
    # What S3 says isn't there, isn't there for the rules either.
    if rules := _encryption(ask(calls.BUCKET_ENCRYPTION)):
        yield seen("aws_s3_bucket_server_side_encryption_configuration", "encryption of ", rules)
    if block := _block(ask(calls.BUCKET_PUBLIC_ACCESS)):
        yield seen("aws_s3_bucket_public_access_block", "public access block of ", block)
    if ownership := _ownership(ask(calls.BUCKET_OWNERSHIP)):
        yield seen("aws_s3_bucket_ownership_controls", "ownership controls of ", ownership)
    if replication := _replication(ask(calls.BUCKET_REPLICATION)):
        yield seen("aws_s3_bucket_replication_configuration", "replication of ", replication)
    if lifecycle := _lifecycle(ask(calls.BUCKET_LIFECYCLE)):
        yield seen("aws_s3_bucket_lifecycle_configuration", "lifecycle of ", lifecycle)
    if notified := _notification(ask(calls.BUCKET_NOTIFICATION)):
        yield seen("aws_s3_bucket_notification", "notifications of ", notified)
    if owner:
        for one in owner.list(calls.BUCKET_INVENTORIES, Bucket=name):
            yield seen("aws_s3_bucket_inventory", *_inventory(one))
        yield from _access_points(name, owner, _region(location))


def _owner(name: str, owners: list[Account]) -> tuple[Account | None, Cause]:
    """Which of the accounts owns a bucket. Another account's may be readable, too, so that answers prove nothing."""
    denied: list[Cause] = []
    for owner in owners:
        for found in owner.list(calls.BUCKETS, Prefix=name):
            if isinstance(found, Rest):
                denied.append(found.cause)
            elif found.get("Name") == name:
                return owner, Cause("")
    if denied:
        return None, denied[0]
    asked = " or ".join(owner.id for owner in owners)
    what = f"bucket {name} doesn't belong to account {asked}"
    return None, Cause(what, "give --archive-role-arn with a role of the account that owns it")


def _account_block(owner: Account) -> Seen | None:
    block = _block(owner.ask(calls.ACCOUNT_PUBLIC_ACCESS, AccountId=owner.id))
    address = f"public access block of account {owner.id}"
    kind = "aws_s3_account_public_access_block"
    return Seen(type=kind, address=address, account=owner.id, values=block) if block else None


def _access_points(bucket: str, owner: Account, region: Any) -> Iterator[Seen]:
    """The access points that the bucket's account made for it."""
    where = region if isinstance(region, str) else None
    for point in owner.list(calls.ACCESS_POINTS, region=where, AccountId=owner.id, Bucket=bucket):
        if isinstance(point, Rest):
            hole = Unknown(point.cause)
            address = f"access points of {bucket} that may not be listed"
            values: dict[str, Any] = {"bucket": bucket, "policy": hole, "arn": hole}
        else:
            address = str(point.get("AccessPointArn"))
            name = point.get("Name")
            policy = owner.ask(calls.ACCESS_POINT_POLICY, region=where, AccountId=owner.id, Name=name)
            vpc = (point.get("VpcConfiguration") or {}).get("VpcId")
            values = {
                "bucket": bucket,
                "name": name,
                "arn": address,
                "region": region,
                "vpc_configuration": [{"vpc_id": vpc}] if vpc else [],
                "policy": _part(policy, "Policy"),
            }
        yield Seen(type="aws_s3_access_point", address=address, account=owner.id, values=values)


def _replication(answer: Any) -> dict[str, Any] | None:
    if isinstance(answer, Unknown):
        return {"rule": answer}
    rules = (answer.get("ReplicationConfiguration") or {}).get("Rules") if isinstance(answer, dict) else None
    if not rules:
        return None
    return {
        "rule": [
            {
                "status": rule.get("Status"),
                "destination": [{"bucket": one.get("Bucket"), "account": one.get("Account")}],
            }
            for rule in rules
            for one in [rule.get("Destination") or {}]
        ]
    }


def _inventory(one: Any) -> tuple[str, dict[str, Any]]:
    """What an inventory is called, and its values."""
    if isinstance(one, Rest):
        return "inventories that may not be listed of ", {"destination": Unknown(one.cause), "enabled": True}
    found = (one.get("Destination") or {}).get("S3BucketDestination") or {}
    target = {"bucket_arn": found.get("Bucket"), "account_id": found.get("AccountId")}
    values = {"name": one.get("Id"), "enabled": one.get("IsEnabled") is True, "destination": [{"bucket": [target]}]}
    return f"inventory {one.get('Id')} of ", values


def _lifecycle(answer: Any) -> dict[str, Any] | None:
    if isinstance(answer, Unknown):
        return {"rule": answer}
    rules = answer.get("Rules") if isinstance(answer, dict) else None
    return {"rule": [_lifecycle_rule(rule) for rule in rules]} if rules else None


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule as Terraform has it, as far as it expires anything."""
    filter_ = rule.get("Filter") or {}
    both = filter_.get("And") or {}
    prefix = rule.get("Prefix") or filter_.get("Prefix") or both.get("Prefix") or ""
    tags = [*(both.get("Tags") or []), *([filter_["Tag"]] if filter_.get("Tag") else [])]
    expiration, older = rule.get("Expiration") or {}, rule.get("NoncurrentVersionExpiration") or {}
    date = expiration.get("Date")
    return {
        "id": rule.get("ID"),
        "status": rule.get("Status"),
        "filter": [{"prefix": prefix, "tag": tags}],
        "expiration": [{"days": expiration.get("Days"), "date": str(date) if date else None}] if expiration else [],
        "noncurrent_version_expiration": [{"noncurrent_days": older.get("NoncurrentDays")}] if older else [],
    }


#: What a bucket notifies: block, attribute, member of S3's answer, and member of its elements.
_NOTIFIED = (
    ("topic", "topic_arn", "TopicConfigurations", "TopicArn"),
    ("queue", "queue_arn", "QueueConfigurations", "QueueArn"),
    ("lambda_function", "lambda_function_arn", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
)


def _notification(answer: Any) -> dict[str, Any] | None:
    if isinstance(answer, Unknown):
        return {"queue": [answer]}
    found = {
        block: [{attribute: one.get(member)} for one in answer.get(members) or []]
        for block, attribute, members, member in (_NOTIFIED if isinstance(answer, dict) else ())
    }
    return found if any(found.values()) else None


def _region(location: Any) -> Any:
    if isinstance(location, dict):
        found = location.get("LocationConstraint")
        return _OLD_REGIONS.get(found, found)
    return location


def _acl(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return answer
    grants = [
        {
            "permission": grant.get("Permission"),
            "grantee": [
                {
                    "type": (grant.get("Grantee") or {}).get("Type"),
                    "id": (grant.get("Grantee") or {}).get("ID"),
                    "uri": (grant.get("Grantee") or {}).get("URI"),
                }
            ],
        }
        for grant in answer.get("Grants") or []
    ]
    return [{"grant": grants, "owner": [{"id": (answer.get("Owner") or {}).get("ID")}]}]


def _encryption(answer: Any) -> dict[str, Any] | None:
    if isinstance(answer, Unknown):
        return {"rule": answer}
    if not isinstance(answer, dict):
        return None
    rules = (answer.get("ServerSideEncryptionConfiguration") or {}).get("Rules") or []
    return {
        "rule": [
            {
                "bucket_key_enabled": rule.get("BucketKeyEnabled"),
                "apply_server_side_encryption_by_default": [
                    {"sse_algorithm": default.get("SSEAlgorithm"), "kms_master_key_id": default.get("KMSMasterKeyID")}
                    for default in [rule.get("ApplyServerSideEncryptionByDefault") or {}]
                ],
            }
            for rule in rules
        ]
    }


def _block(answer: Any) -> dict[str, Any] | None:
    if isinstance(answer, Unknown):
        return dict.fromkeys(_SWITCHES, answer)
    if not isinstance(answer, dict):
        return None
    switches = answer.get("PublicAccessBlockConfiguration") or {}
    return {name: switches.get(member) is True for name, member in _SWITCHES.items()}


def _ownership(answer: Any) -> dict[str, Any] | None:
    if isinstance(answer, Unknown):
        return {"rule": [{"object_ownership": answer}]}
    if not isinstance(answer, dict):
        return None
    rules = (answer.get("OwnershipControls") or {}).get("Rules") or []
    return {"rule": [{"object_ownership": rule.get("ObjectOwnership")} for rule in rules]}


def _part(answer: Any, name: str) -> Any:
    """A member of an answer: the hole where the answer is one, None where there is no such thing."""
    if isinstance(answer, dict):
        return answer.get(name)
    return answer if isinstance(answer, Unknown) else None

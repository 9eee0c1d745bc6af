"""What S3 shows of the buckets that trails write to."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

from orgtrail.audit import calls
from orgtrail.audit.aws import Account
from orgtrail.audit.calls import Call
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

    def ask(call: Call) -> Any:
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

"""What KMS shows of the keys that trails encrypt with."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

from orgtrail.arn import read_arn
from orgtrail.audit import calls
from orgtrail.audit.aws import Account
from orgtrail.evidence import Seen
from orgtrail.values import Cause, Rest, Unknown


def see_keys(encrypted: Iterable[Seen], owners: list[Account], pool: Executor) -> Iterator[Seen]:
    """Every KMS key that a trail or its topic names, asked in the account and region that its ARN names."""
    keys = sorted({name for one in encrypted for name in _named(one) if name})
    for found in pool.map(lambda key: list(_key(key, owners)), keys):
        yield from found


def _named(encrypted: Seen) -> Iterator[str]:
    """The key that a trail names, and that of a topic, which may be an id or an alias of the topic's account."""
    values = encrypted.values or {}
    if isinstance(name := values.get("kms_key_id"), str):
        yield name
    topic, name = read_arn(values.get("arn")), values.get("kms_master_key_id")
    if isinstance(name, str) and topic and not name.endswith("alias/aws/sns"):
        start = f"arn:{topic.partition}:kms:{topic.region}:{topic.account}"
        yield name if read_arn(name) else f"{start}:{name if '/' in name else f'key/{name}'}"


def _key(name: str, owners: list[Account]) -> Iterator[Seen]:
    named = read_arn(name)
    region, account = (str(named.region), str(named.account)) if named else (owners[0].region, owners[0].id)
    owner = next((owner for owner in owners if owner.id == account), None)
    if owner is None:
        what = f"key {name} belongs to account {account}, which wasn't asked"
        hidden = Unknown(Cause(what, "give --archive-role-arn with a role of that account"))
        yield from _seen(name, account, region, hidden, hidden, [Rest(hidden.cause)])
        return
    described = owner.ask(calls.KEY, region=region, KeyId=name)
    # A trail may name its key by an alias; its policy is had by id only.
    key_id = (described.get("KeyMetadata") or {}).get("Arn", name) if isinstance(described, dict) else name
    policy = owner.ask(calls.KEY_POLICY, region=region, KeyId=key_id, PolicyName="default")
    yield from _seen(
        name, account, region, described, policy, owner.list(calls.KEY_GRANTS, region=region, KeyId=key_id)
    )


def _seen(name: str, account: str, region: str, described: Any, policy: Any, grants: list[Any]) -> Iterator[Seen]:
    """A key with its policy and its grants, as AWS described them."""
    policy = policy.get("Policy") if isinstance(policy, dict) else policy
    hole = described if isinstance(described, Unknown) else None
    metadata = (described.get("KeyMetadata") or {}) if isinstance(described, dict) else {}
    yield Seen(
        type="aws_kms_key",
        address=name,
        account=account,
        values={
            "arn": metadata.get("Arn") or name,
            "key_id": hole or metadata.get("KeyId"),
            "is_enabled": hole or metadata.get("Enabled") is True,
            "key_state": hole or metadata.get("KeyState"),
            "customer_master_key_spec": hole or metadata.get("KeySpec"),
            "key_usage": hole or metadata.get("KeyUsage"),
            "region": region,
        },
    )
    yield Seen(
        type="aws_kms_key_policy",
        address=f"policy of {name}",
        account=account,
        values={"key_id": metadata.get("KeyId") or name, "key_arn": metadata.get("Arn") or name, "policy": policy},
    )
    arn = metadata.get("Arn") or name
    yield from (_grant(arn, account, grant) for grant in grants)


def _grant(key: str, account: str, grant: Any) -> Seen:
    if isinstance(grant, Rest):
        hole = Unknown(grant.cause)
        values: dict[str, Any] = {"key_id": key, "grantee_principal": hole, "operations": hole}
        address = f"grants on {key} that may not be listed"
    else:
        constraints = grant.get("Constraints") or {}
        values = {
            "key_id": key,
            "grantee_principal": grant.get("GranteePrincipal"),
            "operations": grant.get("Operations") or [],
            "constraints": [constraints] if constraints else [],
        }
        address = f"grant {grant.get('GrantId')} on {key}"
    return Seen(type="aws_kms_grant", address=address, account=account, values=values)

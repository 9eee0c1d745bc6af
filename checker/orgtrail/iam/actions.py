"""The S3 and KMS actions: access level, resource types, condition keys; and the groups that the rules ask about.

The catalogue is compiled by `tools/compile_actions.py` from AWS's Service Authorization Reference. A group is taken
from it by access level and resource type; only what AWS's levels don't tell apart is named here (source: S3 User Guide,
"Policy actions for Amazon S3"; KMS Developer Guide, "AWS KMS permissions").
"""

import functools
import os
from collections.abc import Callable, Container

import msgspec


def is_listed(key: str, listed: Container[str]) -> bool:
    """Whether the condition key `key` (lower case) is one of `listed`, or begins as one that has a free ending."""
    if key in listed:
        return True
    # A proof asks this thousands of times, so a key's possible starts are looked up, and `listed` isn't walked over.
    return any(key[: end + 1] in listed for end, character in enumerate(key) if character in "/:")


class Action(msgspec.Struct, frozen=True):
    """One action. `keys` are the condition keys of its own service that its requests carry, as lower-case prefixes."""

    name: str
    level: str
    resources: tuple[str, ...]
    keys: tuple[str, ...]

    def takes(self, key: str) -> bool:
        """Whether requests of this action may carry the condition key `key` (lower case) of its service."""
        return is_listed(key, self.keys)


class _Entry(msgspec.Struct, frozen=True):
    level: str
    resources: tuple[str, ...]
    keys: tuple[str, ...]


class _Catalogue(msgspec.Struct, frozen=True):
    source: str
    keys: tuple[str, ...]
    actions: dict[str, _Entry]


@functools.cache
def _file() -> _Catalogue:
    # Beside this file, not through importlib.resources: that imports zipfile and tempfile at every start.
    with open(os.path.join(os.path.dirname(__file__), "data", "actions.json"), "rb") as data:
        return msgspec.json.decode(data.read(), type=_Catalogue)


@functools.cache
def catalogue() -> dict[str, Action]:
    """Every S3 and KMS action by its name as AWS spells it (`s3:GetObject`)."""
    return {name: Action(name, e.level, e.resources, e.keys) for name, e in _file().actions.items()}


@functools.cache
def _service_keys() -> frozenset[str]:
    return frozenset(_file().keys)


def is_service_key(key: str) -> bool:
    """Whether AWS lists `key` (lower case) as a condition key of S3 or KMS; some end freely (`s3:buckettag/...`)."""
    return is_listed(key, _service_keys())


#: What AWS's `Read` level on an object covers beside the content: these endings only reveal facts about it.
_FACTS = ("Acl", "Attributes", "LegalHold", "Retention", "Tagging")
#: Copies of the content leave by these, though AWS calls them `Write`.
_COPIES = ("s3:RestoreObject", "s3:InitiateReplication", "s3:PutReplicationConfiguration")
#: Bucket settings that change, remove or divert what is delivered.
_SETTINGS = (
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutBucketNotification",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutReplicationConfiguration",
    "s3:PutInventoryConfiguration",
)
_REMOVALS = ("s3:AbortMultipartUpload", "s3:ReplicateDelete")

#: What another account may be allowed on a key at all (KMS guide, "Allowing users in other accounts to use a KMS key").
KMS_CROSS_ACCOUNT = frozenset(
    f"kms:{name}"
    for name in [
        "CreateGrant",
        "Decrypt",
        "DeriveSharedSecret",
        "DescribeKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetKeyRotationStatus",
        "GetPublicKey",
        "ListGrants",
        "ReEncryptFrom",
        "ReEncryptTo",
        "RetireGrant",
        "RevokeGrant",
        "Sign",
        "Verify",
        "VerifyMac",
    ]
)
#: S3 answers these calls from another account with 405, whatever the policy says (S3 API, "PutBucketPolicy").
OWNER_ONLY = frozenset(("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"))


@functools.cache
def _pick(levels: tuple[str, ...], on: tuple[str, ...], service: str = "s3") -> tuple[str, ...]:
    wanted, prefix = set(on), f"{service}:"
    return tuple(
        name
        for name, action in catalogue().items()
        if action.level in levels and name.startswith(prefix) and not wanted.isdisjoint(action.resources)
    )


_OWN = ("bucket", "object")


def _removals() -> list[str]:
    return [
        action
        for action in _pick(("Write", "Tagging"), _OWN)
        if action in _REMOVALS or (action.startswith("s3:Delete") and not action.endswith(("Tagging", "Website")))
        if "Metadata" not in action
    ]


def _reads() -> list[str]:
    return [action for action in _pick(("Read",), ("object",)) if not action.endswith(_FACTS)] + list(_COPIES)


def _lists() -> list[str]:
    told = [action for action in _pick(("Read",), ("object",)) if action.endswith(_FACTS)]
    found = ["s3:ListBucket", *_pick(("List",), _OWN), *told, "s3:GetInventoryConfiguration"]
    return [action for action in found if not action.endswith("TagsForResource")]


def _writes() -> list[str]:
    found = ["s3:PutObject", *_pick(("Write", "Tagging"), ("object",))]
    others = {*_removals(), *_COPIES}
    return [action for action in found if action not in others]


def _disables() -> list[str]:
    found = ["kms:ScheduleKeyDeletion", *_pick(("Write", "Permissions management"), ("key",), "kms")]
    return [one for one in found if one not in KMS_CROSS_ACCOUNT and not one.endswith(("Alias", "Description"))]


_GROUPS: dict[str, Callable[[], list[str]]] = {
    "read": _reads,
    "list": _lists,
    "write": _writes,
    "delete": lambda: ["s3:DeleteObject", *_removals()],
    "configure": lambda: list(_SETTINGS),
    "change-policy": lambda: ["s3:PutBucketPolicy", *_pick(("Permissions management",), _OWN)],
    "decrypt": lambda: ["kms:Decrypt", "kms:ReEncryptFrom", "kms:CreateGrant"],
    "disable-key": _disables,
}


@functools.cache
def group(name: str) -> tuple[str, ...]:
    """The actions of a group, the telling ones first.

    read, list, write, delete, configure, change-policy (S3) and decrypt, disable-key (KMS).
    """
    return tuple(dict.fromkeys(_GROUPS[name]()))


#: The groups of the access matrix: what can be done with the bucket, and with the key.
BUCKET_GROUPS = ("read", "list", "write", "delete", "configure", "change-policy")
KEY_GROUPS = ("decrypt", "disable-key")

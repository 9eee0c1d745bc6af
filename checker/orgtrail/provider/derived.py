"""What the AWS provider derives: attributes that nobody writes but that follow from what is written, or are fixed.

The name of a bucket gives its ARN, the caller's account and region give a trail's. What only AWS will choose (the id
of a key) is a `Symbol` whose identity is one for the resource, wherever it is referred to from.
Source: Terraform Registry, hashicorp/aws, "Attribute Reference" of each resource; AWS, "Amazon Resource Names (ARNs)".
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from orgtrail.provider import policy_document
from orgtrail.provider.identity import partition_of
from orgtrail.provider.resource_types import resource_type
from orgtrail.terraform.language.operations import EvaluationError, plain, to_bool
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, show, text

ROOT_ID = Symbol("the id of the organization's root", "root-id")

_DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


class Subject(Protocol):
    """One resource instance, as far as deriving needs it."""

    @property
    def address(self) -> str:
        """Its address, instance keys included."""
        ...

    @property
    def type(self) -> str:
        """Its resource type."""
        ...

    @property
    def mode(self) -> str:
        """Managed or data."""
        ...

    def get(self, name: str) -> Value:
        """The value of another attribute; null where it isn't set."""
        ...

    def account(self) -> Value:
        """The account that its provider acts in."""
        ...

    def region(self) -> Value:
        """The region that its provider acts in."""
        ...

    def organization_id(self) -> Value:
        """The organization's id."""
        ...

    def management_account(self) -> Value:
        """The management account's id."""
        ...

    def render(self, template: str, given: dict[str, Value]) -> Value:
        """What a template makes of the given values."""
        ...


Derivation: TypeAlias = Callable[[Subject], Value]


def partition(region: Value) -> Value:
    """The partition of a region that may not be known."""
    if isinstance(region, str):
        return partition_of(region)
    if isinstance(region, Symbol):
        return Symbol(region.identity.replace("the region of", "the partition of"), "partition")
    return region


def derive(subject: Subject, name: str) -> Value:
    """The value that the provider gives an attribute; an `Unknown` where nothing here says so."""
    rule = RULES.get((subject.mode, subject.type), {}).get(name)
    if rule is not None:
        return rule(subject)
    address = f"{subject.address}.{name}"
    if subject.type.startswith("aws_"):
        # Both are fixed strings, and neither can hold a wildcard.
        if name == "arn" or name.endswith("_arn"):
            return Symbol(address, "arn")
        if name == "id" and subject.mode == "managed":
            return Symbol(address)
    if subject.type == "terraform_remote_state":
        return Unknown(Cause(f"`{subject.address}` is the state of another stack", _OTHER_STATE))
    if subject.mode == "data":
        return Unknown(_only_read(address))
    return Unknown(Cause(f"`{address}` is known only after apply"))


#: Another stack's state is read only when terraform runs; what it says of the bucket is in that stack's plan.
_OTHER_STATE = "give a plan of this stack, which shows what it reads, and that stack's plan as another INPUT"


def derives(subject: Subject, name: str) -> bool:
    """Whether something here says what an attribute is."""
    return name in RULES.get((subject.mode, subject.type), {})


def defaults(mode: str, kind: str) -> dict[str, Value]:
    """The values of arguments that aren't set; a data source has none."""
    return resource_type(kind).defaults if mode == "managed" else {}


def default(subject: Subject, name: str) -> Value:
    """The value of an attribute that isn't set."""
    return defaults(subject.mode, subject.type).get(name)


def typed(kind: str, name: str, written: Value) -> Value:
    """An argument as the provider takes it: `"true"` for a boolean is true. Raises EvaluationError where it fails."""
    if isinstance(written, str) and isinstance(resource_type(kind).defaults.get(name), bool):
        return to_bool(written)
    if (kind, name) == ("aws_s3_bucket", "versioning") and isinstance(written, list):
        return [
            {**block, "enabled": to_bool(block["enabled"])}
            if isinstance(block, dict) and isinstance(block.get("enabled"), str)
            else block
            for block in written
        ]
    return written


def names(mode: str, kind: str) -> tuple[str, ...]:
    """The attributes that are derived for a type, and those that have defaults."""
    return (*RULES.get((mode, kind), ()), *defaults(mode, kind))


def _arn(service: str, *resource: "str | Derivation", region: bool = True, account: bool = True) -> Derivation:
    """A rule for an ARN; parts of `resource` are text, or rules for what goes there."""

    def rule(subject: Subject) -> Value:
        where: list[Value] = [subject.region() if region else "", ":", subject.account() if account else "", ":"]
        parts = [part if isinstance(part, str) else part(subject) for part in resource]
        return _joined("arn:", partition(subject.region()), f":{service}:", *where, *parts)

    return rule


def _joined(*parts: Value) -> Value:
    for one in parts:
        if isinstance(one, Unknown) or one is None:
            return one if one is not None else Unknown(Cause("a part of an ARN is null"))
    return text(*parts)  # type: ignore[arg-type]


def _same(name: str) -> Derivation:
    return lambda subject: subject.get(name)


def _symbol(name: str, kind: str = "string") -> Derivation:
    return lambda subject: Symbol(f"{subject.address}.{name}", kind)


def _named(name: str, kind: str = "string") -> Derivation:
    """The name of a thing: what is written, or the symbol for what will be chosen."""

    def rule(subject: Subject) -> Value:
        written = subject.get(name)
        if isinstance(written, str) and written:
            return written
        if isinstance(written, (Symbol, Text)) and not any(causes(written)):
            return written
        return Symbol(f"{subject.address}.{name}", kind)

    return rule


_bucket = _named("bucket", "bucket")
_name = _named("name")


def _after(rule: Derivation, suffix: str) -> Derivation:
    return lambda subject: _joined(rule(subject), suffix)


def _path(subject: Subject) -> Value:
    return subject.get("path") or "/"


def _policy_json(subject: Subject) -> Value:
    values = {name: plain(subject.get(name)) for name in _DOCUMENT}
    return policy_document.render({name: value for name, value in values.items() if value is not None})


_DOCUMENT = (
    "version", "policy_id", "statement", "source_json", "override_json", "source_policy_documents",
    "override_policy_documents",
)  # fmt: skip


def _organization_arn(subject: Subject) -> Value:
    where = partition(subject.region())
    account, organization = subject.management_account(), subject.organization_id()
    return _joined("arn:", where, ":organizations::", account, ":organization/", organization)


def _management_arn(subject: Subject) -> Value:
    where = partition(subject.region())
    account = subject.management_account()
    return _joined("arn:", where, ":organizations::", account, ":account/", subject.organization_id(), "/", account)


def _member_arn(subject: Subject) -> Value:
    where = partition(subject.region())
    account = subject.management_account()
    own = f"{subject.address}.id"
    ids = (subject.organization_id(), "/", Symbol(own, "account-id"))
    return _joined("arn:", where, ":organizations::", account, ":account/", *ids)


def _roots(subject: Subject) -> Value:
    arn = _joined(
        "arn:", partition(subject.region()), ":organizations::", subject.management_account(), ":root/",
        subject.organization_id(), "/", ROOT_ID,
    )  # fmt: skip
    return [{"id": ROOT_ID, "arn": arn, "name": "Root"}]


def _read_later(name: str) -> Derivation:
    """A rule for what a data source reads from AWS, so what only a plan or state shows."""
    return lambda subject: Unknown(_only_read(f"{subject.address}.{name}"))


def _only_read(address: str) -> Cause:
    return Cause(f"`{address}` is read only when terraform runs", "check a plan")


_ORGANIZATION_READ = (
    "aws_service_access_principals", "feature_set", "enabled_policy_types", "accounts", "non_master_accounts",
)  # fmt: skip


def _dns_suffix(subject: Subject) -> Value:
    where = partition(subject.region())
    if isinstance(where, str) and where in _DNS_SUFFIXES:
        return _DNS_SUFFIXES[where]
    return Symbol(f"{subject.address}.dns_suffix")


def _trail_arn(subject: Subject) -> Value:
    # An organization trail belongs to the management account, even where a delegated administrator makes it.
    owner = subject.management_account() if subject.get("is_organization_trail") is True else subject.account()
    where = partition(subject.region())
    return _joined("arn:", where, ":cloudtrail:", subject.region(), ":", owner, ":trail/", _name(subject))


def _target_key_arn(subject: Subject) -> Value:
    target = subject.get("target_key_id")
    if isinstance(target, Symbol) and target.identity.endswith(".key_id"):
        return Symbol(target.identity.removesuffix("key_id") + "arn", "arn")
    return target if isinstance(target, Symbol) and target.kind == "arn" else Symbol(f"{subject.address}.arn", "arn")


def _rendered(subject: Subject) -> Value:
    template, given = subject.get("template"), subject.get("vars")
    if not isinstance(template, str) or not isinstance(given or {}, dict):
        return (
            template if isinstance(template, Unknown) else Unknown(Cause(f"`{subject.address}` has no known template"))
        )
    try:
        return subject.render(template, given if isinstance(given, dict) else {})
    except EvaluationError as error:
        return Unknown(Cause(f"`{subject.address}.rendered` fails: {error}"))


_BUCKET: dict[str, Derivation] = {
    "bucket": _bucket,
    "id": _bucket,
    "arn": lambda subject: _joined("arn:", partition(subject.region()), ":s3:::", _bucket(subject)),
    "bucket_domain_name": _after(_bucket, ".s3.amazonaws.com"),
    "bucket_regional_domain_name": lambda subject: _joined(
        _bucket(subject), ".s3.", subject.region(), ".amazonaws.com"
    ),
    "region": lambda subject: subject.region(),
}
_ORGANIZATION: dict[str, Derivation] = {
    "id": lambda subject: subject.organization_id(),
    "arn": _organization_arn,
    "master_account_id": lambda subject: subject.management_account(),
    "master_account_arn": _management_arn,
    "roots": _roots,
}
_KEY: dict[str, Derivation] = {
    "key_id": _symbol("key_id", "key-id"),
    "id": _symbol("key_id", "key-id"),
    "arn": _symbol("arn", "arn"),
}


def _own_account(subject: Subject) -> Value:
    """The account that a resource names, else the one that its provider acts in."""
    named = subject.get("account_id")
    return named if isinstance(named, str | Symbol | Text) and named else subject.account()


def _canonical_id(subject: Subject) -> Value:
    account = subject.account()
    return account if isinstance(account, Unknown) else Symbol(f"the canonical user id of account {show(account)}")


_OF_BUCKET: dict[str, Derivation] = {"id": _same("bucket")}

#: How each attribute is derived, by mode and type.
RULES: dict[tuple[str, str], dict[str, Derivation]] = {
    ("managed", "aws_s3_bucket"): _BUCKET,
    ("data", "aws_s3_bucket"): _BUCKET,
    ("managed", "aws_organizations_organization"): _ORGANIZATION,
    ("data", "aws_organizations_organization"): {
        **_ORGANIZATION,
        **{name: _read_later(name) for name in _ORGANIZATION_READ},
    },
    ("managed", "aws_organizations_account"): {"id": _symbol("id", "account-id"), "arn": _member_arn},
    ("managed", "aws_kms_key"): _KEY,
    ("managed", "aws_kms_external_key"): _KEY,
    ("managed", "aws_kms_replica_key"): _KEY,
    ("managed", "aws_kms_alias"): {
        "id": _name,
        "name": _name,
        "arn": _arn("kms", _name),
        "target_key_arn": _target_key_arn,
    },
    ("managed", "aws_cloudtrail"): {
        "arn": _trail_arn,
        "home_region": lambda subject: subject.region(),
    },
    ("managed", "aws_sns_topic"): {
        "name": _name,
        "arn": _arn("sns", _name),
        "id": _arn("sns", _name),
        "owner": lambda subject: subject.account(),
    },
    ("managed", "aws_cloudwatch_log_group"): {
        "name": _name,
        "id": _name,
        "arn": _arn("logs", "log-group:", _name),
    },
    ("managed", "aws_iam_role"): {
        "name": _name,
        "id": _name,
        "arn": _arn("iam", "role", _path, _name, region=False),
    },
    ("managed", "aws_iam_user"): {
        "name": _name,
        "id": _name,
        "arn": _arn("iam", "user", _path, _name, region=False),
    },
    ("managed", "aws_iam_policy"): {
        "name": _name,
        "id": _arn("iam", "policy", _path, _name, region=False),
        "arn": _arn("iam", "policy", _path, _name, region=False),
    },
    ("managed", "aws_s3_access_point"): {
        "account_id": _own_account,
        "arn": lambda subject: _joined(
            "arn:",
            partition(subject.region()),
            ":s3:",
            subject.region(),
            ":",
            _own_account(subject),
            ":accesspoint/",
            _name(subject),
        ),
    },
    ("data", "aws_canonical_user_id"): {"id": _canonical_id},
    ("data", "aws_caller_identity"): {
        "account_id": lambda subject: subject.account(),
        "id": lambda subject: subject.account(),
    },
    ("data", "aws_partition"): {
        "partition": lambda subject: partition(subject.region()),
        "id": lambda subject: partition(subject.region()),
        "dns_suffix": _dns_suffix,
    },
    ("data", "aws_region"): {
        "name": lambda subject: subject.region(),
        "id": lambda subject: subject.region(),
        "region": lambda subject: subject.region(),
    },
    ("data", "aws_iam_policy_document"): {"json": _policy_json, "minified_json": _policy_json},
    ("data", "template_file"): {"rendered": _rendered},
    ("managed", "aws_s3_bucket_policy"): _OF_BUCKET,
    ("managed", "aws_s3_bucket_acl"): _OF_BUCKET,
    ("managed", "aws_s3_bucket_public_access_block"): _OF_BUCKET,
    ("managed", "aws_s3_bucket_versioning"): _OF_BUCKET,
    ("managed", "aws_s3_bucket_ownership_controls"): _OF_BUCKET,
    ("managed", "aws_s3_bucket_server_side_encryption_configuration"): _OF_BUCKET,
    ("managed", "aws_s3control_access_grants_location"): {
        "access_grants_location_id": _symbol("access_grants_location_id"),
    },
    ("managed", "terraform_data"): {"output": _same("input"), "id": _symbol("id")},
    ("managed", "null_resource"): {"id": _symbol("id")},
    ("managed", "time_sleep"): {"id": _symbol("id")},
    ("managed", "random_id"): {name: _symbol(name) for name in ("id", "hex", "dec", "b64_url")},
    ("managed", "random_pet"): {"id": _symbol("id")},
    ("managed", "random_uuid"): {"id": _symbol("result"), "result": _symbol("result")},
}

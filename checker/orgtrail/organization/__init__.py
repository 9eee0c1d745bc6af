"""The domain that rules speak of, found in an Estate: organization, trusted access, trails, log buckets, policies."""

from functools import cached_property

import msgspec

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate, Instance
from orgtrail.organization.trusted_access import CLOUDTRAIL, TrustedAccess, found_trusted_access
from orgtrail.terraform import policy_document
from orgtrail.terraform.derived import MANAGEMENT_ACCOUNT, ORGANIZATION_ID
from orgtrail.values import Symbol, Unknown, Value, causes, is_fixed

__all__ = ["CLOUDTRAIL", "Domain", "LogBucket", "Policy", "Trail", "TrustedAccess"]

#: Arguments of a policy document data source that hold other documents.
_MERGED_DOCUMENTS = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")


class Trail(msgspec.Struct, kw_only=True, eq=False):
    """One CloudTrail trail that will exist."""

    instance: Instance
    name: Value
    bucket_name: Value
    prefix: Value
    kms_key: Value
    is_organization: bool | Unknown
    was_organization: bool
    bucket: "LogBucket | None" = None

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.instance.address

    @property
    def becomes_organization(self) -> bool:
        """Whether the plan creates it as an organization trail, or turns it into one."""
        return self.is_organization is not False and (self.instance.is_made or not self.was_organization)


class Policy(msgspec.Struct, kw_only=True, eq=False):
    """One resource policy. `value` is its JSON with holes; None where there is no policy at all."""

    instance: Instance
    attribute: str
    value: Value
    grounds: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The Terraform address of what holds the policy."""
        return self.instance.address


class LogBucket(msgspec.Struct, kw_only=True, eq=False):
    """One bucket that an organization trail writes to, or whose policy lets CloudTrail put objects.

    `instance` is None where the input doesn't hold the bucket itself.
    """

    name: Value
    instance: Instance | None
    holder: Instance
    policies: list[Policy]
    trails: list[Trail]

    @property
    def address(self) -> str:
        """The address of the bucket, or of what names it."""
        return (self.instance or self.holder).address


class Domain:
    """What an Estate says about the organization trail, and what the user was sure of (`settings`)."""

    def __init__(self, estate: Estate, settings: Settings) -> None:
        self.estate = estate
        self.settings = settings
        # What the settings say and the input contradicts is an error whatever rules are asked, so it is looked at now.
        _ = self.organization_id, self.management_account

    # The organization

    @cached_property
    def organizations(self) -> list[Instance]:
        """The organization as a resource, then as a data source."""
        kind = "aws_organizations_organization"
        return [found for found in (*self.estate.of_type(kind), *self.estate.of_type(kind, mode="data")) if found.now]

    @cached_property
    def organization_id(self) -> str | Symbol:
        """The organization's id, or the symbol for it."""
        return self._fact("organization_id", "id", ORGANIZATION_ID)

    @cached_property
    def management_account(self) -> str | Symbol:
        """The management account's id, or the symbol for it."""
        told = self._fact("management_account", "master_account_id", MANAGEMENT_ACCOUNT)
        if isinstance(told, str):
            return told
        # Only the management account can hold the organization as a managed resource.
        for organization in self.estate.of_type("aws_organizations_organization"):
            account = self.seen_accounts.get(organization.provider)
            if account:
                return account
        return told

    def _fact(self, option: str, attribute: str, unknown: Symbol) -> str | Symbol:
        told: str | None = getattr(self.settings, option)
        for organization in self.organizations:
            found = organization.now.get(attribute)
            if isinstance(found, str) and found:
                if told is not None and told != found:
                    raise InputError(
                        f"--{option.replace('_', '-')}",
                        f"{told} contradicts {found}, which `{organization.address}` holds in {self.estate.input.path}",
                        hint="leave the option out, or give the input of the other organization",
                    )
                return found
        return told if told is not None else unknown

    @cached_property
    def member_accounts(self) -> tuple[str, ...]:
        """The ids of member accounts that the input names."""
        found: list[Value] = [account.now.get("id") for account in self.estate.of_type("aws_organizations_account")]
        for organization in self.organizations:
            listed = organization.now.get("non_master_accounts")
            if isinstance(listed, list):
                found += [account.get("id") for account in listed if isinstance(account, dict)]
        return tuple(dict.fromkeys(account for account in found if isinstance(account, str)))

    # Accounts

    @cached_property
    def seen_accounts(self) -> dict[str, str]:
        """The account behind a provider configuration, where the input shows it."""
        found: dict[str, str] = {}
        for identity in self.estate.of_type("aws_caller_identity", mode="data"):
            account = identity.now.get("account_id")
            if isinstance(account, str):
                found[identity.provider] = account
        for organization in self.estate.of_type("aws_organizations_organization"):
            account = organization.now.get("master_account_id")
            if isinstance(account, str):
                found.setdefault(organization.provider, account)
        for key, settings in self.estate.providers.items():
            account = _configured_account(settings)
            if account:
                found.setdefault(key, account)
        return found

    def account_of(self, instance: Instance) -> str | Symbol:
        """The account that an instance's provider acts in; a symbol where the input doesn't show it."""
        seen = self.seen_accounts.get(instance.provider)
        if seen:
            return seen
        if any(org.provider == instance.provider for org in self.estate.of_type("aws_organizations_organization")):
            return self.management_account
        return Symbol(f"the account of provider {instance.provider or 'aws'}", "account-id")

    # Trusted access

    @cached_property
    def trusted_access(self) -> list[TrustedAccess]:
        """Everything in the input that enables trusted access, or shows whether it is enabled."""
        return list(found_trusted_access(self))

    # Trails

    @cached_property
    def trails(self) -> list[Trail]:
        """Every trail that exists when the plan is done, joined with its bucket."""
        return [self._trail(instance) for instance in self.estate.of_type("aws_cloudtrail") if instance.stays]

    @cached_property
    def organization_trails(self) -> list[Trail]:
        """The trails that are, or may be, organization trails."""
        return [trail for trail in self.trails if trail.is_organization is not False]

    def _trail(self, instance: Instance) -> Trail:
        values = instance.now
        is_organization = values.get("is_organization_trail")
        return Trail(
            instance=instance,
            name=values.get("name"),
            bucket_name=values.get("s3_bucket_name"),
            prefix=values.get("s3_key_prefix") or "",
            kms_key=values.get("kms_key_id"),
            is_organization=is_organization if isinstance(is_organization, Unknown) else is_organization is True,
            was_organization=(instance.before or {}).get("is_organization_trail") is True,
        )

    # Log buckets

    @cached_property
    def log_buckets(self) -> list[LogBucket]:
        """The buckets that organization trails write to, then those whose policy lets CloudTrail put objects."""
        buckets: dict[str, LogBucket] = {}
        for trail in self.organization_trails:
            instance = self.bucket_named(trail.instance, "s3_bucket_name")
            key = instance.address if instance else f"{trail.bucket_name!r}"
            bucket = buckets.get(key)
            if bucket is None:
                name = _bucket_name(instance) if instance else trail.bucket_name
                policies = self._policies(instance, name)
                bucket = LogBucket(name=name, instance=instance, holder=trail.instance, policies=policies, trails=[])
                buckets[key] = bucket
            bucket.trails.append(trail)
            trail.bucket = bucket
        for holder, _ in self._policy_holders:
            if self.estate.input.kind == "policy":
                instance = holder if holder.type == "aws_s3_bucket" else self.bucket_named(holder, "bucket")
                name = _bucket_name(instance) if instance else holder.now.get("bucket")
                key = instance.address if instance else f"{name!r}"
                if key not in buckets:
                    policies = self._policies(instance, name)
                    buckets[key] = LogBucket(name=name, instance=instance, holder=holder, policies=policies, trails=[])
        return list(buckets.values())

    def bucket_named(self, instance: Instance, attribute: str) -> Instance | None:
        """The bucket resource that an attribute names; None where the input doesn't hold it or can't tell which."""
        named = instance.now.get(attribute)
        buckets = [bucket for bucket in self.estate.of_type("aws_s3_bucket") if bucket.stays]
        if is_fixed(named):
            return next((bucket for bucket in buckets if _bucket_name(bucket) == named), None)
        found = [other for other, _ in self.estate.follow(instance, attribute)]
        return found[0] if len(found) == 1 and found[0] in buckets else None

    @cached_property
    def _policy_holders(self) -> list[tuple[Instance, str]]:
        """Everything that may hold a bucket policy, with the attribute that holds it."""
        separate = [(instance, "policy") for instance in self.estate.of_type("aws_s3_bucket_policy")]
        inline = [(bucket, "policy") for bucket in self.estate.of_type("aws_s3_bucket") if self._holds_policy(bucket)]
        return [(instance, attribute) for instance, attribute in (*separate, *inline) if instance.stays]

    def _holds_policy(self, bucket: Instance) -> bool:
        """Whether a bucket's own `policy` counts: it is written there, or shows what an existing bucket has.

        The attribute is computed, too: for a bucket that isn't there yet it is unknown without meaning a policy.
        """
        if self.estate.configures(bucket, "policy"):
            return True
        shown = bucket.now.get("policy")
        return isinstance(shown, str) and shown != "" and not bucket.is_made

    def _policies(self, bucket: Instance | None, name: Value) -> list[Policy]:
        holders = self.estate.of_type("aws_s3_bucket_policy")
        separate = [holder for holder in holders if self._is_for(holder, bucket, name)]
        found = [self.policy(holder, "policy") for holder in separate if holder.stays]
        if not separate and bucket is not None and self._holds_policy(bucket):
            found.append(self.policy(bucket, "policy"))
        return found

    def _is_for(self, holder: Instance, bucket: Instance | None, name: Value) -> bool:
        """Whether a bucket policy resource is for this bucket."""
        if bucket is not None and self.bucket_named(holder, "bucket") is bucket:
            return True
        values = holder.now or holder.before or {}
        return is_fixed(name) and values.get("bucket") == name

    def policy(self, holder: Instance, attribute: str) -> Policy:
        """The policy in an attribute of a resource, put together from policy documents where it is still unknown."""
        value = holder.now.get(attribute)
        grounds: list[str] = []
        if isinstance(value, Unknown):
            value = self._referenced(holder, attribute, value, grounds)
        return Policy(instance=holder, attribute=attribute, value=value, grounds=tuple(grounds))

    def _referenced(self, instance: Instance, attribute: str, value: Value, grounds: list[str]) -> Value:
        """The value of the one thing that an unknown attribute refers to, where that is a policy document."""
        found = list(self.estate.follow(instance, attribute))
        if len(found) != 1:
            return value
        document, read = found[0]
        if document.type != "aws_iam_policy_document" or read not in {"json", "minified_json"}:
            return value
        grounds.append(f"`{instance.address}.{attribute}` refers to nothing but `{document.address}.{read}`")
        return self._rendered(document, grounds)

    def _rendered(self, document: Instance, grounds: list[str]) -> Value:
        """The JSON of a policy document whose values may have holes."""
        values = dict(document.now)
        rendered = values.get("json")
        if isinstance(rendered, str):
            return rendered
        for argument in _MERGED_DOCUMENTS:
            given = values.get(argument)
            if given and any(causes(given)):
                values[argument] = self._merged(document, argument, given, grounds)
        return policy_document.render(values)

    def _merged(self, document: Instance, argument: str, given: Value, grounds: list[str]) -> Value:
        """Documents to merge, each unknown one replaced by what it refers to where that is clear."""
        listed = given if isinstance(given, list) else [given]
        targets = list(self.estate.follow_all(document, argument))
        if len(targets) != len(listed):
            return given
        return [
            self._rendered(target, grounds)
            if isinstance(value, Unknown) and target is not None and target.type == "aws_iam_policy_document"
            else value
            for value, target in zip(listed, targets, strict=True)
        ]


def _configured_account(settings: dict[str, Value]) -> str | None:
    """The account that a provider's settings pin down: a role that it assumes, or its only allowed account."""
    roles = settings.get("assume_role")
    for role in roles if isinstance(roles, list) else []:
        arn = role.get("role_arn") if isinstance(role, dict) else None
        if isinstance(arn, str) and arn.count(":") >= 5:
            return arn.split(":")[4]
    allowed = settings.get("allowed_account_ids")
    if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str):
        return allowed[0]
    return None


def _bucket_name(bucket: Instance) -> Value:
    """A bucket's name; the symbol for it where it will be chosen at apply."""
    for attribute in ("bucket", "id"):
        name = bucket.now.get(attribute)
        if is_fixed(name):
            return name
    return Symbol(f"{bucket.address}.bucket", "bucket")

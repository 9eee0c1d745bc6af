"""What enables trusted access for CloudTrail, or shows whether it is enabled."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.values import Cause, Rest, Unknown, Value, causes

CLOUDTRAIL = "cloudtrail.amazonaws.com"

#: What people hang a provisioner on that stands for something Terraform has no resource for.
COMMAND_TYPES = ("terraform_data", "null_resource")

#: The argument that names the service, by form.
_ATTRIBUTES = {
    "inline": "aws_service_access_principals",
    "data": "aws_service_access_principals",
    "evidence": "aws_service_access_principals",
    "neighbour": "aws_service_access_principals",
    "separate": "service_principal",
    "command": "provisioner",
}


class TrustedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that says whether trusted access for CloudTrail is enabled.

    `form` is inline (`aws_service_access_principals`), separate (`aws_organizations_aws_service_access`), data, or
    command (a local-exec provisioner that calls the AWS CLI), evidence: what was seen outside the input, or neighbour:
    what another input says that was given together with this one. `before` and `after` say whether it enables it: a
    bool, or an `Unknown`.
    """

    instance: Instance
    form: str
    before: bool | Unknown
    after: bool | Unknown

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.instance.address

    @property
    def attribute(self) -> str:
        """The argument that names the service."""
        return _ATTRIBUTES[self.form]

    @property
    def is_kept(self) -> bool:
        """Whether it is enabled before, and nothing that the plan does interrupts that."""
        return self.before is True and self.after is True and not self.instance.is_made

    @property
    def is_lost(self) -> bool:
        """Whether it is enabled before, and the plan disables it, for good or while it makes the resource anew."""
        return self.before is True and (self.after is False or self.instance.is_made)


def found_trusted_access(
    estate: Estate, accounts: Accounts, seen: Iterable[TrustedAccess], told: Iterable[TrustedAccess]
) -> Iterator[TrustedAccess]:
    """Everything in the input that enables trusted access, or shows whether it is enabled.

    `seen` is what evidence shows of it, `told` what the other inputs say that hold the organization.
    """
    decided = [*_inline(estate), *_separate(estate)]
    yield from decided
    yield from _commands(estate)
    yield from _data(estate, accounts)
    # What was seen elsewhere proves nothing where the input itself decides how it will be.
    if not any(one.form == "inline" or (one.before is not False and not one.is_kept) for one in decided):
        for access in seen:
            yield TrustedAccess(instance=access.instance, form="evidence", before=access.before, after=access.after)
    if not decided:
        yield from (msgspec.structs.replace(access, form="neighbour") for access in told)


def _inline(estate: Estate) -> Iterator[TrustedAccess]:
    for instance in estate.of_type("aws_organizations_organization"):
        yield TrustedAccess(
            instance=instance,
            form="inline",
            before=_lists_cloudtrail((instance.before or {}).get("aws_service_access_principals")),
            after=instance.stays and _lists_cloudtrail(instance.now.get("aws_service_access_principals")),
        )
    for instance in estate.gone:
        if instance.type == "aws_organizations_organization":
            yield TrustedAccess(instance=instance, form="inline", before=False, after=False)


def _separate(estate: Estate) -> Iterator[TrustedAccess]:
    for instance in estate.of_type("aws_organizations_aws_service_access"):
        before = _is_cloudtrail((instance.before or {}).get("service_principal"))
        after = instance.stays and _is_cloudtrail(instance.now.get("service_principal"))
        if before is not False or after is not False:
            yield TrustedAccess(instance=instance, form="separate", before=before, after=after)
    for instance in estate.gone:
        # Somebody has disabled it already.
        values = instance.before or {}
        if instance.type == "aws_organizations_aws_service_access" and values.get("service_principal") == CLOUDTRAIL:
            yield TrustedAccess(instance=instance, form="separate", before=False, after=False)


def _commands(estate: Estate) -> Iterator[TrustedAccess]:
    """Provisioners that enable it. That is a weaker ground: Terraform runs them once and never looks again."""
    for instance in estate.of_type(*COMMAND_TYPES):
        if not instance.stays:
            continue
        for provisioner in instance.provisioners:
            if isinstance(provisioner.command, Unknown):
                yield TrustedAccess(instance=instance, form="command", before=False, after=provisioner.command)
            elif not provisioner.on_destroy:
                from orgtrail.organization.commands import commanded

                enabled = commanded(provisioner.command, provisioner.environment).get("enable", False)
                if enabled is not False:
                    yield TrustedAccess(instance=instance, form="command", before=False, after=enabled)


def _data(estate: Estate, accounts: Accounts) -> Iterator[TrustedAccess]:
    for instance in estate.of_type("aws_organizations_organization", mode="data"):
        listed = instance.now.get("aws_service_access_principals")
        shown = _lists_cloudtrail(listed)
        if shown is False and not listed and not _asks_as_management(accounts, instance):
            # A member account's caller is shown an empty list, whatever is enabled.
            what = f"`{instance.address}` lists no services, as it does for every caller in a member account"
            shown = Unknown(Cause(what, "read it with the management account's provider, or give --evidence FILE"))
        yield TrustedAccess(instance=instance, form="data", before=shown, after=shown)


def _asks_as_management(accounts: Accounts, instance: Instance) -> bool:
    caller = accounts.of_providers.get(instance.provider)
    return caller is not None and caller == instance.now.get("master_account_id")


def _is_cloudtrail(value: Value) -> bool | Unknown:
    if isinstance(value, str) or value is None:
        return value == CLOUDTRAIL
    return Unknown(next(iter(causes(value)), Cause("a service principal isn't known")))


def _lists_cloudtrail(listed: Value) -> bool | Unknown:
    """Whether a list of service principals names CloudTrail's."""
    if listed is None:
        return False
    if not isinstance(listed, list):
        return _is_cloudtrail(listed) if isinstance(listed, Unknown) else False
    if CLOUDTRAIL in listed:
        return True
    for element in listed:
        if not isinstance(element, str):
            return Unknown(element.cause if isinstance(element, Unknown | Rest) else Cause("a principal isn't known"))
    return False

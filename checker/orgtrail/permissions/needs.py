"""The permissions that the calls of a plan need."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.provider import calls
from orgtrail.rules.shared.deploying import role_of
from orgtrail.values import Symbol, Text, Unknown, Value

#: Reading is done when the plan is made, the rest when it is applied.
Phase = Literal["plan", "apply"]


class Permission(msgspec.Struct, frozen=True):
    """One action on one resource (its ARN, with `*` for what nobody knows yet), in one account, for one resource.

    What is `hidden` is nowhere in the plan: AWS asks for it in the caller's name.
    """

    action: str
    resource: str
    account: str
    phase: Phase
    address: str
    hidden: bool = False


class NotKnown(msgspec.Struct, frozen=True):
    """A type of resource whose calls aren't in the table, and the resources of that type."""

    type: str
    addresses: tuple[str, ...]


class Needs(msgspec.Struct, frozen=True):
    """All that a plan needs, and of what that isn't known. `roles` are those that act in each account."""

    permissions: tuple[Permission, ...]
    not_known: tuple[NotKnown, ...]
    roles: dict[str, tuple[str, ...]]


def needs_of(domain: Domain) -> Needs:
    """What an input needs."""
    found: dict[Permission, None] = {}
    unknown: dict[str, list[str]] = {}
    roles: dict[str, dict[str, None]] = {}
    for instance in domain.estate.everything():
        if not instance.type.startswith(("aws_", "awscc_")) or instance.is_forgotten:
            continue
        table = calls.CALLS if instance.mode == "managed" else calls.DATA
        known = table.get(instance.type)
        if known is None:
            unknown.setdefault(instance.type, []).append(instance.address)
            continue
        whose = domain.accounts.account_of(instance)
        account = whose.identity if isinstance(whose, Symbol) else whose
        if role := role_of(domain, instance):
            roles.setdefault(account, {})[role] = None
        for one in _of(domain, instance, known, account):
            found[one] = None
    return Needs(
        tuple(found),
        tuple(NotKnown(kind, tuple(addresses)) for kind, addresses in sorted(unknown.items())),
        {account: tuple(named) for account, named in roles.items()},
    )


def _of(domain: Domain, instance: Instance, known: calls.Calls, account: str) -> Iterator[Permission]:
    """What one resource needs."""
    reads: Phase = "apply" if instance.actions == ("read",) else "plan"
    for action in known.read:
        yield from _on(domain, instance, known, account, action, reads)
    for action in dict.fromkeys(_asked(domain, instance, known)):
        yield from _on(domain, instance, known, account, action, "apply")
    is_sent = instance.is_made or "update" in instance.actions
    hidden = dict(known.beside) if instance.is_made else {}
    if is_sent and _is_of_organization(instance):
        hidden |= calls.OF_ORGANIZATION
    for action, at in hidden.items():
        yield Permission(action, _arn(domain, instance, at), account, "apply", instance.address, hidden=True)
    if "delete" in instance.actions and (instance.before or {}).get("force_destroy") is True:
        for action in _EMPTYING:
            on = "" if action == "s3:ListBucketVersions" else "/*"
            yield Permission(action, _arn(domain, instance, known.at[0]) + on, account, "apply", instance.address)


def _asked(domain: Domain, instance: Instance, known: calls.Calls) -> Iterator[str]:
    """The actions that make, change and take away one resource."""
    if instance.is_made:
        yield from known.create
    if "update" in instance.actions:
        yield from known.update
    if "delete" in instance.actions:
        yield from known.delete
    for argument, actions in known.for_argument.items():
        if _adds(domain, instance, argument):
            yield from actions
    for argument, actions in known.on_change.items():
        if _changes(instance, argument):
            yield from actions


#: What the provider asks of a bucket that it empties. Source: hashicorp/aws, "aws_s3_bucket", `force_destroy`.
_EMPTYING = ("s3:ListBucketVersions", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention")


def _adds(domain: Domain, instance: Instance, argument: str) -> bool:
    """Whether an argument adds a call: set on what is made, changed on what is there."""
    if not instance.is_made:
        return _changes(instance, argument)
    given = instance.now.get(argument)
    if isinstance(given, Unknown | Symbol):
        # What nobody wrote is computed: AWS says it, and nobody sets it.
        return domain.estate.configures(instance, argument)
    return given not in (None, False, "", [], {})


def _changes(instance: Instance, argument: str) -> bool:
    return "update" in instance.actions and instance.now.get(argument) != (instance.before or {}).get(argument)


def _is_of_organization(instance: Instance) -> bool:
    """Whether CloudTrail makes it for an organization, or may."""
    match instance.type:
        case "aws_cloudtrail":
            return instance.now.get("is_organization_trail") not in (False, None)
        case "aws_cloudtrail_event_data_store":
            return instance.now.get("organization_enabled") not in (False, None)
    return instance.type == "aws_cloudtrail_organization_delegated_admin_account"


def _on(
    domain: Domain, instance: Instance, known: calls.Calls, account: str, action: str, phase: Phase
) -> Iterator[Permission]:
    if action in known.elsewhere:
        places: tuple[str, ...] = (known.elsewhere[action],)
    else:
        places = (calls.EVERYWHERE,) if action in known.anywhere else known.at
    for place in places:
        yield Permission(action, _arn(domain, instance, place), account, phase, instance.address)


_HOLE = re.compile(r"\{(\w+)\}")


def _arn(domain: Domain, instance: Instance, form: str) -> str:
    """The ARN of a form, with the values of a resource, and `*` for what isn't known yet."""
    values = {**(instance.before or {}), **instance.now}
    facts: dict[str, Value] = {
        "partition": domain.accounts.partition,
        "region": domain.accounts.region_of(instance),
        "account": domain.accounts.account_of(instance),
        "path": values.get("path") or "/",
    }
    named = [_HOLE.sub("", form)]

    def spelled(found: re.Match[str]) -> str:
        name = found[1]
        text = _spelled(facts.get(name, values.get(name)))
        if text.startswith("arn:"):
            named[0] = text
        return text

    made = _HOLE.sub(spelled, form)
    # Some arguments take a name or an ARN.
    whole = named[0] if named[0].startswith("arn:") and "{partition}" in form and made.count("arn:") > 1 else made
    return re.sub(r"\*+", "*", whole)


def _spelled(value: Value) -> str:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else "*" for part in value.parts)
    return "*"

"""Which of the permissions an SCP of the input takes away, whatever the role is allowed."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam.guards import Guard
from orgtrail.iam.statements import Names, PolicyDocument
from orgtrail.organization.domain import Domain
from orgtrail.permissions.needs import Needs, Permission
from orgtrail.rules.shared.controls import denied
from orgtrail.rules.shared.deploying import covers_account, request_of
from orgtrail.values import Cause


class Stop(msgspec.Struct, frozen=True):
    """A Deny of an SCP for one permission, by the labels of its statements; `doubts` say why it may not hold."""

    permission: Permission
    called: str
    statements: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def stops_of(domain: Domain, needs: Needs) -> list[Stop]:
    """What the SCPs of an input, and of the evidence, deny of what a plan needs. Raises InputError."""
    guards = [guard for guard in domain.guards if guard.kind == "SCP"]
    instances = {instance.address: instance for instance in domain.estate.everything()} if guards else {}
    return [
        stop
        for one in needs.permissions
        for guard in guards
        for stop in _stops(domain, guard, one, instances[one.address])
    ]


def _stops(domain: Domain, guard: Guard, asked: Permission, instance: Instance) -> Iterator[Stop]:
    account = domain.accounts.account_of(instance)
    if account == domain.accounts.management_account:
        # No SCP binds the management account.
        return
    covers = covers_account(guard, account)
    if covers is False:
        return
    request, settled = request_of(domain, instance, account, asked.action, asked.resource)
    is_denied, by, unclear = denied(guard.policy, request, settled)
    doubts = [*unclear] if not is_denied else []
    if not is_denied and "*" in asked.resource:
        # The ARN isn't known whole, so a Deny on some resources may be on this one.
        wider, by, more = denied(_on_anything(guard.policy), request, settled)
        doubts = [*more, *([Cause(f"whether it is on `{asked.resource}` isn't known yet")] if wider else [])]
    if not is_denied and not doubts:
        return
    if isinstance(covers, Cause):
        doubts.append(covers)
    if not isinstance(account, str):
        doubts.append(Cause(f"which account the provider of `{asked.address}` acts in isn't shown: one isn't bound"))
    yield Stop(asked, guard.called, by, tuple(dict.fromkeys(one.what for one in doubts)))


def _on_anything(policy: PolicyDocument) -> PolicyDocument:
    """A policy whose statements are on every resource."""
    everything = Names(values=("*",))
    return msgspec.structs.replace(
        policy,
        statements=tuple(
            msgspec.structs.replace(one, resources=everything, not_resource=False) for one in policy.statements
        ),
    )

"""Service control policies and resource control policies: what an organization forbids in its member accounts."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.iam import document
from orgtrail.iam.statements import PolicyDocument
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Symbol, Unknown

SERVICE = "SERVICE_CONTROL_POLICY"
RESOURCE = "RESOURCE_CONTROL_POLICY"


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One SCP or RCP. `attached` says whether the input attaches it to anything; unknown where that can't be told."""

    policy: Policy
    kind: str
    parsed: PolicyDocument
    attached: bool | Unknown

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.policy.address


def found_controls(estate: Estate) -> Iterator[Control]:
    """Every SCP and RCP that will be there."""
    attachments = _Attachments(estate)
    for instance in estate.of_type("aws_organizations_policy"):
        kind = instance.now.get("type") or SERVICE
        if instance.stays and kind in (SERVICE, RESOURCE):
            policy = policy_in(estate, instance, "content")
            yield Control(
                policy=policy,
                kind=kind,
                parsed=document.parse(document.for_everybody(policy.value)),
                attached=attachments.hold(instance),
            )


class _Attachments:
    """What the attachments of an input attach."""

    def __init__(self, estate: Estate) -> None:
        self._ids: set[object] = set()
        self._followed: set[int] = set()
        self._doubt: Cause | None = None
        for attachment in estate.of_type("aws_organizations_policy_attachment"):
            if not attachment.stays:
                continue
            named = attachment.now.get("policy_id")
            self._followed |= {id(control) for control, _ in estate.follow(attachment, "policy_id")}
            if isinstance(named, str):
                self._ids.add(named)
            elif isinstance(named, Symbol):
                self._ids.add((named.identity,))
            elif isinstance(named, Unknown):
                self._doubt = named.cause

    def hold(self, control: Instance) -> bool | Unknown:
        """Whether one of them attaches a control."""
        own = control.now.get("id")
        # What a folder knows of an id that isn't there yet is whose it is.
        known = (isinstance(own, str) and own in self._ids) or (f"{control.address}.id",) in self._ids
        if known or id(control) in self._followed:
            return True
        nothing = Cause(f"nothing in this input attaches `{control.address}`", "give the stack that does as well")
        return Unknown(self._doubt or nothing)

"""Service control policies and resource control policies: what an organization forbids in its member accounts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.statements import Policy as Parsed
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Symbol, Unknown, causes

if TYPE_CHECKING:
    from orgtrail.organization import Domain

SERVICE = "SERVICE_CONTROL_POLICY"
RESOURCE = "RESOURCE_CONTROL_POLICY"


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One SCP or RCP. `attached` says whether the input attaches it to anything; unknown where that can't be told."""

    policy: Policy
    kind: str
    parsed: Parsed
    attached: bool | Unknown

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.policy.address


def found_controls(domain: "Domain") -> Iterator[Control]:
    """Every SCP and RCP that will be there."""
    for instance in domain.estate.of_type("aws_organizations_policy"):
        kind = instance.now.get("type") or SERVICE
        if instance.stays and kind in (SERVICE, RESOURCE):
            policy = policy_in(domain, instance, "content")
            yield Control(
                policy=policy,
                kind=kind,
                parsed=document.parse(document.for_everybody(policy.value)),
                attached=_attached(domain, instance),
            )


def _attached(domain: "Domain", control: Instance) -> bool | Unknown:
    doubt = Cause(f"nothing in this input attaches `{control.address}`", "give the stack that does as well")
    for attachment in domain.estate.of_type("aws_organizations_policy_attachment"):
        if not attachment.stays:
            continue
        named = attachment.now.get("policy_id")
        own = control.now.get("id")
        if isinstance(named, str) and named == own:
            return True
        if any(other is control for other, _ in domain.estate.follow(attachment, "policy_id")):
            return True
        # What a folder knows of an id that isn't there yet is whose it is.
        if isinstance(named, Symbol) and named.identity == f"{control.address}.id":
            return True
        if isinstance(named, Unknown):
            doubt = next(causes(named), doubt)
    return Unknown(doubt)

"""Service control policies and resource control policies: what an organization forbids in its member accounts."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.iam import document
from orgtrail.iam.statements import PolicyDocument
from orgtrail.organization.places import Below, Places, followed, named_id
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Rest, Symbol, Unknown, Value, show

SERVICE = "SERVICE_CONTROL_POLICY"
RESOURCE = "RESOURCE_CONTROL_POLICY"
_CALLED = {SERVICE: "SCP", RESOURCE: "RCP"}

_SETTLE = "give the stack that holds the organization as well, or --evidence FILE"


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One SCP or RCP.

    `attached` says whether the input attaches it to anything, and its type is enabled; unknown where that can't be
    told. `targets` are the roots, units and accounts that it is attached to.
    """

    policy: Policy
    kind: str
    parsed: PolicyDocument
    attached: bool | Unknown
    targets: tuple[Value, ...] = ()

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.policy.address

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"the {_CALLED[self.kind]} `{self.address}`"


def found_controls(estate: Estate) -> Iterator[Control]:
    """Every SCP and RCP that will be there."""
    attachments = _Attachments(estate)
    for instance in estate.of_type("aws_organizations_policy"):
        kind = instance.now.get("type") or SERVICE
        if instance.stays and isinstance(kind, str) and kind in _CALLED:
            policy = policy_in(estate, instance, "content")
            targets = attachments.of(instance)
            yield Control(
                policy=policy,
                kind=kind,
                parsed=document.parse(document.for_everybody(policy.value)),
                attached=_enabled(estate, kind) if targets else attachments.perhaps(instance),
                targets=targets,
            )


def places(known: Places, control: Control) -> Iterator[Below | Cause]:
    """What is below each place that a control is attached to; the cause says why that isn't known."""
    for target in control.targets:
        if known.is_place(target):
            yield known.below(target)
        else:
            cause = target.cause if isinstance(target, Unknown) else None
            what = f"what {control.called} is attached to isn't known ({cause.what if cause else show(target)})"
            yield Cause(what, (cause.settle if cause else "") or _SETTLE)


def _enabled(estate: Estate, kind: str) -> bool | Unknown:
    """Whether a type of policies is enabled, given that one is attached.

    AWS attaches none of a type that isn't enabled, and detaches them all where it is disabled. What a new organization
    has enabled is said: SCPs, but no others (Organizations API Reference, "CreateOrganization", "AttachPolicy",
    "DisablePolicyType").
    """
    for organization in estate.of_type("aws_organizations_organization"):
        if not organization.stays:
            continue
        if organization.now.get("feature_set") == "CONSOLIDATED_BILLING":
            return False
        told = _listed(organization, kind)
        if told is not None:
            return told
        if kind == RESOURCE and organization.is_made:
            if estate.shows_before:
                return False
            what = f"whether `{organization.address}` is there already, with RCPs enabled, isn't in this input"
            return Unknown(Cause(what, f"add {RESOURCE} to its enabled_policy_types, or give the plan"))
    return True


def _listed(organization: Instance, kind: str) -> bool | Unknown | None:
    """Whether an organization lists a type of policies as enabled; None where it doesn't say."""
    enabled = organization.now.get("enabled_policy_types")
    if isinstance(enabled, Unknown):
        return enabled
    if not isinstance(enabled, list):
        return None
    if kind in enabled or (not enabled and kind == SERVICE and organization.is_made):
        return True
    rest = next((one.cause for one in enabled if isinstance(one, Rest | Unknown)), None)
    if rest is not None:
        return Unknown(rest)
    return False if enabled or (organization.before or {}).get("enabled_policy_types") else None


class _Attachments:
    """What the attachments of an input attach."""

    def __init__(self, estate: Estate) -> None:
        self._targets: dict[object, list[Value]] = {}
        self._doubt: Cause | None = None
        for attachment in estate.of_type("aws_organizations_policy_attachment"):
            if not attachment.stays:
                continue
            named = followed(estate, attachment, "policy_id")
            if isinstance(named, str | Symbol):
                self._targets.setdefault(named, []).append(followed(estate, attachment, "target_id"))
            elif isinstance(named, Unknown):
                self._doubt = named.cause

    def of(self, control: Instance) -> tuple[Value, ...]:
        """What a control is attached to."""
        return tuple(self._targets.get(named_id(control), ()))

    def perhaps(self, control: Instance) -> Unknown:
        """Why a control that nothing surely attaches may be attached all the same."""
        nothing = Cause(f"nothing in this input attaches `{control.address}`", "give the stack that does as well")
        return Unknown(self._doubt or nothing)

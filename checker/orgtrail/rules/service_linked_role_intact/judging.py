"""The judging of `service-linked-role-intact`."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam import document, evaluate
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.organization.controls import RESOURCE, Control
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.organization.trails import Trail
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import FactWitness, RequestWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.controls import denied
from orgtrail.rules.shared.order import by_dependency, wait_for
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown

ROLE = "AWSServiceRoleForCloudTrail"
CREATE = "iam:CreateServiceLinkedRole"

#: Any member account will do: an SCP is the same for all accounts below what it is attached to.
_MEMBER = "111122223333"

#: What a request to make the role always carries; a condition on anything else is open.
_SETTLED = frozenset({"iam:awsservicename", "aws:principalisawsservice", "aws:requestedregion"})

_ALLOW_ALL = document.parse(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
    }
)


def judge(domain: Domain) -> Iterator[Finding]:
    """A finding for the role, and for each SCP and RCP."""
    for instance in domain.estate.of_type("aws_iam_service_linked_role"):
        service = (instance.now or instance.before or {}).get("aws_service_name")
        if service == CLOUDTRAIL:
            yield _role(domain, instance)
    for control in domain.controls:
        yield from _reaching(domain, control) if control.kind == RESOURCE else [_creation(control)]


def _role(domain: Domain, role: Instance) -> Finding:
    if role.stays and not (role.is_made and "delete" in role.actions):
        new = [trail for trail in domain.organization_trails if role.is_made and trail.becomes_organization]
        late = next((found for trail in new if (found := _too_late(domain, role, trail)) is not None), None)
        if late is not None:
            return late
        return proved(role.address, f"the plan leaves {ROLE} alone")
    if not domain.organization_trails:
        leaving = [trail for trail in domain.estate.of_type("aws_cloudtrail") if not trail.stays]
        if leaving:
            return proved(role.address, f"{ROLE} goes with the organization trail", f"`{leaving[0].address}` goes, too")
        cause = Cause("the input holds no organization trail, but another stack may", "give that stack's plan as well")
        return undecided(role.address, f"the plan deletes {ROLE}, and no organization trail is in sight", [cause])
    return Finding(
        address=role.address,
        verdict="violated",
        message=f"the plan deletes {ROLE} while `{domain.organization_trails[0].address}` remains",
        witness=FactWitness(role.address, "destroyed", "kept as long as there is an organization trail"),
    )


def _too_late(domain: Domain, role: Instance, trail: Trail) -> Finding | None:
    """Why a role that the plan makes may come too late: CloudTrail makes its own with an organization's first trail."""
    found = by_dependency(domain, trail.instance, role, "the trail")
    if found is None:
        return Finding(
            address=role.address,
            verdict="violated",
            message=f"nothing makes `{trail.address}` wait for `{role.address}`: with the trail, CloudTrail makes "
            f"{ROLE} by itself, and then it can't be made any more",
            witness=FactWitness("order", "none", f"{trail.instance.block} -> {role.block}"),
            fix=wait_for(trail.instance, role),
        )
    return undecided(role.address, found.message, found.unknowns) if found.verdict == "undecided" else None


def _creation(control: Control) -> Finding:
    """Whether an SCP lets CloudTrail's role be made in a member account."""
    request = evaluate.Request(
        principal=f"arn:aws:iam::{_MEMBER}:role/any",
        account=_MEMBER,
        action=CREATE,
        resource=f"arn:aws:iam::{_MEMBER}:role/aws-service-role/{CLOUDTRAIL}/{ROLE}",
        context={
            "iam:awsservicename": CLOUDTRAIL,
            "aws:principalarn": f"arn:aws:iam::{_MEMBER}:role/any",
            "aws:principalaccount": _MEMBER,
            "aws:principalisawsservice": "false",
            "aws:principaltype": "AssumedRole",
            "aws:requestedregion": "us-east-1",
            "aws:securetransport": "true",
        },
    )
    is_denied, by, doubts = denied(control.parsed, request, _SETTLED)
    if control.attached is False:
        ground = "policies of its type aren't enabled in the organization, so it stops nobody"
        return proved(control.address, f"the policy lets {ROLE} be made", ground)
    if is_denied:
        if isinstance(control.attached, Unknown):
            message = f"`{control.address}` denies {CREATE} for CloudTrail wherever it is attached"
            return undecided(control.address, message, [control.attached.cause])
        return Finding(
            address=control.address,
            at=("content",),
            verdict="violated",
            message=f"`{control.address}` denies {CREATE} for CloudTrail: the trail stays away from new accounts",
            witness=RequestWitness(
                principal=request.principal,
                account=_MEMBER,
                action=CREATE,
                resource=request.resource,
                context={"iam:AWSServiceName": CLOUDTRAIL},
                denied_by=by,
            ),
        )
    if doubts:
        return undecided(control.address, f"whether `{control.address}` denies {CREATE} can't be told", doubts)
    return proved(control.address, f"the policy lets {ROLE} be made", f"no Deny matches {CREATE} for {CLOUDTRAIL}")


def _reaching(domain: Domain, control: Control) -> Iterator[Finding]:
    """Whether an RCP stops CloudTrail on each log bucket that it reaches."""
    for bucket in domain.log_buckets:
        outcome = _delivery(domain, bucket, control)
        if control.attached is False:
            ground = "policies of its type aren't enabled in the organization, so it stops nobody"
            yield proved(control.address, "the policy doesn't reach the log bucket", ground)
        elif outcome is None:
            ground = f"`{bucket.address}` is in the management account, which RCPs don't reach"
            yield proved(control.address, "the policy doesn't reach the log bucket", ground)
        elif outcome.verdict == "proved":
            yield proved(control.address, f"the policy lets CloudTrail deliver to `{bucket.address}`", *outcome.because)
        elif outcome.verdict == "violated" and control.attached is True:
            message = f"`{control.address}` denies CloudTrail's delivery to `{bucket.address}`"
            yield Finding(
                address=control.address, at=("content",), verdict="violated", message=message, witness=outcome.witness
            )
        else:
            doubts = [*outcome.unknowns]
            if isinstance(control.attached, Unknown):
                doubts.append(control.attached.cause)
            message = f"whether the policy stops CloudTrail's delivery to `{bucket.address}` can't be told"
            yield undecided(control.address, message, doubts)


def _delivery(domain: Domain, bucket: LogBucket, control: Control) -> Outcome | None:
    # Each is asked about by itself.
    world = msgspec.structs.replace(domain.world_of(bucket), guards=(), restricts_public=False)
    if world.owner_account == world.management_account:
        return None
    objects, _ = protected_objects(domain.accounts, bucket, control.parsed)
    policy = msgspec.structs.replace(
        control.parsed, statements=(*_ALLOW_ALL.statements, *control.parsed.statements), problems=()
    )
    target = Target.logs(bucket_arn(domain.accounts, bucket), *objects)
    case = domain.ask(policy, world, of=domain.estate.instance(control.address))
    return case.everything_is_allowed(["cloudtrail"], ["s3:GetBucketAcl", "s3:PutObject"], target)

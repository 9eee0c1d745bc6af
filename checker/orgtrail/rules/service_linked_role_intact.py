"""The rule `service-linked-role-intact`."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam import document, evaluate
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.statements import PolicyDocument
from orgtrail.organization.controls import RESOURCE, Control
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import FactWitness, RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import bucket_arn, protected_objects
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


@rule("error", since="0.1.0", answers="logs delivered")
def service_linked_role_intact(domain: Domain) -> Iterable[Finding]:
    """Nothing deletes AWSServiceRoleForCloudTrail or denies its creation, and no organization policy stops delivery.

    Why:
        CloudTrail works in member accounts through a service-linked role, which it needs in every one of them. An SCP
        that denies `iam:CreateServiceLinkedRole` keeps it out of new accounts, and those leave no trace in the trail. A
        resource control policy that shuts out AWS services stops the delivery to the log bucket.

    Holds when:
        The plan destroys no `aws_iam_service_linked_role` for cloudtrail.amazonaws.com while an organization trail
        remains; no SCP that the input attaches denies `iam:CreateServiceLinkedRole` for it; and no RCP denies what
        CloudTrail needs on a log bucket outside the management account, which RCPs don't reach.

    Fix:
        Leave the role alone. In the SCP, exempt it: `StringNotEquals` on `iam:AWSServiceName` with
        `cloudtrail.amazonaws.com`. In the RCP, leave a way out for services: `BoolIfExists` on
        `aws:PrincipalIsAWSService` = `false`.

    Sources:
        CloudTrail User Guide, "Using service-linked roles for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/using-service-linked-roles.html
        AWS Organizations User Guide, "Service control policies (SCPs)"
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        AWS Organizations User Guide, "Resource control policies (RCPs)"
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    for instance in domain.estate.of_type("aws_iam_service_linked_role"):
        service = (instance.now or instance.before or {}).get("aws_service_name")
        if service == CLOUDTRAIL:
            yield _role(domain, instance)
    for control in domain.controls:
        yield from _reaching(domain, control) if control.kind == RESOURCE else [_creation(control)]


def _role(domain: Domain, role: Instance) -> Finding:
    if role.stays and not (role.is_made and "delete" in role.actions):
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
    decision = evaluate.decide(control.parsed, request)
    doubts = [*control.parsed.rest, *_open_conditions(control.parsed, request)]
    if decision.denied is True:
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
                denied_by=decision.denied_by,
            ),
        )
    if decision.denied is None or doubts:
        doubts = doubts or [Cause(f"part of `{control.address}.content` isn't known", "give --source DIR")]
        return undecided(control.address, f"whether `{control.address}` denies {CREATE} can't be told", doubts)
    return proved(control.address, f"the policy lets {ROLE} be made", f"no Deny matches {CREATE} for {CLOUDTRAIL}")


def _open_conditions(policy: PolicyDocument, request: evaluate.Request) -> Iterator[Cause]:
    """What decides whether a Deny on the action applies, and differs from request to request."""
    for statement in policy.statements:
        if statement.effect != "Deny":
            continue
        bare = msgspec.structs.replace(statement, conditions=(), unknown_conditions=())
        alone = msgspec.structs.replace(policy, statements=(bare,), rest=())
        if evaluate.decide(alone, request).denied is False:
            continue
        settled = [condition for condition in statement.conditions if condition.key in _SETTLED]
        shut = msgspec.structs.replace(statement, conditions=tuple(settled))
        if evaluate.decide(msgspec.structs.replace(alone, statements=(shut,)), request).denied is False:
            continue
        for condition in statement.conditions:
            if condition.key not in _SETTLED:
                yield Cause(
                    f"the condition on `{condition.spelled}` in `{statement.label}` differs from caller to caller"
                )


def _reaching(domain: Domain, control: Control) -> Iterator[Finding]:
    """Whether an RCP stops CloudTrail on each log bucket that it reaches."""
    for bucket in domain.log_buckets:
        outcome = _delivery(domain, bucket, control)
        if outcome is None:
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
    world = domain.world_of(bucket)
    if world.owner_account == world.management_account:
        return None
    objects, _ = protected_objects(domain, bucket, control.parsed)
    policy = msgspec.structs.replace(
        control.parsed, statements=(*_ALLOW_ALL.statements, *control.parsed.statements), problems=()
    )
    target = Target.bucket(bucket_arn(domain, bucket), *objects)
    case = domain.ask(policy, world, of=domain.estate.instance(control.address))
    return case.everything_is_allowed(["cloudtrail"], ["s3:GetBucketAcl", "s3:PutObject"], target)

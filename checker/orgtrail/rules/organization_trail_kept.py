"""The rule `organization-trail-kept`."""

from collections.abc import Iterable

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import flag, proved, undecided
from orgtrail.values import Cause, Unknown


@rule("error", since="0.1.0", answers="logs delivered", looks_at=("aws_cloudtrail",))
def organization_trail_kept(domain: Domain) -> Iterable[Finding]:
    """The plan leaves the organization trail that is there: it stays, for all accounts, and goes on logging.

    Why:
        A trail that is destroyed, turned into one of a single account, or switched off ends the logs of every member
        account at that moment. Terraform asks no further question than for a tag, and nothing fails.

    Holds when:
        No organization trail that is there is destroyed, gets `is_organization_trail = false` or
        `enable_logging = false`, unless another organization trail of the input is there afterwards and logs. One that
        is replaced is made anew (in between nothing is logged); one that Terraform forgets stays.

    Fix:
        Keep the resource. To hand the trail over to another stack, let Terraform forget it: a `removed` block with
        `destroy = false`. To rename its address, use a `moved` block.

    Sources:
        CloudTrail User Guide, "Deleting a trail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delete-trails-console.html
        CloudTrail API Reference, "StopLogging"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
    """
    if domain.estate.input.kind != "plan":
        # Nothing is done to what a state or a living organization shows.
        return
    for instance in domain.estate.of_type("aws_cloudtrail"):
        before = instance.before or {}
        if before.get("is_organization_trail") is True and before.get("enable_logging") is not False:
            yield _judge(domain, instance)


def _judge(domain: Domain, trail: Instance) -> Finding:
    lost = _lost(trail)
    if lost is None:
        if trail.is_made:
            return proved(trail.address, "the organization trail is made anew", "in between, nothing is logged")
        kept = "Terraform only lets go of it" if trail.is_forgotten else "it stays, and logs"
        return proved(trail.address, "the plan leaves the organization trail", kept)
    what, witness = lost
    remaining = (*domain.organization_trails, *domain.surroundings.organization_trails(domain.accounts))
    others = [other for other in remaining if other.instance is not trail]
    sure = next((other for other in others if other.is_organization is True and _logs(other) is True), None)
    if sure is not None and not isinstance(witness, Cause):
        return proved(
            trail.address, f"{what}, and another one logs", f"{domain.surroundings.called(sure.instance)} is there then"
        )
    told = [answer for other in others for answer in (other.is_organization, _logs(other))]
    doubts = [answer.cause for answer in told if isinstance(answer, Unknown)]
    if isinstance(witness, Cause):
        return undecided(trail.address, what, [witness])
    if doubts:
        return undecided(trail.address, f"{what}, and whether another organization trail logs isn't known", doubts)
    message = f"{what}, and no other organization trail is here: from then on no member account's events are logged"
    return Finding(address=trail.address, verdict="violated", message=message, at=(witness.attribute,), witness=witness)


def _logs(trail: Trail) -> bool | Unknown:
    return flag(trail.instance, "enable_logging", default=True)


def _lost(trail: Instance) -> tuple[str, FactWitness | Cause] | None:
    """What the plan does that ends the trail, in words, and what shows it; None where it leaves it."""
    if not trail.stays:
        witness = FactWitness("actions", "delete", "the organization trail stays")
        return f"the plan destroys the organization trail `{trail.address}`", witness
    if trail.is_forgotten:
        return None
    for attribute, default, what in (
        ("is_organization_trail", False, "turns `{}` into a trail of one account"),
        ("enable_logging", True, "switches `{}` off"),
    ):
        value = flag(trail, attribute, default)
        if isinstance(value, Unknown):
            return f"whether the plan {what.format(trail.address)} isn't known", value.cause
        if not value:
            return f"the plan {what.format(trail.address)}", FactWitness(attribute, "false", "true, as before")
    return None

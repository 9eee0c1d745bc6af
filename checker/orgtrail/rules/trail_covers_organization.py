"""The rule `trail-covers-organization`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import if_organization, judge, required_flag


@rule("error", since="0.1.0")
def trail_covers_organization(domain: Domain) -> Iterable[Finding]:
    """The organization trail logs every account, every region and the global services, and logging is on.

    Why:
        A trail of one region sees nothing of the others, which is where an intruder goes who knows about it. Without
        the events of global services, IAM, STS and CloudFront are missing. A trail whose logging is off looks the same
        in a list of trails. What is missing is missing for every member account.

    Holds when:
        `is_organization_trail`, `is_multi_region_trail`, `include_global_service_events` and `enable_logging` are all
        true. The provider's defaults count: the first two are false where nothing is said, the others true. A trail
        that somebody deleted outside of Terraform has to be made again.

    Fix:
        Set `is_organization_trail = true` and `is_multi_region_trail = true`, and leave the other two out or true.

    Sources:
        CloudTrail User Guide, "Creating a trail for an organization"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
        CloudTrail User Guide, "Multi-Region trails"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html
        Terraform Registry, hashicorp/aws, "aws_cloudtrail"
        https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudtrail
    """
    for instance in domain.estate.gone:
        if instance.type == "aws_cloudtrail" and (instance.before or {}).get("is_organization_trail") is True:
            yield Finding(
                address=instance.address,
                verdict="violated",
                message="the organization trail was deleted outside of Terraform, and the plan doesn't make it again",
                witness=FactWitness("resource_drift", "deleted", "the organization trail is there"),
            )
    for trail in domain.trails:
        if _is_meant_for_organization(domain, trail):
            found = judge(
                trail.address,
                [
                    required_flag(trail.instance, "is_organization_trail", default=False),
                    required_flag(trail.instance, "is_multi_region_trail", default=False),
                    required_flag(trail.instance, "include_global_service_events", default=True),
                    required_flag(trail.instance, "enable_logging", default=True),
                ],
                "the trail logs the whole organization",
                "the trail doesn't log the whole organization",
            )
            yield if_organization([trail], found)


def _is_meant_for_organization(domain: Domain, trail: Trail) -> bool:
    """Whether a trail is, was or seems meant to be an organization trail; a trail of one account is nobody's fault.

    It seems meant where the input enables trusted access for CloudTrail and holds no other trail that needs it.
    """
    if trail.is_organization is not False or trail.was_organization:
        return True
    enabled = any(access.after is True and access.form != "data" for access in domain.trusted_access)
    return enabled and not domain.organization_trails

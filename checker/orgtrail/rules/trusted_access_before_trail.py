"""The rule `trusted-access-before-trail`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.order import after_trusted_access
from orgtrail.rules.shared.verdicts import if_organization


@rule("error", since="0.1.0", answers="trusted access first")
def trusted_access_before_trail(domain: Domain) -> Iterable[Finding]:
    """Every new organization trail comes after trusted access for cloudtrail.amazonaws.com is enabled.

    Why:
        The console enables trusted access by itself when it makes an organization trail; the API, and so Terraform,
        doesn't. Where trusted access isn't there first, CreateTrail fails with CloudTrailAccessNotEnabledException. An
        order that Terraform doesn't know of holds by luck: the next apply may go the other way. It fails in the
        management account; on a trail that was one account's before, the members' logs never start.

    Holds when:
        A path in Terraform's dependency graph leads from the trail to the resource that enables trusted access, or it
        is enabled already: in the prior state, in the data source `aws_organizations_organization`, or in evidence. A
        local-exec provisioner that calls `aws organizations enable-aws-service-access` counts, as the weaker ground it
        is: Terraform runs it once and never looks again.

    Fix:
        Add `depends_on` to the trail, or to the module call around it, that names the resource which enables trusted
        access; or refer to one of that resource's attributes.

    Sources:
        CloudTrail User Guide, "Prepare for creating a trail for your organization"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-prepare.html
        AWS Organizations User Guide, "AWS CloudTrail and AWS Organizations"
        https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudtrail.html
    """
    for trail in domain.organization_trails:
        if not trail.becomes_organization:
            continue
        yield if_organization([trail], after_trusted_access(domain, trail.instance, "the trail"))

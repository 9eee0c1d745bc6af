"""The rule `trail-is-read`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided

#: What makes things that the input doesn't list.
_MAKERS = (
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_set",
    "awscc_cloudformation_stack",
    "awscc_cloudformation_stack_set",
    "aws_cloudcontrolapi_resource",
    "aws_controltower_landing_zone",
    "awscc_controltower_landing_zone",
)


@rule("error", since="0.1.0")
def trail_is_read(domain: Domain) -> Iterable[Finding]:
    """Nothing in the input makes an organization trail in a way that orgtrail doesn't read.

    Why:
        The organization's trail may be made by a CloudFormation stack or a Control Tower landing zone, in no resource
        that the other rules look at. They would say nothing of it, and a gate would pass what it never saw.

    Holds when:
        No stack's template (and nothing made by Cloud Control) makes an organization trail or writes a log bucket's
        policy (AWS::CloudTrail::Trail, AWS::S3::BucketPolicy), or brings in templates that can't be seen. There is no
        landing zone with logging switched on, every module is there, and the plan covers all of the configuration.
        `awscc_cloudtrail_trail` is read like `aws_cloudtrail`.

    Fix:
        Check what that makes where it can be seen: `orgtrail audit` looks at the living organization. Run `terraform
        init` where a module is missing, and plan without -target where the plan covers a part only.

    Sources:
        CloudFormation User Guide, "AWS::CloudTrail::Trail"
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudtrail-trail.html
        Control Tower User Guide, "Logging in Amazon S3"
        https://docs.aws.amazon.com/controltower/latest/userguide/logging-s3-audit-bucket.html
    """
    if domain.is_live:
        return
    if domain.estate.unseen:
        yield undecided("", "part of the stack isn't read, so it may make another trail", domain.estate.unseen)
    if not any(domain.estate.has(kind) for kind in _MAKERS):
        return
    from orgtrail.organization.unread import found_makers

    for maker in found_makers(domain.estate, [bucket.name for bucket in domain.log_buckets]):
        address = maker.instance.address
        if maker.doubt is None:
            ground = f"what `{address}` makes is in the input"
            yield proved(address, "this makes no organization trail and no log bucket's policy", ground)
        else:
            message = "this may make an organization trail, or a log bucket's policy, that isn't read"
            yield undecided(address, message, [maker.doubt])

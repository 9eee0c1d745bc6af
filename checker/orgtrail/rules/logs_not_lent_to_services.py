"""The rule `logs-not-lent-to-services`."""

from collections.abc import Iterable

from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import all_of, ask_of_buckets, ask_of_keys, shut_by


@rule("error", since="0.2.0", answers="members kept out")
def logs_not_lent_to_services(domain: Domain) -> Iterable[Finding]:
    """No AWS service may read the trail's objects, or decrypt them, for anybody but those that the logs belong to.

    Why:
        A service acts for whoever configured it. Where a statement lets cloudfront.amazonaws.com read and doesn't say
        for whom, a distribution of anybody's, in any account, serves the logs to the internet: the confused deputy.
        `aws:SourceOrgID` keeps strangers' away, but a member of the organization has distributions, too.

    Holds when:
        Every statement of the bucket policy and of the key policy that lets a service in (by `Service`, or by `*` with
        a key that only services carry) is tied by `aws:SourceAccount` or `aws:SourceArn` to the management account, the
        bucket's owner or a trusted account: no service gets through to the trail's objects, or decrypts them, on behalf
        of a member or of a stranger. The same goes for writing and deleting through CloudFront, where the caller
        chooses the object. CloudTrail itself is exempt, and listing isn't counted: Config checks with it whether the
        bucket is there.

    Fix:
        Add `aws:SourceArn` with the distribution (or what else it is for), or `aws:SourceAccount` with its account.

    Sources:
        IAM User Guide, "The confused deputy problem"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
        CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    yield from ask_of_buckets(
        domain,
        _of_bucket,
        proved="no service may read the trail's objects for anybody but those that the logs belong to",
        violated=lambda seen: f"{seen.caller} may call {seen.action} on the trail's objects",
        mend=shut_by("tie"),
    )
    yield from ask_of_keys(
        domain,
        lambda case, target: case.nobody_may(["service"], group("decrypt"), target),
        proved="no service may decrypt with the trail's key for anybody but those that the logs belong to",
        violated=lambda seen: f"{seen.caller} may call {seen.action} with the trail's key",
        mend=shut_by("tie"),
    )


def _of_bucket(case: Case, target: Target) -> Outcome:
    chosen = (*group("write"), *group("delete"))
    return all_of(
        (
            case.nobody_may(["service"], group("read"), target),
            case.nobody_may(["reaching-service"], chosen, target),
        )
    )

"""The rule `cloudtrail-can-write-logs`."""

from collections.abc import Iterable

from orgtrail.iam.document import Policy
from orgtrail.iam.principals import World
from orgtrail.iam.prove import Outcome, Target, everything_is_allowed
from orgtrail.organization import Domain
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules._policies import all_of, ask_of_buckets
from orgtrail.values import Symbol, Text, text

#: How AWSLogs/* ends where everything that CloudTrail writes is meant.
_EVERYTHING = "AWSLogs/*"


@rule("error", since="0.1.0")
def cloudtrail_can_write_logs(domain: Domain) -> Iterable[Finding]:
    """The bucket policy allows, and nothing in it denies, all that CloudTrail needs to deliver the logs.

    Why:
        CloudTrail checks the bucket's ACL and puts the logs of the management account under `AWSLogs/<management
        account>/`, those of every account under `AWSLogs/<organization id>/`. Without the second, CreateTrail fails
        with InsufficientS3BucketPolicyException, or the logs of the members never arrive. A Deny that means to keep
        outsiders away (`StringNotEquals` on `aws:PrincipalOrgID`) stops CloudTrail, too: its requests carry no such
        key.

    Holds when:
        `cloudtrail.amazonaws.com` may call s3:GetBucketAcl on the bucket and s3:PutObject on every object under
        `[prefix/]AWSLogs/<management account>/` and `[prefix/]AWSLogs/<organization id>/`, for this trail
        (`aws:SourceArn`), with the ACL bucket-owner-full-control.

    Fix:
        Use AWS's policy for organization trails. Give every Deny for `*` a way out for AWS services: `BoolIfExists` on
        `aws:PrincipalIsAWSService` = `false`.

    Sources:
        CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail", "Organization trails"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """

    def question(policy: Policy, world: World, target: Target) -> Outcome:
        return all_of(
            everything_is_allowed(policy, world, ["cloudtrail"], [action], Target(resources))
            for action, resources in _needed(world, target)
        )

    return ask_of_buckets(
        domain,
        question,
        proved="CloudTrail may check the bucket and write the logs of all accounts",
        violated=_words,
    )


def _needed(world: World, target: Target) -> Iterable[tuple[str, tuple[tuple[str, str | Symbol | Text], ...]]]:
    """What CloudTrail has to do: an action, and the resources that it does it on."""
    bucket = tuple(entry for entry in target.resources if entry[0] == "bucket")
    yield "s3:GetBucketAcl", bucket  # type: ignore[misc]
    for owner in (world.management_account, world.organization_id):
        for kind, pattern in target.resources:
            if kind == "object":
                yield "s3:PutObject", ((kind, _under(pattern, owner)),)


def _under(pattern: object, owner: object) -> str | Symbol | Text:
    """`.../AWSLogs/*` with what one account or the organization writes in place of everything."""
    parts = pattern.parts if isinstance(pattern, Text) else (pattern,)
    *start, end = parts
    assert isinstance(end, str)  # noqa: S101 - the patterns of a trail's objects end with a literal
    made = text(*start, end.removesuffix("*"), owner, "/*")  # type: ignore[arg-type]
    assert isinstance(made, str | Symbol | Text)  # noqa: S101 - no part is unknown
    return made


def _words(seen: RequestWitness) -> str:
    stopped = f"is denied by {', '.join(seen.denied_by)}" if seen.denied_by else "is allowed by nothing"
    return f"CloudTrail can't deliver the logs: its {seen.action} on {seen.resource} {stopped}"

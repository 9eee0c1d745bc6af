"""The rule `cloudtrail-can-write-logs`."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.edits import SetArgument
from orgtrail.estate import Instance
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.policies import Policy
from orgtrail.organization.trails import Trail
from orgtrail.results import Fix, RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared import repairs as _repairs
from orgtrail.rules.shared.delivery import lets_cloudtrail_write
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by, stopped
from orgtrail.rules.shared.verdicts import broken, if_organization, mending, undecided
from orgtrail.values import Cause

#: "Maximum length of 200." and "Be between 3 and 128 characters", in characters.
_LONGEST_PREFIX, _LONGEST_NAME = 200, 128
#: "Not be in IP address format".
_ADDRESS = r"[0-9]{1,3}(\.[0-9]{1,3}){3}"


@rule("error", since="0.1.0", answers="logs delivered")
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
        (`aws:SourceArn`), with the ACL bucket-owner-full-control. Where the input holds no trail, it is the one
        that the policy names. A resource of the same bucket that the plan destroys takes the policy away, unless it
        becomes the new one (`moved`). A bucket for which the requester pays takes only requests that say so, and AWS
        doesn't say that CloudTrail's do: undecided. A trail that is made has a name and a prefix that CloudTrail takes.

    Fix:
        Use AWS's policy for organization trails. Give every Deny for `*` a way out for AWS services: `BoolIfExists` on
        `aws:PrincipalIsAWSService` = `false`.

    Sources:
        CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail", "Organization trails"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    found = ask_of_buckets(
        domain,
        lets_cloudtrail_write,
        proved="CloudTrail may check the bucket and write the logs of all accounts",
        violated=_words,
        mend=_mend,
    )
    for finding in found:
        yield if_organization(domain.organization_trails, _with_policy(domain, finding))
    yield from _requester_pays(domain)
    yield from (if_organization([trail], one) for trail in domain.organization_trails for one in _misnamed(trail))


def _misnamed(trail: Trail) -> Iterator[Finding]:
    """A finding where CloudTrail refuses the trail's name or prefix: a trail that is there has names that it took.

    Sources: CloudTrail API Reference, "CreateTrail" (Name, S3KeyPrefix); CloudTrail User Guide, "Naming requirements".
    """
    if trail.instance.before is not None and not trail.instance.is_made:
        before = trail.instance.before.get("s3_key_prefix") or ""
        if before == trail.prefix:
            return
    name, prefix = trail.name, trail.prefix
    if isinstance(name, str) and not _is_trail_name(name):
        message = f"CloudTrail can't make the trail: it refuses the name `{name}`"
        yield broken(
            trail.instance, "name", message, "3 to 128 letters, digits and single `.`, `_` or `-` between them"
        )
    if isinstance(prefix, str) and len(prefix) > _LONGEST_PREFIX:
        message = f"CloudTrail can't make the trail: the prefix has {len(prefix)} characters"
        yield broken(trail.instance, "s3_key_prefix", message, f"at most {_LONGEST_PREFIX} characters")


def _is_trail_name(name: str) -> bool:
    form = "[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"
    return 3 <= len(name) <= _LONGEST_NAME and re.fullmatch(form, name) is not None and not re.fullmatch(_ADDRESS, name)


def _with_policy(domain: Domain, finding: Finding) -> Finding:
    """A finding on a bucket without a policy, with AWS's for it."""
    bare = next((one for one in domain.log_buckets if one.address == finding.address and not one.policies), None)
    if finding.verdict != "violated" or bare is None or not bare.trails or bare.held_by is not None:
        return finding
    return msgspec.structs.replace(finding, fix=_repairs.new_policy(domain, bare, bare.trails[0]))


def _mend(domain: Domain, policy: Policy, case: Case, target: Target, ask: _repairs.Ask) -> Fix | None:
    """What is missing; or a way out of the Deny that stops CloudTrail."""
    found = _repairs.delivery(domain, policy, case, target, ask)
    return found or shut_by("let_services_pass")(domain, policy, case, target, ask)


def _requester_pays(domain: Domain) -> Iterable[Finding]:
    """A finding for each log bucket that takes only requests whose sender says that it pays.

    Source: Amazon S3 User Guide, "Using Requester Pays general purpose buckets for storage transfers and usage".
    """
    for bucket in domain.log_buckets:
        for one in attached(domain, bucket, "aws_s3_bucket_request_payment_configuration").own:
            if one.now.get("payer") != "BucketOwner":
                what = f"`{one.address}` lets in only who says that it pays, and AWS doesn't say that CloudTrail does"
                cause = Cause(what, 'set `payer = "BucketOwner"`')
                found = undecided(bucket.address, "whether CloudTrail can write the logs isn't known", [cause])
                yield msgspec.structs.replace(found, fix=_paid_by_owner(one))


def _paid_by_owner(payment: Instance) -> Fix | None:
    if payment.mode != "managed":
        return None
    return mending(f"set in the block of `{payment.block}`", SetArgument(payment.block, "payer", "BucketOwner"))


def _words(seen: RequestWitness) -> str:
    return f"CloudTrail can't deliver the logs: its {seen.action} on {seen.resource} {stopped(seen)}"

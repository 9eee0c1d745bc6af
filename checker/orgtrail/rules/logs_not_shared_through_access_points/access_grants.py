"""What S3 Access Grants hand out of a log bucket: a part of `logs-not-shared-through-access-points`.

A grant lets its grantee ask S3 for the credentials of the location's role. Whether a grantee of another account may
ask is said by the resource policy of the account's instance, or by a share, which isn't followed: such a grant is
undecided.

Source: Amazon S3 User Guide, "Managing access with S3 Access Grants".
"""

from collections.abc import Iterator

from orgtrail.arn import account_in
from orgtrail.estate import Instance, Register
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.surroundings import Stack
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.readers import account_named, followed, readers
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Symbol, Unknown, Value, is_fixed, show

GRANT = "aws_s3control_access_grant"
_LOCATION = "aws_s3control_access_grants_location"


def judge_access_grants(domain: Domain, bucket: LogBucket) -> Iterator[Finding]:
    """One finding for each grant that reaches, or may reach, the trail's objects in a bucket."""
    for home in domain.homes(bucket):
        locations = Register((one for one in home.estate.of_type(_LOCATION) if one.stays), lambda one: (_id(one),))
        for grant in home.estate.of_type(GRANT):
            reaches = _reaches(home, bucket, grant, locations) if grant.stays else False
            if reaches is not False:
                yield seen_from_here(_judge(home, bucket, grant, reaches), bucket, grant)


def _judge(stack: Stack, bucket: LogBucket, grant: Instance, reaches: bool | Unknown) -> Finding:
    account = _grantee(stack, grant)
    if readers(stack, bucket.owned).include(account) is True:
        return proved(grant.address, "the grant is for an account that may read the logs", f"account {show(account)}")
    may = "gives" if reaches is True else "may give"
    who = f"account {show(account)}" if isinstance(account, str | Symbol) else "somebody who isn't known"
    what = f"`{grant.address}` {may} {who} {show(grant.now.get('permission'))} on the trail's objects"
    causes = [Cause(f"{what}, and orgtrail doesn't follow who may ask S3 Access Grants for it")]
    causes += [one.cause for one in (reaches, account) if isinstance(one, Unknown)]
    return undecided(grant.address, "what S3 Access Grants hand out of the log bucket can't be told", causes)


def _grantee(stack: Stack, grant: Instance) -> Value:
    if grant.inside("grantee", "grantee_type") == "IAM":
        return account_in(grant.inside("grantee", "grantee_identifier")) or account_named(stack, grant, "grantee")
    return Unknown(Cause(f"who stands behind the grantee of `{grant.address}` isn't in this input"))


def _reaches(stack: Stack, bucket: LogBucket, grant: Instance, locations: Register) -> bool | Unknown:
    """Whether what is granted holds some of the trail's objects: by the bucket's name, and by what keys begin with."""
    scope = _scope(stack, grant, locations)
    if not isinstance(scope, str):
        return scope
    if not is_fixed(bucket.name):
        return Unknown(Cause("the name of the log bucket isn't known"))
    start = scope.partition("*")[0]
    for prefix in [trail.prefix for trail in bucket.trails] or [""]:
        if not is_fixed(prefix):
            return Unknown(Cause("the prefix of the trail's objects isn't known"))
        folder = f"s3://{show(bucket.name)}/" + (f"{show(prefix)}/" if prefix else "") + "AWSLogs/"
        if folder.startswith(start) or start.startswith(folder):
            return True
        if "${" in start + folder:
            return Unknown(Cause(f"whether `{start}` is a part of `{folder}` isn't known"))
    return False


def _id(block: Instance) -> Value:
    """The id of a location, which a grant names, too."""
    return block.now.get("access_grants_location_id")


def _scope(stack: Stack, grant: Instance, locations: Register) -> str | Unknown:
    """What a grant is for (`s3://BUCKET/PREFIX*`), with the addresses of symbols in it."""
    shown = grant.now.get("grant_scope")
    if isinstance(shown, str):
        return shown
    named = _id(grant)
    location = locations.called(named) if is_fixed(named) else None
    location = location or followed(stack, grant, "access_grants_location_id")
    if location is None or location not in locations:
        return Unknown(Cause(f"the location of `{grant.address}` isn't in this input"))
    scope = location.now.get("location_scope")
    below = grant.inside("access_grants_location_configuration", "s3_sub_prefix")
    if not is_fixed(scope) or not (below is None or is_fixed(below)):
        return Unknown(Cause(f"what `{grant.address}` is for isn't known"))
    return show(scope).removesuffix("*") + (show(below) if below else "*")

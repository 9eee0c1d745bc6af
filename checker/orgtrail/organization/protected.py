"""What is to be protected of a log bucket: its ARN, and the ARNs of the trail's objects in it."""

from orgtrail.iam.statements import PolicyDocument
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, text


def bucket_arn(accounts: Accounts, bucket: LogBucket) -> str | Symbol | Text:
    """The ARN of a log bucket, with a symbol for what isn't known of its name."""
    name = bucket.name if isinstance(bucket.name, str | Symbol | Text) else Symbol(f"{bucket.address}.bucket", "bucket")
    arn = text(f"arn:{accounts.partition}:s3:::", name)
    assert isinstance(arn, str | Text)  # noqa: S101 - it starts with a literal
    return arn


def protected_objects(
    accounts: Accounts, bucket: LogBucket, policy: PolicyDocument
) -> tuple[list[str | Symbol | Text], Cause | None]:
    """The trail's objects, as ARN patterns: everything under `[prefix/]AWSLogs/`.

    Where no trail of the input writes to the bucket, they are what its policy lets CloudTrail put. Where a prefix isn't
    known, they are somewhere in the whole bucket, and the cause says so.
    """
    arn = bucket_arn(accounts, bucket)
    if not bucket.trails:
        return _where_cloudtrail_writes(policy) or [_pattern(arn, "/*")], None
    patterns: list[str | Symbol | Text] = []
    # Most trails of a bucket share one prefix; what stands in a hole of it needn't be hashable.
    for trail in {repr(trail.prefix): trail for trail in bucket.trails}.values():
        prefix = trail.prefix
        if isinstance(prefix, str):
            patterns.append(_pattern(arn, f"/{prefix}/AWSLogs/*" if prefix else "/AWSLogs/*"))
        elif isinstance(prefix, Symbol | Text):
            patterns.append(_pattern(arn, "/", prefix, "/AWSLogs/*"))
        else:
            what = prefix.cause.what if isinstance(prefix, Unknown) else f"`{trail.address}.s3_key_prefix` isn't known"
            return [_pattern(arn, "/*")], Cause(what, "give --source DIR, or the trail's s3_key_prefix as a literal")
    return patterns, None


def _pattern(*parts: str | Symbol | Text) -> str | Symbol | Text:
    made = text(*parts)
    assert isinstance(made, str | Symbol | Text)  # noqa: S101 - no part is unknown
    return made


def _where_cloudtrail_writes(policy: PolicyDocument) -> list[str | Symbol | Text]:
    found = (
        resource
        for statement in policy.statements
        if statement.effect == "Allow" and "cloudtrail.amazonaws.com" in statement.principals.services
        for resource in statement.resources.values
        if isinstance(resource, str | Symbol | Text) and "/" in _last(resource)
    )
    return list(dict.fromkeys(_folder(resource) for resource in found))


def _folder(pattern: str | Symbol | Text) -> str | Symbol | Text:
    """The whole folder of logs that `pattern` is in; itself where it names none."""
    parts = pattern.parts if isinstance(pattern, Text) else (pattern,)
    for index, part in enumerate(parts):
        before, folder, _ = part.partition("AWSLogs/") if isinstance(part, str) else ("", "", "")
        if folder:
            return _pattern(*parts[:index], f"{before}{folder}*")  # type: ignore[arg-type]
    return pattern


def _last(resource: str | Symbol | Text) -> str:
    """The known end of an ARN pattern."""
    part: Value = resource.parts[-1] if isinstance(resource, Text) else resource
    return part if isinstance(part, str) else ""

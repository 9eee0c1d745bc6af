"""What is to be protected of a log bucket: its ARN, and the ARNs of the trail's objects in it."""

import re
from collections.abc import Sequence

from orgtrail.iam.action_names import action_matches
from orgtrail.iam.statements import Condition, Names, PolicyDocument, Statement, Words
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.values import Cause, Part, Symbol, Text, Unknown, is_fixed, parts_of, show, text

_FOLDER = "AWSLogs/"


def bucket_arn(accounts: Accounts, bucket: LogBucket) -> str | Symbol | Text:
    """The ARN of a log bucket, with a symbol for what isn't known of its name."""
    name = bucket.name if isinstance(bucket.name, str | Symbol | Text) else Symbol(f"{bucket.address}.bucket", "bucket")
    arn = text(f"arn:{accounts.partition}:s3:::", name)
    assert isinstance(arn, str | Text)  # noqa: S101 - it starts with a literal
    return arn


def protected_objects(
    accounts: Accounts, bucket: LogBucket, policy: PolicyDocument
) -> tuple[list[str | Symbol | Text], Cause | None]:
    """The trail's objects, as ARN patterns: what CloudTrail writes under `[prefix/]AWSLogs/`.

    Where no trail of the input writes to the bucket, they are what its policy may let CloudTrail put, else everything
    in the bucket. Where a prefix isn't known, they are under any, and the cause says so.
    """
    arn = bucket_arn(accounts, bucket)
    if not bucket.trails:
        return where_cloudtrail_may_write(policy, arn) or [_pattern(arn, "/*")], None
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
            cause = Cause(what, "give --source DIR, or the trail's s3_key_prefix as a literal")
            return [_pattern(arn, "/*AWSLogs/*")], cause
    return patterns, None


def _pattern(*parts: str | Symbol | Text) -> str | Symbol | Text:
    made = text(*parts)
    assert isinstance(made, str | Symbol | Text)  # noqa: S101 - no part is unknown
    return made


def where_cloudtrail_may_write(policy: PolicyDocument, arn: str | Symbol | Text) -> list[str | Symbol | Text]:
    """The folders of logs in the bucket `arn` in which the policy may let CloudTrail put objects."""
    allows = [one for one in policy.statements if one.effect != "Deny" and _may_put(one)]
    # What is for everybody is looked at where nothing is for CloudTrail.
    meant = [one for one in allows if _names_cloudtrail(one)] or [one for one in allows if _is_for_everybody(one)]
    listed = [_folders(one.resources, arn, unclear=one.not_resource) for one in meant]
    found = list(dict.fromkeys(folder for folders in listed for folder in folders))
    for statement in policy.statements:
        if statement.effect == "Deny" and _is_for_cloudtrail(statement) and _may_put(statement):
            found = _left_by(statement, found, arn)
    return found


def _left_by(
    statement: Statement, folders: list[str | Symbol | Text], arn: str | Symbol | Text
) -> list[str | Symbol | Text]:
    """What of the folders a Deny leaves."""
    named = _folders(statement.resources, arn)
    if statement.not_resource:
        # Nothing is put but there.
        return list(dict.fromkeys(named)) if any(folder not in named for folder in folders) else folders
    denied = [show(folder) for folder in named]
    return [one for one in folders if not any(_covers(spelled, show(one)) for spelled in denied)]


def _folders(resources: Names, arn: str | Symbol | Text, *, unclear: bool = False) -> list[str | Symbol | Text]:
    """The folders of logs that resources name, or may name."""
    if unclear or resources.rest:
        return [_pattern(arn, f"/*{_FOLDER}*")]
    return [folder for value in resources.values if (folder := _folder(value, arn)) is not None]


def _covers(wider: str, folder: str) -> bool:
    """Whether a folder lies in another one, as far as its text says."""
    return wider == folder or (
        wider.endswith(f"/*{_FOLDER}*") and folder.startswith(wider.removesuffix(f"*{_FOLDER}*"))
    )


#: What requests of CloudTrail's don't carry, so that a condition that asks for it keeps CloudTrail out.
_OF_OTHERS = (
    "aws:principalorg",
    "aws:principaltag/",
    "aws:sourcevpc",
    "aws:userid",
    "aws:username",
    "aws:vpc",
    "s3:accesspoint",
    "s3:dataaccesspoint",
)


def _names_cloudtrail(statement: Statement) -> bool:
    """Whether CloudTrail is, or may be, one of the services that a statement names."""
    services = statement.principals.services
    return not statement.not_principal and (CLOUDTRAIL in services or not all(map(is_fixed, services)))


def _is_for_everybody(statement: Statement) -> bool:
    """Whether a statement names no service, and CloudTrail may be let in with all others."""
    principals = statement.principals
    everybody = principals.everyone or principals.rest or statement.not_principal
    return bool(everybody) and not any(map(_asks_for_others, statement.conditions))


def _asks_for_others(condition: Condition) -> bool:
    """Whether a condition holds for no request of CloudTrail's."""
    operator, key = condition.operator, condition.key
    if isinstance(operator, Unknown) or isinstance(key, Unknown) or operator.if_exists:
        return False
    if key == "aws:principalisawsservice":
        return "false" in condition.values.values
    return (
        key.startswith(_OF_OTHERS)
        and not operator.negated
        and operator.family != "null"
        and operator.quantifier != "all"
    )


def _is_for_cloudtrail(statement: Statement) -> bool:
    """Whether a Deny surely stops CloudTrail."""
    principals = statement.principals
    named = principals.everyone or CLOUDTRAIL in principals.services
    unclear = statement.unknown_conditions or statement.conditions or statement.actions.rest or statement.not_action
    return named and not statement.not_principal and not unclear


def _may_put(statement: Statement) -> bool:
    vague = bool(statement.actions.rest) or not all(isinstance(value, str) for value in statement.actions.values)
    return vague or action_matches(statement, "s3:PutObject", True, {})


def _folder(resource: Words, arn: str | Symbol | Text) -> str | Symbol | Text | None:
    """The folder of logs that a resource names, or all of which it may name some; None where it names no object."""
    parts = parts_of(resource)
    known: list[Part] = []
    for part in parts:
        if isinstance(part, str) and _FOLDER in part:
            before = part.partition(_FOLDER)[0]
            if not _in_bucket((*known, before)):
                break
            return _pattern(*known, f"{before}{_FOLDER}*")  # type: ignore[arg-type]
        if isinstance(part, str) and (wild := re.search("[*?]|[$][{]", part)):
            known.append(part[: wild.start()])
            # What stands before the wildcard is how the prefix begins; nothing may be left of the bucket's name.
            begun = _pattern(*known, f"*{_FOLDER}*") if _in_bucket(known) else None  # type: ignore[arg-type]
            return begun or _pattern(arn, f"/*{_FOLDER}*")
        if not isinstance(part, str | Symbol):
            return _pattern(arn, f"/*{_FOLDER}*")
        known.append(part)
    return None


def _in_bucket(parts: Sequence[object]) -> bool:
    """Whether what is known of an ARN goes on behind the bucket's name."""
    return any("/" in part for part in parts if isinstance(part, str))

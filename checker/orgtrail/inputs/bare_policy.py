"""A bare policy document becomes an Estate that holds nothing but one bucket policy."""

import re

from orgtrail import jsontext
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate, Instance, Values
from orgtrail.results import Input
from orgtrail.values import Symbol, Value

_BUCKET_ARN = re.compile(r"arn:[^:]*:s3:::([^/*?$]+)(?:/|$)")


def estate_of_policy(named: str, policy: str, settings: Settings) -> Estate:
    """The Estate of one policy document. Its bucket is `settings.bucket`, or the only one that its ARNs name."""
    try:
        document = jsontext.decode(policy)
    except ValueError as error:
        raise InputError(named, f"isn't JSON ({error})", "a policy document") from None
    if settings.bucket is not None and not _names(document, settings.bucket):
        expected = "the bucket that the policy is for"
        raise InputError(f"--bucket {settings.bucket}", f"no statement of {named} names that bucket", expected)
    values: Values = {"bucket": settings.bucket or _only_bucket(document), "policy": policy}
    instance = Instance(
        address="aws_s3_bucket_policy.policy",
        block="aws_s3_bucket_policy.policy",
        module=(),
        mode="managed",
        type="aws_s3_bucket_policy",
        name="policy",
        read_before=lambda: values,
        read_after=lambda: values,
    )
    return Estate(Input(named, "policy"), [instance])


def _only_bucket(document: Value) -> str | Symbol:
    """The bucket that every ARN in a document is of; a symbol where there is none, or more than one."""
    found: set[str] = set()
    pending: list[Value] = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            found.update(_BUCKET_ARN.findall(value))
        elif isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return found.pop() if len(found) == 1 else Symbol("the bucket's name", "bucket")


def _names(document: Value, bucket: str) -> bool:
    """Whether a statement is, or may be, about a bucket: one says `NotResource`, or a pattern that fits its name."""
    found = document.get("Statement") if isinstance(document, dict) else None
    for statement in found if isinstance(found, list) else [found]:
        resources = statement.get("Resource") if isinstance(statement, dict) else None
        for resource in resources if isinstance(resources, list) else [resources]:
            if not isinstance(resource, str) or _fits(resource, bucket):
                return True
    return False


def _fits(resource: str, bucket: str) -> bool:
    name = resource.split(":::", 1)[-1].partition("/")[0] if ":::" in resource else "*"
    if "$" in name:
        return True
    pattern = "".join(".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in name)
    return re.fullmatch(pattern, bucket) is not None

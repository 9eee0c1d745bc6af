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

"""AWS's managed policies, as far as they say anything about reading from S3.

`tools/compile_managed_policies.py` makes the data.
"""

import functools
from pathlib import Path
from typing import Any

import msgspec

from orgtrail.values import Value


class _Managed(msgspec.Struct, frozen=True):
    source: str
    silent: frozenset[str]
    policies: dict[str, list[Any]]


@functools.cache
def _file() -> _Managed:
    data = Path(__file__).parent / "data" / "managed_policies.json"
    return msgspec.json.decode(data.read_bytes(), type=_Managed)


def managed_policy(arn: str) -> Value:
    """The document behind the ARN of a policy of AWS's, without what it says of other services; None: not known."""
    name = arn.rpartition("/")[2]
    if ":iam::aws:policy/" not in arn:
        return None
    if name in _file().silent:
        return {"Version": "2012-10-17", "Statement": []}
    statements = _file().policies.get(name)
    return None if statements is None else {"Version": "2012-10-17", "Statement": statements}

"""What a proof takes for true beside the input: each has an id, and stands in docs/assumptions.md with AWS's page.

A result names those that its own question used: by who was asked, and by the condition keys that were looked at.
"""

from collections.abc import Iterable, Iterator

from orgtrail.iam.principals import ClassName

#: Id -> what is taken for true, in a sentence.
ASSUMPTIONS = {
    "members-allow-themselves": "an administrator of a member account allows it everything on its own side",
    "owner-allows-itself": "what identity policies of the owner's account allow is the owner's business",
    "named-accounts": "an account that only a policy names may be a member or a stranger",
    "service-sources": "a service sends whom it acts for, or nothing: both are tried",
    "services-are-nobody": "a service calls from no account that anybody names, and carries nothing of a person",
    "load-balancers": "accounts that AWS names for its load balancers are AWS's, and deliver only",
    "cloudtrail-requests": "CloudTrail delivers with its trail's ARN, account and organization, over TLS",
    "unsaid-keys": "a key of which AWS doesn't say whether CloudTrail sends it may be there or not",
    "log-names": "CloudTrail writes under its own folders, in names of one shape",
    "own-ids": "nobody chooses the id that IAM gives a role or a user",
    "ids-still-to-be-made": "an id that AWS is still to make up is none that is written already",
    "public-addresses": "no request to a public endpoint comes from a private or reserved address",
    "tls-versions": "S3 speaks TLS 1.2 and 1.3, and plain HTTP has no version",
    "one-moment": "requests are asked about from the day of the check on",
    "owner-only-calls": "S3 answers nobody but the bucket's owner about the bucket's policy",
    "keys-across-accounts": "KMS serves other accounts for the operations that its guide lists",
    "service-linked-roles": "service-linked roles, which SCPs and RCPs don't bind, stay out",
}

_BY_CLASS: dict[str, tuple[str, ...]] = {
    "member": ("members-allow-themselves", "named-accounts", "load-balancers"),
    "outside": ("members-allow-themselves", "named-accounts"),
    "owner": ("owner-allows-itself",),
    "cloudtrail": ("cloudtrail-requests",),
    "deputy": ("cloudtrail-requests",),
    "service": ("service-sources", "services-are-nobody", "named-accounts"),
    "reaching-service": ("service-sources", "services-are-nobody", "named-accounts"),
    "delivering-service": ("service-sources", "services-are-nobody", "named-accounts"),
}
_BY_KEY: dict[str, str] = {
    "aws:userid": "own-ids",
    "aws:sourceip": "public-addresses",
    "s3:tlsversion": "tls-versions",
    "aws:currenttime": "one-moment",
    "aws:epochtime": "one-moment",
}


def used(
    classes: Iterable[ClassName], keys: Iterable[str], *, logs: bool, unsaid: bool, to_be_made: bool, key_policy: bool
) -> Iterator[str]:
    """The ids of what a question takes for true; `keys` are the condition keys that were looked at."""
    for name in classes:
        yield from _BY_CLASS.get(name, ())
    for key in keys:
        if key in _BY_KEY:
            yield _BY_KEY[key]
    if logs:
        yield "log-names"
    if unsaid:
        yield "unsaid-keys"
    if to_be_made:
        yield "ids-still-to-be-made"
    yield "keys-across-accounts" if key_policy else "owner-only-calls"

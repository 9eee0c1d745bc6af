"""Whether a bucket policy is public, as S3's public access block takes it: by its text, not by what gets through.

Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of 'public'". A policy is
public unless each Allow goes to fixed principals, or is tied to a fixed value of one of a few condition keys.
"""

from collections.abc import Callable, Iterator

from orgtrail.arn import cut
from orgtrail.iam.conditions import Operator
from orgtrail.iam.statements import Condition, PolicyDocument, Statement, Words
from orgtrail.values import Cause, Unknown, causes, parts_of

#: The keys that make a statement non-public, given a value without wildcard or variable.
_FIXING = frozenset(
    (
        "aws:principalorgid",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    )
)
#: Keys of principals that AWS's list doesn't name, though it says "an AWS principal, user, role or service principal".
_UNSAID = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:username",
    )
)
#: Ranges that are broader count as everybody, unless they are private (RFC 1918).
_BROADEST = {4: 8, 6: 32}


def is_public(policy: PolicyDocument) -> bool | Cause:
    """Whether S3 takes the policy for public; the cause says why that can't be told."""
    doubts: list[Cause] = [*policy.rest]
    for statement in policy.statements:
        found = _opens(statement)
        if found is True:
            return True
        if isinstance(found, Cause):
            doubts.append(found)
    return doubts[0] if doubts else False


def _opens(statement: Statement) -> bool | Cause:
    if statement.effect == "Deny":
        return False
    principals, doubts = statement.principals, [*statement.unknown_conditions]
    if isinstance(statement.effect, Unknown):
        doubts.append(statement.effect.cause)
    if not (principals.everyone or statement.not_principal):
        doubts = [*principals.rest, *(cause for name in principals.aws for cause in causes(name))]
        # A canonical user is fixed; who comes from an identity provider isn't.
        if not doubts and all(map(_is_one, principals.unmapped)):
            return False
    for condition in statement.conditions:
        found = _fixes(condition)
        if found is True:
            return False
        if isinstance(found, Cause):
            doubts.append(found)
    return doubts[0] if doubts else True


def _is_one(name: Words) -> bool:
    """Whether it is one user, role or identity of CloudFront, by id; not all that an identity provider lets in."""
    return isinstance(name, str) and (name.isalnum() or ":iam::cloudfront:user/" in name)


def _fixes(condition: Condition) -> bool | Cause:
    """Whether a condition ties a statement to fixed values."""
    operator, key = condition.operator, condition.key
    for part in (operator, key):
        if isinstance(part, Unknown):
            return part.cause
    assert isinstance(operator, Operator)  # noqa: S101 - the loop has returned otherwise
    if operator.negated or operator.comparison != "==" or operator.family in ("null", "bool", "numeric", "date"):
        return False
    is_network = key == "aws:sourceip" and operator.family == "ip"
    if not (is_network or key in _FIXING or key in _UNSAID):
        return False
    tied = _ties(condition, _is_narrow if is_network else _is_fixed)
    if tied is not True:
        return tied
    if key in _UNSAID or operator.if_exists or operator.quantifier == "all":
        return Cause(f"whether S3 takes a policy for public that is tied by `{condition.spelled}` isn't said")
    return True


def _ties(condition: Condition, tells: Callable[[Words, str], bool | Cause]) -> bool | Cause:
    """Whether every value of a condition is one that counts."""
    found = [tells(value, str(condition.key)) for value in condition.values.values]
    if not found or False in found:
        return False
    return next((one for one in (*found, *condition.values.rest) if isinstance(one, Cause)), True)


def _is_fixed(value: Words, key: str) -> bool | Cause:
    """Whether a value holds neither wildcard nor policy variable; an access point's name may be a wildcard."""
    for text in _texts(value):
        shown = text
        if key == "s3:dataaccesspointarn" and len(segments := cut(text)) == 6:
            shown = ":".join(segments[:5])
        if any(open_end in shown for open_end in ("*", "?", "${")):
            return False
    return next(causes(value), True)


def _is_narrow(value: Words, _: str) -> bool | Cause:
    from ipaddress import ip_network

    if not isinstance(value, str):
        return next(causes(value), Cause("the addresses of a condition on `aws:SourceIp` aren't known"))
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return Cause(f"`{value}` isn't a range of addresses")
    return network.prefixlen >= _BROADEST[network.version] or (network.version == 4 and network.is_private)


def _texts(value: Words) -> Iterator[str]:
    return (part for part in parts_of(value) if isinstance(part, str))

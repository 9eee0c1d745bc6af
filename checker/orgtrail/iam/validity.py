"""What AWS refuses to take as the policy of a bucket or key, beyond what `document` finds in its form.

S3 looks at a policy when it is set, and answers MalformedPolicy where an action, a resource or a principal can't be
meant. KMS says what it refuses of principals, form and size; of the rest it says nothing.

Sources: Amazon S3 User Guide, "Policies and permissions in Amazon S3" and "Policy actions for Amazon S3"; Amazon S3 API
Reference, "PutBucketPolicy"; IAM User Guide, "AWS JSON policy elements: Principal"; AWS KMS API Reference,
"PutKeyPolicy"; Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

import re
from collections.abc import Iterator, Sequence

from orgtrail.arn import cut
from orgtrail.iam.actions import catalogue, is_service_key
from orgtrail.iam.document import INVALID_PRINCIPAL
from orgtrail.iam.statements import PolicyDocument, Problem, Statement, Words
from orgtrail.values import Cause, Symbol, Unknown, causes, parts_of

#: The words of the refusals, as S3 and KMS write them.
INVALID_ACTION = "Policy has invalid action"
NO_RESOURCE = "Action does not apply to any resource(s) in statement"
INVALID_RESOURCE = "Policy has invalid resource"
INVALID_KEY = "Policy has an invalid condition key"
NO_CONDITION = "Conditions do not apply to combination of actions and resources in statement"
INVALID_PRINCIPAL_KMS = "Policy contains a statement with one or more invalid principals."

NOT_OWNER = "MethodNotAllowed: The specified method is not allowed against this resource."

CLOUDTRAIL = "cloudtrail.amazonaws.com"

#: What can be a principal of kind `AWS`: `*`, an account, and these ARNs (IAM guide, "Principal"; CloudFront guide, for
#: origin access identities).
_ARN = re.compile(
    r"arn:(aws[a-z-]*):"
    r"(?:iam::[0-9]{12}:(?:root|user/.+|role/.+)|sts::[0-9]{12}:(?:assumed-role/[^/]+/.+|federated-user/.+)"
    r"|iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+)",
    re.DOTALL,
)
#: How service principals end: those of AWS, of its partitions, and those that only AWS uses inside.
_SERVICE = re.compile(
    r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.(amazonaws\.(com(\.cn)?|eu)|aws\.internal|[a-z0-9.-]*(ic\.gov|adc-e\.uk))"
)
#: The condition keys of S3 that every request carries, whatever the action.
_EVERYWHERE = frozenset(
    (
        "s3:authtype",
        "s3:signatureversion",
        "s3:signatureage",
        "s3:tlsversion",
        "s3:x-amz-content-sha256",
        "s3:resourceaccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:accesspointnetworkorigin",
    )
)
_OLDER = (
    "; if AWS has brought it since orgtrail's list of actions, a newer orgtrail knows it, or set this rule aside for it"
)


def refusals(policy: PolicyDocument, kind: str, name: Words | None, partition: str) -> Iterator[Problem]:
    """What AWS refuses of a policy for the bucket called `name` (None: any), or for a key."""
    for statement in policy.statements:
        yield from _principals(statement, kind, partition)
        if kind == "bucket":
            yield from _actions(statement)
            yield from _resources(statement, name, partition)
            yield from _keys(statement)


def refused_setter(account: str, owner: str) -> Iterator[Problem]:
    """S3 takes a bucket's policy from the bucket's own account only, whatever that policy says."""
    if account != owner:
        what = f"account {account} sets it, and the bucket is account {owner}'s, which alone may"
        yield Problem("", what, NOT_OWNER)


def doubts(policy: PolicyDocument, kind: str) -> Iterator[Cause]:
    """Why it can't be said whether AWS takes a policy in which it refuses nothing."""
    yield from policy.rest
    for statement in policy.statements:
        if isinstance(statement.effect, Unknown):
            yield statement.effect.cause
        for names in (statement.actions, statement.resources):
            yield from names.rest
            yield from (cause for value in names.values for cause in causes(value))
        yield from (
            condition.operator.cause for condition in statement.conditions if isinstance(condition.operator, Unknown)
        )
        if kind == "key":
            for action in _written(statement.actions.values):
                if action != "*" and not _matched(action, "kms:"):
                    what = f"`{action}` is no action of KMS that orgtrail knows, and whether KMS takes it isn't said"
                    yield Cause(what, "check how the action is spelled")
            continue
        if "*" in statement.resources.values:
            # S3's guide has examples with it; people were told "Policy has invalid resource".
            yield Cause(f"whether S3 takes `*` as the resource of `{statement.label}` isn't said", "name the bucket")
        if not statement.not_action:
            yield from _unsure_keys(statement)


# Principals


def _principals(statement: Statement, kind: str, partition: str) -> Iterator[Problem]:
    words = INVALID_PRINCIPAL if kind == "bucket" else INVALID_PRINCIPAL_KMS
    place = f"{statement.label}.{'NotPrincipal' if statement.not_principal else 'Principal'}"
    for name in _written(statement.principals.aws):
        arn = _ARN.fullmatch(name)
        if name.startswith("arn:") and arn is None:
            of_group = ":group/" in name and ":iam:" in name
            what = "a group is no principal" if of_group else "an account's root, user, role or session can be one"
            yield Problem(place, f"`{name}` can't be a principal: {what}", words)
        elif arn is not None and arn.group(1) != partition:
            yield Problem(place, f"`{name}` is of another partition than `{partition}`", words)
    for name in _written(statement.principals.services):
        if not _SERVICE.fullmatch(name) or is_misspelled_cloudtrail(name):
            meant = is_misspelled_cloudtrail(name)
            hint = f"; CloudTrail is `{CLOUDTRAIL}`" if meant else ""
            respell = (name, CLOUDTRAIL) if meant else None
            yield Problem(place, f"`{name}` is no AWS service{hint}", words, respell)


def is_misspelled_cloudtrail(name: str) -> bool:
    """Whether a service's name is meant to be CloudTrail's, and isn't."""
    own, *more = re.split("[.]", name.lower(), maxsplit=1)
    rest = "".join(more)
    if name == CLOUDTRAIL or (
        own == "cloudtrail" and name == name.lower() and rest.endswith(("amazonaws.com", "amazonaws.com.cn"))
    ):
        # `cloudtrail.us-east-1.amazonaws.com` is a form that other services have.
        return False
    return own == "cloudtrail" or _distance(own, "cloudtrail") <= 2


def _distance(one: str, other: str) -> int:
    """How many characters have to be added, left out, changed or swapped with their neighbour."""
    if abs(len(one) - len(other)) > 3:
        return 4
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        oldest, before, row = before, row, [i, *[0] * len(other)]
        for j, wanted in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], oldest[j - 2] + 1)
    return row[-1]


# Actions and resources


def _written(values: Sequence[Words]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))


def _matched(action: str, prefix: str = "s3:") -> list[str]:
    """The actions of a service that a pattern matches, by AWS's list."""
    if "*" not in action and "?" not in action:
        return [name for name in catalogue() if name.lower() == action.lower() and name.startswith(prefix)]
    regular = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in action)
    pattern = re.compile(regular, re.IGNORECASE | re.ASCII)
    return [name for name in catalogue() if name.startswith(prefix) and pattern.fullmatch(name)]


def _actions(statement: Statement) -> Iterator[Problem]:
    place = f"{statement.label}.{'NotAction' if statement.not_action else 'Action'}"
    kinds = None if statement.not_resource or statement.resources.rest else _kinds(statement.resources.values)
    for action in _written(statement.actions.values):
        if action in ("*", "s3:*"):
            continue
        matched = _matched(action)
        if not matched:
            of_s3 = action.lower().startswith("s3:")
            near = _near(action) if of_s3 else ""
            what = f"`{action}` is no action of S3{near}{_OLDER if of_s3 else ''}"
            yield Problem(place, what, INVALID_ACTION)
        elif not statement.not_action and kinds is not None:
            yield from _fitting(action, matched, kinds, place)


def _fitting(action: str, matched: list[str], kinds: set[str], place: str) -> Iterator[Problem]:
    on = {kind for name in matched for kind in catalogue()[name].resources}
    if kinds.isdisjoint(on):
        needed = "the bucket itself" if "bucket" in on else "objects (`<bucket's ARN>/*`)"
        where = f"it is done on {needed}" if on & {"bucket", "object"} else "it is done on neither buckets nor objects"
        yield Problem(place, f"`{action}` applies to none of the statement's resources: {where}", NO_RESOURCE)


def _near(action: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(action, [name for name in catalogue() if name.startswith("s3:")], 1, 0.8)
    return f" (`{found[0]}` is)" if found else ""


def _kinds(resources: Sequence[Words]) -> set[str]:
    """The kinds of things that ARN patterns may match: the bucket, objects in it."""
    found: set[str] = set()
    for resource in resources:
        parts = parts_of(resource)
        written = "".join(part if isinstance(part, str) else "?" for part in parts)
        key = written.partition(":::")[2] or written
        if "/" in key:
            found.add("object")
        elif "*" in key or not all(isinstance(part, str) or _is_bucket(part) for part in parts):
            found |= {"bucket", "object"}
        else:
            found.add("bucket")
    return found


def _is_bucket(part: object) -> bool:
    return isinstance(part, Symbol) and part.kind in ("arn", "bucket")


def _resources(statement: Statement, name: Words | None, partition: str) -> Iterator[Problem]:
    place = f"{statement.label}.Resource"
    for resource in () if statement.not_resource else _written(statement.resources.values):
        start = ":".join(cut(resource)[:5])
        if "${" in resource.partition("/")[0] or (":::" not in resource and any(wild in start for wild in "*?")):
            continue
        head, found, rest = resource.partition(":::")
        owner = rest.partition("/")[0]
        if not found or not _may_be(head, f"arn:{partition}:s3"):
            yield Problem(place, f"`{resource}` is neither the bucket nor anything in it", INVALID_RESOURCE)
        elif isinstance(name, str) and not _may_be(owner, name):
            yield Problem(place, f"`{resource}` is of another bucket than `{name}`", INVALID_RESOURCE)


def _may_be(pattern: str, name: str) -> bool:
    """Whether a pattern may match `name`."""
    regular = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(regular, name, re.DOTALL) is not None


# Condition keys


def _s3_keys(statement: Statement) -> dict[str, str]:
    """The condition keys of S3 that aren't carried by every request, as they are compared and as they are spelled."""
    keys = {c.key: c.spelled for c in statement.conditions if isinstance(c.key, str) and c.key.startswith("s3:")}
    return {key: spelled for key, spelled in keys.items() if key not in _EVERYWHERE}


def _keys(statement: Statement) -> Iterator[Problem]:
    place = f"{statement.label}.Condition"
    for key, spelled in _s3_keys(statement).items():
        if not is_service_key(key):
            yield Problem(place, f"`{spelled}` is no condition key of S3{_OLDER}", INVALID_KEY)
        elif not statement.not_action and not statement.actions.rest and not any(_taken(statement, key).values()):
            what = f"`{spelled}` is no condition key of {' or '.join(f'`{one}`' for one in _taken(statement, key))}"
            if _taken(statement, key):
                yield Problem(place, what, NO_CONDITION)


def _unsure_keys(statement: Statement) -> Iterator[Cause]:
    for key, spelled in _s3_keys(statement).items():
        taken = _taken(statement, key)
        without = [action for action, takes in taken.items() if not takes]
        if is_service_key(key) and without and len(without) < len(taken):
            what = f"`{without[0]}` takes no `{spelled}`, which `{statement.label}` asks for: S3 may refuse that"
            yield Cause(what, "give the actions that take the key a statement of their own")


def _taken(statement: Statement, key: str) -> dict[str, bool]:
    """For each action of a statement, whether a request for it may carry a condition key."""
    found: dict[str, bool] = {}
    for action in _written(statement.actions.values):
        matched = _matched(action)
        if matched:
            found[action] = action in ("*", "s3:*") or any(catalogue()[name].takes(key) for name in matched)
    return found

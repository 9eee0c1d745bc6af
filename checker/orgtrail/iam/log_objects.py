"""What CloudTrail writes: the names of its objects, in the one shape that they have.

Sources: CloudTrail User Guide, "CloudTrail log file name format" and "Getting and viewing your CloudTrail log files"
(logs, Insights, aggregated events), "CloudTrail digest file structure" (digests), "Organization trails" (the
organization's id above the account's).
"""

import re
from typing import NamedTuple

from orgtrail.iam.domains import Free
from orgtrail.iam.patterns import ONE, STAR, Token, Tokens, glob, joined, literal, some_of
from orgtrail.iam.statements import Words
from orgtrail.values import parts_of

#: The kind of resource that stands for what CloudTrail writes; an `object` is any object that its pattern matches.
LOG = "log"
#: What CloudTrail puts under an account, as its pages name it.
FOLDERS = (
    "CloudTrail",
    "CloudTrail-Digest",
    "CloudTrail-Insight",
    "CloudTrail-NetworkActivity",
    "CloudTrail-Aggregated",
)
#: Everything of CloudTrail is below this, and below the trail's prefix.
_UNDER = "AWSLogs/"

_LOWER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_LETTERS = _LOWER + _LOWER.upper()
_DIGIT = some_of(_DIGITS, star=False)
_ACCOUNT: Tokens = (_DIGIT,) * 12
_ID = some_of(_LOWER + _DIGITS, star=False)
_ORGANIZATION: Tokens = ("o-", *(_ID,) * 10, _ID._replace(star=True))
_LETTER = some_of(_LOWER, star=False)
#: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`.
_REGION: Tokens = (
    *(_LETTER,) * 2,
    some_of(_LOWER),
    "-",
    _LETTER,
    some_of(_LOWER + "-"),
    "-",
    _DIGIT,
    some_of(_DIGITS),
)
_DAY: Tokens = (*(_DIGIT,) * 4, "/", *(_DIGIT,) * 2, "/", *(_DIGIT,) * 2, "/")
#: The end of a file's name: region, moment, what makes it unique; a digest's names its trail, too.
_REST = some_of(_LETTERS + _DIGITS + "_.-")
#: A folder that AWS may add begins like the others.
_LIKE_THEM: Tokens = ("CloudTrail", some_of(_LETTERS + "-"))


def is_of_logs(pattern: Words) -> bool:
    """Whether a pattern names a folder of logs."""
    return any(_UNDER in part for part in parts_of(pattern) if isinstance(part, str))


class Whose(NamedTuple):
    """Whose logs are meant where a pattern doesn't say: ids that are known. None: it may be anybody's."""

    organization: str | None = None
    management: str | None = None


def shapes(pattern: str, whose: Whose) -> tuple[Tokens, ...]:
    """The names of CloudTrail's objects under a pattern such as `<bucket>/[<prefix>/]AWSLogs/*`.

    Below `AWSLogs/` stand the id of an account or of the organization, for what belongs to that, or `*` for everything
    that an organization trail writes. Then folders that AWS may add count, too.
    """
    head, _, owner = pattern.partition(_UNDER)
    start = glob(head + _UNDER)
    owner = owner.removesuffix("*").removesuffix("/")
    if not owner:
        return tuple(joined((*start, *above, *_named(_LIKE_THEM))) for above in _owners(whose))
    if re.fullmatch("[0-9]{12}", owner):
        above = literal(f"{owner}/")
    elif owner.startswith("o-"):
        above = (*literal(f"{owner}/"), *_ACCOUNT, "/")
    else:
        return (glob(pattern),)
    return tuple(joined((*start, *above, *_named((folder,)))) for folder in FOLDERS)


def _owners(whose: Whose) -> tuple[Tokens, Tokens]:
    """What stands above the folders: the account that the trail is of, or the organization and any account."""
    organization = _ORGANIZATION if whose.organization is None else literal(whose.organization)
    management = _ACCOUNT if whose.management is None else literal(whose.management)
    return (*management, "/"), (*organization, "/", *_ACCOUNT, "/")


def _named(folder: Tokens) -> Tokens:
    """`<folder>/<region>/<year>/<month>/<day>/<account>_<folder>_<rest>.json.gz`: no name holds a slash."""
    file: tuple[str | Token, ...] = (*_ACCOUNT, "_", *folder, "_", _REST._replace(star=False), _REST, ".json.gz")
    return (*folder, "/", *_REGION, "/", *_DAY, *file)


def elsewhere(pattern: str) -> tuple[Tokens, ...]:
    """What a pattern with a free prefix would match, and no trail has: a prefix with a folder of logs in it."""
    head, _, _ = pattern.partition(_UNDER)
    return (glob(f"{head}{_UNDER}*{_UNDER}*"),) if "*" in head else ()


def named_at(kind: str, pattern: str, whose: Whose) -> Free:
    """The ARNs of one kind of resource that a pattern matches and that something can be named by."""
    if kind == LOG and _UNDER in pattern:
        first, *others = shapes(pattern, whose)
        return Free(first, optional=False, also=tuple(others), other_than=elsewhere(pattern))
    bucket, slash, key = pattern.partition("/")
    if slash and key and not key.strip("*") and ":s3:::" in bucket:
        # An object's key has at least one character.
        return Free(joined((*glob(bucket), "/", ONE, STAR)), optional=False)
    return Free(glob(pattern), optional=False)


def keys_at(kind: str, pattern: str, whose: Whose) -> tuple[Tokens, ...]:
    """The keys of the objects without the bucket; of CloudTrail's as far as tells which of them a listing can hold."""
    bucket, slash, key = pattern.partition("/")
    if kind != LOG or _UNDER not in key:
        return (glob(key if slash and "*" not in bucket and "?" not in bucket else "*"),)
    start = glob(key.partition(_UNDER)[0] + _UNDER)
    return tuple(joined((*start, *above, "CloudTrail", STAR)) for above in _owners(whose))

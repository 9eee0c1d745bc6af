"""Random policies and random requests, for the proofs and for those who judge them. One seed, one policy."""

import random
from typing import Any, Literal, TypeAlias

from orgtrail.iam.evaluate import Request
from orgtrail.iam.prove import Target
from orgtrail.iam.world import World
from orgtrail.values import Cause, Rest, Unknown, text

ORGANIZATION = "o-abcd123456"
MANAGEMENT, OWNER, TRUSTED = "111111111111", "123456789012", "444444444444"
MEMBERS = ("222222222222", "333333333333")
TRAIL = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/org"
BUCKET = "arn:aws:s3:::logs"
WORLD = World(
    organization_id=ORGANIZATION,
    management_account=MANAGEMENT,
    owner_account=OWNER,
    trusted_accounts=(TRUSTED,),
    trail_arns=(TRAIL,),
    region="us-east-1",
)
#: The same with one member that the input knows.
NAMED = World(
    organization_id=ORGANIZATION,
    management_account=MANAGEMENT,
    owner_account=OWNER,
    trusted_accounts=(TRUSTED,),
    member_accounts=MEMBERS[:1],
    only_member=MEMBERS[0],
    trail_arns=(TRAIL,),
    region="us-east-1",
)
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd"
KEY_TARGET = Target.key(KEY)
KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:ScheduleKeyDeletion")
TARGET = Target.bucket(BUCKET, f"{BUCKET}/AWSLogs/*")
ACTIONS = ("s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject")

#: What the policy is on: a bucket, a bucket that CloudTrail delivers to, or a key.
Kind: TypeAlias = Literal["bucket", "delivery", "key"]

_ACCOUNTS = (*MEMBERS, MANAGEMENT, OWNER, TRUSTED)
_ROLES = ("reader", "admin", "team/reader")
_TAGS = ("blue", "red", "b*", "?lue", "blue-1", "B")
_IPS = ("192.0.2.0/24", "192.0.2.7", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32")
_PATHS = (f"{ORGANIZATION}/*", f"{ORGANIZATION}/r-ab12/ou-*", "o-zzzz999999/*", f"{ORGANIZATION}/r-ab12/")
_DATES = ("2026-01-01T00:00:00Z", "2027-06-01", "1767225600")
UNKNOWN = Unknown(Cause("a part that nobody knows"))


def _arns(chance: random.Random) -> str:
    account = chance.choice((*_ACCOUNTS, "*", "2222222222??"))
    return chance.choice(
        (f"arn:aws:iam::{account}:role/{chance.choice((*_ROLES, '*', 'r*'))}", f"arn:aws:iam::{account}:user/ann",
         f"arn:aws:iam::{account}:*", f"arn:aws:iam::{account}:root")
    )  # fmt: skip


#: Key -> the families of operators that are drawn for it, and how its values are drawn.
_KEYS: dict[str, tuple[str, Any]] = {
    "aws:PrincipalOrgID": ("string", lambda c: c.choice((ORGANIZATION, "o-zzzz999999", "o-*"))),
    "aws:PrincipalAccount": ("string", lambda c: c.choice((*_ACCOUNTS, "2*", "2?5*", "*7", "${aws:ResourceAccount}"))),
    "aws:PrincipalArn": ("arn", _arns),
    "aws:PrincipalTag/team": (
        "string",
        lambda c: c.choice(
            (*_TAGS, *_TAGS, "${aws:PrincipalAccount}", "${aws:username}", "${aws:username, 'blue'}", "b${*}", "${?}")
        ),
    ),
    "aws:PrincipalTag/level": ("number of a tag", lambda c: c.choice(("1", "5", "5.5"))),
    "aws:SourceAccount": ("string", lambda c: c.choice((MANAGEMENT, "999999999999", "1*", "${aws:ResourceAccount}"))),
    "aws:SourceOrgID": ("string", lambda c: c.choice((ORGANIZATION, "o-*", "o-a*", "o-zzzz999999"))),
    "aws:PrincipalTag/key": ("binary", lambda c: c.choice(("QUJD", "QUJDRA=="))),
    "aws:PrincipalIsAWSService": ("bool", lambda c: c.choice(("true", "false"))),
    "aws:SecureTransport": ("bool", lambda c: c.choice(("true", "false"))),
    "aws:SourceIp": ("ip", lambda c: c.choice(_IPS)),
    "aws:SourceVpce": ("string", lambda c: c.choice(("vpce-1", "vpce-*"))),
    "aws:CurrentTime": ("date", lambda c: c.choice(_DATES)),
    "aws:PrincipalOrgPaths": ("path", lambda c: c.choice(_PATHS)),
    "aws:CalledVia": ("many", lambda c: c.choice(("a", "b", "a*"))),
    "aws:username": ("string", lambda c: c.choice(("ann", "a*", "bob"))),
    "aws:SourceArn": (
        "arn",
        lambda c: c.choice(
            (
                TRAIL,
                "arn:aws:cloudtrail:*:*:trail/*",
                f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*",
                "arn:aws:cloudtrail:us-east-1:1*:trail/org",
                "arn:aws:cloudtrail:eu-west-1:*:trail/o?g",
            )
        ),
    ),
    "s3:x-amz-acl": ("string", lambda c: c.choice(("bucket-owner-full-control", "private"))),
    "s3:prefix": ("string", lambda c: c.choice(("AWSLogs/*", "x", "", "AWS?o*", "*/x"))),
    "s3:max-keys": ("numeric", lambda c: c.choice(("1", "10", "100.5"))),
}
#: Keys that only requests to KMS carry.
_KMS_KEYS: dict[str, tuple[str, Any]] = {
    "kms:CallerAccount": ("string", lambda c: c.choice((*_ACCOUNTS, "2*", "3?*"))),
    "kms:ViaService": ("string", lambda c: c.choice(("s3.us-east-1.amazonaws.com", "s3.*.amazonaws.com", "ec2.*"))),
    "kms:EncryptionContext:aws:cloudtrail:arn": (
        "string",
        lambda c: c.choice((TRAIL, f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*", "arn:aws:cloudtrail:*")),
    ),
}
_OPERATORS = {
    "string": ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
               "StringNotEqualsIgnoreCase"),
    "arn": ("ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "StringLike", "StringNotLike"),
    "bool": ("Bool",),
    "binary": ("BinaryEquals",),
    "ip": ("IpAddress", "NotIpAddress"),
    "date": ("DateLessThan", "DateGreaterThan", "DateLessThanEquals", "DateGreaterThanEquals", "DateEquals",
             "DateNotEquals"),
    "numeric": ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals",
                "NumericLessThanEquals", "NumericGreaterThan"),
    "number of a tag": ("NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"),
}  # fmt: skip


def condition(chance: random.Random, kind: Kind = "bucket") -> tuple[str, str, Any]:
    """An operator, a key and values."""
    keys = _KEYS
    if kind == "key" and chance.random() < 0.5:
        keys = _KMS_KEYS
    elif kind == "delivery" and chance.random() < 0.6:
        keys = {key: drawn for key, drawn in _KEYS.items() if key.startswith(("aws:Source", "s3:x", "aws:PrincipalIs"))}
    key = chance.choice(list(keys))
    family, draw = keys[key]
    if chance.random() < 0.12:
        return "Null", key, chance.choice(("true", "false"))
    many = family in ("path", "many")
    operator = chance.choice(_OPERATORS["string" if many else family])
    if chance.random() < (0.93 if many else 0.06):
        operator = chance.choice(("ForAllValues:", "ForAnyValue:")) + operator
    if chance.random() < 0.25:
        operator += "IfExists"
    count = 1 if family == "bool" else chance.choice((1, 1, 2, 3))
    return operator, key, [draw(chance) for _ in range(count)]


def statement(chance: random.Random, index: int, unknowns: bool, kind: Kind = "bucket") -> dict[str, Any]:
    """One statement of any shape."""
    made: dict[str, Any] = {"Sid": f"S{index}", "Effect": chance.choice(("Allow", "Allow", "Deny"))}
    account = chance.choice(_ACCOUNTS)
    named: Any = chance.choice(
        ("*", "*", "*", {"AWS": "*"}, {"AWS": account}, {"AWS": f"arn:aws:iam::{account}:root"},
         {"AWS": [f"arn:aws:iam::{account}:role/reader", f"arn:aws:iam::{account}:user/ann"]},
         {"AWS": [account, f"arn:aws:iam::{account}:role/reader",
                  f"arn:aws:sts::{account}:assumed-role/reader/session"]},
         {"Service": "cloudtrail.amazonaws.com"}, {"Service": "config.amazonaws.com", "AWS": account},
         {"AWS": ["*", account]}, {"AWS": f"arn:aws:sts::{account}:federated-user/ann"},
         {"Federated": "cognito-identity.amazonaws.com"}, {"CanonicalUser": "a" * 64})
    )  # fmt: skip
    if kind != "bucket" and chance.random() < 0.5:
        named = {"Service": "cloudtrail.amazonaws.com"}
    made[
        "NotPrincipal"
        if named not in ("*", {"AWS": "*"}, {"AWS": ["*", account]}) and chance.random() < 0.15
        else "Principal"
    ] = named
    actions: Any = chance.choice(("*", "s3:*", "s3:Get*", "s3:GetObject", ["s3:ListBucket", "s3:getobject"], "s3:Put*",
                                  "s3:*Object?", "S3:DeleteObjec?"))  # fmt: skip
    if kind == "key":
        actions = chance.choice(("kms:*", "kms:Decrypt", "kms:D*", ["kms:GenerateDataKey*", "kms:describekey"], "*"))
    made["NotAction" if actions not in ("*", "s3:*", "kms:*") and chance.random() < 0.15 else "Action"] = actions
    resources = chance.choice(
        (f"{BUCKET}/*", [BUCKET, f"{BUCKET}/*"], "*", f"{BUCKET}/AWSLogs/*", f"{BUCKET}/AWSLogs/{ORGANIZATION}/*",
         BUCKET, f"{BUCKET}/*/CloudTrail/*", BUCKET + "/AWSLogs/${aws:PrincipalAccount}/*",
         BUCKET + "/${aws:username}/*")
    )  # fmt: skip
    if kind == "key":
        resources = chance.choice(("*", "*", KEY, f"arn:aws:kms:*:{OWNER}:key/*", "arn:aws:kms:us-east-1:*:key/?234*"))
    made["NotResource" if resources != "*" and chance.random() < 0.12 else "Resource"] = resources
    conditions: dict[str, dict[str, Any]] = {}
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        operator, key, values = condition(chance, kind)
        conditions.setdefault(operator, {})[key] = values
    if conditions:
        made["Condition"] = conditions
    if unknowns and chance.random() < 0.2:
        hide(chance, made)
    return made


def hide(chance: random.Random, made: dict[str, Any]) -> None:
    """Makes a part of a statement unknown: an element, one of a list, or a piece of a string."""
    part = chance.choice(
        ("Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "Condition", "Value")
    )
    if part == "Value":
        for lines in made.get("Condition", {}).values():
            for key, values in lines.items():
                if isinstance(values, list):
                    holes = [UNKNOWN, Rest(UNKNOWN.cause)]
                    if key in ("aws:PrincipalTag/team", "s3:prefix"):
                        holes.append(text("b", UNKNOWN))
                    elif key == "aws:PrincipalArn":
                        holes.append(text(f"arn:aws:iam::{chance.choice(MEMBERS)}:role/", UNKNOWN))
                    lines[key] = [*values[1:], chance.choice(holes)]
    elif part in made and chance.random() < 0.6:
        made[part] = UNKNOWN
    elif part in ("Action", "NotAction", "Resource") and part in made:
        shown = made[part] if isinstance(made[part], list) else [made[part]]
        holes = [UNKNOWN, Rest(UNKNOWN.cause)]
        if part == "Resource":
            holes.append(text(f"{BUCKET}/", UNKNOWN, "/*"))
        made[part] = [*shown[1:], chance.choice(holes)]
    elif part in ("Principal", "NotPrincipal") and isinstance(made.get(part), dict) and "AWS" in made[part]:
        shown = made[part]["AWS"] if isinstance(made[part]["AWS"], list) else [made[part]["AWS"]]
        made[part] = {**made[part], "AWS": [*shown, Rest(UNKNOWN.cause)]}


def policy(seed: int, statements: int | None = None, unknowns: bool = True, kind: Kind = "bucket") -> dict[str, Any]:
    """The policy of a seed, as a document (with holes, unless `unknowns` is False)."""
    chance = random.Random(seed)
    count = statements or chance.choice((1, 2, 2, 3, 3, 4, 5))
    version: Any = "2008-10-17" if chance.random() < 0.08 else "2012-10-17"
    if unknowns and chance.random() < 0.03:
        version = UNKNOWN
    listed: list[Any] = [statement(chance, index, unknowns, kind) for index in range(count)]
    if unknowns and chance.random() < 0.03:
        listed.append(Rest(UNKNOWN.cause))
    return {"Version": version, "Statement": listed}


def request(seed: int) -> Request:
    """A request of a member: everything that belongs together is derived from one principal."""
    chance = random.Random(seed)
    account = chance.choice((*MEMBERS, "555555555555"))
    kind = chance.choice(("role", "role", "user", "root"))
    name = {"role": chance.choice((*_ROLES, "other")), "user": chance.choice(("ann", "bob")), "root": ""}[kind]
    principal = f"arn:aws:iam::{account}:{kind}" + (f"/{name}" if name else "")
    session = chance.choice(("session", "other")) if kind == "role" else ""
    context: dict[str, Any] = {
        "aws:principalorgid": ORGANIZATION,
        "aws:principalaccount": account,
        "aws:principalarn": principal,
        "aws:principalisawsservice": "false",
        "aws:securetransport": chance.choice(("true", "false")),
        "aws:currenttime": chance.choice(("2025-06-01T00:00:00Z", "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z")),
        "aws:principalorgpaths": (f"{ORGANIZATION}/r-ab12/{chance.choice(('', 'ou-ab12-11111111/'))}",),
        "aws:resourceaccount": OWNER,
    }
    if kind == "user":
        context["aws:username"] = name
    if chance.random() < 0.3:
        context["aws:sourcevpce"] = chance.choice(("vpce-1", "vpce-2"))
    else:
        context["aws:sourceip"] = chance.choice(("192.0.2.7", "203.0.113.9", "198.51.100.7", "2001:db8::1"))
    if chance.random() < 0.6:
        context["aws:principaltag/team"] = chance.choice(("blue", "red", "BLUE", "blue-1", account))
    if chance.random() < 0.5:
        context["aws:calledvia"] = tuple(chance.sample(("a", "b", "ab"), chance.choice((1, 2))))
    action = chance.choice(ACTIONS)
    resource = BUCKET
    if action != "s3:ListBucket":
        ends = (f"{ORGANIZATION}/{account}/CloudTrail/x.gz", f"{account}/x", "x", f"{ORGANIZATION}/a\nb")
        resource = f"{BUCKET}/AWSLogs/{chance.choice(ends)}"
    else:
        if chance.random() < 0.5:
            context["s3:prefix"] = chance.choice(("AWSLogs/x", "AWSL", ""))
        if chance.random() < 0.5:
            context["s3:max-keys"] = chance.choice(("1", "10", "1000"))
    if action == "s3:PutObject" and chance.random() < 0.5:
        context["s3:x-amz-acl"] = chance.choice(("bucket-owner-full-control", "private"))
    return Request(principal, account, action, resource, context, session)


def recommended() -> dict[str, Any]:
    """AWS's policy for the bucket of an organization trail."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    own = {"StringEquals": {"aws:SourceArn": TRAIL}}
    full = {"StringEquals": {"aws:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control"}}
    parts = (
        ("Acl", "s3:GetBucketAcl", BUCKET, own),
        ("Own", "s3:PutObject", f"{BUCKET}/AWSLogs/{MANAGEMENT}/*", full),
        ("All", "s3:PutObject", f"{BUCKET}/AWSLogs/{ORGANIZATION}/*", full),
    )
    listed = [
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": service,
            "Action": action,
            "Resource": where,
            "Condition": condition,
        }
        for sid, action, where, condition in parts
    ]
    return {"Version": "2012-10-17", "Statement": listed}


def overlapping(count: int) -> dict[str, Any]:
    """One Allow for all, and Denies that overlap in tag, path and time."""
    listed: list[dict[str, Any]] = [
        {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    ]
    for index in range(count):
        condition = {
            "StringLike": {f"aws:PrincipalTag/t{index % 7}": f"*{index % 5}*"},
            "StringNotEquals": {f"aws:PrincipalTag/t{(index + 3) % 7}": f"v{index % 4}"},
        }
        listed.append(
            {"Sid": f"D{index}", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
             "Resource": f"{BUCKET}/*{index % 9}*", "Condition": condition}
        )  # fmt: skip
    listed.append(
        {"Sid": "Z", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": f"{BUCKET}/*0*1*2*"}
    )
    return {"Version": "2012-10-17", "Statement": listed}


def hostile() -> dict[str, dict[str, Any]]:
    """Policies that are made to keep a prover busy."""
    allow = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}

    def deny(index: int, **parts: Any) -> dict[str, Any]:
        own = {"Sid": f"D{index}", "Effect": "Deny", "Principal": "*", "Action": "s3:*", **parts}
        return own if "NotResource" in own else {"Resource": "*", **own}

    def made(*denies: dict[str, Any]) -> dict[str, Any]:
        return {"Version": "2012-10-17", "Statement": [allow, *denies]}

    wild = [f"{BUCKET}/*{'*'.join(str((index * 7 + step) % 10) * 3 for step in range(6))}*" for index in range(40)]
    tags = [
        {
            "StringNotLike": {
                f"aws:PrincipalTag/k{(index * step) % 11}": f"*{index % 6}?*{step}*" for step in range(1, 4)
            }
        }
        for index in range(80)
    ]
    return {
        "resources that all have to match": made(*(deny(i, NotResource=one) for i, one in enumerate(wild))),
        "a thicket of tags": made(*(deny(i, Condition=one) for i, one in enumerate(tags))),
        "one long run of stars": made(deny(0, Resource=f"{BUCKET}/" + "*a" * 2000)),
    }

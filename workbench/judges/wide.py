"""Random policies on who may ask and on which objects: services, strangers by name, ids of IAM, folders of logs.

One seed, one policy; the policies of `generated.py` stay as they are, so that a seed of theirs means what it meant.
"""

import random
from typing import Any

from orgtrail.iam.evaluate import Request
from orgtrail.iam.prove import Target
from workbench.judges import generated
from workbench.judges.generated import BUCKET, MANAGEMENT, MEMBERS, ORGANIZATION, OWNER, TRUSTED

STRANGER = "999999999999"
SERVICES = ("cloudfront.amazonaws.com", "config.amazonaws.com", "serverlessrepo.amazonaws.com")
ROLE_ID, USER_ID = "AROAWRITTENWRITTEN123", "AIDAWRITTENWRITTEN123"
#: What CloudTrail writes, and any object below `AWSLogs/`.
LOGS = Target.logs(BUCKET, f"{BUCKET}/AWSLogs/*")
_ACCOUNTS = (*MEMBERS, STRANGER, MANAGEMENT, OWNER, TRUSTED)


def _sources(chance: random.Random) -> str:
    account = chance.choice((*_ACCOUNTS, OWNER, MANAGEMENT, "*", "2222222222??"))
    return chance.choice(
        (f"arn:aws:cloudfront::{account}:distribution/*", f"arn:aws:cloudfront::{account}:distribution/E1",
         f"arn:aws:*:*:{account}:*", f"arn:aws:config:us-east-1:{account}:*")
    )  # fmt: skip


#: Key -> the families of operators that are drawn for it, and how its values are drawn.
_KEYS: dict[str, tuple[str, Any]] = {
    "aws:SourceAccount": (
        "string",
        lambda c: c.choice((*_ACCOUNTS, OWNER, MANAGEMENT, "2*", "${aws:ResourceAccount}")),
    ),
    "aws:SourceArn": ("arn", _sources),
    "aws:SourceOrgID": ("string", lambda c: c.choice((ORGANIZATION, ORGANIZATION, "o-zzzz999999", "o-*"))),
    "aws:PrincipalIsAWSService": ("bool", lambda c: c.choice(("true", "true", "false"))),
    "aws:PrincipalServiceName": (
        "string",
        lambda c: c.choice((*SERVICES, "*.amazonaws.com", "c*", "ec2.amazonaws.com")),
    ),
    "aws:PrincipalOrgID": ("string", lambda c: c.choice((ORGANIZATION, "o-zzzz999999"))),
    "aws:PrincipalAccount": ("string", lambda c: c.choice((*_ACCOUNTS, "2*", "9*"))),
    "aws:userid": (
        "string",
        lambda c: c.choice(
            (f"{ROLE_ID}:*", f"{ROLE_ID}:session", "AROA*:session", "*:session", USER_ID, "AIDA*", MEMBERS[0], "AROAX*")
        ),
    ),
    "aws:SourceIp": (
        "ip",
        lambda c: c.choice(("10.0.0.0/8", "127.0.0.1", "172.0.0.0/8", "0.0.0.0/0", "203.0.113.0/24")),
    ),
    "aws:EpochTime": ("numeric", lambda c: c.choice(("1500000000", "1800000000"))),
    "s3:TlsVersion": ("numeric", lambda c: c.choice(("1.1", "1.2", "1.3"))),
    "aws:SecureTransport": ("bool", lambda c: c.choice(("true", "false"))),
}
_FOLDERS = (
    f"{BUCKET}/AWSLogs/*",
    f"{BUCKET}/AWSLogs/{ORGANIZATION}/*",
    f"{BUCKET}/AWSLogs/{MANAGEMENT}/*",
    f"{BUCKET}/AWSLogs/{MEMBERS[0]}/*",
    f"{BUCKET}/AWSLogs/*/Config/*",
    f"{BUCKET}/AWSLogs/*/CloudTrail/*",
    f"{BUCKET}/AWSLogs/*/CloudTrail-Digest/*",
    f"{BUCKET}/AWSLogs/{ORGANIZATION}/*/CloudTrail*",
    f"{BUCKET}/*.json.gz",
    f"{BUCKET}/*.csv",
    f"{BUCKET}/inventory/*",
    f"{BUCKET}/*",
)


def policy(seed: int) -> dict[str, Any]:
    """The policy of a seed: three statements at most, so that cvc5 keeps up."""
    chance = random.Random(f"wide {seed}")
    return {"Version": "2012-10-17", "Statement": [_statement(chance, index) for index in range(1 + seed % 3)]}


def _statement(chance: random.Random, index: int) -> dict[str, Any]:
    made: dict[str, Any] = {"Sid": f"S{index}", "Effect": "Allow" if index == 0 else chance.choice(("Allow", "Deny"))}
    account = chance.choice(_ACCOUNTS)
    made["Principal"] = chance.choice(
        ("*", "*", {"Service": chance.choice(SERVICES)}, {"Service": chance.choice(SERVICES)},
         {"Service": [*SERVICES[:2], "cloudtrail.amazonaws.com"]}, {"AWS": account},
         {"AWS": f"arn:aws:iam::{account}:role/reader"}, {"AWS": ROLE_ID}, {"AWS": USER_ID},
         {"AWS": f"arn:aws:iam::{account}:root", "Service": SERVICES[0]})
    )  # fmt: skip
    made["Action"] = chance.choice(("s3:*", "s3:GetObject", "s3:Get*", "s3:Put*", ["s3:GetObject", "s3:DeleteObject"]))
    made["NotResource" if chance.random() < 0.1 else "Resource"] = chance.choice(_FOLDERS)
    conditions: dict[str, dict[str, Any]] = {}
    for _ in range(chance.choice((0, 1, 1, 2))):
        operator, key, values = _condition(chance)
        conditions.setdefault(operator, {})[key] = values
    if conditions:
        made["Condition"] = conditions
    return made


def _condition(chance: random.Random) -> tuple[str, str, Any]:
    key = chance.choice(list(_KEYS))
    family, draw = _KEYS[key]
    if chance.random() < 0.1:
        return "Null", key, chance.choice(("true", "false"))
    operator = chance.choice(generated._OPERATORS[family])
    if chance.random() < 0.2:
        operator += "IfExists"
    return operator, key, [draw(chance) for _ in range(1 if family == "bool" else chance.choice((1, 1, 2)))]


def request(seed: int) -> tuple[str, Request]:
    """A class of callers and a request of one, with everything that belongs together derived from who asks."""
    chance = random.Random(f"wide {seed}")
    name = chance.choice(("member", "outside", "service", "service", "anonymous"))
    action = chance.choice(("s3:GetObject", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"))
    account = chance.choice((*MEMBERS, STRANGER, "555555555555"))
    context: dict[str, Any] = {
        "aws:resourceaccount": OWNER,
        "aws:epochtime": chance.choice(("1750000000", "1900000000")),
    }
    plain = name != "service" and chance.random() < 0.3
    context["aws:securetransport"] = "false" if plain else "true"
    if not plain:
        context["s3:tlsversion"] = chance.choice(("1.2", "1.3"))
    ends = (
        f"{MANAGEMENT}/CloudTrail/us-east-1/2026/01/31/{MANAGEMENT}_CloudTrail_us-east-1_20260131T0000Z_x.json.gz",
        f"{ORGANIZATION}/{account}/CloudTrail-Digest/eu-west-1/2026/01/31/"
        f"{account}_CloudTrail-Digest_eu-west-1_org_us-east-1_20260131T000000Z.json.gz",
    )
    resource = f"{BUCKET}/AWSLogs/{chance.choice(ends)}"
    if name == "service":
        return name, _of_service(chance, action, resource, account, context)
    if chance.random() < 0.7:
        context["aws:sourceip"] = chance.choice(("172.217.0.1", "203.0.113.9", "198.51.100.7", "8.8.8.8"))
    if name == "anonymous":
        context["aws:principalaccount"] = "anonymous"
        return name, Request("*", "", action, resource, context)
    kind = chance.choice(("role", "role", "user", "root"))
    ending = {"role": "/reader", "user": "/ann", "root": ""}[kind]
    principal = f"arn:aws:iam::{account}:{kind}{ending}"
    session = chance.choice(("session", "other")) if kind == "role" else ""
    userid = {"role": f"{chance.choice((ROLE_ID, 'AROAOTHEROTHEROTHER12'))}:{session}", "root": account}
    context["aws:userid"] = userid.get(kind, chance.choice((USER_ID, "AIDAOTHEROTHEROTHER12")))
    context |= {"aws:principalaccount": account, "aws:principalarn": principal, "aws:principalisawsservice": "false"}
    if name == "member":
        context["aws:principalorgid"] = ORGANIZATION
    elif chance.random() < 0.6:
        context["aws:principalorgid"] = "o-zzzz999999"
    return name, Request(principal, account, action, resource, context, session)


def _of_service(chance: random.Random, action: str, resource: str, account: str, context: dict[str, Any]) -> Request:
    service = chance.choice((*SERVICES, "ec2.amazonaws.com"))
    context |= {"aws:principalisawsservice": "true", "aws:principalservicename": service}
    if chance.random() < 0.7:
        context["aws:sourceaccount"] = account
    if chance.random() < 0.7:
        context["aws:sourcearn"] = chance.choice(
            (f"arn:aws:cloudfront::{account}:distribution/E1", f"arn:aws:config:us-east-1:{account}:recorder")
        )
    if chance.random() < 0.7:
        context["aws:sourceorgid"] = ORGANIZATION if account in MEMBERS else "o-zzzz999999"
    return Request(service, "", action, resource, context, service=service, acting_for=account)

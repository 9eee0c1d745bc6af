"""Bucket policies as teams (and attackers) write them, each with what AWS's documentation says of it.

Every policy is AWS's own for the bucket of an organization trail, with something added. What is expected was written
down first, from the IAM and S3 User Guides; a row says what differs from what holds for AWS's policy by itself:
`read!` violated, `read?` undecided, `read:proved` proved.
"""

from typing import Any, NamedTuple

ORG, MGMT, OWNER, TRUST = "o-abcd123456", "111111111111", "123456789012", "444444444444"
M1, M2 = "222222222222", "333333333333"
B, OBJ = "arn:aws:s3:::logs", "arn:aws:s3:::logs/*"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{MGMT}:trail/org"
INORG: dict[str, Any] = {"StringEquals": {"aws:PrincipalOrgID": ORG}}
#: Word -> rule, and what holds for AWS's policy.
RULES = {
    "read": ("members-cannot-read-logs", "proved"),
    "denied": ("members-explicitly-denied", "violated"),
    "alter": ("members-cannot-alter-logs", "proved"),
    "public": ("logs-not-public", "proved"),
    "write": ("cloudtrail-can-write-logs", "proved"),
    "scoped": ("cloudtrail-write-is-scoped", "proved"),
}
Json = dict[str, Any]


class Written(NamedTuple):
    """A policy, and what is expected of it."""

    name: str
    document: Json
    expected: str

    def verdicts(self) -> dict[str, str]:
        """Rule -> verdict."""
        found = {word: verdict for word, (_, verdict) in RULES.items()}
        for word in self.expected.split():
            if ":" in word:
                name, _, verdict = word.partition(":")
                found[name] = verdict
            else:
                found[word[:-1]] = {"!": "violated", "?": "undecided"}[word[-1]]
        return {RULES[word][0]: verdict for word, verdict in found.items()}


def write(src: str = TRAIL, cond: Json | None = None, acl: bool = True) -> list[Json]:
    """What CloudTrail needs, as AWS writes it."""
    tied = {"StringEquals": {"aws:SourceArn": src}} if cond is None else cond
    put = both(tied, c("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control")) if acl else tied
    parts = (
        ("Acl", "s3:GetBucketAcl", B, tied),
        ("Own", "s3:PutObject", f"{B}/AWSLogs/{MGMT}/*", put),
        ("All", "s3:PutObject", f"{B}/AWSLogs/{ORG}/*", put),
    )
    service = {"Service": "cloudtrail.amazonaws.com"}
    return [
        {"Sid": sid, "Effect": "Allow", "Principal": service, "Action": action, "Resource": where}
        | ({"Condition": condition} if condition else {})
        for sid, action, where, condition in parts
    ]


def a(p: Any = "*", action: Any = "s3:GetObject", r: Any = OBJ, c: Json | None = None, **more: Any) -> Json:
    """An Allow for everybody; an element given as `-` is left out."""
    made = {"Sid": "X", "Effect": "Allow", "Principal": p, "Action": action, "Resource": r, "Condition": c, **more}
    return {name: part for name, part in made.items() if part not in ("-", None)}


def d(p: Any = "*", action: Any = "s3:*", r: Any = (B, OBJ), c: Json | None = None, **more: Any) -> Json:
    """A Deny of everything for everybody."""
    return a(p, action, list(r) if isinstance(r, tuple) else r, c, Effect="Deny", **more) | {"Sid": "N"}


def c(operator: str, key: str, *values: str) -> Json:
    """One line of a Condition."""
    return {operator: {key: values[0] if len(values) == 1 else list(values)}}


def both(*conditions: Json) -> Json:
    """All of several conditions."""
    found: Json = {}
    for one in conditions:
        for operator, lines in one.items():
            found[operator] = {**found.get(operator, {}), **lines}
    return found


SVC = c("BoolIfExists", "aws:PrincipalIsAWSService", "false")
NOTREADER = c("StringNotEquals", "aws:PrincipalAccount", MGMT, OWNER, TRUST)
#: AWS refuses these, or may: nothing is said.
REFUSED = "read? denied? alter? public? write? scoped?"
WRITTEN: list[Written] = []


def case(name: str, extra: Any, expected: str = "", base: Any = None, version: str | None = "2012-10-17") -> None:
    """One row."""
    statements = (write() if base is None else base) + (extra if isinstance(extra, list) else [extra])
    document: Json = {"Version": version} if version else {}
    WRITTEN.append(Written(name, {**document, "Statement": statements}, expected))


# Organization keys
case("org read", a(c=INORG), "read!")
case("org read, key in other case", a(c=c("StringEquals", "AWS:principalorgid", ORG)), "read!")
case("operator in other case", a(c=c("stringequals", "aws:PrincipalOrgID", ORG)), REFUSED)
case("org like prefix", a(c=c("StringLike", "aws:PrincipalOrgID", "o-abcd*")), "read! public!")
case("org like o-*", a(c=c("StringLike", "aws:PrincipalOrgID", "o-*")), "read! public!")
case("org equals o-* literal", a(c=c("StringEquals", "aws:PrincipalOrgID", "o-*")), "")
case("org not equals other", a(c=c("StringNotEquals", "aws:PrincipalOrgID", "o-zzzz999999")), "read! public!")
case("org IfExists", a(c=c("StringEqualsIfExists", "aws:PrincipalOrgID", ORG)), "read! public!")
case("org ForAllValues", a(c=c("ForAllValues:StringEquals", "aws:PrincipalOrgID", ORG)), "read! public!")
case("org ForAnyValue", a(c=c("ForAnyValue:StringEquals", "aws:PrincipalOrgID", ORG)), "read!")
case(
    "org paths", a(c=c("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/ou-ab12-11111111/*")), "read!"
)
case("org paths any org", a(c=c("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-*/r-*/ou-*/*")), "read! public!")
case("org paths exact root", a(c=c("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/")), "read!")
case("org paths other org", a(c=c("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-zzzz999999/*")), "public!")
case("org paths no set operator", a(c=c("StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*")), "read? public?")
case("org paths ForAllValues", a(c=c("ForAllValues:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*")), "read! public!")
case(
    "org paths ForAllValues + Null",
    a(
        c=both(
            c("ForAllValues:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*"),
            c("Null", "aws:PrincipalOrgPaths", "false"),
        )
    ),
    "read!",
)
case("Null org false", a(c=c("Null", "aws:PrincipalOrgID", "false")), "read! public!")
case("Null org true", a(c=c("Null", "aws:PrincipalOrgID", "true")), "public!")
case("Null org bool", a(c={"Null": {"aws:PrincipalOrgID": False}}), "read! public!")
case("two orgs", a(c=c("StringEquals", "aws:PrincipalOrgID", ORG, "o-zzzz999999")), "read! public!")
# Accounts
case("own accounts", a(c=c("StringEquals", "aws:PrincipalAccount", MGMT, OWNER, TRUST)))
case("accounts like", a(c=c("StringLike", "aws:PrincipalAccount", "22222222*")), "read! public!")
case("accounts not", a(c=c("StringNotEquals", "aws:PrincipalAccount", MGMT)), "read! public!")
case("account number", a(c={"StringEquals": {"aws:PrincipalAccount": 222222222222}}), "read!")
case("account numeric", a(c={"NumericEquals": {"aws:PrincipalAccount": "222222222222"}}), "read! public?")
case(
    "arn like sso",
    a(c=c("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*")),
    "read! public!",
)
case(
    "arn like sso in org",
    a(c=both(INORG, c("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"))),
    "read!",
)
case("owner's roles", a(c=c("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/*")))
case("arn string like crossing", a(c=c("StringLike", "aws:PrincipalArn", f"arn:aws:iam::*{OWNER}*")), "read! public!")
case("arn like not crossing", a(c=c("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::*{OWNER}*:role/x")), "")
case("session arn in PrincipalArn", a(c=c("ArnLike", "aws:PrincipalArn", f"arn:aws:sts::{M1}:assumed-role/ops/*")))
case("arn equals wildcard", a(c=c("ArnEquals", "aws:PrincipalArn", f"arn:aws:iam::{M1}:role/*")), "read!")
case("string equals wildcard arn", a(c=c("StringEquals", "aws:PrincipalArn", f"arn:aws:iam::{M1}:role/*")))
case("arn lone star", a(c=both(INORG, c("ArnLike", "aws:PrincipalArn", "*"))), "read?")
case("arn not like owner", a(c=both(INORG, c("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:*"))), "read!")
case("userid any session", a(c=c("StringLike", "aws:userid", "*:audit")), "read! public!")
case("username", a(c=c("StringEquals", "aws:username", "auditor")), "read! public!")
case("tag in org", a(c=both(INORG, c("StringEquals", "aws:PrincipalTag/department", "audit"))), "read!")
case("tag not equals", a(c=both(INORG, c("StringNotEquals", "aws:PrincipalTag/department", "audit"))), "read!")
case("principal type", a(c=both(INORG, c("StringEquals", "aws:PrincipalType", "User"))), "read!")
case("principal type service", a(c=both(INORG, c("StringEquals", "aws:PrincipalType", "Service"))))
# Network
case("source ip", a(c=c("IpAddress", "aws:SourceIp", "203.0.113.0/24")), "read! public!")
case("source ip in org", a(c=both(INORG, c("IpAddress", "aws:SourceIp", "203.0.113.0/24", "2001:db8::/32"))), "read!")
case(
    "not ip everything", a(c=both(INORG, c("NotIpAddress", "aws:SourceIp", "0.0.0.0/0", "::/0"))), "read!"
)  # Through an endpoint.
case(
    "ip and vpce at once",
    a(
        c=both(
            INORG, c("IpAddress", "aws:SourceIp", "10.0.0.0/8"), c("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d")
        )
    ),
)
case("vpc source ip", a(c=both(INORG, c("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"))), "read!")
case("vpce", a(c=c("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d")), "read! public!")
case("vpc", a(c=c("StringEquals", "aws:SourceVpc", "vpc-1a2b3c4d")), "read! public!")
case("vpce account owner", a(c=c("StringEquals", "aws:VpceAccount", OWNER)), "read! public!")
case("vpce org", a(c=c("StringEquals", "aws:VpceOrgID", ORG)), "read! public!")
case("deny not vpce", [d(c=c("StringNotEquals", "aws:SourceVpce", "vpce-1a2b3c4d"))], "write!")
case("deny not vpce IfExists", [d(c=c("StringNotEqualsIfExists", "aws:SourceVpce", "vpce-1a2b3c4d"))], "write!")
case("deny not vpce but services", [d(c=both(SVC, c("StringNotEquals", "aws:SourceVpce", "vpce-1a2b3c4d")))])
case("deny not ip", [d(c=c("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"))], "write!")
case(
    "perimeter",
    [
        d(
            c=both(
                SVC,
                c("NotIpAddressIfExists", "aws:SourceIp", "203.0.113.0/24"),
                c("StringNotEqualsIfExists", "aws:SourceVpc", "vpc-1"),
                {"BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"}},
                c("StringNotEqualsIfExists", "aws:PrincipalTag/dp:exclude", "true"),
            )
        )
    ],
)
# Tls
case("deny no tls", d(c=c("Bool", "aws:SecureTransport", "false")))
case("deny no tls, boolean", d(c={"Bool": {"aws:SecureTransport": False}}))
case("deny no tls, list", d(c=c("Bool", "aws:SecureTransport", "false", "true")), "write! denied:proved")
case("deny old tls", d(c=c("NumericLessThan", "s3:TlsVersion", "1.2")))
case("deny old tls number", d(c={"NumericLessThan": {"s3:TlsVersion": 1.2}}))
case("allow only over http", a(c=both(INORG, c("Bool", "aws:SecureTransport", "false"))), "read!")
case(
    "allow http, deny http",
    [a(c=both(INORG, c("Bool", "aws:SecureTransport", "false"))), d(c=c("Bool", "aws:SecureTransport", "false"))],
)
case("deny sigv2", d(c=c("StringNotEquals", "s3:signatureversion", "AWS4-HMAC-SHA256")), "write?")
case("deny sigv2 equals", d(c=c("StringEquals", "s3:signatureversion", "AWS")), "write?")
case("deny presigned", d(c=c("StringNotEquals", "s3:authType", "REST-HEADER")), "write?")
case("deny old signature", d(c=c("NumericGreaterThan", "s3:signatureAge", "600000")), "write?")
# Guards
case("guard", d(c=both(SVC, NOTREADER)), "denied:proved")
case("guard, Bool", d(c=both(c("Bool", "aws:PrincipalIsAWSService", "false"), NOTREADER)), "denied:proved")
case("guard, no way out for services", d(c=NOTREADER), "denied:proved write!")
case(
    "guard IfExists, no way out",
    d(c=c("StringNotEqualsIfExists", "aws:PrincipalAccount", MGMT, OWNER)),
    "denied:proved write!",
)
case("guard by org", d(c=c("StringNotEquals", "aws:PrincipalOrgID", ORG)), "write!")
case("guard by org IfExists", d(c=c("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORG)), "write!")
case("guard by org, services", d(c=both(SVC, c("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORG))))
case(
    "guard by service name",
    d(c=both(c("StringNotEqualsIfExists", "aws:PrincipalServiceName", "cloudtrail.amazonaws.com"), NOTREADER)),
    "denied:proved",
)
case(
    "guard by service name list",
    d(
        c=both(
            c("ForAllValues:StringNotEquals", "aws:PrincipalServiceNamesList", "cloudtrail.amazonaws.com"), NOTREADER
        )
    ),
    "denied:proved",
)
case("guard by source account", d(c=both(c("StringNotEquals", "aws:SourceAccount", MGMT), NOTREADER)), "denied:proved")
case("guard by source org", d(c=both(c("StringNotEquals", "aws:SourceOrgID", ORG), NOTREADER)), "denied:proved")
case(
    "guard by arn, no way out",
    d(c=c("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/*")),
    "denied:proved write!",
)
case(
    "guard by arn and service",
    d(c=both(SVC, c("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/*"))),
    "denied:proved",
)
case(
    "guard that any role named so escapes",
    d(c=both(SVC, c("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/security-audit"))),
    "",
)
case("guard by userid", d(c=both(SVC, c("StringNotLike", "aws:userId", "AROAEXAMPLEEXAMPLEEXA:*", OWNER))), "denied?")
case(
    "guard NotPrincipal",
    d("-", NotPrincipal={"Service": "cloudtrail.amazonaws.com", "AWS": [f"arn:aws:iam::{OWNER}:root", MGMT]}),
    "denied:proved",
)
case(
    "guard NotPrincipal without CloudTrail",
    d("-", NotPrincipal={"AWS": [f"arn:aws:iam::{OWNER}:root"]}),
    "denied:proved write!",
)
case("guard NotPrincipal everybody", d("-", NotPrincipal="*"), "")
case(
    "guard NotPrincipal a member", d("-", NotPrincipal={"Service": "cloudtrail.amazonaws.com", "AWS": [M1]}), ""
)  # Its root escapes.
case(
    "guard NotPrincipal a member's role only",
    d("-", NotPrincipal={"Service": "cloudtrail.amazonaws.com", "AWS": [f"arn:aws:iam::{M1}:role/ops"]}),
    "denied:proved",
)
case(
    "guard NotPrincipal role, root",
    d(
        "-",
        NotPrincipal={
            "Service": "cloudtrail.amazonaws.com",
            "AWS": [f"arn:aws:iam::{M1}:role/ops", f"arn:aws:iam::{M1}:root"],
        },
    ),
    "",
)
case("deny two members", d({"AWS": [M1, M2]}))
case("deny read only of objects", d(action="s3:GetObject", c=both(SVC, NOTREADER)))
case("deny objects only", d(r=OBJ, c=both(SVC, NOTREADER)))
case("deny NotAction", d(action="-", NotAction=["s3:PutObject", "s3:GetBucketAcl"], c=NOTREADER), "denied:proved")
case("deny NotResource", d(r="-", NotResource=f"{B}/public/*", c=both(SVC, NOTREADER)), "denied:proved")
case("deny everything", d(), "denied:proved write!")
case("deny writes", d(action="s3:PutObject"), "write!")
case("deny deletes", d(action=["s3:DeleteObject*", "s3:PutLifecycleConfiguration"]))
case("org read, guard", [a(c=INORG), d(c=both(SVC, NOTREADER))], "denied:proved")
case("org read, guard by two members", [a(c=INORG), d({"AWS": [M1, M2]})], "read!")
case(
    "org read, guard by trusted role",
    [a(c=INORG), d(c=both(SVC, c("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{TRUST}:role/*")))],
    "denied:proved",
)
case(
    "org read, guard by role name",
    [a(c=INORG), d(action="s3:GetObject", c=c("StringNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/auditor"))],
    "read!",
)
case(
    "org read, guard by path",
    [
        a(c=INORG),
        d(
            action="s3:Get*",
            c=c("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/ou-ab12-security/*"),
        ),
    ],
    "read! write!",
)
case(
    "org read, guard by tag missing",
    [
        a(c=both(INORG, c("Null", "aws:PrincipalTag/x", "true"))),
        d(action="s3:Get*", c=c("Null", "aws:PrincipalTag/x", "true")),
    ],
    "write?",
)
case(
    "org read with tag, guard by tag",
    [
        a(c=both(INORG, c("StringLike", "aws:PrincipalTag/x", "a*"))),
        d(action="s3:Get*", c=c("StringLike", "aws:PrincipalTag/x", "*a")),
    ],
    "read! write?",
)
case(
    "org read with tag a?, guard a*",
    [
        a(c=both(INORG, c("StringLike", "aws:PrincipalTag/x", "a?b"))),
        d(action="s3:Get*", c=c("StringLike", "aws:PrincipalTag/x", "a*")),
    ],
    "write?",
)
case(
    "ignore case",
    [
        a(c=both(INORG, c("StringEqualsIgnoreCase", "aws:PrincipalTag/x", "Audit"))),
        d(action="s3:Get*", c=c("StringEquals", "aws:PrincipalTag/x", "audit")),
    ],
    "read! write?",
)
case(
    "ignore case both",
    [
        a(c=both(INORG, c("StringEquals", "aws:PrincipalTag/x", "Audit"))),
        d(action="s3:Get*", c=c("StringEqualsIgnoreCase", "aws:PrincipalTag/x", "audit")),
    ],
    "write?",
)
# Variables
case("own folder", a(r=f"{B}/AWSLogs/{ORG}/" + "${aws:PrincipalAccount}/*", c=INORG), "read!")
case("home", a(r=B + "/home/${aws:username}/*", c=INORG), "")
case("username folder", a(r=B + "/${aws:username}/*", c=INORG), "read!")
case("tag folder", a(r=B + "/${aws:PrincipalTag/team}/*", c=INORG), "read!")
case(
    "tag folder default",
    a(r=B + "/${aws:PrincipalTag/team, 'AWSLogs'}/*", c=both(INORG, c("Null", "aws:PrincipalTag/team", "true"))),
    "read!",
)
case(
    "tag folder, no tag",
    a(r=B + "/${aws:PrincipalTag/team}/*", c=both(INORG, c("Null", "aws:PrincipalTag/team", "true"))),
    "read?",
)
case("resource account", a(c=c("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}")))
case("resource org", a(c=c("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}")), "read!")
case(
    "deny other org by variable", d(c=both(SVC, c("StringNotEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}"))), ""
)
case(
    "deny other accounts by variable",
    d(c=both(SVC, c("StringNotEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}", MGMT))),
    "denied:proved",
)
case(
    "old version's variable",
    a(c=c("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}")),
    version="2008-10-17",
)
case("no version", a(c=INORG), "read!", version=None)
case("escaped star", a(r=B + "/${*}/*", c=INORG), "")
case("object tag", a(c=both(INORG, c("StringEquals", "s3:ExistingObjectTag/public", "yes"))), "read?")
case(
    "own tag on object", a(c=both(INORG, c("StringEquals", "aws:PrincipalTag/x", "${s3:ExistingObjectTag/x}"))), "read?"
)
# Principals
for n, p, e in [
    ("account", {"AWS": M1}, "read!"),
    ("root", {"AWS": f"arn:aws:iam::{M1}:root"}, "read!"),
    ("role", {"AWS": f"arn:aws:iam::{M1}:role/ops"}, "read!"),
    ("role with path", {"AWS": f"arn:aws:iam::{M1}:role/team/ops"}, "read!"),
    ("session", {"AWS": f"arn:aws:sts::{M1}:assumed-role/ops/jane"}, "read!"),
    ("user", {"AWS": f"arn:aws:iam::{M1}:user/jane"}, "read!"),
    ("federated user", {"AWS": f"arn:aws:sts::{M1}:federated-user/jane"}, "read!"),
    ("Federated", {"Federated": "cognito-identity.amazonaws.com"}, "read? public?"),
    ("CanonicalUser", {"CanonicalUser": "a" * 64}, "read? public?"),
    ("service", {"Service": "config.amazonaws.com"}, ""),
    ("China", {"AWS": f"arn:aws-cn:iam::{M1}:root"}, REFUSED),
    ("wildcard inside", {"AWS": f"arn:aws:iam::{M1}:role/*"}, REFUSED),
    ("deleted", {"AWS": "AROAEXAMPLEDELETED12"}, "read? public?"),
    ("readers", {"AWS": [MGMT, f"arn:aws:iam::{OWNER}:root", TRUST]}, ""),
    ("somebody else", {"AWS": "999999999999"}, "read!"),
    ("AWS star", {"AWS": "*"}, "read! public!"),
    ("AWS star in a list", {"AWS": [f"arn:aws:iam::{M1}:role/a", "*"]}, "read! public!"),
    ("star star", {"*": "*"}, "read! public!"),
    ("empty list", {"AWS": []}, REFUSED),
    ("wrong case kind", {"aws": "*"}, REFUSED),
]:
    case(f"principal {n}", a(p), e)
case("NotPrincipal allow", a("-", NotPrincipal={"AWS": M1}), "read! public!")
case(
    "session, denied other sessions",
    [a({"AWS": f"arn:aws:sts::{M1}:assumed-role/ops/jane"}), d({"AWS": f"arn:aws:iam::{M1}:role/ops"}, "s3:GetObject")],
    "read!",
)
case(
    "role, denied one session",
    [a({"AWS": f"arn:aws:iam::{M1}:role/ops"}), d({"AWS": f"arn:aws:sts::{M1}:assumed-role/ops/jane"}, "s3:GetObject")],
    "read!",
)
case("account, denied root arn", [a({"AWS": M1}), d({"AWS": f"arn:aws:iam::{M1}:root"}, "s3:Get*")])
case(
    "account, denied its root user",
    [a({"AWS": M1}), d(c=c("ArnEquals", "aws:PrincipalArn", f"arn:aws:iam::{M1}:root"), action="s3:Get*")],
    "read! write?",
)
# Actions
for n, act, e in [
    ("*Object", "s3:*Object", "read! alter!"),
    ("G??Object", "s3:G??Object", "read!"),
    ("GetObject*", "s3:GetObject*", "read!"),
    ("version", "s3:getobjectversion", "read!"),
    ("torrent", "s3:GetObjectTorrent", "read!"),
    ("select", "s3:SelectObjectContent", REFUSED),
    ("versions", "s3:ListBucketVersions", "read!"),
    ("restore", "s3:RestoreObject", "read!"),
    ("attributes", "s3:GetObjectAttributes", "read!"),
    ("policy", "s3:PutBucketPolicy", ""),
    ("replication", "s3:PutReplicationConfiguration", "read! alter!"),
    ("acl", "s3:PutBucketAcl", "alter!"),
    ("bypass", "s3:BypassGovernanceRetention", "alter!"),
    ("all", "*", "read! alter!"),
    ("s3 all", "s3:*", "read! alter!"),
    ("list all", "s3:ListAllMyBuckets", REFUSED),
    ("location", "s3:GetBucketLocation", ""),
    ("tagging", "s3:GetObjectTagging", "read!"),
    ("put", "s3:PutObject", "alter!"),
    ("delete version", "s3:DeleteObjectVersion", "alter!"),
    ("replicate", "s3:ReplicateObject", "alter!"),
    ("bucket acl", "s3:GetBucketAcl", ""),
    ("inventory", "s3:GetInventoryConfiguration", "read!"),
    ("pab", "s3:PutBucketPublicAccessBlock", "alter!"),
    ("ownership", "s3:PutBucketOwnershipControls", "alter!"),
    ("delete bucket", "s3:DeleteBucket", "alter!"),
    ("lifecycle", "s3:PutLifecycleConfiguration", "alter!"),
    ("abort", "s3:AbortMultipartUpload", "alter!"),
    ("uploads", "s3:ListBucketMultipartUploads", "read!"),
    ("get bucket", "s3:GetBucket*", ""),
    ("copy", "s3:CopyObject", REFUSED),
    ("head", "s3:HeadObject", REFUSED),
    ("put acl", "s3:PutObjectAcl", "alter!"),
    ("retention", "s3:PutObjectRetention", "alter!"),
    ("legal hold", "s3:GetObjectLegalHold", "read!"),
    ("notification", "s3:PutBucketNotification", "alter!"),
    ("versioning", "s3:PutBucketVersioning", "alter!"),
    ("tags", "s3:DeleteObjectTagging", "alter!"),
    ("initiate", "s3:InitiateReplication", "read!"),
    ("parts", "s3:ListMultipartUploadParts", "read!"),
    ("no service", "GetObject", REFUSED),
]:
    case(f"action {n}", a(action=act, r=[B, OBJ], c=INORG), e)
case("NotAction", a(action="-", NotAction="s3:GetObject", r=[B, OBJ], c=INORG), "read! alter!")
case(
    "NotAction of reads",
    a(
        action="-",
        NotAction=[
            "s3:Get*",
            "s3:List*",
            "s3:RestoreObject",
            "s3:InitiateReplication",
            "s3:PutReplicationConfiguration",
        ],
        r=[B, OBJ],
        c=INORG,
    ),
    "alter!",
)
# Resources
for n, r, e in [
    ("bucket for objects", B, REFUSED),
    ("bucket and objects by *", "arn:aws:s3:::logs*", "read!"),
    ("l*", "arn:aws:s3:::l*", "read!"),
    ("any bucket", "arn:aws:s3:::*/AWSLogs/*", "read!"),
    ("config", f"{B}/config/*", ""),
    ("region", f"{B}/AWSLogs/*/CloudTrail/us-east-1/*", "read!"),
    ("lower case", f"{B}/awslogs/*", ""),
    ("?", f"{B}/?WSLogs/*", "read!"),
    ("other bucket", "arn:aws:s3:::other/*", REFUSED),
    ("AWSLogs*", f"{B}/AWSLogs*", "read!"),
    ("any partition", "arn:*:s3:::logs/*", "read!"),
    ("star", "*", "read!"),
    ("one object", f"{B}/AWSLogs/x", ""),
    ("digest", f"{B}/AWSLogs/{ORG}/*/CloudTrail-Digest/*", "read!"),
    ("folder itself", f"{B}/AWSLogs/", ""),
    ("no slash", f"{B}/AWSLogs", ""),
    ("double", f"{B}//AWSLogs/*", ""),
    ("empty list", [], REFUSED),
    ("case of bucket", "arn:aws:s3:::Logs/*", REFUSED),
    ("not an arn", "logs/*", REFUSED),
]:
    case(f"resource {n}", a(r=r, c=INORG), e)
case("NotResource", a(r="-", NotResource=f"{B}/AWSLogs/*", c=INORG), "")
case("NotResource other", a(r="-", NotResource=f"{B}/AWSLogs/{ORG}/*", c=INORG), "read!")
case("list on objects", a(action="s3:ListBucket", r=OBJ, c=INORG), REFUSED)
# Listing
case("list public/", a(action="s3:ListBucket", r=B, c=both(INORG, c("StringLike", "s3:prefix", "public/*"))), "")
case(
    "list equals public",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEquals", "s3:prefix", "public/", "home/"))),
    "",
)
case(
    "list the logs", a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEquals", "s3:prefix", "AWSLogs/"))), "read!"
)
case("list AWS*", a(action="s3:ListBucket", r=B, c=both(INORG, c("StringLike", "s3:prefix", "AWS*"))), "read!")
case("list root", a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEquals", "s3:prefix", ""))), "read!")
case(
    "list own",
    a(
        action="s3:ListBucket",
        r=B,
        c=both(INORG, c("StringLike", "s3:prefix", f"AWSLogs/{ORG}/" + "${aws:PrincipalAccount}/*")),
    ),
    "read!",
)
case(
    "list not public",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringNotLike", "s3:prefix", "public/*"))),
    "read!",
)
case(
    "list if exists",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringLikeIfExists", "s3:prefix", "public/*"))),
    "read!",
)
case(
    "list versions public",
    a(action="s3:ListBucketVersions", r=B, c=both(INORG, c("StringLike", "s3:prefix", "public/*"))),
    "",
)
case(
    "list all, denied but for public",
    [
        a(action="s3:ListBucket", r=B, c=INORG),
        d(action="s3:ListBucket", r=B, c=c("StringNotLike", "s3:prefix", "public/*")),
    ],
    "",
)
case(
    "list few", a(action="s3:ListBucket", r=B, c=both(INORG, c("NumericLessThanEquals", "s3:max-keys", "10"))), "read!"
)
case("list ten", a(action="s3:ListBucket", r=B, c=both(INORG, c("NumericEquals", "s3:max-keys", "ten"))), "read?")
case("list delimiter", a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEquals", "s3:delimiter", "/"))), "read!")
# Services, chains, time
case("services", a(c=c("Bool", "aws:PrincipalIsAWSService", "true")))
case("not services", a(c=c("Bool", "aws:PrincipalIsAWSService", "false")), "read! public!")
case("source arn of anything", a(c=c("ArnLike", "aws:SourceArn", "arn:aws:s3:::*")))
case("source arn IfExists", a(c=c("ArnLikeIfExists", "aws:SourceArn", TRAIL)), "read! public!")
case("source account", a(c=c("StringEquals", "aws:SourceAccount", M1)))
case("via service", a(c=both(INORG, c("Bool", "aws:ViaAWSService", "true"))), "read!")
case("called via", a(c=both(INORG, c("ForAnyValue:StringEquals", "aws:CalledVia", "athena.amazonaws.com"))), "read!")
case(
    "called via, no set operator", a(c=both(INORG, c("StringEquals", "aws:CalledVia", "athena.amazonaws.com"))), "read?"
)
case("called via first", a(c=both(INORG, c("StringEquals", "aws:CalledViaFirst", "athena.amazonaws.com"))), "read!")
case("mfa", a(c=c("Bool", "aws:MultiFactorAuthPresent", "true")), "read! public!")
case("mfa age", a(c=both(INORG, c("NumericLessThan", "aws:MultiFactorAuthAge", "3600"))), "read!")
case(
    "mfa guard",
    [a(c=INORG), d(action="s3:Get*", c=c("BoolIfExists", "aws:MultiFactorAuthPresent", "false"))],
    "read! write!",
)
case("past", a(c=both(INORG, c("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"))))
case("since", a(c=both(INORG, c("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"))), "read!")
case("until", a(c=both(INORG, c("DateLessThan", "aws:CurrentTime", "2035-01-01"))), "read!")
case("epoch", a(c=both(INORG, c("DateGreaterThan", "aws:EpochTime", "1577836800"))), "read!")
case("epoch number", a(c=both(INORG, c("NumericGreaterThan", "aws:EpochTime", "1577836800"))), "read!")
case(
    "window closed",
    a(
        c=both(
            INORG,
            c("DateGreaterThan", "aws:CurrentTime", "2031-01-01T00:00:00Z"),
            c("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
        )
    ),
)
case("token age", a(c=both(INORG, c("DateGreaterThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z"))), "read!")
case("binary", a(c=both(INORG, c("BinaryEquals", "aws:PrincipalTag/key", "QUJD"))), "read!")
case("acl on get", a(c=both(INORG, c("StringEquals", "s3:x-amz-acl", "private"))), REFUSED)
case(
    "acl on put",
    a(action="s3:PutObject", c=both(INORG, c("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"))),
    "alter!",
)
case("resource account own", a(c=c("StringEquals", "aws:ResourceAccount", OWNER)), "read! public!")
case("resource account other", a(c=c("StringEquals", "aws:ResourceAccount", M1)))
case("s3 resource account other", a(c=c("StringEquals", "s3:ResourceAccount", M1)))
case("resource org other", a(c=c("StringEquals", "aws:ResourceOrgID", "o-zzzz999999")))
case("region", a(c=both(INORG, c("StringEquals", "aws:RequestedRegion", "us-east-1"))), "read?")
case("referer", a(c=c("StringLike", "aws:Referer", "https://example.com/*")), "read! public!")
case("user agent", a(c=both(INORG, c("StringLike", "aws:UserAgent", "*aws-cli*"))), "read!")
case("unknown key", a(c=both(INORG, c("StringEquals", "aws:Nonsense", "x"))), "read?")
case("unknown service key", a(c=both(INORG, c("StringEquals", "ec2:Region", "x"))), "read?")
case("version id", a(action="s3:GetObjectVersion", c=both(INORG, c("StringEquals", "s3:VersionId", "abc"))), "read!")
case("request tag on get", a(c=both(INORG, c("StringEquals", "aws:RequestTag/x", "y"))), "")
case("no condition values", a(c=both(INORG, {"StringEquals": {"aws:PrincipalTag/x": []}})), REFUSED)
case("Null with IfExists", a(c={"NullIfExists": {"aws:PrincipalOrgID": "true"}}), REFUSED)
case(
    "contradiction",
    a(c=both(c("StringEquals", "aws:PrincipalAccount", M1), c("StringEquals", "aws:PrincipalOrgID", "o-zzzz999999"))),
    "public!",
)
# Access points
case(
    "delegates to owner's access points",
    a(c=c("StringEquals", "s3:DataAccessPointAccount", OWNER), action="*", r=[B, OBJ]),
    "",
)
case(
    "delegates to a member's",
    a(c=c("StringEquals", "s3:DataAccessPointAccount", M1), action="*", r=[B, OBJ]),
    "read! alter! public!",
)
case(
    "delegates to all",
    a(c=c("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:*:*:accesspoint/*"), action="*", r=[B, OBJ]),
    "read! alter! public!",
)
case(
    "only vpc access points",
    [a(c=INORG), d(action="s3:Get*", c=c("StringNotEquals", "s3:AccessPointNetworkOrigin", "VPC"))],
    "read! write!",
)
# CloudTrail
case("no source", [], "scoped!", base=write(cond={}))
case("source account", [], "", base=write(cond=c("StringEquals", "aws:SourceAccount", MGMT)))
case("source org", [], "", base=write(cond=c("StringEquals", "aws:SourceOrgID", ORG)))
case("source org paths", [], "", base=write(cond=c("ForAnyValue:StringLike", "aws:SourceOrgPaths", f"{ORG}/*")))
case(
    "source arn any account",
    [],
    "scoped!",
    base=write(cond=c("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/*")),
)
case(
    "source arn like", [], "", base=write(cond=c("StringLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{MGMT}:trail/*"))
)
case(
    "source arn StringEquals with a star",
    [],
    "write!",
    base=write(cond=c("StringEquals", "aws:SourceArn", f"arn:aws:cloudtrail:*:{MGMT}:trail/*")),
)
case(
    "source arn ArnEquals with a star",
    [],
    "",
    base=write(cond=c("ArnEquals", "aws:SourceArn", f"arn:aws:cloudtrail:*:{MGMT}:trail/*")),
)
case("source arn IfExists", [], "", base=write(cond=c("ArnLikeIfExists", "aws:SourceArn", TRAIL)))
case(
    "source arn of another account", [], "write!", base=write(src="arn:aws:cloudtrail:us-east-1:999999999999:trail/org")
)
case("acl private", d(action="s3:PutObject", c=c("StringNotEquals", "s3:x-amz-acl", "private")), "write!")
case("acl bofc", d(action="s3:PutObject", c=c("StringNotEquals", "s3:x-amz-acl", "bucket-owner-full-control")))
case("without acl", [], "", base=write(acl=False))
case("without own folder", [], "write!", base=[x for x in write() if x["Sid"] != "Own"])
case("without org folder", [], "write?", base=[x for x in write() if x["Sid"] != "All"])
case("without acl check", [], "write!", base=[x for x in write() if x["Sid"] != "Acl"])
case("sse missing", d(action="s3:PutObject", c=c("Null", "s3:x-amz-server-side-encryption", "true")), "write?")
case(
    "sse not kms",
    d(action="s3:PutObject", c=c("StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms")),
    "write?",
)
case(
    "service by another name",
    [],
    REFUSED,
    base=[{**x, "Principal": {"Service": "CloudTrail.amazonaws.com"}} for x in write()],
)
case(
    "service in China",
    [],
    "write!",
    base=[{**x, "Principal": {"Service": "cloudtrail.amazonaws.com.cn"}} for x in write()],
)
case(
    "service in a list",
    [],
    "",
    base=[{**x, "Principal": {"Service": ["config.amazonaws.com", "cloudtrail.amazonaws.com"]}} for x in write()],
)
case(
    "old accounts of CloudTrail",
    [],
    "write!",
    base=[{**x, "Principal": {"AWS": "arn:aws:iam::086441151436:root"}} for x in write()],
)
case("duplicate Sids", [a(c=INORG), a(c=INORG)], "read!")
# And in less usual ways
case(
    "two allows, one deny by ou",
    [
        a(c=INORG),
        a(action="s3:List*", r=B, c=INORG),
        d(
            action=["s3:GetObject*", "s3:List*"],
            c=both(SVC, c("ForAnyValue:StringNotLike", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/ou-ab12-security/*")),
        ),
    ],
    "read!",
)
case(
    "deny with two conditions is an AND",
    [
        a(c=INORG),
        d(
            action="s3:Get*",
            c=both(
                c("StringNotEquals", "aws:PrincipalAccount", OWNER, MGMT),
                c("StringNotEquals", "aws:PrincipalTag/team", "security"),
            ),
        ),
    ],
    "read! write!",
)
case(
    "deny with list of keys in one operator",
    [
        a(c=INORG),
        d(
            action="s3:Get*",
            c={"StringNotEquals": {"aws:PrincipalAccount": [OWNER, MGMT], "aws:SourceVpce": ["vpce-1"]}},
        ),
    ],
    "read! write!",
)
case(
    "deny two statements cover",
    [
        a(c=INORG),
        d(action="s3:Get*", c=c("StringLike", "aws:PrincipalTag/t", "a*")),
        {**d(action="s3:Get*", c=c("StringNotLikeIfExists", "aws:PrincipalTag/t", "a*")), "Sid": "N2"},
    ],
    "write!",
)
case(
    "gap of case",
    [
        a(c=both(INORG, c("StringEquals", "aws:PrincipalTag/t", "Admin"))),
        d(action="s3:Get*", c=c("StringEquals", "aws:PrincipalTag/t", "admin")),
    ],
    "read! write?",
)
case("allow by prefix of account", a(c=c("StringLike", "aws:PrincipalArn", "arn:aws:iam::2*")), "read! public!")
case("allow by arn with ? ", a(c=c("ArnLike", "aws:PrincipalArn", "arn:aws:iam::12345678901?:role/*")), "read! public!")
case(
    "trusted by arn ?",
    a(c=both(INORG, c("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OWNER[:11]}?:role/*"))),
    "read!",
)
case(
    "list versions by null prefix",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("Null", "s3:prefix", "true"))),
    "read!",
)
case(
    "list with null false and equals",
    a(
        action="s3:ListBucket",
        r=B,
        c=both(INORG, c("Null", "s3:prefix", "false"), c("StringLike", "s3:prefix", "home/*")),
    ),
    "",
)
case(
    "list AWSLogs/other org",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringLike", "s3:prefix", "AWSLogs/o-zzzz999999/*"))),
    "",
)
case(
    "list deep",
    a(
        action="s3:ListBucket",
        r=B,
        c=both(INORG, c("StringEquals", "s3:prefix", f"AWSLogs/{ORG}/{M1}/CloudTrail/us-east-1/")),
    ),
    "read!",
)
case(
    "list awslogs lower", a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEquals", "s3:prefix", "awslogs/"))), ""
)
case(
    "list ignore case",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEqualsIgnoreCase", "s3:prefix", "awslogs/"))),
    "read!",
)
case(
    "list many prefixes one is short",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringEquals", "s3:prefix", "home/", "AW"))),
    "read!",
)
case(
    "list ForAllValues prefix",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("ForAllValues:StringLike", "s3:prefix", "home/*"))),
    "read!",
)
case(
    "list with username prefix",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringLike", "s3:prefix", "${aws:username}/*"))),
    "read!",
)
case(
    "list home username",
    a(action="s3:ListBucket", r=B, c=both(INORG, c("StringLike", "s3:prefix", "home/${aws:username}/*"))),
    "",
)
case(
    "deny list of logs",
    [
        a(action="s3:ListBucket", r=B, c=INORG),
        d(action="s3:ListBucket", r=B, c=c("StringLike", "s3:prefix", "AWSLogs*")),
    ],
    "read!",
)
case(
    "deny list unless public",
    [
        a(action="s3:ListBucket", r=B, c=INORG),
        d(action="s3:ListBucket", r=B, c=c("StringNotLike", "s3:prefix", "public/*")),
    ],
    "",
)
case(
    "deny list but a/",
    [a(action="s3:ListBucket", r=B, c=INORG), d(action="s3:ListBucket", r=B, c=c("StringNotEquals", "s3:prefix", "A"))],
    "read!",
)
case("unicode resource", a(r=f"{B}/AWSLogs/\u00e9/*", c=INORG), "")
case("percent", a(r=f"{B}/AWSLogs%2F*", c=INORG), "")
case("newline", a(r=f"{B}/AWSLogs/\n*", c=INORG), "")
case(
    "principal mixed kinds", a({"AWS": OWNER, "Service": "config.amazonaws.com"}, ["s3:GetObject", "s3:PutObject"]), ""
)
case(
    "principal service list and member",
    a({"Service": ["delivery.logs.amazonaws.com"], "AWS": [M1]}, "s3:PutObject"),
    "alter!",
)
case(
    "allow delete own folder only",
    a(action="s3:DeleteObject", r=B + "/AWSLogs/${aws:PrincipalAccount}/*", c=INORG),
    "",
)
case("allow put to other folder", a(action="s3:PutObject", r=f"{B}/uploads/*", c=INORG), "")
case(
    "allow put bucket-owner acl only",
    a(action="s3:PutObject", c=both(INORG, c("Null", "s3:x-amz-acl", "true"))),
    "alter!",
)
case(
    "mgmt only by org root path", a(c=c("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/")), "read!"
)
case("deny missing org", d(c=both(SVC, c("Null", "aws:PrincipalOrgID", "true"))), "")
case("deny null service", d(c=both(c("Null", "aws:PrincipalServiceName", "true"), NOTREADER)), "denied:proved")
case("deny numeric true", d(c={"Bool": {"aws:PrincipalIsAWSService": "0"}}), "")
case("bool yes", a(c=both(INORG, c("Bool", "aws:SecureTransport", "yes"))), "")
case(
    "allow date window",
    a(
        c=both(
            INORG,
            c("DateGreaterThan", "aws:CurrentTime", "2026-06-01T00:00:00Z"),
            c("DateLessThan", "aws:CurrentTime", "2026-06-02T00:00:00Z"),
        )
    ),
    "",
)
case("allow date equals past", a(c=both(INORG, c("DateEquals", "aws:CurrentTime", "2024-06-01T00:00:00Z"))), "")
case("allow date not equals", a(c=both(INORG, c("DateNotEquals", "aws:CurrentTime", "2024-06-01T00:00:00Z"))), "read!")
case("allow date bad", a(c=both(INORG, c("DateLessThan", "aws:CurrentTime", "tomorrow"))), "read?")
case("allow ip bad", a(c=both(INORG, c("IpAddress", "aws:SourceIp", "203.0.113"))), "read?")
case("allow ip private only", a(c=both(INORG, c("IpAddress", "aws:SourceIp", "10.0.0.0/8"))), "")
case("ip vs string", a(c=both(INORG, c("StringLike", "aws:SourceIp", "10.*"))), "read?")
case("sid with spaces", a(c=INORG, Sid="Let them in"), "read!")
case("root only of org", a(c=both(INORG, c("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:root"))), "read!")
case(
    "federated sessions",
    a(c=both(INORG, c("StringLike", "aws:PrincipalArn", "arn:aws:sts::*:federated-user/*"))),
    "read!",
)
case("userid root", a(c=both(INORG, c("StringEquals", "aws:userid", M1))), "read!")
case("userid account wildcard", a(c=both(INORG, c("StringLike", "aws:userid", f"{M1}:*"))), "read!")
case("type anonymous", a(c=c("StringEquals", "aws:PrincipalType", "Anonymous")), "public!")
case("account anonymous", a(c=c("StringEquals", "aws:PrincipalAccount", "anonymous")), "public!")
case("source owner", a(c=c("StringEquals", "aws:SourceOwner", OWNER)), "")
case("kms key on s3", a(c=both(INORG, c("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"))), "")
case("s3 key of another action", a(c=both(INORG, c("StringEquals", "s3:LocationConstraint", "us-east-1"))), REFUSED)
case(
    "object attributes key",
    a(action="s3:GetObjectAttributes", c=both(INORG, c("StringEquals", "s3:VersionId", "x"))),
    REFUSED,
)
case("tls at least", a(c=both(INORG, c("NumericGreaterThanEquals", "s3:TlsVersion", "1.2"))), "read!")
case("signature age", a(c=both(INORG, c("NumericLessThan", "s3:signatureAge", "1000"))), "read!")
case("presigned", a(c=both(INORG, c("StringEquals", "s3:authType", "REST-QUERY-STRING"))), "read!")
case(
    "content sha",
    a(action="s3:PutObject", c=both(INORG, c("StringEquals", "s3:x-amz-content-sha256", "UNSIGNED-PAYLOAD"))),
    "alter!",
)
case(
    "retention days",
    a(
        action="s3:PutObjectRetention",
        c=both(INORG, c("NumericLessThan", "s3:object-lock-remaining-retention-days", "10")),
    ),
    "alter!",
)
case(
    "grant read header",
    a(action="s3:PutObject", c=both(INORG, c("StringLike", "s3:x-amz-grant-read", "id=*"))),
    "alter!",
)
case("if match", a(action="s3:PutObject", c=both(INORG, c("Null", "s3:if-match", "false"))), "alter!")
# And with variables
case("bucket from tag", a(r="arn:aws:s3:::${aws:PrincipalTag/bucket}/*", c=INORG), "read!")
case("bucket from tag default", a(r="arn:aws:s3:::${aws:PrincipalTag/bucket, 'logs'}/*", c=INORG), "read!")
case("default no space", a(r=B + "/${aws:PrincipalTag/team,'AWSLogs'}/*", c=INORG), "read!")
case(
    "default other",
    a(r=B + "/${aws:username, 'AWSLogs'}/*", c=both(INORG, c("StringEquals", "aws:PrincipalType", "AssumedRole"))),
    "read!",
)
case("service var", a(r="arn:${aws:PrincipalTag/p}:s3:::logs/*", c=INORG), "")
case("notresource var", a(r="-", NotResource=B + "/${aws:PrincipalTag/team}/*", c=INORG), "read!")
case(
    "notresource var unset",
    a(r="-", NotResource=B + "/${aws:PrincipalTag/team}/*", c=both(INORG, c("Null", "aws:PrincipalTag/team", "true"))),
    "read!",
)
case("not like var", a(c=both(INORG, c("StringNotLike", "aws:PrincipalTag/a", "${aws:PrincipalTag/b}"))), "read!")
case("equals var same tag", a(c=both(INORG, c("StringEquals", "aws:PrincipalTag/a", "${aws:PrincipalTag/b}"))), "read!")
case(
    "principal account var vs source account",
    d(c=c("StringNotEqualsIfExists", "aws:SourceAccount", "${aws:PrincipalAccount}")),
    "denied:proved write!",
)
case("org var", a(c=c("StringEquals", "aws:PrincipalOrgID", "${aws:PrincipalOrgID}")), "read! public!")
case("account in key", a(r=B + "/AWSLogs/*/${aws:PrincipalAccount}/*", c=INORG), "read!")
case("account in wrong place", a(r=B + "/home/${aws:PrincipalAccount}/*", c=INORG), "")
case("userid folder", a(r=B + "/${aws:userid}/*", c=INORG), "")
case("star var", a(r=B + "/${*}AWSLogs/*", c=INORG), "")
case("dollar", a(r=B + "/${$}/AWSLogs/*", c=INORG), "")
case("org in resource", a(r=B + "/AWSLogs/${aws:PrincipalOrgID}/*", c=INORG), "read!")
case(
    "deny other folders",
    [a(c=INORG), d(action="s3:Get*", r="-", NotResource=B + "/AWSLogs/" + ORG + "/${aws:PrincipalAccount}/*")],
    "read! write!",
)
case(
    "deny own account in key", [a(c=INORG), d(action="s3:Get*", r=B + "/AWSLogs/*/${aws:PrincipalAccount}/*")], "read!"
)
case("2008 resource var", a(r=B + "/${aws:PrincipalAccount}/*", c=INORG), "", version="2008-10-17")
case("lower resourceaccount", a(c=c("StringEquals", "aws:principalaccount", "${AWS:resourceaccount}")), "")
case("unclosed var", a(r=B + "/${aws:PrincipalAccount/*", c=INORG), "")
case("var in principal arn", a(c=c("ArnLike", "aws:PrincipalArn", "arn:aws:iam::${aws:ResourceAccount}:role/*")), "")
case(
    "string var in principal arn",
    a(c=c("StringLike", "aws:PrincipalArn", "arn:aws:iam::${aws:ResourceAccount}:role/*")),
    "",
)

"""Key, trust, topic and log-group policies as teams (and attackers) write them, in folders.

What is expected was written down first, from the KMS, IAM, SNS and CloudWatch Logs guides.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from workbench.run import check

from tests.iam.written import INORG, M1, ORG, SVC, Json, a, both, c, d
from tests.test_routes import BASE, BUCKET, READS, block, policy, quoted, trusting

V, N, P = "violated", "undecided", "proved"
MG, OW = "111111111111", "123456789012"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{MG}:trail/org"
#: The bucket's account manages the organization, or another one does.
ONE = ("--organization-id", ORG, "--management-account", OW, "--archive-account", OW)
TWO = ("--organization-id", ORG, "--management-account", MG, "--archive-account", OW)


class Row(NamedTuple):
    """A folder, the rule that is asked, and what it should say."""

    rule: str
    name: str
    hcl: str
    expected: str
    facts: tuple[str, ...]


ROWS: list[Row] = []


def statements(*listed: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(listed)}


# Keys

CT = {"Service": "cloudtrail.amazonaws.com"}
CTX = "kms:EncryptionContext:aws:cloudtrail:arn"
OURS = f"arn:aws:cloudtrail:*:{MG}:trail/*"


def keybase(
    src: str = TRAIL, ctx: str = OURS, enc: str = "kms:GenerateDataKey*", desc: bool = True, op: str = "StringLike"
) -> list[Json]:
    """AWS's policy for the key of an organization trail."""
    own = c("StringEquals", "aws:SourceArn", src)
    found = [
        a({"AWS": f"arn:aws:iam::{OW}:root"}, "kms:*", "*"),
        a(CT, enc, "*", both(own, c(op, CTX, ctx))),
        a(CT, "kms:DescribeKey", "*", own),
    ]
    return found if desc else found[:2]


def key(name: str, extra: Any, decrypt: str = P, use: str = P, base: list[Json] | None = None) -> None:
    """A key's policy: may members decrypt, may CloudTrail encrypt?"""
    listed = (keybase() if base is None else base) + (extra if isinstance(extra, list) else [extra])
    hcl = BASE.replace("is_organization_trail", "kms_key_id = aws_kms_key.logs.arn\n  is_organization_trail")
    hcl += block("aws_kms_key", "logs", policy=statements(*listed))
    ROWS.append(Row("members-cannot-decrypt-logs", f"key {name}", hcl, decrypt, TWO))
    ROWS.append(Row("cloudtrail-can-use-key", f"key {name}", hcl, use, TWO))


def k(action: Any = "kms:Decrypt", p: Any = "*", c: Json | None = None, **more: Any) -> Json:
    return a(p, action, "*", c, **more)


key("aws", [])
key("org decrypt", k(c=INORG), V)
key(
    "aws's cross account",
    k(
        ["kms:Decrypt", "kms:ReEncryptFrom"],
        {"AWS": "*"},
        both(c("StringEquals", "kms:CallerAccount", M1), c("StringLike", CTX, OURS)),
    ),
    V,
)
key(
    "aws's cross account, own",
    k(
        ["kms:Decrypt", "kms:ReEncryptFrom"],
        {"AWS": "*"},
        both(c("StringEquals", "kms:CallerAccount", OW), c("StringLike", CTX, OURS)),
    ),
)
key("via s3", k(c=both(INORG, c("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"))), V)
key("via s3 any region", k(c=both(INORG, c("StringLike", "kms:ViaService", "s3.*.amazonaws.com"))), V)
key("via ec2", k(c=both(INORG, c("StringEquals", "kms:ViaService", "ec2.us-east-1.amazonaws.com"))))
key("not via s3", k(c=both(INORG, c("StringNotEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"))), V)
key("kms:*", k("kms:*", c=INORG), V)
key("create grant", k("kms:CreateGrant", c=INORG), V)
key("create grant for services", k("kms:CreateGrant", c=both(INORG, c("Bool", "kms:GrantIsForAWSResource", "true"))), N)
key("data keys", k("kms:GenerateDataKey*", c=INORG))
key("encrypt", k("kms:Encrypt", c=INORG))
key("re-encrypt", k("kms:ReEncrypt*", c=INORG), V)
key("re-encrypt to", k("kms:ReEncryptTo", c=INORG))
key("put policy", k("kms:PutKeyPolicy", c=INORG))
key("case", k("KMS:decrypt", c=INORG), V)
key("De*", k("kms:De*", c=INORG), V)
key("D?crypt", k("kms:D?crypt", c=INORG), V)
key("member role", k(p={"AWS": f"arn:aws:iam::{M1}:role/x"}), V)
key("member root", k(p={"AWS": M1}), V)
key("with context", k(c=both(INORG, c("Null", CTX, "false"))), V)
key("without context", k(c=both(INORG, c("Null", CTX, "true"))))
key("another trail", k(c=both(INORG, c("StringEquals", CTX, "arn:aws:cloudtrail:us-east-1:999999999999:trail/x"))))
key(
    "not another trail",
    k(c=both(INORG, c("StringNotEquals", CTX, "arn:aws:cloudtrail:us-east-1:999999999999:trail/x"))),
    V,
)
key("other context", k(c=both(INORG, c("StringEquals", "kms:EncryptionContext:app", "x"))))
key(
    "context keys",
    k(c=both(INORG, c("ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "aws:cloudtrail:arn"))),
    N,
)
key("algorithm", k(c=both(INORG, c("StringEquals", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"))), N)
key("caller like", k(c=c("StringLike", "kms:CallerAccount", "2*")), V)
key("caller not", k(c=c("StringNotEquals", "kms:CallerAccount", M1)), V)
key(
    "aws managed style",
    k(
        "kms:*",
        {"AWS": "*"},
        both(
            c("StringEquals", "kms:CallerAccount", OW),
            c("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"),
        ),
    ),
)
key(
    "deny all but", [k(c=INORG), d(action="kms:Decrypt", r="*", c=c("StringNotEquals", "aws:PrincipalAccount", OW, MG))]
)
key("deny by org", d(action="kms:*", r="*", c=c("StringNotEquals", "aws:PrincipalOrgID", ORG)), use=V)
key("deny with way out", d(action="kms:*", r="*", c=both(SVC, c("StringNotEquals", "aws:PrincipalOrgID", ORG))))
key(
    "deny not via s3",
    [k(c=INORG), d(action="kms:Decrypt", r="*", c=c("StringNotLikeIfExists", "kms:ViaService", "s3.*.amazonaws.com"))],
    V,
)
key("no CloudTrail", [], use=V, base=keybase()[:1])
key("GenerateDataKey", [], base=keybase(enc="kms:GenerateDataKey"))
key("Encrypt only", [], use=V, base=keybase(enc="kms:Encrypt"))
key("no describe", [], use=V, base=keybase(desc=False))
key("wrong context", [], use=V, base=keybase(ctx="arn:aws:cloudtrail:*:999999999999:trail/*"))
key("context equals star", [], use=V, base=keybase(op="StringEquals"))
key("context ArnLike", [], base=keybase(op="ArnLike"))
key("wrong source", [], use=V, base=keybase(src="arn:aws:cloudtrail:us-east-1:999999999999:trail/org"))
key("wrong region", [], use=V, base=keybase(src=f"arn:aws:cloudtrail:eu-west-1:{MG}:trail/org"))
key("other key", k(Resource=f"arn:aws:kms:us-east-1:{OW}:key/other", c=INORG), N)
key("alias condition", k(c=both(INORG, c("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/logs"))), N)
key("request alias", k(c=both(INORG, c("StringEquals", "kms:RequestAlias", "alias/logs"))), N)
key("federated", k(p={"Federated": "cognito-identity.amazonaws.com"}), N)
key("principal tag", k(c=both(INORG, c("StringEquals", "aws:PrincipalTag/a", "b"))), V)
key("source arn callers", k(c=c("ArnLike", "aws:SourceArn", "arn:aws:s3:::*")))
key("service", k(p={"Service": "config.amazonaws.com"}))
key("NotPrincipal deny", [k(c=INORG), d("-", "kms:Decrypt", "*", NotPrincipal={"AWS": [f"arn:aws:iam::{OW}:root"]})])

# Who may assume a role that reads

GH = "token.actions.githubusercontent.com"
WEB = "sts:AssumeRoleWithWebIdentity"
M = trusting({"AWS": M1})
OWN = trusting({"AWS": f"arn:aws:iam::{OW}:root"})


def role(label: str, trusted: Json, *listed: Json, **more: Any) -> str:
    made = block("aws_iam_role", label, name=label, assume_role_policy=trusted, **more)
    if not listed:
        return made
    return made + block("aws_iam_role_policy", label, role=f"aws_iam_role.{label}.id", policy=policy(*listed))


def trust(name: str, trusted: Json, expected: str, perms: Json = READS, extra: str = "") -> None:
    hcl = BASE + role("reader", trusted)
    hcl += block("aws_iam_role_policy", "read", role="aws_iam_role.reader.id", policy=perms) + extra
    ROWS.append(Row("members-cannot-assume-log-readers", f"trust {name}", hcl, expected, ONE))


def oidc(host: str, **condition: Any) -> Json:
    return trusting({"Federated": f"arn:aws:iam::{OW}:oidc-provider/{host}"}, WEB, **condition)


def assumes(*names: str) -> Json:
    return {"Action": "sts:AssumeRole", "Resource": [f"arn:aws:iam::{OW}:role/{name}" for name in names]}


def named(name: str) -> Json:
    return trusting({"AWS": f"arn:aws:iam::{OW}:role/{name}"})


HUB = role("hub", M, assumes("reader"))


trust("account", trusting({"AWS": M1}), V)
trust("session", trusting({"AWS": f"arn:aws:sts::{M1}:assumed-role/ops/jane"}), V)
trust("org", trusting("*", **INORG), V)
trust("org paths", trusting({"AWS": "*"}, **c("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*")), V)
trust("mfa", trusting({"AWS": M1}, **c("Bool", "aws:MultiFactorAuthPresent", "true")), V)
trust("ip", trusting({"AWS": M1}, **c("IpAddress", "aws:SourceIp", "203.0.113.0/24")), V)
trust("source identity", trusting({"AWS": M1}, **c("StringLike", "sts:SourceIdentity", "a*")), V)
trust("session name", trusting({"AWS": M1}, **c("StringEquals", "sts:RoleSessionName", "$${aws:username}")), V)
trust("tag", trusting({"AWS": M1}, **c("StringEquals", "aws:PrincipalTag/a", "b")), V)
trust("request tag", trusting({"AWS": M1}, **c("StringEquals", "aws:RequestTag/a", "b")), V)
trust("own by arn", trusting({"AWS": "*"}, **c("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OW}:role/*")), P)
trust("any by role name", trusting({"AWS": "*"}, **c("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/hub")), V)
trust("own", trusting({"AWS": f"arn:aws:iam::{OW}:root"}), P)
trust("sts:*", trusting({"AWS": M1}, "sts:*"), V)
trust("star", trusting({"AWS": M1}, "*"), V)
trust("web only", trusting({"AWS": M1}, WEB), P)
trust("with a service", trusting({"Service": "ec2.amazonaws.com", "AWS": M1}), V)
trust(
    "denied",
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": [M1, OW]}, "Action": "sts:AssumeRole"},
            {"Effect": "Deny", "Principal": {"AWS": M1}, "Action": "sts:AssumeRole"},
        ],
    },
    P,
)
trust(
    "denied role",
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": [M1, OW]}, "Action": "sts:AssumeRole"},
            {"Effect": "Deny", "Principal": {"AWS": f"arn:aws:iam::{M1}:role/x"}, "Action": "sts:AssumeRole"},
        ],
    },
    V,
)
trust(
    "NotPrincipal",
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "NotPrincipal": {"AWS": M1}, "Action": "sts:AssumeRole"}],
    },
    V,
)
trust(
    "saml",
    trusting(
        {"Federated": f"arn:aws:iam::{OW}:saml-provider/okta"},
        "sts:AssumeRoleWithSAML",
        **c("StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml"),
    ),
    P,
)
trust("gh aud", oidc(GH, **c("StringEquals", f"{GH}:aud", "sts.amazonaws.com")), V)
trust("gh repo", oidc(GH, **c("StringLike", f"{GH}:sub", "repo:acme/infra:*")), P)
trust("gh repo:*", oidc(GH, **c("StringLike", f"{GH}:sub", "repo:*")), V)
trust("gh org prefix", oidc(GH, **c("StringLike", f"{GH}:sub", "repo:acme*")), V)
trust("gh any org, repo", oidc(GH, **c("StringLike", f"{GH}:sub", "repo:*/infra:*")), V)
trust("gh one bad of two", oidc(GH, **c("StringLike", f"{GH}:sub", "repo:acme/infra:*", "repo:acm?/*")), V)
trust("gh equals star", oidc(GH, **c("StringEquals", f"{GH}:sub", "repo:acme/*")), P)
trust("gh IfExists", oidc(GH, **c("StringLikeIfExists", f"{GH}:sub", "repo:acme/*")), P)
trust("gh ForAllValues", oidc(GH, **c("ForAllValues:StringLike", f"{GH}:sub", "repo:acme/*")), P)
trust("gh not like", oidc(GH, **c("StringNotLike", f"{GH}:sub", "repo:evil/*")), V)
trust("gh upper key", oidc(GH, **c("StringLike", f"{GH}:SUB", "repo:acme/*")), P)
trust("gh owner", oidc(GH, **c("StringEquals", f"{GH}:repository_owner", "acme")), N)
trust("gitlab", oidc("gitlab.com", **c("StringLike", "gitlab.com:sub", "project_path:acme/infra:*")), P)
trust("gitlab prefix", oidc("gitlab.com", **c("StringLike", "gitlab.com:sub", "project_path:acme*")), V)
trust(
    "tfc",
    oidc(
        "app.terraform.io",
        **c("StringLike", "app.terraform.io:sub", "organization:acme:project:*:workspace:*:run_phase:*"),
    ),
    P,
)
trust("tfc any", oidc("app.terraform.io", **c("StringLike", "app.terraform.io:sub", "organization:*:project:x:*")), V)
trust(
    "own eks",
    oidc(
        "oidc.eks.us-east-1.amazonaws.com/id/ABCDEF",
        **c("StringEquals", "oidc.eks.us-east-1.amazonaws.com/id/ABCDEF:sub", "system:serviceaccount:a:b"),
    ),
    P,
)
trust("cognito", trusting({"Federated": "cognito-identity.amazonaws.com"}, WEB), V)
trust(
    "cognito aud",
    trusting(
        {"Federated": "cognito-identity.amazonaws.com"},
        WEB,
        **c("StringEquals", "cognito-identity.amazonaws.com:aud", "us-east-1:1234"),
    ),
    P,
)
trust(
    "cognito any aud",
    trusting(
        {"Federated": "cognito-identity.amazonaws.com"},
        WEB,
        **c("StringLike", "cognito-identity.amazonaws.com:aud", "us-east-1:*"),
    ),
    V,
)
trust(
    "google",
    trusting(
        {"Federated": "accounts.google.com"},
        WEB,
        **c("StringEquals", "accounts.google.com:aud", "123.apps.googleusercontent.com"),
    ),
    P,
)
for n, acts, res, e in [
    ("other bucket", "s3:GetObject", "arn:aws:s3:::other/*", P),
    ("put", "s3:PutObject", "*", P),
    ("list", "s3:ListBucket", BUCKET, V),
    ("folder", "s3:Get*", f"{BUCKET}/AWSLogs/*", V),
    ("kms", "kms:*", "*", P),
    ("all", "*", "*", V),
    ("listall", "s3:ListAllMyBuckets", "*", P),
    ("config folder", "s3:GetObject", f"{BUCKET}/config/*", P),
]:
    trust("reads " + n, M, e, policy({"Action": acts, "Resource": res}))
trust("reads NotAction", M, V, policy({"NotAction": ["iam:*", "organizations:*"], "Resource": "*"}))
trust(
    "reads NotResource",
    M,
    P,
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]}],
    },
)
trust(
    "reads via vpce",
    M,
    V,
    policy({"Action": "s3:*", "Resource": "*", "Condition": c("StringEquals", "aws:SourceVpce", "vpce-1")}),
)
trust(
    "reads tagged",
    M,
    N,
    policy({"Action": "s3:*", "Resource": "*", "Condition": c("StringEquals", "s3:ExistingObjectTag/a", "b")}),
)
trust(
    "reads public prefix",
    M,
    P,
    policy({"Action": "s3:ListBucket", "Resource": "*", "Condition": c("StringLike", "s3:prefix", "public/*")}),
)
trust("chained", trusting({"AWS": f"arn:aws:iam::{OW}:role/hub"}), V, extra=HUB)
trust("chained by root", trusting({"AWS": f"arn:aws:iam::{OW}:root"}), V, extra=HUB)
trust("chain two", named("mid"), V, extra=role("mid", named("hub")) + role("hub", M))
trust("chain named without policy", named("hub"), V, extra=role("hub", M))
trust("chain root without policy", OWN, P, extra=role("hub", M))
trust("chain root, other role", OWN, P, extra=role("hub", M, assumes("other")))
trust("chain root, star", OWN, V, extra=role("hub", M, {"Action": "*", "Resource": "*"}))
trust(
    "chain admin",
    OWN,
    V,
    extra=role("hub", M)
    + block(
        "aws_iam_role_policy_attachment",
        "hub",
        role="aws_iam_role.hub.name",
        policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
    ),
)
trust(
    "chain denied",
    named("hub"),
    P,
    extra=role("hub", M).replace("}]}", "}]}")
    + block(
        "aws_iam_role_policy",
        "no",
        role="aws_iam_role.hub.id",
        policy={"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}]},
    ),
)
trust("chain hub for readers", OWN, P, extra=role("hub", OWN, assumes("reader")))
trust("chain github", named("ci"), V, extra=role("ci", oidc(GH, **c("StringLike", f"{GH}:sub", "repo:*"))))
trust(
    "chain unknown attach",
    OWN,
    N,
    extra=role("hub", M)
    + block(
        "aws_iam_role_policy_attachment",
        "hub",
        role="aws_iam_role.hub.name",
        policy_arn="arn:aws:iam::aws:policy/OfTomorrow",
    ),
)
trust(
    "chain boundary",
    OWN,
    P,
    extra=role("hub", M, assumes("reader"), permissions_boundary="arn:aws:iam::aws:policy/AmazonS3FullAccess"),
)
trust(
    "chain boundary that allows",
    OWN,
    N,
    extra=role("hub", M, assumes("reader"), permissions_boundary="arn:aws:iam::aws:policy/PowerUserAccess"),
)
trust(
    "chain mfa",
    trusting({"AWS": f"arn:aws:iam::{OW}:role/hub"}, **c("Bool", "aws:MultiFactorAuthPresent", "true")),
    V,
    extra=role("hub", M),
)
trust("chain circle", named("a"), P, extra=role("a", named("b")) + role("b", named("a")))


BY_REFERENCE = role("hub", M) + role("reader", OWN, {"Action": "s3:*", "Resource": "*"}).replace(
    quoted(OWN),
    'jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", '
    "Principal = { AWS = aws_iam_role.hub.arn } }] })",
)
ROWS.append(Row("members-cannot-assume-log-readers", "trust chain by reference", BASE + BY_REFERENCE, V, ONE))

# Who may use the topic

CTP = a(CT, "SNS:Publish", "*", c("StringEquals", "aws:SourceArn", TRAIL))


def topic(name: str, listed: list[Json], expected: str) -> None:
    hcl = BASE.replace("is_organization_trail", "sns_topic_name = aws_sns_topic.logs.name\n  is_organization_trail")
    hcl += block("aws_sns_topic", "logs", name="logs")
    hcl += block("aws_sns_topic_policy", "logs", arn="aws_sns_topic.logs.arn", policy=statements(*listed))
    ROWS.append(Row("notifications-not-open-to-members", f"topic {name}", hcl, expected, ONE))


def t(action: Any, p: Any = "*", c: Json | None = None) -> Json:
    return a(p, action, "*", c)


topic("aws", [CTP], P)
topic(
    "default",
    [
        CTP,
        t(
            ["SNS:Publish", "SNS:Subscribe", "SNS:AddPermission"],
            {"AWS": "*"},
            c("StringEquals", "AWS:SourceOwner", OW),
        ),
    ],
    P,
)
topic("subscribe org", [CTP, t("sns:Subscribe", c=INORG)], V)
topic("publish any", [CTP, t("sns:Publish")], V)
topic("subscribe protocol", [CTP, t("sns:Subscribe", c=both(INORG, c("StringEquals", "sns:Protocol", "https")))], V)
topic(
    "subscribe own endpoint",
    [CTP, t("sns:Subscribe", c=both(INORG, c("StringLike", "sns:Endpoint", "*@example.com")))],
    V,
)
topic("receive", [CTP, t("sns:Receive", c=INORG)], P)
topic("get attributes", [CTP, t("sns:GetTopicAttributes", c=INORG)], P)
topic("list subscriptions", [CTP, t("sns:ListSubscriptionsByTopic", c=INORG)], P)
topic("delete", [CTP, t("sns:DeleteTopic", c=INORG)], V)
topic("confirm", [CTP, t("sns:*", c=INORG)], V)
topic("account", [CTP, t("sns:*", {"AWS": OW})], P)
topic("s3 events", [CTP, t("sns:Publish", {"Service": "s3.amazonaws.com"}, c("ArnLike", "aws:SourceArn", BUCKET))], P)
topic(
    "denied",
    [
        CTP,
        t("sns:Subscribe", c=INORG),
        d(action="sns:Subscribe", r="*", c=c("StringNotEquals", "aws:PrincipalAccount", OW)),
    ],
    P,
)

# Who may use the log group

LG = f"arn:aws:logs:us-east-1:{OW}:log-group"
EVENTS = {"Service": "events.amazonaws.com"}


def logs(name: str, one: Json, expected: str) -> None:
    named = 'cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"\n  is_organization_trail'
    hcl = BASE.replace("is_organization_trail", named) + block("aws_cloudwatch_log_group", "trail", name="trail")
    hcl += block("aws_cloudwatch_log_resource_policy", "p", policy_name="p", policy_document=statements(one))
    ROWS.append(Row("log-group-policy-is-closed", f"logs {name}", hcl, expected, ONE))


def puts(where: str, p: Any, c: Json | None = None, action: Any = "logs:PutLogEvents") -> Json:
    return a(p, action, where, c)


logs("route53", puts(f"{LG}:/aws/route53/*", {"Service": "route53.amazonaws.com"}), P)
logs("events any", puts("*", EVENTS), V)
logs("events own", puts("*", EVENTS, c("StringEquals", "aws:SourceAccount", OW)), P)
logs("events own arn", puts("*", EVENTS, c("ArnLike", "aws:SourceArn", f"arn:aws:events:us-east-1:{OW}:rule/*")), P)
logs("events any arn", puts("*", EVENTS, c("ArnLike", "aws:SourceArn", "arn:aws:events:us-east-1:*:rule/*")), V)
logs("member", puts("*", {"AWS": M1}, action="logs:*"), V)
logs("org", puts("*", "*", INORG, "logs:Get*"), V)
logs("member other group", puts(f"{LG}:other:*", {"AWS": M1}, action="logs:*"), P)
logs("the group", puts(f"{LG}:trail:*", {"Service": "es.amazonaws.com"}), V)
logs("stream", puts(f"{LG}:trail:log-stream:*", {"Service": "es.amazonaws.com"}), V)
logs("own account", puts("*", {"AWS": OW}, action="logs:*"), P)


@pytest.mark.parametrize("row", ROWS, ids=[re.sub(r"\W+", "-", f"{row.name} {row.rule}") for row in ROWS])
def test_what_aws_says_of_it(tmp_path: Path, row: Row) -> None:
    (tmp_path / "main.tf").write_text(row.hcl)
    assert check(tmp_path, "--select", row.rule, *row.facts).verdicts()[row.rule] == row.expected

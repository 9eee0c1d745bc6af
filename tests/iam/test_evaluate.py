"""One concrete request against one statement: each row names the sentence of the specification that it comes from."""

from typing import Any

import pytest

from orgtrail.iam.document import parse
from orgtrail.iam.evaluate import Request, decide
from orgtrail.values import Cause, Rest, Unknown, text

ROLE = "arn:aws:iam::222222222222:role/team/reader"
USER = "arn:aws:iam::222222222222:user/ann"
ROOT = "arn:aws:iam::222222222222:root"
OBJECT = "arn:aws:s3:::logs/AWSLogs/o-abcd123456/222222222222/x.gz"
BUCKET = "arn:aws:s3:::logs"


def request(
    context: dict[str, Any] | None = None,
    *,
    principal: str = ROLE,
    account: str = "222222222222",
    session: str = "s1",
    service: str = "",
    action: str = "s3:GetObject",
    resource: str = OBJECT,
) -> Request:
    return Request(
        principal, account, action, resource, context or {}, session if ":role/" in principal else "", service
    )


def applies(parts: dict[str, Any], asked: Request, version: str | None = "2012-10-17", effect: str = "Allow") -> Any:
    """Whether one statement applies to the request; None where nobody can tell."""
    statement = {"Sid": "S", "Effect": effect, **parts}
    if "NotPrincipal" not in parts:
        statement.setdefault("Principal", "*")
    if "NotAction" not in parts:
        statement.setdefault("Action", "*")
    if "NotResource" not in parts:
        statement.setdefault("Resource", "*")
    document: dict[str, Any] = {"Statement": [statement]}
    if version:
        document["Version"] = version
    decision = decide(parse(document), asked)
    return decision.denied if effect == "Deny" else decision.allowed


# Conditions: (operator, key, wanted, held, holds, sentence)
K = "aws:PrincipalTag/team"
NOW = "aws:CurrentTime"
PATHS = "aws:PrincipalOrgPaths"
_CONDITIONS: list[tuple[str, str, Any, Any, bool | None, str]] = []


def rows(sentence: str, *found: tuple[str, str, Any, Any, bool | None]) -> None:
    _CONDITIONS.extend((*row, sentence) for row in found)


rows(
    "String*: with case; wildcards only in Like; IgnoreCase forms",
    ("StringEquals", K, "blue", "blue", True),
    ("StringEquals", K, "blue", "Blue", False),
    ("StringEquals", K, "bl*", "blue", False),
    ("StringEquals", K, "bl*", "bl*", True),
    ("StringNotEquals", K, "blue", "blue", False),
    ("StringNotEquals", K, "blue", "red", True),
    ("StringEqualsIgnoreCase", K, "blue", "BLUE", True),
    ("StringEqualsIgnoreCase", K, "blue", "red", False),
    ("StringNotEqualsIgnoreCase", K, "blue", "BLUE", False),
    ("StringNotEqualsIgnoreCase", K, "blue", "red", True),
    ("StringLike", K, "bl*", "blue", True),
    ("StringLike", K, "bl?e", "blue", True),
    ("StringLike", K, "bl?e", "ble", False),
    ("StringLike", K, "BL*", "blue", False),
    ("StringLike", K, "*", "", True),
    ("StringLike", K, "*", "a\nb", True),
    ("StringNotLike", K, "bl*", "blue", False),
    ("StringNotLike", K, "bl*", "red", True),
    ("StringLike", K, "a.c", "abc", False),
)
rows(
    "values: positive operator: OR",
    ("StringEquals", K, ["blue", "red"], "red", True),
    ("StringEquals", K, ["blue", "red"], "green", False),
    ("StringLike", K, ["b*", "r*"], "red", True),
    ("ArnLike", "aws:PrincipalArn", [USER, ROLE], ROLE, True),
    ("NumericEquals", "s3:max-keys", ["1", "2"], "2", True),
    ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.7", True),
)
rows(
    "values: negated: none may match",
    ("StringNotEquals", K, ["blue", "red"], "red", False),
    ("StringNotEquals", K, ["blue", "red"], "green", True),
    ("StringNotLike", K, ["b*", "r*"], "red", False),
    ("ArnNotLike", "aws:PrincipalArn", [USER, ROLE], ROLE, False),
    ("NumericNotEquals", "s3:max-keys", ["1", "2"], "2", False),
    ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.7", False),
    ("DateNotEquals", NOW, ["2026-01-01", "2026-01-02"], "2026-01-02T00:00:00Z", False),
)
rows(
    "key missing: positive: false",
    *((operator, K, wanted, None, False) for operator, wanted in (
        ("StringEquals", "a"), ("StringLike", "*"), ("StringEqualsIgnoreCase", "a"), ("ArnLike", ROLE),
        ("ArnEquals", "arn:aws:iam::*:role/*"), ("NumericEquals", "1"), ("NumericLessThan", "1"),
        ("NumericGreaterThanEquals", "1"), ("DateLessThan", "2030-01-01"), ("DateGreaterThan", "2020-01-01"),
        ("Bool", "false"), ("BinaryEquals", "YQ=="), ("IpAddress", "0.0.0.0/0"),
    )),
)  # fmt: skip
rows(
    "key missing: negated: true",
    *((operator, K, wanted, None, True) for operator, wanted in (
        ("StringNotEquals", "a"), ("StringNotLike", "*"), ("StringNotEqualsIgnoreCase", "a"),
        ("ArnNotLike", "arn:aws:iam::*:role/*"), ("ArnNotEquals", "arn:aws:iam::*:role/*"), ("NumericNotEquals", "1"),
        ("DateNotEquals", "2020-01-01"), ("NotIpAddress", "0.0.0.0/0"),
    )),
)  # fmt: skip
rows(
    "key missing: ...IfExists: true, negated ones too",
    *((f"{operator}IfExists", K, wanted, None, True) for operator, wanted in (
        ("StringEquals", "a"), ("StringLike", "a"), ("StringNotEquals", "a"), ("StringNotLike", "*"), ("ArnLike", ROLE),
        ("ArnNotLike", ROLE), ("NumericLessThan", "1"), ("DateLessThan", "2020-01-01"), ("Bool", "true"),
        ("IpAddress", "10.0.0.0/8"), ("NotIpAddress", "0.0.0.0/0"), ("BinaryEquals", "YQ=="), ("NumericNotEquals", "1"),
    )),
    ("StringEqualsIfExists", K, "a", "b", False),
    ("StringEqualsIfExists", K, "a", "a", True),
    ("StringNotEqualsIfExists", K, "a", "a", False),
    ("BoolIfExists", "aws:PrincipalIsAWSService", "false", "true", False),
)  # fmt: skip
rows(
    "Null: true: true where the key is missing",
    ("Null", K, "true", None, True),
    ("Null", K, "true", "a", False),
    ("Null", K, "false", None, False),
    ("Null", K, "false", "a", True),
    ("Null", K, ["true", "false"], "a", True),
    ("Null", PATHS, "true", (), True),
)
rows(
    "ForAllValues: missing or empty: true",
    ("ForAllValues:StringEquals", "aws:TagKeys", "a", None, True),
    ("ForAllValues:StringEquals", "aws:TagKeys", "a", (), True),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", "a", None, True),
    ("ForAllValues:StringLike", PATHS, "o-abcd123456/*", None, True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ("a", "c"), False),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", "a", ("b", "c"), True),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", "a", ("a", "c"), False),
    ("ForAllValues:StringEquals", K, "a", None, True),
    ("ForAllValues:StringEquals", K, "a", "b", False),
)
rows(
    "ForAnyValue: missing or empty: false, negated forms too",
    ("ForAnyValue:StringEquals", "aws:TagKeys", "a", None, False),
    ("ForAnyValue:StringEquals", "aws:TagKeys", "a", (), False),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", "a", None, False),
    ("ForAnyValue:StringNotLike", "aws:TagKeys", "*", (), False),
    ("ForAnyValue:StringEquals", "aws:TagKeys", "a", ("b", "a"), True),
    ("ForAnyValue:StringEquals", "aws:TagKeys", "a", ("b", "c"), False),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", "a", ("a",), False),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", "a", ("a", "b"), True),
    ("ForAnyValue:StringLike", PATHS, "o-abcd123456/r-ab12/*", ("o-abcd123456/r-ab12/ou-ab12-11111111/",), True),
)
rows(
    "a multi-valued key without set operator: undocumented: unknown",
    ("StringEquals", "aws:TagKeys", "a", ("a",), None),
    ("StringLike", PATHS, "o-abcd123456/*", ("o-abcd123456/r-ab12/",), None),
)
rows(
    "Arn*: Equals = Like; six colon segments compared one by one",
    # A wildcard doesn't reach over the colons before the sixth segment, and that one may hold colons itself.
    ("ArnLike", "aws:SourceArn", "arn:aws:*:*:*:topic", "arn:aws:sns:us-east-1:222222222222:a:topic", False),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*", "arn:aws:sns:us-east-1:222222222222:a:topic", None),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:*:*:*:topic", "arn:aws:sns:us-east-1:222222222222:a:topic", True),
    ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*", ROLE, True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*", ROLE, True),
    ("ArnLike", "aws:PrincipalArn", "arn:*:role/team/*", ROLE, None),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:*:*:*:role/*", ROLE, True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam:*:role/*:x", ROLE, False),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/team/reader", ROLE, True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/team/Reader", ROLE, False),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::22222222222?:role/*", ROLE, True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:*", "arn:aws:iam::1:a:b:c", True),
    ("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*", ROLE, False),
    ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:user/*", ROLE, True),
    ("StringLike", "aws:PrincipalArn", "arn:*:role/team/*", ROLE, True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*", "not-an-arn", False),
)
rows(
    "Numeric: as named",
    ("NumericEquals", "s3:max-keys", "10", "10", True),
    ("NumericEquals", "s3:max-keys", "10", "10.0", True),
    ("NumericNotEquals", "s3:max-keys", "10", "11", True),
    ("NumericLessThan", "s3:max-keys", "10", "9", True),
    ("NumericLessThan", "s3:max-keys", "10", "10", False),
    ("NumericLessThanEquals", "s3:max-keys", "10", "10", True),
    ("NumericGreaterThan", "s3:max-keys", "10", "10", False),
    ("NumericGreaterThan", "s3:max-keys", "9", "10", True),
    ("NumericGreaterThanEquals", "s3:max-keys", "10", "10", True),
    ("NumericGreaterThanEquals", "s3:max-keys", "10", "9", False),
    ("NumericLessThan", "s3:TlsVersion", "1.2", "1.1", True),
)
rows(
    "Date: dates ISO or epoch",
    ("DateEquals", NOW, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("DateEquals", NOW, "2026-01-01", "2026-01-01T00:00:00Z", True),
    ("DateEquals", NOW, "1767225600", "2026-01-01T00:00:00Z", True),
    ("DateNotEquals", NOW, "2026-01-01", "2026-01-02T00:00:00Z", True),
    ("DateLessThan", NOW, "2026-01-02", "2026-01-01T23:59:59Z", True),
    ("DateLessThan", NOW, "2026-01-01", "2026-01-01T00:00:00Z", False),
    ("DateLessThanEquals", NOW, "2026-01-01", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThan", NOW, "2026-01-01", "2026-01-01T00:00:01Z", True),
    ("DateGreaterThan", NOW, "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z", False),
    ("DateGreaterThanEquals", NOW, "2026-01-01", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThanEquals", "aws:EpochTime", "1767225600", "1767225599", False),
)
rows(
    "IpAddress: a bare IP is /32",
    ("IpAddress", "aws:SourceIp", "192.0.2.7", "192.0.2.7", True),
    ("IpAddress", "aws:SourceIp", "192.0.2.7", "192.0.2.8", False),
    ("IpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.2.255", True),
    ("IpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.3.0", False),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", "aws:SourceIp", "2001:db8::/32", "2001:db8::1", True),
    ("NotIpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.3.1", True),
    ("NotIpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.2.1", False),
)
rows(
    "Bool and Binary: as named",
    ("Bool", "aws:SecureTransport", "true", "true", True),
    ("Bool", "aws:SecureTransport", "True", "true", True),
    ("Bool", "aws:SecureTransport", "false", "true", False),
    ("Bool", "aws:SecureTransport", True, "true", True),
    ("BinaryEquals", K, "YQ==", "YQ==", True),
    ("BinaryEquals", K, "YQ==", "yq==", False),
)
rows(
    "Variables: single-valued keys; an unresolvable one matches nothing, and a negated operator holds",
    ("StringEquals", K, "${aws:PrincipalAccount}", "222222222222", True),
    ("StringEquals", K, "${aws:principalaccount}", "222222222222", True),
    ("StringLike", K, "${aws:PrincipalAccount}-*", "222222222222-a", True),
    ("StringEquals", K, "${aws:username}", "ann", False),
    ("StringNotEquals", K, "${aws:username}", "ann", True),
    ("StringEquals", K, "${aws:username, 'ann'}", "ann", True),
    ("StringEquals", K, "${aws:PrincipalAccount, 'x'}", "x", False),
    ("StringLike", K, "a${*}b", "a*b", True),
    ("StringLike", K, "a${*}b", "axb", False),
    ("StringLike", K, "a${?}b", "a?b", True),
    ("StringLike", K, "a${$}b", "a$b", True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/team/${aws:username}", ROLE, False),
)


@pytest.mark.parametrize(("operator", "key", "wanted", "held", "holds", "sentence"), _CONDITIONS)
def test_condition(operator: str, key: str, wanted: Any, held: Any, holds: bool | None, sentence: str) -> None:
    context = {"aws:principalaccount": "222222222222"}
    if held is not None:
        context[key.lower()] = held
    assert applies({"Condition": {operator: {key: wanted}}}, request(context)) is holds, sentence


MEMBER = {"AWS": "222222222222"}
SESSION = "arn:aws:sts::222222222222:assumed-role/reader/s1"
_STATEMENTS: list[tuple[dict[str, Any], Request, bool, str]] = [
    ({"Principal": "*"}, request(), True, '"*" is everyone'),
    ({"Principal": {"AWS": "*"}}, request(), True, '{"AWS": "*"} is everyone'),
    ({"Principal": "*"}, request(principal="*", account=""), True, "anonymous too"),
    ({"Principal": {"AWS": "*"}}, request(principal="*", account=""), True, "anonymous too"),
    ({"Principal": MEMBER}, request(), True, "twelve digits = every principal of that account"),
    ({"Principal": {"AWS": ROOT}}, request(), True, "the account's root ARN = every principal of that account"),
    ({"Principal": {"AWS": ROOT}}, request(principal=USER), True, "every principal of that account"),
    ({"Principal": {"AWS": "333333333333"}}, request(), False, "twelve digits = that account"),
    ({"Principal": MEMBER}, request(principal="*", account=""), False, "anonymous matches only principals `*`"),
    ({"Principal": {"AWS": ROLE}}, request(), True, "a role ARN matches the role and its sessions"),
    ({"Principal": {"AWS": ROLE}}, request(session="other"), True, "a role ARN matches the role and its sessions"),
    ({"Principal": {"AWS": SESSION}}, request(), True, "a session ARN one session"),
    ({"Principal": {"AWS": SESSION}}, request(session="other"), False, "a session ARN one session"),
    ({"Principal": {"AWS": USER}}, request(), False, "an ARN matches that principal"),
    ({"Principal": {"AWS": [USER, ROLE]}}, request(), True, "a list is an OR"),
    ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, request(service="cloudtrail.amazonaws.com", account="",
     principal="cloudtrail.amazonaws.com"), True, "Service: exact name"),
    ({"Principal": {"Service": "config.amazonaws.com"}}, request(service="cloudtrail.amazonaws.com", account="",
     principal="cloudtrail.amazonaws.com"), False, "Service: exact name"),
    ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, request(), False, "Service: exact name"),
    ({"NotPrincipal": MEMBER}, request(), False, "Allow + NotPrincipal: everyone else is allowed"),
    ({"NotPrincipal": {"AWS": "333333333333"}}, request(), True, "Allow + NotPrincipal: everyone else is allowed"),
    ({"NotPrincipal": MEMBER}, request(principal="*", account=""), True, "everyone else, anonymous too"),
    ({"Action": "s3:getobject"}, request(), True, "actions compare without case"),
    ({"Action": "S3:Get*"}, request(), True, "actions compare without case; * in them"),
    ({"Action": "s3:GetObjec?"}, request(), True, "? in actions"),
    ({"Action": "s3:Get"}, request(), False, "an action is compared as a whole"),
    ({"Action": "s3:GetObject*"}, request(action="s3:GetObjectVersion"), True, "* in actions"),
    ({"Action": "*"}, request(), True, "* in actions"),
    ({"Action": ["s3:Put*", "s3:Get*"]}, request(), True, "a list is an OR"),
    ({"NotAction": "s3:Put*"}, request(), True, "NotAction: every other"),
    ({"NotAction": ["s3:Put*", "s3:get*"]}, request(), False, "NotAction: every other"),
    ({"Resource": f"{BUCKET}/*"}, request(), True, "* crosses /"),
    ({"Resource": f"{BUCKET}/AWSLogs/*/x.gz"}, request(), True, "* crosses /"),
    ({"Resource": BUCKET}, request(), False, "a bucket's ARN isn't an object's"),
    ({"Resource": f"{BUCKET}/*"}, request(action="s3:ListBucket", resource=BUCKET), False, "bound to its type"),
    ({"Resource": f"{BUCKET}*"}, request(action="s3:ListBucket", resource=BUCKET), True, "* matches nothing, too"),
    ({"Resource": f"{BUCKET}/awslogs/*"}, request(), False, "ARNs compare with case"),
    ({"Resource": f"{BUCKET}/AWSLogs/o-abcd12345?/*"}, request(), True, "? in resources"),
    ({"Resource": f"{BUCKET}/a*"}, request(resource=f"{BUCKET}/a\nb"), True, "a newline is matched by *"),
    ({"Resource": f"{BUCKET}/a?b"}, request(resource=f"{BUCKET}/a\nb"), True, "a newline is matched by ?"),
    ({"Resource": f"{BUCKET}/ab*ba"}, request(resource=f"{BUCKET}/aba"), False, "around a * nothing overlaps"),
    ({"Resource": f"{BUCKET}/a?*"}, request(resource=f"{BUCKET}/a"), False, "? and * take one character at least"),
    ({"NotResource": f"{BUCKET}/*"}, request(), False, "NotResource: every other"),
    ({"NotResource": f"{BUCKET}/other/*"}, request(), True, "NotResource: every other"),
    ({"Resource": BUCKET + "/AWSLogs/*/${aws:PrincipalAccount}/*"}, request({"aws:principalaccount": "222222222222"}),
     True, "variables after the fifth colon"),
    ({"Resource": BUCKET + "/AWSLogs/*/${aws:PrincipalAccount}/*"}, request({"aws:principalaccount": "333333333333"}),
     False, "variables after the fifth colon"),
    ({"Resource": BUCKET + "/${aws:username}*"}, request(), False, "unresolvable in Resource: matches nothing"),
    ({"NotResource": BUCKET + "/${aws:username}*"}, request(), True, "unresolvable in NotResource: applies"),
    ({"Resource": "arn:aws:s3:::${aws:PrincipalTag/b}/*"}, request({"aws:principaltag/b": "logs"}), True,
     "after the fifth colon"),
    ({"Resource": "arn:${aws:PrincipalTag/b}:s3:::logs/*"}, request({"aws:principaltag/b": "aws"}), False,
     "only after the fifth colon"),
    ({"Resource": BUCKET + "/${aws:TagKeys}/*"}, request({"aws:tagkeys": ("AWSLogs",)}), False, "single-valued keys"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "asked", "holds", "sentence"), _STATEMENTS)
def test_statement(parts: dict[str, Any], asked: Request, holds: bool, sentence: str) -> None:
    assert applies(parts, asked) is holds, sentence


_FULL = [ROOT, ROLE, SESSION]


@pytest.mark.parametrize(
    ("listed", "asked", "denied"),
    [
        (_FULL, request(), False),
        (_FULL, request(session="other"), True),
        ([ROOT, ROLE], request(), True),
        ([ROLE, SESSION], request(), True),
        ([ROOT], request(), True),
        ([ROOT], request(principal=ROOT), False),
        ([ROOT, USER], request(principal=USER), False),
        ([USER], request(principal=USER), True),
        (["222222222222", USER], request(principal=USER), False),
        (_FULL, request(principal="*", account=""), True),
    ],
)
def test_deny_with_not_principal_lets_go_only_who_is_listed_in_full(
    listed: list[str], asked: Request, denied: bool
) -> None:
    """Deny + NotPrincipal: a caller escapes only where its account, role and session are all listed."""
    assert applies({"NotPrincipal": {"AWS": listed}}, asked, effect="Deny") is denied


def test_who_is_listed_in_full_stays_so_whoever_else_is_listed() -> None:
    more = Rest(UNSEEN.cause)
    assert applies({"NotPrincipal": {"AWS": [*_FULL, more]}}, request(), effect="Deny") is False
    assert applies({"NotPrincipal": {"AWS": [ROOT, more]}}, request(principal=ROOT), effect="Deny") is False
    assert applies({"NotPrincipal": {"AWS": [ROOT, more]}}, request(), effect="Deny") is None


@pytest.mark.parametrize("version", [None, "2008-10-17"])
def test_without_the_2012_version_variables_are_literal(version: str | None) -> None:
    """Version missing or 2008-10-17: the text is literal."""
    asked = request({"aws:principalaccount": "222222222222"})
    parts = {"Resource": BUCKET + "/AWSLogs/*/${aws:PrincipalAccount}/*"}
    assert applies(parts, asked, version) is False
    literal = request(resource=BUCKET + "/AWSLogs/o/${aws:PrincipalAccount}/x")
    assert applies(parts, literal, version) is True


def test_conditions_are_an_and() -> None:
    """operators, keys: AND; key names without case."""
    both = {
        "StringEquals": {"AWS:principaltag/A": "1", "aws:PrincipalTag/b": "2"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    full = {"aws:principaltag/a": "1", "aws:principaltag/b": "2", "aws:securetransport": "true"}
    assert applies({"Condition": both}, request(full)) is True
    for missing in full:
        held = {key: value for key, value in full.items() if key != missing}
        assert applies({"Condition": both}, request(held)) is False


def test_explicit_deny_wins_and_nothing_is_an_implicit_deny() -> None:
    """Explicit Deny wins; nothing matches: implicit deny."""
    allow = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    deny = {"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}
    both = decide(parse({"Version": "2012-10-17", "Statement": [allow, deny]}), request())
    assert (both.allowed, both.allowed_by, both.denied_by) == (False, ("A",), ("D",))
    assert (
        decide(parse({"Version": "2012-10-17", "Statement": [deny]}), request(action="s3:PutObject")).allowed is False
    )
    assert decide(parse({"Version": "2012-10-17", "Statement": [allow]}), request()).allowed is True


def test_the_owners_account_needs_no_bucket_policy() -> None:
    """Same account: an identity Allow alone suffices; a key policy must allow, even in the same account."""
    nothing = parse(None)
    assert decide(nothing, request(), same_account=True).allowed is True
    assert decide(nothing, request(action="kms:Decrypt"), same_account=True).allowed is False


UNSEEN = Unknown(Cause("a part that nobody knows"))
#: Parts that nobody knows: (statement, effect, whether it applies, what is known of it).
_UNSEEN: list[tuple[dict[str, Any], bool | None, str]] = [
    ({"Resource": text("arn:aws:s3:::logs/", UNSEEN)}, None, "a hole may be what the request needs"),
    ({"Resource": text("arn:aws:s3:::other/", UNSEEN)}, False, "what is known already says no"),
    ({"Resource": text("arn:aws:s3:::logs/", UNSEEN, ".json")}, False, "what is known at the end says no"),
    ({"NotResource": text("arn:aws:s3:::other/", UNSEEN)}, True, "what is known already says yes"),
    ({"NotResource": text("arn:aws:s3:::logs/", UNSEEN)}, None, "a hole may be what the request needs"),
    ({"Resource": [text("arn:aws:s3:::logs/", UNSEEN), "*"]}, True, "one of the list surely matches"),
    ({"Action": UNSEEN}, None, "any action"),
    ({"Action": ["s3:PutObject", Rest(UNSEEN.cause)]}, None, "more of a list"),
    ({"Action": ["s3:GetObject", Rest(UNSEEN.cause)]}, True, "one of the list surely matches"),
    ({"Principal": {"AWS": ["333333333333", Rest(UNSEEN.cause)]}}, None, "more principals"),
    ({"Principal": UNSEEN}, None, "any principal"),
    ({"Condition": UNSEEN}, None, "any condition"),
    ({"Condition": {"StringEquals": {K: UNSEEN}}}, None, "any value"),
    ({"Condition": {"StringEquals": {K: [text("b", UNSEEN)]}}}, None, "a value with a hole"),
    ({"Condition": {"StringEquals": {K: [text("c", UNSEEN)]}}}, False, "a value that can't be it"),
    ({"Condition": {"StringNotEquals": {K: [text("c", UNSEEN)]}}}, True, "a value that can't be it"),
    ({"Condition": {"ArnLike": {"aws:PrincipalArn": text("arn:aws:iam::222222222222:role/", UNSEEN)}}}, None, "a hole"),
    ({"Condition": {"ArnLike": {"aws:PrincipalArn": text("arn:aws:iam::333333333333:role/", UNSEEN)}}}, False,
     "another account before the hole"),
    ({"Condition": {"ArnLike": {"aws:PrincipalArn": text("arn:aws:iam::*3:role/", UNSEEN)}}}, False,
     "a wildcard before the hole stays in its segment"),
    ({"Condition": {"NumericLessThan": {"s3:max-keys": ["5", UNSEEN]}}}, None, "a number that nobody knows"),
    ({"Effect": UNSEEN}, None, "Allow or Deny"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "holds", "sentence"), _UNSEEN)
def test_what_nobody_knows(parts: dict[str, Any], holds: bool | None, sentence: str) -> None:
    held = {"aws:principaltag/team": "blue", "aws:principalarn": ROLE, "s3:max-keys": "10"}
    assert applies(parts, request(held)) is holds, sentence


def test_a_statement_that_nobody_can_see_may_allow_and_may_deny() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    for statements in ([], [allow]):
        seen = decide(parse({"Version": "2012-10-17", "Statement": [*statements, Rest(UNSEEN.cause)]}), request())
        assert (seen.allowed, seen.denied) == (None, None)
    deny = {**allow, "Effect": "Deny"}
    seen = decide(parse({"Version": "2012-10-17", "Statement": [deny, Rest(UNSEEN.cause)]}), request())
    assert (seen.allowed, seen.denied) == (False, True)


def test_without_a_version_that_anybody_knows_a_variable_may_be_text() -> None:
    resource = {"Resource": BUCKET + "/AWSLogs/*/${aws:PrincipalAccount}/*"}
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", **resource}
    asked = request({"aws:principalaccount": "222222222222"})
    assert decide(parse({"Version": UNSEEN, "Statement": [statement]}), asked).allowed is None
    assert decide(parse({"Version": UNSEEN, "Statement": [{**statement, "Resource": "*"}]}), asked).allowed is True


def test_the_root_of_the_owner_may_always_mend_the_bucket_policy() -> None:
    """Get/Put/DeleteBucketPolicy: the owner's root may always call them."""
    deny = parse(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
    )
    asked = request(principal=ROOT, action="s3:PutBucketPolicy", resource=BUCKET)
    assert decide(deny, asked, same_account=True).allowed is True
    assert decide(deny, asked).allowed is False
    assert decide(deny, request(action="s3:PutBucketPolicy", resource=BUCKET), same_account=True).allowed is False


def test_the_table_is_long_enough() -> None:
    assert len(_CONDITIONS) + len(_STATEMENTS) >= 150

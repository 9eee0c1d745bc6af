"""Hostile policies end, and the answer is honest. The bound is on steps, so nothing here looks at a clock."""

import json
from typing import Any

import pytest
from workbench.asking import case as asked_of
from workbench.asking import nobody_may

from orgtrail.iam.actions import BUCKET_GROUPS, group
from orgtrail.iam.document import parse
from orgtrail.iam.evaluate import _matches, _wildcards
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Target
from orgtrail.iam.steps import STEPS, STEPS_AT_LEAST
from orgtrail.iam.world import World
from orgtrail.values import Symbol, text

BUCKET = "arn:aws:s3:::acme-org-trail-logs"
WORLD = World(organization_id="o-abcd123456", management_account="123456789012", owner_account="123456789012")
TARGET = Target.bucket(BUCKET, f"{BUCKET}/AWSLogs/*")


def _statement(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/*", **more}


HOSTILE = {
    "stars in NotResource of a Deny": [_statement(), _deny := {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}],
    "stars in an action": [_statement(Action="s3:" + "*a" * 5000 + "b")],
    "stars in a condition": [_statement(Condition={"StringLike": {"aws:UserAgent": "*a" * 300 + "b"}})],
    "stars in a negated condition": [_statement(Condition={"StringNotLike": {"aws:UserAgent": "*a" * 300 + "b"}})],
    "stars in an ARN condition": [
        _statement(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/" + "*a" * 300 + "b"}})
    ],
    "3,000 principals": [_statement(Principal={"AWS": [f"{n:012d}" for n in range(3000)]})],
    "2,000 values": [_statement(Condition={"StringEquals": {"aws:UserAgent": [f"v{n}" for n in range(2000)]}})],
    "4,000 statements of one name": [_statement(Sid="Same", Principal={"AWS": "123456789012"})] * 4000,
}
_deny["NotResource"] = BUCKET + "/" + "*a" * 300 + "b"


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends(name: str) -> None:
    policy = parse(json.dumps({"Version": "2012-10-17", "Statement": HOSTILE[name]}))
    outcome = nobody_may(policy, WORLD, ["member"], ["s3:GetObject"], TARGET)
    assert outcome.verdict in {"proved", "violated", "undecided"}
    if outcome.verdict == "undecided":
        assert outcome.unknowns


def _denies(count: int, **parts: Any) -> list[dict[str, Any]]:
    """Denies that overlap; `{0}` to `{2}` in their text are numbers that differ from one to the next."""
    made = []
    for index in range(count):
        own = json.dumps(parts)
        for place, number in enumerate((index, index * 7 % 13, index * 3 % 11)):
            own = own.replace(f"<{place}>", str(number))
        made.append({"Effect": "Deny", "Principal": "*", "Action": "s3:*", **json.loads(own)})
    return made


_SESSIONS = [f"arn:aws:sts::222222222222:assumed-role/r{n}/s" for n in range(40)]
_ROLES = [f"arn:aws:iam::222222222222:role/r{n}" for n in range(40)]
#: Each of these takes more than one question may.
TOO_MUCH = {
    "resources": [_statement(), *_denies(100, NotResource=f"{BUCKET}/*<0>*<1>*<2>*")],
    "accounts": [
        _statement(),
        *_denies(60, Resource="*", Condition={"StringLike": {"aws:PrincipalAccount": "*<0>*<1>*"}}),
    ],
    "roles": [
        _statement(),
        *_denies(60, Resource="*", Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*<0>*<1>*:role/*<2>*x*"}}),
    ],
    "sessions that aren't listed": [_statement(Principal=None, NotPrincipal={"AWS": _SESSIONS})],
    "sessions that escape": [
        _statement(),
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "NotPrincipal": {"AWS": ["222222222222", *_ROLES, *_SESSIONS]},
        },
    ],
    "tags": [
        _statement(),
        *_denies(
            80, Resource="*", Condition={"StringNotLike": {f"aws:PrincipalTag/{n}": "*<0>?*<1>*" for n in range(3)}}
        ),
    ],
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_all_questions_about_a_policy_share_one_bound(name: str) -> None:
    statements = [{key: part for key, part in one.items() if part is not None} for one in TOO_MUCH[name]]
    case = asked_of(parse(json.dumps({"Version": "2012-10-17", "Statement": statements})), WORLD)
    steps = case.steps
    classes: tuple[ClassName, ...] = ("member", "outside", "anonymous", "management", "cloudtrail", "deputy")
    outcomes = [
        question([one], group(actions), TARGET)
        for one in classes
        for actions in BUCKET_GROUPS
        for question in (case.nobody_may, case.everybody_is_denied, case.everything_is_allowed)
    ]
    assert all(outcome.unknowns for outcome in outcomes if outcome.verdict == "undecided")
    assert {outcome.verdict for outcome in outcomes} & {"undecided", "violated"}
    # What is taken last may cost a little more than is left; then nothing goes on.
    assert steps.left >= -STEPS
    assert steps.floor >= -STEPS


def test_an_easy_question_is_answered_after_a_hard_one() -> None:
    policy = parse(json.dumps({"Version": "2012-10-17", "Statement": TOO_MUCH["resources"]}))
    case = asked_of(policy, WORLD)
    while case.steps.left >= STEPS_AT_LEAST:
        case.steps.left -= STEPS_AT_LEAST
    assert case.nobody_may(["cloudtrail"], ["s3:PutBucketPolicy"], Target.bucket(BUCKET)).verdict != "undecided"
    first = [asked_of(policy, WORLD).nobody_may(["member"], ["s3:GetObject"], TARGET) for _ in range(2)]
    assert first[0] == first[1]


def test_thousands_of_symbols_end_undecided() -> None:
    symbols = [Symbol(f"aws_iam_role.r[{n}].arn", "arn") for n in range(2000)]
    accounts = [Symbol(f"aws_organizations_account.a[{n}].id", "account-id") for n in range(300)]
    statements: Any = [
        _statement(Principal={"AWS": symbols}),
        _statement(Condition={"StringEquals": {"aws:PrincipalAccount": [*accounts, "222222222222"]}}),
    ]
    found = nobody_may(
        parse({"Version": "2012-10-17", "Statement": statements}), WORLD, ["member"], ["s3:GetObject"], TARGET
    )
    assert found.verdict == "undecided"


def test_stars_around_a_symbol_end_undecided() -> None:
    bucket = Symbol("aws_s3_bucket.logs.bucket", "bucket")
    resource = text("arn:aws:s3:::", bucket, "/" + "*a" * 300 + "b")
    other = [_statement(Resource="arn:aws:s3:::" + "a" * 300 + "/x")]
    policy = parse({"Version": "2012-10-17", "Statement": [*other, _statement(Resource=resource)]})
    assert nobody_may(policy, WORLD, ["member"], ["s3:GetObject"], TARGET).verdict == "undecided"


@pytest.mark.parametrize(
    ("pattern", "word", "expected"),
    [
        ("*a" * 500 + "b", "a" * 2000, False),
        ("*a" * 500 + "*", "a" * 2000, True),
        ("a*b", "ab", True),
        ("a*b", "axxb", True),
        ("a*b", "axxbc", False),
        ("a*a", "a", False),
        ("*", "", True),
        ("?*", "", False),
        ("*ab*ab", "xabab", True),
        ("*ab*ab", "xab", False),
        ("a*", "a\nb", True),
        ("a?b", "a\nb", True),
        ("*b", "ab\n", False),
        ("?.?", "a.b", True),
        ("?.?", "axb", False),
        ("*.json.gz", "x.json.gz", True),
    ],
)
def test_globs(pattern: str, word: str, expected: bool) -> None:
    assert _matches(_wildcards(pattern), word) is expected

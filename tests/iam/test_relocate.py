"""Policies that name objects behind an access point, moved to the bucket's ARNs."""

import pytest
from workbench.asking import case

from orgtrail.iam.document import parse
from orgtrail.iam.evaluate import Request, decide
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.relocate import Move, relocated
from orgtrail.iam.world import ThroughAccessPoint, World
from orgtrail.values import Cause, Symbol, Unknown, Value, text

POINT = "arn:aws:s3:us-east-1:123456789012:accesspoint/readers"
BUCKET = "arn:aws:s3:::logs"
MOVES = [Move(f"{POINT}/object/", f"{BUCKET}/"), Move(POINT, BUCKET, whole=True)]


def moved(resource: Value, moves: list[Move] = MOVES) -> tuple[object, ...]:
    statement: Value = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": resource}
    found = relocated(parse({"Version": "2012-10-17", "Statement": [statement]}), moves)
    return found.statements[0].resources.values


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", {f"{BUCKET}/*", BUCKET}),
        (POINT, {BUCKET}),
        (f"{POINT}/object/AWSLogs/*", {f"{BUCKET}/AWSLogs/*"}),
        (f"{POINT}/object/AWSLogs/${{aws:PrincipalAccount}}/*", {f"{BUCKET}/AWSLogs/${{aws:PrincipalAccount}}/*"}),
        (f"{POINT}/*", {f"{BUCKET}/*"}),
        (f"{POINT}*", {f"{BUCKET}/*", BUCKET}),
        ("arn:aws:s3:us-east-1:123456789012:accesspoint/reader?/object/x", {f"{BUCKET}/x"}),
        (f"{BUCKET}/*", set()),
        ("arn:aws:s3:us-east-1:123456789012:accesspoint/other/object/*", set()),
        (f"{POINT}/object", set()),
    ],
)
def test_patterns_are_moved(resource: str, expected: set[str]) -> None:
    assert set(moved(resource)) == expected


@pytest.mark.parametrize("key", ["AWSLogs/x", "object/x", "a:b/object/c", ""])
@pytest.mark.parametrize(
    "pattern", ["*", "arn:*/object/A*", "arn:aws:s3:*:*:accesspoint/*", "arn:*:*/*o*", f"{POINT}?*x"]
)
def test_what_matched_behind_the_access_point_matches_in_the_bucket(pattern: str, key: str) -> None:
    statement: Value = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": pattern}
    before = parse({"Version": "2012-10-17", "Statement": [statement]})

    def allowed(policy: object, resource: str) -> bool | None:
        principal = "arn:aws:iam::222222222222:role/x"
        return decide(policy, Request(principal, "222222222222", "s3:GetObject", resource, {})).allowed  # type: ignore[arg-type]

    assert allowed(before, f"{POINT}/object/{key}") == allowed(relocated(before, MOVES), f"{BUCKET}/{key}")


def test_a_name_that_is_not_known_yet_becomes_a_hole() -> None:
    account = Symbol("the account", "account-id")
    point = text("arn:aws:s3:us-east-1:", account, ":accesspoint/readers")
    assert not isinstance(point, Unknown)
    moves = [Move(text(point, "/object/"), f"{BUCKET}/")]  # type: ignore[arg-type]
    assert moved(text(point, "/object/AWSLogs/*"), moves) == (f"{BUCKET}/AWSLogs/*",)
    (hole,) = moved(f"{POINT}/object/AWSLogs/*", moves)
    assert isinstance(hole, Unknown)
    assert moved("arn:aws:s3:::other/*", moves) == ()


WORLD = World(
    organization_id="o-abcd123456",
    management_account="123456789012",
    owner_account="123456789012",
    access_point=ThroughAccessPoint(POINT, "123456789012"),
)
READ = ("s3:GetObject", "s3:ListBucket")
TARGET = Target.bucket(BUCKET, f"{BUCKET}/AWSLogs/*")
THROUGH = {"StringEquals": {"s3:DataAccessPointAccount": "123456789012"}}
DELEGATES = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/*", "Condition": THROUGH}


def asked(point: Value, bucket: Value, world: World = WORLD) -> Outcome:
    first = relocated(parse({"Version": "2012-10-17", "Statement": point}), MOVES)
    return case(first, world, parse({"Version": "2012-10-17", "Statement": bucket})).nobody_passes(
        ["member", "outside", "anonymous"], READ, TARGET
    )


def letting(principal: str, **more: Value) -> Value:
    resource = [POINT, f"{POINT}/object/*"]
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:*", "Resource": resource, **more}


def test_a_request_has_to_pass_both_policies() -> None:
    found = asked([letting("222222222222")], [DELEGATES])
    assert found.witness is not None
    assert (found.witness.account, found.witness.context) == (
        "222222222222",
        {"s3:DataAccessPointAccount": "123456789012"},
    )
    assert asked([letting("222222222222")], [letting("222222222222")]).verdict == "proved", "of no bucket's ARN"
    assert asked([letting("123456789012")], [DELEGATES]).verdict == "proved"
    elsewhere = {**DELEGATES, "Condition": {"StringEquals": {"s3:DataAccessPointArn": f"{POINT}-of-others"}}}
    assert asked([letting("222222222222")], [elsewhere]).verdict == "proved"


def test_each_policy_denies_for_both() -> None:
    deny: Value = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    assert asked([letting("*"), {**deny, "Resource": f"{POINT}/*"}], [DELEGATES]).verdict == "proved"
    assert asked([letting("*")], [DELEGATES, {**deny, "Resource": f"{BUCKET}/*"}]).verdict == "proved"


def test_the_two_must_agree_on_one_caller() -> None:
    one = {**DELEGATES, "Principal": {"AWS": "222222222222"}}
    assert asked([letting("333333333333")], [one]).verdict == "proved"
    assert asked([letting("222222222222")], [one]).verdict == "violated"


def test_what_is_not_known_of_either_is_undecided() -> None:
    hole = Unknown(Cause("not known"))
    assert asked([letting("222222222222", Condition=hole)], [DELEGATES]).verdict == "undecided"
    assert asked([letting("222222222222")], [{**DELEGATES, "Condition": hole}]).verdict == "undecided"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"StringEquals": {"s3:DataAccessPointAccount": "123456789012"}}, "proved"),
        ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:123456789012:accesspoint/*"}}, "proved"),
        ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:*:accesspoint/*"}}, "violated"),
        ({"StringLike": {"s3:DataAccessPointAccount": "2*"}}, "violated"),
        ({"StringEquals": {"s3:AccessPointNetworkOrigin": "VPC"}}, "violated"),
        ({"Null": {"s3:DataAccessPointArn": "true"}}, "violated"),
    ],
)
def test_members_have_access_points_of_their_own(condition: Value, verdict: str) -> None:
    """Without an access point of the owner in the question, one of the caller's own account is what there is."""
    world = World(organization_id="o-abcd123456", management_account="123456789012", owner_account="123456789012")
    statement: Value = {**DELEGATES, "Condition": condition}
    policy = parse({"Version": "2012-10-17", "Statement": [statement]})
    assert case(policy, world).nobody_may(["member"], READ, TARGET).verdict == verdict

"""SCPs and RCPs beside random policies: the engine against cvc5, which is told by a table whom they bind."""

from collections import Counter
from typing import Any, Literal

import msgspec
import pytest
from workbench.asking import case
from workbench.judges.generated import KEY_TARGET, MANAGEMENT, OWNER, TARGET, WORLD
from workbench.judges.guarded import guard, judged

from orgtrail.iam.document import parse
from orgtrail.iam.guards import Guard
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Target

#: 150 policies, each with a guard, in pieces that the test workers share.
PIECES, PIECE = 6, 25


@pytest.mark.parametrize("piece", range(PIECES))
def test_cvc5_agrees(piece: int, record_property: Any) -> None:
    found = [one for seed in range(piece * PIECE, (piece + 1) * PIECE) if (one := judged(seed))]
    record_property("cvc5 on guards", dict(Counter(f"{one.verdict}/{one.opinion}" for one in found)))
    assert [one for one in found if one.disagree] == []
    assert sum(one.opinion is not None for one in found) >= PIECE // 2


def test_both_kinds_are_drawn_at_every_place() -> None:
    drawn = Counter((one.kind, one.place) for one in map(guard, range(PIECES * PIECE)))
    assert set(drawn) == {
        *((kind, place) for kind in ("SCP", "RCP") for place in ("root", "member")),
        ("SCP", "unit"),
        ("RCP", "owner"),
    }


#: Class -> whether an SCP at the root binds it, and an RCP at the root where the bucket is a member's.
BOUND: dict[ClassName, tuple[str, str]] = {
    "member": ("proved", "proved"),
    "management": ("violated", "proved"),
    "owner": ("proved", "proved"),
    # Whether it is of the organization isn't said.
    "trusted": ("undecided", "proved"),
    "outside": ("violated", "proved"),
    "anonymous": ("violated", "proved"),
    "cloudtrail": ("violated", "proved"),
    "deputy": ("violated", "proved"),
}


@pytest.mark.parametrize(("asked", "expected"), BOUND.items())
def test_whom_guards_bind(asked: ClassName, expected: tuple[str, str]) -> None:
    """AWS Organizations User Guide, "Service control policies (SCPs)" and "Resource control policies (RCPs)"."""
    everything = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = parse({"Version": "2012-10-17", "Statement": [everything]})
    nothing = parse({"Version": "2012-10-17", "Statement": [{**everything, "Effect": "Deny"}]})
    kinds: tuple[Literal["SCP", "RCP"], ...] = ("SCP", "RCP")
    for kind, verdict in zip(kinds, expected, strict=True):
        world = msgspec.structs.replace(WORLD, guards=(Guard(kind, "the guard", nothing),))
        assert case(policy, world).nobody_may([asked], ["s3:PutObject"], TARGET).verdict == verdict
        # In the management account no RCP reaches the bucket; its own principals no SCP binds.
        world = msgspec.structs.replace(world, owner_account=MANAGEMENT)
        if kind == "RCP":
            assert case(policy, world).nobody_may([asked], ["s3:PutObject"], TARGET).verdict == "violated"


def test_an_rcp_reaches_only_what_aws_lists() -> None:
    """Organizations guide, "List of AWS services that support RCPs": S3 and KMS are in it, SNS isn't."""
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = parse({"Version": "2012-10-17", "Statement": [everything]})
    nothing = parse({"Version": "2012-10-17", "Statement": [{**everything, "Effect": "Deny"}]})
    world = msgspec.structs.replace(WORLD, guards=(Guard("RCP", "the guard", nothing),))
    topic = Target((("topic", f"arn:aws:sns:us-east-1:{OWNER}:logs"),))
    for action, target, verdict in (
        ("kms:Decrypt", KEY_TARGET, "proved"),
        ("s3:GetObject", TARGET, "proved"),
        ("sns:Subscribe", topic, "violated"),
    ):
        assert case(policy, world).nobody_may(["member"], [action], target).verdict == verdict

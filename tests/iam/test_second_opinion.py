"""The engine against an encoding for cvc5 that shares nothing with it; `make fuzz` goes on from here."""

from typing import Any

import pytest

from orgtrail.iam.document import parse
from orgtrail.iam.prove import nobody_may
from tests.iam import generated
from tests.iam.generated import BUCKET, UNKNOWN
from tests.iam.judged import SETTING, Judged, judged, tally
from tests.iam.second_opinion import opinion

#: 1,000 policies, in pieces that the test workers share.
PIECES, PIECE = 40, 25


@pytest.mark.parametrize("piece", range(PIECES))
def test_cvc5_agrees(piece: int, record_property: Any) -> None:
    found = [judged(seed) for seed in range(piece * PIECE, (piece + 1) * PIECE)]
    record_property("second opinion", tally(found))
    assert [one for one in found if one.disagree] == []
    # An opinion on too few would be none.
    assert sum(one.opinion is not None for one in found) >= PIECE // 2


def test_a_disagreement_is_seen() -> None:
    wrong = Judged(seed=0, asked="member", question="nobody may", verdict="proved", opinion="violated")
    assert wrong.disagree
    assert not wrong._replace(opinion=None).disagree


def statement(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", **parts}


ROOT = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
NOT_ROOT = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}

#: Policies over which engine and solver once differed, and who was right.
SETTLED: list[tuple[list[dict[str, Any]], str]] = [
    # Nobody knows whether the second allows or denies. As a Deny its NotPrincipal spares only who is listed fully.
    (
        [
            statement(Principal={"AWS": "222222222222"}),
            statement(Effect=UNKNOWN, NotPrincipal={"AWS": "222222222222"}, Principal=None, Condition=NOT_ROOT),
            statement(Effect="Deny", Condition=ROOT),
        ],
        "undecided",
    ),
    # A hole among numbers leaves the numbers that are known.
    (
        [
            statement(
                Action="s3:ListBucket", Resource=BUCKET, Condition={"NumericLessThan": {"s3:max-keys": ["10", UNKNOWN]}}
            )
        ],
        "violated",
    ),
    # A user may be called what the path needs.
    ([statement(Resource=BUCKET + "/${aws:username}/*")], "violated"),
]


@pytest.mark.parametrize(("statements", "verdict"), SETTLED)
def test_what_they_once_differed_over(statements: list[dict[str, Any]], verdict: str) -> None:
    plain = [{name: part for name, part in one.items() if part is not None} for one in statements]
    document = {"Version": "2012-10-17", "Statement": plain}
    outcome = nobody_may(parse(document), generated.WORLD, ["member"], generated.ACTIONS, generated.TARGET)
    assert outcome.verdict == verdict
    assert bool(outcome.unknowns) == (verdict == "undecided")
    assert not any("differ" in cause.what or cause.settle for cause in outcome.unknowns)
    assert opinion(document, SETTING) == verdict

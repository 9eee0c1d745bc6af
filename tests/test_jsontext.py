"""JSON text with holes."""

from typing import Any

import pytest

from orgtrail.jsontext import decode
from orgtrail.values import Cause, Json, Rest, Symbol, Unknown, Value, text

ARN = Symbol("aws_s3_bucket.logs.arn", "arn")
WHY = Cause("nobody knows")
HOLE = Unknown(WHY)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (text('{"a": 1}'), {"a": 1}),
        (text('{"Resource": "', ARN, '/*"}'), {"Resource": text(ARN, "/*")}),
        (text('{"Resource": "', ARN, '"}'), {"Resource": ARN}),
        (text('["', HOLE, '"]'), [HOLE]),
        (text("[1, ", HOLE, ", 2]"), [1, Rest(WHY), 2]),
        (text('{"a": ', HOLE, "}"), {"a": HOLE}),
        (text('{"a": ', Json({"b": ARN}), "}"), {"a": {"b": ARN}}),
        (text('{"a\\"', HOLE, '": 1}'), HOLE),
        (text("[[", HOLE, "]]"), [[Rest(WHY)]]),
        (Json([ARN]), [ARN]),
        (HOLE, HOLE),
    ],
)
def test_holes_stay_where_they_are(written: Value, expected: Value) -> None:
    assert decode(written) == expected


def test_a_symbol_as_a_value_is_unknown() -> None:
    found = decode(text('{"a": ', ARN, "}"))
    assert isinstance(found, dict)
    assert isinstance(found["a"], Unknown)


@pytest.mark.parametrize(
    "hostile",
    [
        "\U0010fffd0\U0010fffd",
        "\U0010fffc0\U0010fffc",
        "\\udbff\\udffd0\\udbff\\udffd",
        "\\uDBFF\\uDFFC0\\uDBFF\\uDFFC",
    ],
)
def test_text_cant_forge_a_hole(hostile: str) -> None:
    with pytest.raises(ValueError, match="keeps for itself"):
        decode(text('{"a": "', hostile, '", "b": "', ARN, '"}'))


@pytest.mark.parametrize("broken", ["{", '{"a": NaN}', "[" * 100_000, "", "{'a': 1}"])
def test_what_isnt_json_is_an_error(broken: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(broken)


def test_members_come_in_order_with_doubles() -> None:
    seen: list[Any] = []

    def pairs(members: list[tuple[Value, Value]]) -> dict[str, Value]:
        seen.extend(members)
        return {}

    decode(text('{"a": 1, "a": 2, "', ARN, '": 3}'), pairs)
    assert seen == [("a", 1), ("a", 2), (ARN, 3)]

"""The engine against an encoding for cvc5 that shares nothing with it; `make fuzz` goes on from here."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from tools.fuzz import contradictions_of_everybody
from workbench.asking import nobody_may
from workbench.judges import generated
from workbench.judges.generated import BUCKET, UNKNOWN
from workbench.judges.judged import QUESTIONS, SETTING, WIDE, Judged, judged, judged_wide, policy, tally
from workbench.judges.second_opinion import Asked, Class, opinion

from orgtrail.iam.conditions import _BASE
from orgtrail.iam.document import parse
from orgtrail.values import Rest, Unknown

#: 1,000 policies, in pieces that the test workers share.
PIECES, PIECE = 40, 25


@pytest.mark.parametrize("piece", range(PIECES))
def test_cvc5_agrees(piece: int, record_property: Any) -> None:
    found = [judged(seed) for seed in range(piece * PIECE, (piece + 1) * PIECE)]
    record_property("second opinion of cvc5", tally(found))
    assert [one for one in found if one.disagree] == []
    # An opinion on too few would be none.
    assert sum(one.opinion is not None for one in found) >= PIECE // 2


#: Policies on who may ask: services, strangers by name, ids that IAM makes up, what CloudTrail writes.
WIDE_PIECES, WIDE_PIECE = 6, 20


@pytest.mark.parametrize("piece", range(WIDE_PIECES))
def test_cvc5_agrees_on_who_may_ask(piece: int, record_property: Any) -> None:
    found = [judged_wide(seed) for seed in range(piece * WIDE_PIECE, (piece + 1) * WIDE_PIECE)]
    record_property("second opinion of cvc5 on who may ask", tally(found))
    assert [one for one in found if one.opinion is not None and one.opinion != one.verdict] == []
    assert sum(one.opinion is not None for one in found) >= WIDE_PIECE // 2


def test_no_request_of_anybody_contradicts_a_proof() -> None:
    assert {seed: found for seed in range(40) if (found := contradictions_of_everybody(seed))} == {}


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


def test_the_random_policies_cover_the_language() -> None:
    """Every operator, principal form, wildcard, NotX, set operator and unknown is among the 1,000 of the tests."""
    seen = Counter(feature for seed in range(PIECES * PIECE) for feature in features(policy(seed)))
    wanted = {f"operator {name}" for name in _BASE} | {f"operator {name}IfExists" for name in _BASE if name != "Null"}
    wanted |= {f"operator {quantifier}:StringLike" for quantifier in ("ForAllValues", "ForAnyValue")}
    wanted |= {f"set operator {quantifier}" for quantifier in ("ForAllValues", "ForAnyValue")}
    wanted |= {"set operator with IfExists", "set operator with Not"}
    wanted |= {f"principal {form}" for form in PRINCIPALS}
    wanted |= {f"Not{element}" for element in ("Principal", "Action", "Resource")}
    wanted |= {f"unknown {what}" for what in ("Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
               "Condition", "value", "hole", "rest", "statement", "Version")}  # fmt: skip
    wanted |= {"version 2008-10-17", "version 2012-10-17", "wildcard *", "wildcard ?", "variable", "variable default",
               "variable escape"}  # fmt: skip
    assert [one for one in sorted(wanted) if not seen[one]] == []
    asked = Counter((one[0], one[1], one[2]) for one in QUESTIONS)
    assert {name for name, _, _ in asked} | {name for name, _ in WIDE} == set(get_args(Class))
    assert {question for _, question, _ in asked} == set(get_args(Asked))


PRINCIPALS = ("*", "AWS *", "account", "root", "role", "user", "session", "federated user", "Service", "Federated",
              "CanonicalUser")  # fmt: skip


def features(document: dict[str, Any]) -> Iterator[str]:
    """What of the policy language a document uses."""
    version = document["Version"]
    yield "unknown Version" if isinstance(version, Unknown) else f"version {version}"
    for made in document["Statement"]:
        if isinstance(made, Rest):
            yield "unknown statement"
            continue
        for element, part in made.items():
            if element.startswith("Not"):
                yield element
            if isinstance(part, Unknown):
                yield f"unknown {element}"
        principal = made.get("Principal", made.get("NotPrincipal"))
        yield from (f"principal {form}" for form in principal_forms(principal))
        conditions = made.get("Condition", {})
        for operator, lines in conditions.items() if isinstance(conditions, dict) else ():
            yield f"operator {operator}"
            quantifier, colon, bare = operator.rpartition(":")
            if colon:
                yield f"set operator {quantifier}"
                yield f"operator {bare}"
                if bare.endswith("IfExists"):
                    yield "set operator with IfExists"
                if "Not" in bare:
                    yield "set operator with Not"
            for values in lines.values():
                if any(isinstance(value, Unknown) for value in values):
                    yield "unknown value"
        yield from text_features(repr(made))


def principal_forms(principal: Any) -> Iterator[str]:
    if principal == "*":
        yield "*"
    for kind, names in principal.items() if isinstance(principal, dict) else ():
        for name in names if isinstance(names, list) else [names]:
            if kind != "AWS":
                yield kind
            elif isinstance(name, str):
                forms = {"*": "AWS *", ":root": "root", ":role/": "role", ":user/": "user", ":assumed-role/": "session",
                         ":federated-user/": "federated user"}  # fmt: skip
                yield next((form for sign, form in forms.items() if sign in name), "account")


def text_features(shown: str) -> Iterator[str]:
    signs = {"Text(": "unknown hole", "Rest(": "unknown rest", "*'": "wildcard *", "?": "wildcard ?"}
    yield from (feature for sign, feature in signs.items() if sign in shown)
    if re.search(r"\$\{[^*?$},]+\}", shown):
        yield "variable"
    if re.search(r"\$\{[^},]+,", shown):
        yield "variable default"
    if re.search(r"\$\{[*?$]\}", shown):
        yield "variable escape"

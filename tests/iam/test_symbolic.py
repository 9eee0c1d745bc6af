"""Symbols, judged by what they may stand for: random policies with symbols, and the same with strings."""

from typing import Any

import pytest
from workbench.asking import nobody_may
from workbench.judges import generated
from workbench.judges.symbolic import SYMBOLS, Compared, compared, lifted, tally

from orgtrail.iam.document import parse
from orgtrail.iam.outcome import Outcome
from orgtrail.values import Symbol

PIECES, PIECE = 10, 12


@pytest.mark.parametrize("piece", range(PIECES))
def test_what_holds_for_a_symbol_holds_for_every_string(piece: int, record_property: Any) -> None:
    seeds = range(piece * PIECE, (piece + 1) * PIECE)
    # cvc5 judges every fourth, as it is slow; `make fuzz` asks it more often.
    found = [compared(seed, ways=4, opinions=1 if seed % 4 == 0 else 0) for seed in seeds]
    record_property("symbols", tally(found))
    assert [one for one in found if one.disagree] == []
    # Nothing said of any would be right, too.
    assert sum(one.verdict != "undecided" for one in found) >= PIECE // 3


def test_a_wrong_answer_is_seen() -> None:
    wrong = Compared(0, "member", "nobody may", "proved", ("proved", "violated"), ("proved",))
    assert wrong.disagree
    assert wrong._replace(verdicts=("proved",), opinions=("violated",)).disagree
    assert not wrong._replace(verdicts=("proved", "undecided")).disagree
    assert not wrong._replace(verdict="undecided").disagree


def test_every_fact_is_a_symbol_somewhere() -> None:
    documents = [lifted(seed) for seed in range(PIECES * PIECE)]
    assert {symbol for made in documents for symbol in made.symbols.values()} == set(SYMBOLS.values())
    inside = {
        symbol for made in documents for symbol in SYMBOLS.values() if repr(symbol.identity) in repr(made.document)
    }
    assert inside == set(SYMBOLS.values())
    assert all(isinstance(symbol, Symbol) for symbol in inside)


def test_what_only_several_symbols_together_make_true() -> None:
    """Each by itself keeps everybody out; where all of them meet, a member gets through."""
    one, other, third = (Symbol(f"var.{name}", kind) for name, kind in (
        ("organization", "organization-id"), ("archive", "account-id"), ("owner", "account-id")))  # fmt: skip
    tied = {"aws:PrincipalOrgID": one, "aws:ResourceAccount": other}
    assert asked(tied).verdict == "undecided"
    # More ways than are tried: what held in those is no proof.
    for organizations, accounts in ((4, 0), (6, 6)):
        many = {"aws:PrincipalOrgID": [f"o-a{index:010d}" for index in range(organizations)]}
        many |= {"aws:PrincipalAccount": ["999999999999", *(f"3{index:011d}" for index in range(accounts))]}
        found = asked({**tied, "s3:ResourceAccount": third}, many)
        assert found.verdict == "undecided"
        assert "more ways than orgtrail tries" in found.unknowns[0].what


def asked(tied: Any, unmet: Any = None) -> Outcome:
    """Whether members may read what an Allow gives under all of the conditions `tied`."""
    conditions = [tied] if unmet is None else [tied, {**unmet, "aws:SecureTransport": "neither"}]
    listed = [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": lines}}
        for lines in conditions
    ]
    policy = parse({"Version": "2012-10-17", "Statement": listed})
    return nobody_may(policy, generated.WORLD, ["member"], ["s3:GetObject"], generated.TARGET)

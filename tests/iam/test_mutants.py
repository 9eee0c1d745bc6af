"""The mutants of the policy engine still fit the code that they flip; `python -m tools.mutants` runs them all."""

import pytest
from tools.mutants import MUTANTS, killed, mutated


def test_every_mutant_changes_something() -> None:
    assert len(MUTANTS) >= 25
    for mutant in MUTANTS:
        assert mutated(mutant)


@pytest.mark.parametrize("name", ["negation is forgotten", "prove: one account stands for all"])
def test_the_tests_see_a_mutant(name: str) -> None:
    assert killed(next(mutant for mutant in MUTANTS if mutant.name == name))

"""Automata and their shortest words, against looking at all words one by one."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgtrail.iam.patterns import _OTHERS, STAR, Automaton, glob, literal, shortest, some_of
from orgtrail.iam.steps import Bounded, Steps

ALPHABET = "ab:x"
GLOBS = st.lists(st.text("ab:*?", max_size=5), min_size=1, max_size=3)


def matches(pattern: str, word: str) -> bool:
    """What `*` and `?` mean, character by character."""
    if not pattern:
        return not word
    if pattern[0] == "*":
        return matches(pattern[1:], word) or (word != "" and matches(pattern, word[1:]))
    return word != "" and pattern[0] in ("?", word[0]) and matches(pattern[1:], word[1:])


def words(longest: int) -> list[str]:
    return ["".join(word) for size in range(longest + 1) for word in itertools.product(ALPHABET, repeat=size)]


@given(GLOBS, st.text(ALPHABET, max_size=6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_an_automaton_accepts_what_its_patterns_match(patterns: list[str], word: str) -> None:
    assert Automaton(map(glob, patterns)).accepts(word) == any(matches(one, word) for one in patterns)


@given(GLOBS, GLOBS, GLOBS)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_shortest_word_is_one_and_none_is_shorter(one: list[str], other: list[str], without: list[str]) -> None:
    accept = [Automaton(map(glob, one)), Automaton(map(glob, other))]
    reject = [Automaton(map(glob, without))]

    def fits(word: str) -> bool:
        return all(automaton.accepts(word) for automaton in accept) and not reject[0].accepts(word)

    found = shortest(accept, reject, Steps(100_000))
    if found is not None:
        assert fits(found)
    shorter = words(4 if found is None else min(4, len(found) - 1))
    assert not any(fits(word) for word in shorter)


def test_there_is_always_another_character() -> None:
    """Whoever names all the characters that usually stand for "any other" doesn't hide what is left."""
    named = [Automaton([literal(character)]) for character in _OTHERS]
    found = shortest([Automaton([(some_of(_OTHERS), STAR)])], [*named, Automaton([()])], Steps(100_000))
    assert found is not None
    assert len(found) == 1
    assert found not in _OTHERS
    apart = [Automaton([(some_of(_OTHERS[:half], star=False),)]) for half in (10, 40, len(_OTHERS))]
    other = shortest([Automaton([glob("?")])], apart, Steps(100_000))
    assert other is not None
    assert other not in _OTHERS


def test_case_is_folded_where_a_letter_has_two_forms() -> None:
    automaton = Automaton([literal("Aß1", fold_case=True)])
    assert automaton.accepts("aß1")
    assert automaton.accepts("Aß1")
    assert not automaton.accepts("aSS1")


def test_too_much_work_is_given_up() -> None:
    with pytest.raises(Bounded):
        shortest([Automaton([glob("*a" * 30)])], [Automaton([glob("*b*a" * 10)])], Steps(50))

"""Languages of strings that policies speak of: small automata, their product, and its shortest word.

A pattern is a sequence of tokens; an `Automaton` accepts what any of its patterns matches. It is simulated with one
bit per position of all its patterns, so one step is a few operations on integers, and nothing is ever built whole.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias


class Bounded(Exception):  # noqa: N818 - not an error of anybody: the work was more than the bound allows
    """The question needs more work than the bound allows."""


class Budget:
    """Counts steps of work, and raises `Bounded` when they are used up. It makes hostile policies end."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take `steps` off."""
        self.left -= steps
        if self.left < 0:
            raise Bounded


class Token(NamedTuple):
    """One position of a pattern: the characters it takes (None: all but `excluded`), once or any number of times."""

    chars: frozenset[str] | None
    excluded: frozenset[str] = frozenset()
    star: bool = False

    def takes(self, character: str) -> bool:
        """Whether `character` may stand here."""
        return character not in self.excluded if self.chars is None else character in self.chars


Tokens: TypeAlias = tuple[Token, ...]

STAR = Token(None, star=True)
ONE = Token(None)


@lru_cache(1024)
def _only(character: str) -> Token:
    """The token of one character. A proof makes tens of thousands, out of few characters."""
    return Token(frozenset(character))


def literal(word: str, fold_case: bool = False) -> Tokens:
    """The pattern that matches `word` and nothing else (nor its case, where that is folded)."""
    if fold_case:
        return tuple(Token(frozenset((character.lower(), character.upper()))) for character in word)
    return tuple(map(_only, word))


def glob(word: str, not_crossing: str = "") -> Tokens:
    """The pattern that `word` spells with `*` and `?`; these don't match the characters of `not_crossing`."""
    excluded = frozenset(not_crossing)
    return tuple(
        Token(None, excluded, star=True)
        if character == "*"
        else Token(None, excluded)
        if character == "?"
        else _only(character)
        for character in word
    )


def some_of(chars: str, star: bool = True) -> Token:
    """Any number of characters out of `chars` (exactly one without `star`)."""
    return Token(frozenset(chars), star=star)


#: A set of characters up to this size is tried character by character; a larger one through representatives.
_SMALL = 2


class Automaton:
    """Accepts every string that one of `patterns` matches."""

    __slots__ = ("_hints", "_narrow", "_steps", "_tables", "_tokens", "_wide", "final", "loops", "sinks", "start")

    def __init__(self, patterns: Iterable[Tokens]) -> None:
        self._tokens: list[Token | None] = []
        self.start = self.final = self.loops = self.sinks = 0
        for pattern in patterns:
            self.start |= 1 << len(self._tokens)
            previous: Token | None = None
            for token in pattern:
                if token.star and token == previous:
                    continue
                previous = token
                if token.star:
                    self.loops |= 1 << len(self._tokens)
                self._tokens.append(token)
            self.final |= 1 << len(self._tokens)
            if previous == STAR:
                # Whoever is in the last star accepts whatever follows.
                self.sinks |= 1 << (len(self._tokens) - 1)
            self._tokens.append(None)
        #: For each character where it may stand, once and again and again; positions that take many are apart.
        self._narrow: dict[str, tuple[int, int]] = {}
        self._wide: list[tuple[int, Token]] = []
        for index, placed in enumerate(self._tokens):
            if placed is None:
                continue
            if placed.chars is None or len(placed.chars) > _SMALL:
                self._wide.append((index, placed))
                continue
            for character in placed.chars:
                once, again = self._narrow.get(character, (0, 0))
                bit = 1 << index
                self._narrow[character] = (once, again | bit) if placed.star else (once | bit, again)
        self._tables: dict[str, tuple[int, int]] = {}
        self._steps: dict[tuple[int, str], int] = {}
        self._hints: dict[int, tuple[frozenset[str], tuple[frozenset[str], ...], bool]] = {}
        self.start = self._closed(self.start)

    def _closed(self, mask: int) -> int:
        """`mask` with every position that a star lets us skip to."""
        while True:
            wider = mask | ((mask & self.loops) << 1)
            if wider == mask:
                return mask
            mask = wider

    def step(self, mask: int, character: str) -> int:
        """The positions after `character`."""
        key = (mask, character)
        found = self._steps.get(key)
        if found is None:
            table = self._tables.get(character)
            if table is None:
                once, again = self._narrow.get(character, (0, 0))
                for index, token in self._wide:
                    if token.takes(character):
                        if token.star:
                            again |= 1 << index
                        else:
                            once |= 1 << index
                table = self._tables[character] = (once, again)
            once, again = table
            found = self._steps[key] = self._closed(((mask & once) << 1) | (mask & again))
        return found

    def hints(self, mask: int) -> tuple[frozenset[str], tuple[frozenset[str], ...], bool]:
        """What may follow at `mask`: characters that matter by themselves, larger sets, and whether any may follow."""
        found = self._hints.get(mask)
        if found is None:
            singles: set[str] = set()
            sets: list[frozenset[str]] = []
            any_follows = False
            left = mask
            while left:
                low = left & -left
                left ^= low
                token = self._tokens[low.bit_length() - 1]
                if token is None:
                    continue
                if token.chars is None:
                    any_follows = True
                    singles |= token.excluded
                elif len(token.chars) <= _SMALL:
                    singles |= token.chars
                elif token.chars not in sets:
                    sets.append(token.chars)
            found = self._hints[mask] = (frozenset(singles), tuple(sets), any_follows)
        return found

    def accepts(self, word: str) -> bool:
        """Whether `word` is in the language."""
        mask = self.start
        for character in word:
            mask = self.step(mask, character)
            if not mask:
                return False
        return bool(mask & self.final)


#: Characters that stand for "any other", the readable ones first; and some nobody writes into a policy.
_OTHERS = "xyzabcdefghijklmnopqrstuvw0123456789-_XYZABCDEFGHIJKLMNOPQRSTUVW.~!|^\x1f\u00a7\u00b6\u2020\u2021\u2055"


def shortest(accept: Sequence[Automaton], reject: Sequence[Automaton], budget: Budget) -> str | None:
    """The shortest word that all of `accept` take and none of `reject`; None where there is none.

    Breadth first over the product, built as it is walked. Raises `Bounded`.
    """
    positive = len(accept)
    automata = [*accept, *reject]
    start = tuple(automaton.start for automaton in automata)
    parents: dict[tuple[int, ...], tuple[tuple[int, ...], str] | None] = {start: None}
    queue = deque((start,))
    cost = max(1, len(automata) // 2)
    while queue:
        state = queue.popleft()
        if all(
            bool(mask & automaton.final) == (index < positive)
            for index, (automaton, mask) in enumerate(zip(automata, state, strict=True))
        ):
            word: list[str] = []
            at = parents[state]
            while at is not None:
                word.append(at[1])
                at = parents[at[0]]
            return "".join(reversed(word))
        for character in _followers(automata, state, positive):
            budget.spend(cost)
            after = []
            for index, automaton in enumerate(automata):
                mask = automaton.step(state[index], character)
                if (not mask) if index < positive else (mask & automaton.sinks):
                    break
                after.append(mask)
            else:
                following = tuple(after)
                if following not in parents:
                    parents[following] = (state, character)
                    queue.append(following)
    return None


def _followers(automata: Sequence[Automaton], state: tuple[int, ...], positive: int) -> Iterable[str]:
    """Characters that stand for all that can follow: each that some automaton tells apart, and one for the rest."""
    singles: set[str] = set()
    sets: list[frozenset[str]] = []
    for index, automaton in enumerate(automata):
        own_singles, own_sets, any_follows = automaton.hints(state[index])
        if index < positive and not any_follows and not own_sets:
            return sorted(own_singles)
        singles |= own_singles
        sets += [found for found in own_sets if found not in sets]
    found = sorted(singles)
    if sets:
        seen: set[tuple[bool, ...]] = {tuple(False for _ in sets)}
        for character in sorted(set().union(*sets) - singles, key=_readable):
            signature = tuple(character in one for one in sets)
            if signature not in seen:
                seen.add(signature)
                found.append(character)
    told_apart = singles.union(*sets)
    others = (*_OTHERS, *map(chr, range(0x3400, 0x3400 + len(told_apart) + 1)))
    found.append(next(other for other in others if other not in told_apart))
    return found


def _readable(character: str) -> tuple[int, str]:
    place = _OTHERS.find(character)
    return (place if place >= 0 else len(_OTHERS), character)

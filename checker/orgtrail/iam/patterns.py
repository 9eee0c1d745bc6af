"""Languages of strings that policies speak of: small automata, their product, and its shortest word.

A pattern is a sequence of texts and tokens; an `Automaton` accepts what any of its patterns matches. It is simulated
with one bit per position of all its patterns, so one step is a few operations on integers, and nothing is ever built
whole.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from orgtrail.iam.steps import Steps


class Token(NamedTuple):
    """One position of a pattern: the characters it takes (None: all but `excluded`), once or any number of times."""

    chars: frozenset[str] | None
    excluded: frozenset[str] = frozenset()
    star: bool = False

    def takes(self, character: str) -> bool:
        """Whether `character` may stand here."""
        return character not in self.excluded if self.chars is None else character in self.chars


#: A pattern: plain text, which stands for itself, between tokens. No text is empty, and no two stand side by side.
Tokens: TypeAlias = tuple[str | Token, ...]

STAR = Token(None, star=True)
ONE = Token(None)


def joined(parts: Iterable[str | Token]) -> Tokens:
    """The pattern of `parts`, with neighbouring texts made one."""
    made: list[str | Token] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    return tuple(made)


def literal(word: str, fold_case: bool = False) -> Tokens:
    """The pattern that matches `word` and nothing else (nor its case, where that is folded)."""
    if not fold_case:
        return (word,) if word else ()
    return joined(_folded(character) for character in word)


@lru_cache(1024)
def _folded(character: str) -> str | Token:
    # Some letters have no other form of one character: those stand for themselves.
    forms = frozenset(form for form in (character, character.lower(), character.upper()) if len(form) == 1)
    return Token(forms) if len(forms) > 1 else character


_WILDCARDS = re.compile(r"([*?])")


def glob(word: str, not_crossing: str = "") -> Tokens:
    """The pattern that `word` spells with `*` and `?`; these don't match the characters of `not_crossing`."""
    excluded = frozenset(not_crossing)
    return joined(
        piece if index % 2 == 0 else Token(None, excluded, star=piece == "*")
        for index, piece in enumerate(_WILDCARDS.split(word))
    )


def beginnings(whole: Tokens) -> Iterator[Tokens]:
    """The patterns that match every string that something begins with that `whole` matches."""
    for index, part in enumerate(whole):
        for end in range(len(part) if isinstance(part, str) else 1):
            yield joined((*whole[:index], part[:end] if isinstance(part, str) else ""))
    yield whole


def some_of(chars: str, star: bool = True) -> Token:
    """Any number of characters out of `chars` (exactly one without `star`)."""
    return Token(frozenset(chars), star=star)


#: Of so many patterns it is looked at what all begin with.
_FEW = 12
#: A set of characters up to this size is tried character by character; a larger one through representatives.
_SMALL = 2
#: Of more positions it is asked for each character whether one waits for it, and not the other way round.
_MANY = 64


class Automaton:
    """Accepts every string that one of `patterns` matches.

    Most patterns of real policies are plain text, or text and a star: these are compared as such, and the bits are laid
    out only when somebody walks.
    """

    __slots__ = ("_accepted", "_at", "_blank", "_core", "_folded", "_hints", "_laid_out", "_leads", "_line", "_narrow",
                 "_patterns", "_prefixes", "_tables", "_texts", "_wide", "_wild",
                 "final", "loops", "sinks", "start")  # fmt: skip

    def __init__(self, patterns: Iterable[Tokens]) -> None:
        self._patterns = tuple(patterns)
        texts: set[str] = set()
        prefixes: list[str] = []
        leads: list[str] = []
        for pattern in self._patterns:
            match pattern:
                case ():
                    texts.add("")
                case (str(text),):
                    texts.add(text)
                case (str(text), end) if end == STAR:
                    prefixes.append(text)
                case _:
                    leads.append(_lead(pattern))
        self._wild = bool(leads)
        self._core: tuple[str, Automaton] | None = None
        self._texts, self._prefixes, self._leads = frozenset(texts), tuple(prefixes), tuple(leads)
        self._laid_out = False
        self._accepted: dict[str, bool] = {}

    @property
    def is_finite(self) -> bool:
        """Whether only finitely many words are in the language."""
        return not self._prefixes and (not self._wild or not self.lay_out().loops)

    @property
    def words(self) -> list[str] | None:
        """All words of the language, the shortest first, where every pattern is plain text; else None."""
        if self._wild or self._prefixes:
            return None
        return sorted(self._texts, key=lambda text: (len(text), text))

    @property
    def lead(self) -> str:
        """The text that every word begins with, as far as it is easily seen."""
        if len(self._patterns) > _FEW:
            return ""
        return _common(list(map(_lead, self._patterns)))

    @property
    def size(self) -> int:
        """How much there is to read in the patterns."""
        return sum(len(part) if isinstance(part, str) else 1 for pattern in self._patterns for part in pattern)

    def lay_out(self) -> "Automaton":
        """Makes the automaton ready to be walked: `start`, `final`, `loops` and `sinks` are there from now on."""
        if self._laid_out:
            return self
        self._laid_out = True
        #: For each position the characters that it waits for, where these are one or two.
        self._at: list[Iterable[str]] = []
        #: Where each character may stand, once and again and again: by tokens that take one or two, by those and the
        #: texts, and at all; the last two are worked out for characters that somebody walks over.
        self._folded: dict[str, tuple[int, int]] = {}
        self._narrow: dict[str, tuple[int, int]] = {}
        self._wide: dict[Token, int] = {}
        self._tables: dict[str, tuple[int, int]] = {}
        self._hints: dict[int, tuple[frozenset[str], tuple[frozenset[str], ...], bool]] = {}
        start = self.final = self.loops = self.sinks = 0
        for pattern in self._patterns:
            start |= 1 << len(self._at)
            for part in _without_doubles(pattern):
                if isinstance(part, str):
                    self._at += part
                else:
                    self._place(part)
            self.final |= 1 << len(self._at)
            if pattern and pattern[-1] == STAR:
                # Whoever is in the last star accepts whatever follows.
                self.sinks |= 1 << (len(self._at) - 1)
            self._at.append(())
        #: The characters of the texts where they stand, with a blank for each other position.
        told = frozenset().union(*[one for one in self._at if isinstance(one, str)])
        self._blank = next(blank for blank in map(chr, range(len(told) + 1)) if blank not in told)
        self._line = "".join([one if isinstance(one, str) else self._blank for one in self._at])
        self.start = self._closed(start)
        return self

    def _place(self, token: Token) -> None:
        """One more position, which a token takes."""
        bit = 1 << len(self._at)
        if token.star:
            self.loops |= bit
        if token.chars is None or len(token.chars) > _SMALL:
            self._wide[token] = self._wide.get(token, 0) | bit
            self._at.append(())
        else:
            self._at.append(token.chars)
            for character in token.chars:
                once, again = self._folded.get(character, (0, 0))
                self._folded[character] = (once, again | bit) if token.star else (once | bit, again)

    def _closed(self, mask: int) -> int:
        """`mask` with every position that a star lets us skip to."""
        loops = self.loops
        while mask & loops:
            wider = mask | ((mask & loops) << 1)
            if wider == mask:
                break
            mask = wider
        return mask

    def _written(self, character: str) -> tuple[int, int]:
        """Where a character may stand, once and again and again, of the positions that wait for one or two."""
        found = self._narrow.get(character)
        if found is None:
            once, again = self._folded.get(character, (0, 0))
            at = self._line.find(character) if character != self._blank else -1
            while at >= 0:
                once |= 1 << at
                at = self._line.find(character, at + 1)
            found = self._narrow[character] = (once, again)
        return found

    def _table(self, character: str) -> tuple[int, int]:
        """Where a character may stand, once and again and again."""
        once, again = self._written(character)
        for token, places in self._wide.items():
            if token.takes(character):
                if token.star:
                    again |= places
                else:
                    once |= places
        self._tables[character] = once, again
        return once, again

    def step(self, mask: int, character: str) -> int:
        """The positions after `character`."""
        once, again = self._tables.get(character) or self._table(character)
        mask = ((mask & once) << 1) | (mask & again)
        return self._closed(mask) if mask & self.loops else mask

    def after(self, mask: int, word: str) -> int:
        """The positions after all of `word`."""
        tables, loops = self._tables, self.loops
        for character in word:
            once, again = tables.get(character) or self._table(character)
            mask = ((mask & once) << 1) | (mask & again)
            if mask & loops:
                mask = self._closed(mask)
            elif not mask:
                break
        return mask

    def hints(self, mask: int) -> tuple[frozenset[str], tuple[frozenset[str], ...], bool]:
        """What may follow at `mask`: characters that matter by themselves, larger sets, and whether any may follow."""
        found = self._hints.get(mask)
        if found is None:
            singles = set(self._expected(mask))
            sets: list[frozenset[str]] = []
            any_follows = False
            for token, places in self._wide.items():
                if not mask & places:
                    continue
                if token.chars is None:
                    any_follows = True
                    singles |= token.excluded
                elif token.chars not in sets:
                    sets.append(token.chars)
            found = self._hints[mask] = (frozenset(singles), tuple(sets), any_follows)
        return found

    def _expected(self, mask: int) -> Iterator[str]:
        """The characters that positions in `mask` wait for, of those that wait for one or two."""
        if mask.bit_count() > _MANY:
            for character in {*self._folded, *self._line} - {self._blank}:
                once, again = self._written(character)
                if mask & (once | again):
                    yield character
            return
        while mask:
            low = mask & -mask
            mask ^= low
            yield from self._at[low.bit_length() - 1]

    def accepts(self, word: str) -> bool:
        """Whether `word` is in the language."""
        if word in self._texts or word.startswith(self._prefixes):
            return True
        if not word.startswith(self._leads):
            return False
        known = self._accepted.get(word)
        if known is None:
            if self._core is None:
                self._core = _core(tuple(pattern for pattern in self._patterns if _is_wild(pattern)))
            lead, core = self._core
            known = word.startswith(lead) and bool(core.after(core.start, word[len(lead) :]) & core.final)
            self._accepted[word] = known
        return known

    def begun(self, lead: str) -> int:
        """The positions after `lead`, with which every word begins."""
        mask, first = 0, 0
        for pattern in self._patterns:
            if not _lead(pattern).startswith(lead):
                return self.after(self.start, lead)
            mask |= 1 << (first + len(lead))
            first += 1 + sum(len(part) if isinstance(part, str) else 1 for part in _without_doubles(pattern))
        return self._closed(mask)


def _is_wild(pattern: Tokens) -> bool:
    """Whether a pattern is more than text, or text and a star."""
    return pattern != () and not (isinstance(pattern[0], str) and (len(pattern) == 1 or pattern[1:] == (STAR,)))


def _core(patterns: tuple[Tokens, ...]) -> tuple[str, Automaton]:
    """The text that all of some patterns begin with, and the automaton of what follows.

    What follows the name of a bucket is the same for all buckets, and laid out once for them.
    """
    lead = _common([_lead(pattern) for pattern in patterns])
    return lead, _laid_out(tuple(joined((_lead(one)[len(lead) :], *one[bool(_lead(one)) :])) for one in patterns))


@lru_cache(256)
def _laid_out(patterns: tuple[Tokens, ...]) -> Automaton:
    return Automaton(patterns).lay_out()


def _common(texts: Sequence[str]) -> str:
    """What all of some texts begin with."""
    # What the first and the last of them in order have in common, all have.
    low, high = min(texts, default=""), max(texts, default="")
    same = (index for index, (one, other) in enumerate(zip(low, high, strict=False)) if one != other)
    return low[: next(same, min(len(low), len(high)))]


def _without_doubles(pattern: Tokens) -> Iterator[str | Token]:
    """The parts of a pattern but for a star that follows the same one."""
    previous: str | Token | None = None
    for part in pattern:
        if isinstance(part, str) or not part.star or part != previous:
            yield part
        previous = part


def _lead(pattern: Tokens) -> str:
    """The text that a pattern begins with."""
    return pattern[0] if pattern and isinstance(pattern[0], str) else ""


#: Characters that stand for "any other", the readable ones first; and some nobody writes into a policy.
_OTHERS = "xyzabcdefghijklmnopqrstuvw0123456789-_XYZABCDEFGHIJKLMNOPQRSTUVW.~!|^\x1f\u00a7\u00b6\u2020\u2021\u2055"


def shortest(accept: Sequence[Automaton], reject: Sequence[Automaton], steps: Steps) -> str | None:
    """The shortest word that all of `accept` take and none of `reject`; None where there is none.

    Breadth first over the product, built as it is walked. Raises `Bounded`.
    """
    few = next((words for automaton in accept if (words := automaton.words) is not None), None)
    if few is not None:
        # Most patterns of real policies are plain text: then there is nothing to walk.
        return _first_of(few, accept, reject, steps)
    positive = len(accept)
    automata = [automaton.lay_out() for automaton in (*accept, *reject)]
    # A step over a long pattern is a step on large integers, and they are kept.
    cost = max(1, sum(1 + automaton.size // 200 for automaton in automata) // 2)
    # What every word begins with needs no search.
    lead = max((automaton.lead for automaton in accept), key=len, default="")
    steps.spend(cost * (1 + len(lead) // 4))
    start = tuple(automaton.begun(lead) for automaton in automata)
    parents: dict[tuple[int, ...], tuple[tuple[int, ...], str] | None] = {}
    if all(start[:positive]) and not any(map(_sunk, automata[positive:], start[positive:])):
        parents[start] = None
    queue = deque(parents)
    while queue:
        state = queue.popleft()
        if all(
            bool(mask & automaton.final) == (index < positive)
            for index, (automaton, mask) in enumerate(zip(automata, state, strict=True))
        ):
            return lead + _path_to(state, parents)
        for character in _followers(automata, state, positive):
            steps.spend(cost)
            following = _after(automata, state, character, positive)
            if following is not None and following not in parents:
                parents[following] = (state, character)
                queue.append(following)
    return None


def _first_of(
    words: Iterable[str], accept: Sequence[Automaton], reject: Sequence[Automaton], steps: Steps
) -> str | None:
    for word in words:
        steps.spend(len(accept) + len(reject))
        if all(one.accepts(word) for one in accept) and not any(one.accepts(word) for one in reject):
            return word
    return None


def _after(
    automata: Sequence[Automaton], state: tuple[int, ...], character: str, positive: int
) -> tuple[int, ...] | None:
    """Where all stand after one more character; None where no word that goes on so is looked for."""
    after = []
    for index, automaton in enumerate(automata):
        mask = automaton.step(state[index], character)
        if (not mask) if index < positive else _sunk(automaton, mask):
            return None
        after.append(mask)
    return tuple(after)


def _path_to(state: tuple[int, ...], parents: Mapping[tuple[int, ...], tuple[tuple[int, ...], str] | None]) -> str:
    """The characters that lead to a state."""
    path: list[str] = []
    at = parents[state]
    while at is not None:
        path.append(at[1])
        at = parents[at[0]]
    return "".join(reversed(path))


def _sunk(automaton: Automaton, mask: int) -> bool:
    """Whether the automaton accepts whatever follows."""
    return bool(mask & automaton.sinks)


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
    found += _standing_for(tuple(sets), frozenset(singles))
    told_apart = singles.union(*sets)
    others = (*_OTHERS, *map(chr, range(0x3400, 0x3400 + len(told_apart) + 1)))
    found.append(next(other for other in others if other not in told_apart))
    return found


@lru_cache(1024)
def _standing_for(sets: tuple[frozenset[str], ...], singles: frozenset[str]) -> list[str]:
    """One character, not of `singles`, for each way to be in some of `sets` and not in others."""
    found: list[str] = []
    seen = {tuple(False for _ in sets)}
    for character in sorted(frozenset().union(*sets) - singles, key=_readable):
        signature = tuple([character in one for one in sets])
        if signature not in seen:
            seen.add(signature)
            found.append(character)
    return found


def _readable(character: str) -> tuple[int, str]:
    place = _OTHERS.find(character)
    return (place if place >= 0 else len(_OTHERS), character)


class Interned(dict[tuple[Tokens, ...], Automaton]):
    """The automata by their patterns, each made once: what one question finds out as it walks serves the next."""

    def __init__(self) -> None:
        super().__init__()
        self._shortest: dict[tuple[tuple[Automaton, ...], tuple[Automaton, ...]], str | None] = {}

    def __missing__(self, patterns: tuple[Tokens, ...]) -> Automaton:
        made = self[patterns] = Automaton(patterns)
        return made

    def shortest(self, accept: Sequence[Automaton], reject: Sequence[Automaton], steps: Steps) -> str | None:
        """`shortest` of automata that are kept here; callers of one kind ask for the same word again and again."""
        memo = tuple(accept), tuple(reject)
        if memo not in self._shortest:
            self._shortest[memo] = shortest(accept, reject, steps)
        return self._shortest[memo]

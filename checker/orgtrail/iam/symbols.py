"""What symbols may stand for: the ways to spell them that can make a difference to a policy.

A symbol is one fixed string. Where it meets a literal of its kind, or another symbol, both "the same" and "another" are
possible, so a question is asked once for each spelling that the policy can tell apart, and a verdict has to hold in
all.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from orgtrail.arn import cut
from orgtrail.iam.patterns import Automaton, Interned, Token, Tokens, glob, joined, literal, some_of
from orgtrail.iam.statements import PolicyDocument, Words
from orgtrail.iam.steps import Steps
from orgtrail.iam.world import World
from orgtrail.provider.resource_types import resource_type
from orgtrail.values import Part, Symbol, Unknown, parts_of

Spelling: TypeAlias = Mapping[Symbol, str]

#: At most so many candidates of one symbol, and so many spellings of all, are tried. Ordinary plans have six or fewer.
MOST_CANDIDATES = 12
MOST_SPELLINGS = 96


class TooManySpellings(Exception):  # noqa: N818 - not an error of anybody: there are more ways than are tried
    """Not every way to spell the symbols was tried, so what held in those that were tried is no proof."""


_SHAPES = {
    "account-id": r"[0-9]{12}",
    "organization-id": r"o-[a-z0-9]{10,32}",
    "root-id": r"r-[0-9a-z]{4,32}",
    "bucket": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "arn": r"arn:[^:*?$]+:[^:*?$]+:[^:*?$]*:[^:*?$]*:[^*?$]+",
    "key-id": r"[0-9a-zA-Z-]+",
    "region": r"[a-z]{2}(-[a-z]+)+-[0-9]",
    "partition": r"aws[a-z-]*",
}


def words_of(policy: PolicyDocument) -> Iterator[Words]:
    """Every string of a policy that names something."""
    for statement in policy.statements:
        yield from statement.principals.aws
        yield from statement.principals.services
        yield from statement.actions.values
        yield from statement.resources.values
        for condition in statement.conditions:
            yield from condition.values.values


def world_words(world: World) -> Iterator[Words]:
    """Every string of the facts."""
    yield world.organization_id
    yield world.management_account
    yield world.owner_account
    yield from world.trusted_accounts
    yield from world.member_accounts
    yield from world.trail_arns
    for guard in world.guards:
        yield from guard.words()
    for account, arn in world.own_trails:
        yield from (account, arn)
    if world.access_point is not None:
        yield world.access_point.arn
        yield world.access_point.account


def symbols_in(words: Iterable[Words]) -> list[Symbol]:
    """The symbols inside `words`, in order of first sight."""
    return list(dict.fromkeys(part for word in words for part in parts_of(word) if isinstance(part, Symbol)))


def spell(words: Words, spelling: Spelling) -> str:
    """`words` with symbols spelled; a hole becomes `*`. For looking at, not for matching."""
    if isinstance(words, str):
        return words
    return "".join(
        part if isinstance(part, str) else spelling[part] if isinstance(part, Symbol) else "*"
        for part in parts_of(words)
    )


def plain(words: Words, spelling: Spelling) -> str | None:
    """`words` with symbols spelled; None where a part isn't known."""
    if isinstance(words, str):
        return words
    parts = [
        part if isinstance(part, str) else spelling.get(part) if isinstance(part, Symbol) else None
        for part in parts_of(words)
    ]
    return None if None in parts else "".join(map(str, parts))


def generic(symbols: list[Symbol], partition: str, literals: Iterable[str] = ()) -> dict[Symbol, str]:
    """Every symbol spelled as something that no literal spells, and no other symbol, in a partition of AWS."""
    text = "\n".join(literals)
    spelling: dict[Symbol, str] = {}
    for index, symbol in enumerate(symbols):
        for attempt in range(1000):
            word = _fresh(symbol, index + 50 * attempt, partition)
            if word not in text:
                break
        spelling[symbol] = word
    return spelling


def _fresh(symbol: Symbol, index: int, partition: str) -> str:
    match symbol.kind:
        case "account-id":
            return f"90{index:04d}000000"
        case "organization-id":
            return f"o-symbol{index:06d}"
        case "root-id":
            return f"r-sym{index}"
        case "bucket":
            return f"symbol-{index}-bucket"
        case "arn":
            form = resource_type(_type(symbol)).arn or "arn:{partition}:symbol:us-east-1:{account}:symbol/{name}"
            return form.format(partition=partition, account=f"90{index:04d}000000", name=f"symbol-{index}")
        case "region":
            return f"us-symbol{'x' * index}-1"
        case "partition":
            return partition
    return f"symbol-{index}"


def _type(symbol: Symbol) -> str:
    return next((part for part in re.split(r"[.\[\]]", symbol.identity) if part.startswith("aws_")), "")


#: Stars in one string with a symbol; with more, all ways to place them would take too long.
MOST_STARS = 6
_STARS = re.compile(r"\*+")


class _Spelled:
    """All strings of a question with their symbols spelled: what is looked at for one symbol after another."""

    def __init__(self, words: list[Words], base: Spelling) -> None:
        self.base = base
        self.size = len(words)
        self.with_symbols = [word for word in dict.fromkeys(words) if not isinstance(word, str | Unknown)]
        spelled = {word: spell(word, base) for word in words}
        self.texts = list(dict.fromkeys(spelled.values()))
        self.filled = [fill for text in self.texts for fill in _filled(text)]
        # `*` alone tells nothing apart.
        self.globs = [(word, text) for word, text in spelled.items() if text.strip("*") and _is_glob(text)]

    def holding(self, symbol: Symbol) -> list[Words]:
        """The strings with `symbol` in them."""
        return [word for word in self.with_symbols if symbol in parts_of(word)]


def _candidates(symbol: Symbol, spelled: _Spelled, steps: Steps, interned: Interned) -> list[str]:
    """Other ways to spell `symbol` that make it meet one of the strings: one more than are tried, at most.

    Raises TooManySpellings or Bounded where finding them would take too long.
    """
    steps.spend(spelled.size)
    if symbol.kind == "partition":
        return []
    found = dict.fromkeys(_written(symbol, spelled.texts))
    for word in spelled.holding(symbol):
        steps.spend(4 + len(spelled.filled))
        found.update(dict.fromkeys(_met(word, symbol, spelled)))
    if symbol.kind == "arn":
        found = dict.fromkeys(_of_its_form(found, symbol, spelled))
    found.update(dict.fromkeys(_told_apart(symbol, spelled, steps, interned)))
    found.pop(spelled.base[symbol], None)
    return list(found)[: MOST_CANDIDATES + 1]


def _shape(symbol: Symbol) -> str:
    """A regular expression for what a symbol of its kind may be."""
    return _SHAPES.get(symbol.kind, r"[^*?$]+")


def _written(symbol: Symbol, texts: Iterable[str]) -> Iterator[str]:
    """The ids of the symbol's kind that stand anywhere in the strings."""
    if symbol.kind in ("account-id", "organization-id"):
        edge = "0-9" if symbol.kind == "account-id" else "a-z0-9"
        for text in texts:
            yield from re.findall(rf"(?<![{edge}])(?:{_shape(symbol)})(?![{edge}])", text)


def _met(word: Words, symbol: Symbol, spelled: _Spelled) -> Iterator[str]:
    """What stands in the symbol's place where another string goes on as `word` does after it, or is the same."""
    lead, own = _lead(word, symbol, spelled.base), spell(word, spelled.base)
    alike = [text for text in spelled.filled if text.startswith(lead) and text != own]
    if not alike:
        return
    if sum(len(_STARS.findall(part)) for part in parts_of(word) if isinstance(part, str)) > MOST_STARS:
        raise TooManySpellings
    shape = _shape(symbol)
    parts, at = parts_of(word), 0
    place = parts.index(symbol)
    if all(isinstance(part, Symbol) or (isinstance(part, str) and not _is_glob(part)) for part in parts[:place]):
        # What is plain needn't be in a pattern: what is left is the same for many strings, and compiled once.
        parts, at = parts[place:], len(lead)
    starts = re.compile(_start(parts, symbol, spelled.base), re.DOTALL)
    for text in alike:
        begun = starts.match(text, at)
        if begun and re.fullmatch(shape, begun.group(1)):
            yield begun.group(1)
    # A symbol twice in one string: both have to be the same.
    first, *others = "".join(
        f"({shape})" if part == symbol else _regular(part, spelled.base, single=".") for part in parts
    ).split(f"({shape})")
    whole = re.compile(first + f"({shape})" + r"\1".join(others) if others else first, re.DOTALL)
    for text in alike:
        match = whole.fullmatch(text, at)
        if match:
            yield match.group(1)


def _start(parts: Sequence[Part], symbol: Symbol, base: Spelling) -> str:
    """A regular expression for a string that starts as one of these parts does and goes on in any way.

    `${bucket}/AWSLogs/*` meets `other/*` so.
    """
    place = parts.index(symbol)
    begin = "".join(_regular(part, base, single=r"\?") for part in parts[:place])
    after = parts[place + 1] if place + 1 < len(parts) else ""
    stop = re.escape(after[0]) if isinstance(after, str) and after and after[0] not in "*?$" else r"[/:*?]"
    return f"{begin}({_shape(symbol)})(?={stop}|$)"


def _regular(part: object, base: Spelling, *, single: str) -> str:
    """A part of a string as a regular expression; `single` stands for a `?` in it."""
    if isinstance(part, Symbol):
        return re.escape(base[part])
    if not isinstance(part, str):
        return ".*"
    return _STARS.sub(".*", re.escape(part).replace(r"\*", "*")).replace(r"\?", single)


def _of_its_form(found: Iterable[str], symbol: Symbol, spelled: _Spelled) -> Iterable[str]:
    """Those of `found` that are ARNs of the symbol's resource, and for IAM some of each account that is spoken of."""
    form = resource_type(_type(symbol)).arn
    if not form:
        return found
    form = form.replace("{partition}", cut(spelled.base[symbol])[1])
    accepted = re.compile(
        re.escape(form)
        .replace(r"\{account\}", r"[0-9]{12}")
        .replace(r"\{name\}", ".+")
        .replace("us\\-east\\-1", "[^:]+")
    )
    accounts: list[str] = []
    if "iam" in form:
        accounts += [word for other, word in spelled.base.items() if other.kind == "account-id"]
        accounts += [text for text in spelled.texts if re.fullmatch(_SHAPES["account-id"], text)]
    made = [form.format(account=account, name="symbol") for account in accounts]
    return [*(word for word in found if accepted.fullmatch(word)), *made]


def _lead(word: Words, symbol: Symbol, base: Spelling) -> str:
    """How everything begins that matches `word`: what stands before `symbol` and before the first wildcard or hole."""
    lead = ""
    for part in parts_of(word):
        if part == symbol or not isinstance(part, str | Symbol):
            break
        fixed = base[part] if isinstance(part, Symbol) else re.split(r"[*?]", part, maxsplit=1)[0]
        lead += fixed
        if isinstance(part, str) and fixed != part:
            break
    return lead


_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
#: The shapes that patterns with wildcards may cut into parts.
_TOKENS: Mapping[str, Tokens] = {
    "account-id": (some_of(_DIGITS, star=False),) * 12,
    "organization-id": ("o-", *(some_of(_LOWER + _DIGITS, star=False),) * 10, some_of(_LOWER + _DIGITS)),
    "bucket": (
        some_of(_LOWER + _DIGITS, star=False),
        some_of(_LOWER + _DIGITS + "-.", star=False),
        some_of(_LOWER + _DIGITS + "-."),
        some_of(_LOWER + _DIGITS, star=False),
    ),
}
#: So many patterns are set against each other two by two; of more, each against all others.
_MOST_PAIRS = 6


def _told_apart(symbol: Symbol, spelled: _Spelled, steps: Steps, interned: Interned) -> Iterator[str]:
    """Spellings of `symbol` that the patterns with wildcards treat in other ways than `base`, one for each way."""
    shape = _TOKENS.get(symbol.kind)
    if shape is None:
        return
    base, holding = spelled.base, spelled.holding(symbol)
    globs = list(dict.fromkeys(text for word, text in spelled.globs if word not in holding))
    for word in holding:
        steps.spend(1 + len(globs) // 4)
        before, after, regular = _around(word, symbol, base)
        met = [text for text in globs if _may_meet(before, shape[0], text)]
        if not met:
            continue
        automata = [interned[(glob(text),)] for text in met]
        inside = interned[(joined((*literal(before), *shape, *after)),)]
        taken = re.compile(re.escape(before) + f"({_SHAPES[symbol.kind]})" + regular, re.DOTALL)
        # What the patterns make of a string with the symbol; one spelling is enough for each way.
        ways = {_way(word, base, automata)}
        for accept, reject in _pairs(automata):
            fitting = interned.shortest([inside, *accept], reject, steps)
            match = taken.fullmatch(fitting) if fitting is not None else None
            if match is not None:
                way = _way(word, {**base, symbol: match.group(1)}, automata)
                if way not in ways:
                    ways.add(way)
                    yield match.group(1)


def _may_meet(before: str, first: str | Token, text: str) -> bool:
    """Whether a string of `before` and then `first` may match a pattern, by what the pattern begins with."""
    begin = re.split("[*?]", text, maxsplit=1)[0]
    if not begin.startswith(before):
        return before.startswith(begin)
    then = begin[len(before) : len(before) + (len(first) if isinstance(first, str) else 1)]
    return first.startswith(then) if isinstance(first, str) else not then or first.takes(then)


def _pairs(automata: list[Automaton]) -> Iterator[tuple[list[Automaton], list[Automaton]]]:
    """What to accept and what to reject, to find a string for each way that matters."""
    for one in automata:
        others = [other for other in automata if other is not one]
        yield [one], []
        yield [], [one]
        yield [one], others
        if len(automata) <= _MOST_PAIRS:
            yield from (([one], [other]) for other in others)


def _around(word: Words, symbol: Symbol, base: Spelling) -> tuple[str, Tokens, str]:
    """What stands before a symbol, and after it: as tokens and as a regular expression."""
    parts = parts_of(word)
    place = parts.index(symbol)
    before = "".join(spell(part, base) for part in parts[:place])  # type: ignore[arg-type]
    after = "".join(spell(part, base) for part in parts[place + 1 :])  # type: ignore[arg-type]
    regular = _STARS.sub(".*", re.escape(after).replace(r"\*", "*")).replace(r"\?", ".")
    return before, glob(after), regular


def _way(word: Words, spelling: Spelling, automata: list[Automaton]) -> tuple[bool, ...]:
    """Which of the patterns take a string with a symbol in it."""
    text = spell(word, spelling).replace("*", "x")
    return tuple(automaton.accepts(text) for automaton in automata)


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _filled(text: str) -> Iterator[str]:
    if not _is_glob(text):
        yield text
        return
    for star in ("", "x", "xyz0"):
        yield text.replace("*", star).replace("?", "x")


def without_unmentioned(world: World, policies: Iterable[PolicyDocument]) -> World:
    """The facts without the accounts still to be made that no policy mentions: these are like any other member."""
    if not any(isinstance(account, Symbol) for account in world.member_accounts):
        return world
    read = (*policies, *(guard.policy for guard in world.guards))
    mentioned = {*symbols_in(word for policy in read for word in words_of(policy)), world.only_member}
    mentioned |= {word for guard in world.guards for word in guard.words() if isinstance(word, Symbol)}
    kept = tuple(one for one in world.member_accounts if not isinstance(one, Symbol) or one in mentioned)
    return msgspec.structs.replace(world, member_accounts=kept)


def spellings(world: World, words: list[Words], steps: Steps, interned: Interned) -> Iterator[dict[Symbol, str]]:
    """The ways to spell all symbols of `words` and of the facts; the first one keeps them all apart.

    Raises TooManySpellings at the end where these weren't all, and Bounded where finding them takes too long.
    """
    everything = [*world_words(world), *words]
    symbols = symbols_in(everything)
    literals = [part for word in everything for part in parts_of(word) if isinstance(part, str)]
    steps.spend(len(symbols) * (1 + sum(map(len, literals)) // 2000))
    base = generic(symbols, world.partition, literals)
    yield base
    spelled = _Spelled(everything, base)
    every = [(symbol, _candidates(symbol, spelled, steps, interned)) for symbol in symbols]
    every = _of_nobody_yet(world, base, every)
    cut = any(len(found) > MOST_CANDIDATES for _, found in every)
    options = [(symbol, found[:MOST_CANDIDATES]) for symbol, found in every if found]
    total = math.prod(len(found) + 1 for _, found in options)
    # Beyond the bound, the ways in which one or two differ are tried, to name what the answer depends on.
    cut = cut or total > MOST_SPELLINGS
    depth = len(options) if total <= MOST_SPELLINGS else 2
    seen = {tuple(base.values())}
    for spelling in _differing(base, options, depth):
        key = tuple(spelling.values())
        if key in seen or not _possible(world, spelling):
            continue
        seen.add(key)
        if len(seen) > MOST_SPELLINGS + 1:
            raise TooManySpellings
        yield spelling
    if cut:
        raise TooManySpellings


#: The symbols, and other ways to spell each.
_Options = list[tuple[Symbol, list[str]]]


def _of_nobody_yet(world: World, base: Spelling, options: _Options) -> _Options:
    """`options` without literals for ids that AWS is still to make up: nobody has written them."""
    new = {account for account in world.member_accounts if isinstance(account, Symbol)} | {*world.to_be_made}
    unwritten = {base[symbol] for symbol, _ in options if symbol not in new}
    return [(one, [word for word in found if word in unwritten] if one in new else found) for one, found in options]


def _differing(base: Spelling, options: _Options, depth: int) -> Iterator[dict[Symbol, str]]:
    """`base` with up to `depth` symbols spelled in other ways, few first."""
    for size in range(1, depth + 1):
        for chosen in itertools.combinations(options, size):
            for values in itertools.product(*(found for _, found in chosen)):
                yield {**base, **{symbol: value for (symbol, _), value in zip(chosen, values, strict=True)}}


def _possible(world: World, spelling: Spelling) -> bool:
    """Members are other accounts than the management account, and than each other."""
    members = [spell(word, spelling) for word in world.member_accounts]
    return len(set(members)) == len(members) and spell(world.management_account, spelling) not in members


def unspell(value: str, spelling: Spelling) -> str:
    """`value` with the symbols' addresses put back where a made-up spelling stands."""
    for symbol, word in sorted(spelling.items(), key=lambda item: -len(item[1])):
        if "symbol" in word or (word.startswith("90") and word.endswith("000000")):
            value = value.replace(word, f"${{{symbol.identity}}}")
    return value

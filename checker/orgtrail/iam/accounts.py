"""Which accounts a policy tells apart: one account stands for all that every condition treats alike.

An account is part of several condition keys (`aws:PrincipalAccount`, the ARN of the principal ...). All automata of the
conditions on these keys walk over its twelve digits together; accounts that leave them all in the same positions can't
be told apart by what follows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from orgtrail.iam.conditions import Operator
from orgtrail.iam.facts import ACCOUNT
from orgtrail.iam.patterns import STAR, Automaton, Interned, Tokens, literal
from orgtrail.iam.statements import Condition, PolicyDocument
from orgtrail.iam.steps import Steps
from orgtrail.iam.strings import MatchStyle, pattern
from orgtrail.iam.symbols import Spelling

_DIGITS = "5862437190"
_FIRST_DIGITS = Automaton([(digit, STAR) for digit in _DIGITS])
_LENGTH = 12
#: Key -> what stands before the account in it, with `{partition}`; `{region}` is any region, or any service.
CALLERS: Mapping[str, tuple[str, ...]] = {
    "aws:principalaccount": ("",),
    "kms:calleraccount": ("",),
    "aws:userid": ("",),
    "aws:principalarn": ("arn:{partition}:iam::", "arn:{partition}:sts::"),
    "s3:dataaccesspointaccount": ("",),
    "s3:dataaccesspointarn": ("arn:{partition}:s3:{region}:",),
}
#: The same for the account of the trail that CloudTrail delivers for.
DEPUTIES: Mapping[str, tuple[str, ...]] = {
    "aws:sourceaccount": ("",),
    "aws:sourcearn": ("arn:{partition}:cloudtrail:{region}:",),
}
#: The same for the account that a service other than CloudTrail acts for.
SERVICES: Mapping[str, tuple[str, ...]] = {
    "aws:sourceaccount": ("",),
    "aws:sourceowner": ("",),
    "aws:sourcearn": ("arn:{partition}:{region}:{region}:",),
}
_REGION = "abcdefghijklmnopqrstuvwxyz0123456789-"

STYLES: Mapping[str, MatchStyle] = {
    "string": "literal",
    "fold": "fold",
    "like": "like",
    "arn": "arn",
    "bool": "fold",
    "binary": "literal",
}


def style_of(operator: Operator) -> MatchStyle | None:
    """How the values of a condition are read; None where they aren't strings."""
    return STYLES.get("fold" if operator.fold_case else operator.family)


def told_apart(
    policies: Sequence[PolicyDocument],
    keys: Mapping[str, tuple[str, ...]],
    named: Sequence[str],
    by_variable: bool,
    partition: str,
    spelling: Spelling,
    steps: Steps,
    interned: Interned,
) -> list[str]:
    """One account for each way in which the conditions on `keys` treat accounts, none of them of `named`.

    `by_variable`: whether a policy variable holds the account. Raises `Bounded`.
    """
    excluded = interned[tuple(literal(account) for account in named)].lay_out()
    automata, start = [excluded], [excluded.start]
    if by_variable:
        # A variable carries the account to where no condition on it looks; so a few more of them are tried.
        automata.append(_FIRST_DIGITS.lay_out())
        start.append(_FIRST_DIGITS.start)
    for policy, condition, beginnings in _on(policies, keys):
        automaton = _automaton(condition, policy, spelling, interned)
        if automaton is None or _names_only(automaton, named):
            continue
        for beginning in beginnings:
            steps.spend(1 + automaton.size // 50)
            automata.append(automaton)
            start.append(_begun(automaton, beginning.replace("{partition}", partition)))
    if len(automata) == 1:
        known = set(named)
        return [next(account for digit in _DIGITS if (account := digit * _LENGTH) not in known)]
    return [word for state, word in _walked(automata, start, steps).items() if not state[0] & excluded.final]


def _on(
    policies: Iterable[PolicyDocument], keys: Mapping[str, Sequence[str]]
) -> Iterator[tuple[PolicyDocument, Condition, Sequence[str]]]:
    """The conditions on `keys`, with what stands before the account in a value of the key."""
    for policy in policies:
        for statement in policy.statements:
            for condition in statement.conditions:
                beginnings = keys.get(condition.key) if isinstance(condition.key, str) else None
                if beginnings:
                    yield policy, condition, beginnings


def _walked(automata: Sequence[Automaton], start: Sequence[int], steps: Steps) -> dict[tuple[int, ...], str]:
    """Where all automata may stand after twelve digits, and the first digits that lead there."""
    layer = {tuple(start): ""}
    cost = 1 + len(automata) // 4 + sum(automaton.size for automaton in automata) // 2000
    for _ in range(_LENGTH):
        following: dict[tuple[int, ...], str] = {}
        for state, word in layer.items():
            for digit in _telling(automata, state):
                steps.spend(cost)
                after = tuple(one.step(mask, digit) for one, mask in zip(automata, state, strict=True))
                following.setdefault(after, word + digit)
        layer = following
    return layer


def _names_only(automaton: Automaton, named: Sequence[str]) -> bool:
    """Whether an account has to be one of `named` to be matched: plain text holds it whole."""
    words = automaton.words
    return words is not None and all(account in named for word in words for account in ACCOUNT.findall(word))


def _automaton(
    condition: Condition, policy: PolicyDocument, spelling: Spelling, interned: Interned
) -> Automaton | None:
    """What the values of a condition match, with anything in place of what isn't known; None without such values."""
    style = style_of(condition.operator) if isinstance(condition.operator, Operator) else None
    if style is None:
        return None
    patterns: list[Tokens] = []
    for value in condition.values.values:
        found = pattern(value, style, policy.has_variables, spelling, lambda _: (STAR,))
        if found is not None:
            patterns.append(found.tokens)
    return interned[tuple(patterns)].lay_out()


def _begun(automaton: Automaton, beginning: str) -> int:
    """The positions after `beginning`."""
    before, *others = beginning.split("{region}")
    mask = automaton.after(automaton.start, before)
    for after in others:
        while True:
            wider = mask
            for character in _telling([automaton], (mask,), _REGION):
                wider |= automaton.step(mask, character)
            if wider == mask:
                break
            mask = wider
        mask = automaton.after(mask, after)
    return mask


def _telling(automata: Sequence[Automaton], state: tuple[int, ...], alphabet: str = _DIGITS) -> list[str]:
    """The characters that some automaton tells from others, and one for all the rest."""
    told: set[str] = set()
    for automaton, mask in zip(automata, state, strict=True):
        if mask:
            singles, sets, _ = automaton.hints(mask)
            told = told.union(singles, *sets)
    rest = [character for character in alphabet if character not in told]
    return [*rest[:1], *(character for character in alphabet if character in told)]

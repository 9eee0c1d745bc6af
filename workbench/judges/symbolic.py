"""Random policies with symbols in them, judged by what symbols may stand for.

Whatever holds for a symbol holds for every string that it may be: what is proved is proved for each, what is violated
is violated for each. So the facts of a random policy (organization, accounts, bucket) are made symbols, and then
strings again, in ways that this file draws by itself: strings of the policy, of another symbol, or of nobody. The
engine judges each of these without any symbol, and cvc5 some of them.
"""

import random
import re
from typing import Any, NamedTuple

import msgspec

from orgtrail.iam.document import parse
from orgtrail.iam.prove import Target
from orgtrail.iam.world import World
from orgtrail.results import Verdict
from orgtrail.values import Symbol, Text, Unknown, text
from workbench.asking import case as asked_of
from workbench.judges import generated
from workbench.judges.generated import BUCKET, KEY, MANAGEMENT, MEMBERS, ORGANIZATION, OWNER, TRAIL, TRUSTED
from workbench.judges.judged import QUESTIONS
from workbench.judges.second_opinion import Asked, Class, Opinion, Setting, opinion

_MEMBER = MEMBERS[0]
_ACCOUNTS = (MANAGEMENT, OWNER, TRUSTED)
SYMBOLS = {
    ORGANIZATION: Symbol("aws_organizations_organization.this.id", "organization-id"),
    MANAGEMENT: Symbol("data.aws_caller_identity.current.account_id", "account-id"),
    OWNER: Symbol("aws_organizations_account.archive.id", "account-id"),
    TRUSTED: Symbol("aws_organizations_account.security.id", "account-id"),
    _MEMBER: Symbol("aws_organizations_account.dev.id", "account-id"),
    "logs": Symbol("aws_s3_bucket.logs.bucket", "bucket"),
}
#: What a symbol may stand for beside the strings of its kind in the policy.
_STRANGE = {
    "organization-id": ("o-abcd1234567", "o-a2345678901", "o-symb0l1234"),
    "account-id": ("222222222233", "808080808080", "999999999999", "133333333333"),
    "bucket": ("logs-2", "archive.logs", "AWSLogs".lower(), "log"),
}
_SHAPES = {
    "organization-id": re.compile(r"(?<![a-z0-9-])o-[a-z0-9]{10,32}(?![a-z0-9])"),
    "account-id": re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])"),
    "bucket": re.compile(r"(?<=:::)[a-z0-9.-]{3,63}(?=[/'\"])"),
}


class Lifted(NamedTuple):
    """A policy with symbols in it, and the facts that the symbols are for."""

    seed: int
    document: dict[str, Any]
    symbols: dict[str, Symbol]


class Compared(NamedTuple):
    """What was said of a policy with symbols, and of the same with strings in their place."""

    seed: int
    asked: Class
    question: Asked
    verdict: Verdict
    verdicts: tuple[Verdict, ...]
    opinions: tuple[Opinion | None, ...]

    @property
    def disagree(self) -> bool:
        """Whether a string makes false what was said of the symbol."""
        wrong = {"proved": "violated", "violated": "proved"}.get(self.verdict)
        return wrong is not None and (wrong in self.verdicts or wrong in self.opinions)

    @property
    def is_needless(self) -> bool:
        """Whether nothing was said, though every string that was tried has the same answer."""
        return self.verdict == "undecided" and set(self.verdicts) in ({"proved"}, {"violated"})


def lifted(seed: int) -> Lifted:
    """The policy of a seed with some of its facts as symbols; a few places keep the string, which may be the same."""
    chance = random.Random(f"symbols {seed}")
    kind = QUESTIONS[seed % 20][2]
    home = generated.policy(seed, statements=1 + seed % 3, kind=kind)
    symbols = {fact: symbol for fact, symbol in SYMBOLS.items() if chance.random() < 0.5}
    if not symbols:
        fact = chance.choice(list(SYMBOLS))
        symbols = {fact: SYMBOLS[fact]}
    return Lifted(seed, _lift(chance, home, symbols, often=0.8), symbols)


def _lift(chance: random.Random, value: Any, symbols: dict[str, Symbol], often: float) -> Any:
    match value:
        case dict():
            return {key: _lift(chance, one, symbols, often) for key, one in value.items()}
        case list():
            return [_lift(chance, one, symbols, often) for one in value]
        case Text(parts):
            return text(*(_lift(chance, part, symbols, often) for part in parts))
        case str():
            facts = "|".join(rf"(?<=:::){fact}(?![a-z])" if fact == "logs" else fact for fact in symbols)
            pieces = re.split(f"({facts})", value)
            return text(*(symbols[one] if one in symbols and chance.random() < often else one for one in pieces))
    return value


def lowered(value: Any, spelling: dict[Symbol, str]) -> Any:
    """The value with a string in place of each symbol."""
    match value:
        case Symbol():
            return spelling[value]
        case dict():
            return {key: lowered(one, spelling) for key, one in value.items()}
        case list() | tuple():
            return type(value)(lowered(one, spelling) for one in value)
        case Text(parts):
            return text(*(lowered(part, spelling) for part in parts))
    return value


def spelling(chance: random.Random, made: Lifted) -> dict[Symbol, str]:
    """One way to spell the symbols that AWS would allow.

    The member's account is one that the plan makes: it is not the management account, and nobody has written its id.
    """
    written = {*_SHAPES["account-id"].findall(repr(made.document)), *(set(_ACCOUNTS) - set(made.symbols))}
    while True:
        found: dict[Symbol, str] = {}
        for fact, symbol in made.symbols.items():
            alike = [word for other, word in found.items() if other.kind == symbol.kind]
            listed = [fact, *alike, *_SHAPES[symbol.kind].findall(repr(made.document)), *_STRANGE[symbol.kind]]
            found[symbol] = chance.choice(listed)
        new = found.get(SYMBOLS[_MEMBER])
        if new is None or (new not in written and new != found.get(SYMBOLS[MANAGEMENT], MANAGEMENT)):
            return found


def _facts(symbols: dict[str, Symbol]) -> tuple[World, Target, Target]:
    """The facts, with symbols."""
    lift = random.Random(0)

    def up(value: str) -> Any:
        return _lift(lift, value, symbols, often=1.0)

    world = World(
        organization_id=up(ORGANIZATION),
        management_account=up(MANAGEMENT),
        owner_account=up(OWNER),
        trusted_accounts=(up(TRUSTED),),
        member_accounts=(up(_MEMBER),) if _MEMBER in symbols else (),
        trail_arns=(up(TRAIL),),
        region="us-east-1",
    )
    return world, Target.bucket(up(BUCKET), up(f"{BUCKET}/AWSLogs/*")), Target.key(up(KEY))


def _ask(seed: int, document: Any, world: World, targets: tuple[Target, Target]) -> Verdict:
    asked, question, kind, actions = QUESTIONS[seed % 20]
    case = asked_of(parse(document, "key" if kind == "key" else "bucket"), world)
    ask = {
        "nobody may": case.nobody_may,
        "everybody is denied": case.everybody_is_denied,
        "everything is allowed": case.everything_is_allowed,
    }[question]
    classes: Any = ["member" if asked == "named" else asked]
    return ask(classes, actions, targets[kind == "key"]).verdict


def compared(seed: int, ways: int = 6, opinions: int = 1) -> Compared:
    """What is said of the policy of `seed`, of so many ways to spell it, and what cvc5 says of some of those."""
    chance = random.Random(f"spelled {seed}")
    made = lifted(seed)
    asked, question, _, actions = QUESTIONS[seed % 20]
    world, *targets = _facts(made.symbols)
    if asked == "named":
        world = msgspec.structs.replace(world, only_member=made.symbols.get(_MEMBER, _MEMBER))
    verdict = _ask(seed, made.document, world, (targets[0], targets[1]))
    verdicts: list[Verdict] = []
    said: list[Opinion | None] = []
    for _ in range(ways):
        words = spelling(chance, made)
        document = lowered(made.document, words)
        spelled = msgspec.structs.replace(
            world, **{field: lowered(getattr(world, field), words) for field in world.__struct_fields__}
        )
        bucket, key = (Target(lowered(target.resources, words)) for target in targets)
        verdicts.append(_ask(seed, document, spelled, (bucket, key)))
        # Who turns out to be the owner, say, is no member; the solver would take it for one.
        exempt = {spelled.management_account, spelled.owner_account, *spelled.trusted_accounts}
        if len(said) < opinions and not (asked == "named" and spelled.only_member in exempt):
            said.append(opinion(document, _setting(spelled, bucket, key), asked, question, actions))
    return Compared(seed, asked, question, verdict, tuple(verdicts), tuple(said))


def _setting(world: World, bucket: Target, key: Target) -> Setting:
    (_, arn), (_, objects) = bucket.resources
    words: dict[str, Any] = {
        "organization": world.organization_id,
        "management": world.management_account,
        "owner": world.owner_account,
        "bucket": arn,
        "objects": str(objects).removesuffix("*"),
        "key": key.resources[0][1],
        "trail": world.trail_arns[0],
        "named": world.only_member or _MEMBER,
    }
    assert not any(isinstance(word, Unknown | Symbol | Text) for word in words.values())
    return Setting(trusted=tuple(map(str, world.trusted_accounts)), **words)


def tally(found: list[Compared]) -> dict[str, int]:
    """How many of the policies with symbols ended how."""
    return {
        "policies with symbols": len(found),
        **{verdict: sum(one.verdict == verdict for one in found) for verdict in ("proved", "violated", "undecided")},
        "undecided though all spellings that were tried agree": sum(one.is_needless for one in found),
        "spellings": sum(len(one.verdicts) for one in found),
        "opinions of cvc5": sum(said is not None for one in found for said in one.opinions),
    }

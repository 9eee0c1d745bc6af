"""Random policies with an SCP, an RCP or S3's public access block beside them, put to the engine and to cvc5.

The solver knows no guards: where one binds a class of callers, by the table of the specification, its Denies are
added to the document as statements of its own. So what is judged is whom the engine takes a guard to bind, and that
nothing else of it counts.
"""

import random
import re
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from orgtrail.iam.document import for_everybody, parse
from orgtrail.iam.guards import Guard
from orgtrail.iam.world import World
from orgtrail.results import Verdict
from workbench.asking import case as asked_of
from workbench.judges import generated
from workbench.judges.judged import QUESTIONS, SETTING
from workbench.judges.second_opinion import Asked, Class, Opinion, opinion

#: What a guard is attached to: the root, one member, a unit that holds the other member.
Place: TypeAlias = Literal["root", "member", "unit", "owner"]
_MEMBER, _OTHER = generated.MEMBERS


class Judged(NamedTuple):
    """One policy with its guard, by its seed, and what was said."""

    seed: int
    asked: Class
    guard: str
    verdict: Verdict
    opinion: Opinion | None

    @property
    def disagree(self) -> bool:
        """Whether the two contradict each other; one of them may know less."""
        return {self.verdict, self.opinion} == {"proved", "violated"}


class Drawn(NamedTuple):
    """A guard: its kind, its place and its document as AWS has it."""

    kind: Literal["SCP", "RCP"]
    place: Place
    document: dict[str, Any]


#: Each question once: most of those of the other judge are about members.
_EACH = tuple(dict.fromkeys(QUESTIONS))


def _questions(seed: int) -> tuple[Class, Asked, generated.Kind, tuple[str, ...]]:
    return _EACH[seed % len(_EACH)]


def guard(seed: int) -> Drawn:
    """The guard of a seed; its Allow statements take nothing away."""
    chance = random.Random(seed * 31 + 7)
    kind: Literal["SCP", "RCP"] = chance.choice(("SCP", "RCP"))
    places: tuple[Place, ...] = (
        ("root", "root", "member", "unit") if kind == "SCP" else ("root", "root", "owner", "member")
    )
    of: generated.Kind = _questions(seed)[2]
    statements = []
    for index in range(chance.choice((1, 1, 2))):
        made = _statement(chance, index, of)
        while "${" in repr(made):
            made = _statement(chance, index, of)
        made = {name: part for name, part in made.items() if name not in ("Principal", "NotPrincipal")}
        made |= {"Sid": f"G{index}", "Effect": chance.choice(("Deny", "Deny", "Deny", "Allow"))}
        statements.append(made if kind == "SCP" else {**made, "Principal": "*"})
    return Drawn(kind, chance.choice(places), {"Version": "2012-10-17", "Statement": statements})


def _statement(chance: random.Random, index: int, kind: generated.Kind) -> dict[str, Any]:
    """Any statement, or a broad one, which decides more often."""
    if chance.random() < 0.4:
        return generated.statement(chance, index, unknowns=False, kind=kind)
    made: dict[str, Any] = {"Action": "kms:*" if kind == "key" else "s3:*", "Resource": "*"}
    if chance.random() < 0.5:
        operator, key, values = generated.condition(chance, kind)
        made["Condition"] = {operator: {key: values}}
    return made


def in_engine(drawn: Drawn, world: World) -> World:
    """The world with a guard in it, as the organization's rooms would put it there."""
    bound, free = {
        "root": (None, None),
        "member": ((_MEMBER,), None),
        "unit": ((_OTHER,), (_MEMBER,)),
        "owner": ((generated.OWNER,), None),
    }[drawn.place]
    made = Guard(drawn.kind, "the guard", parse(for_everybody(drawn.document)), bound, free)
    return msgspec.structs.replace(world, guards=(made,))


def for_solver(drawn: Drawn, document: dict[str, Any], asked: Class) -> dict[str, Any] | None:
    """The document with what the guard denies to a class; None where whom it binds isn't said.

    SCPs bind principals of members (the owner's account is one), RCPs whoever asks for a resource of a member.
    """
    denies = [one for one in drawn.document["Statement"] if one["Effect"] == "Deny"]
    if drawn.kind == "RCP":
        binds = drawn.place in ("root", "owner")
        return _with(document, denies, "*") if binds else document
    if asked in ("outside", "anonymous", "cloudtrail", "deputy", "management"):
        return document
    if asked == "trusted":
        # Whether it is of the organization isn't said; as another's account nothing but its own SCPs bind it.
        return None
    if drawn.place == "root":
        return _with(document, denies, "*")
    account = _MEMBER if drawn.place == "member" else _OTHER
    return _with(document, denies, {"AWS": account})


def _with(document: dict[str, Any], denies: list[dict[str, Any]], principal: Any) -> dict[str, Any]:
    added = [{**one, "Principal": principal} for one in denies]
    return {**document, "Statement": [*document["Statement"], *added]}


def judged(seed: int) -> Judged | None:
    """Both answers for the policy and the guard of `seed`; None where there is nothing to say."""
    asked, question, kind, actions = _questions(seed)
    document = generated.policy(seed, statements=1 + seed % 3, kind=kind)
    if document["Version"] != "2012-10-17" or (asked == "outside" and re.search("[0-9]{12}", repr(document))):
        # Who of the accounts that a policy names is a stranger is another judge's question.
        return None
    drawn = guard(seed)
    merged = for_solver(drawn, document, asked)
    if merged is None:
        return None
    world = in_engine(drawn, generated.NAMED if asked == "named" else generated.WORLD)
    case = asked_of(parse(document, "key" if kind == "key" else "bucket"), world)
    ask = {
        "nobody may": case.nobody_may,
        "everybody is denied": case.everybody_is_denied,
        "everything is allowed": case.everything_is_allowed,
    }[question]
    target = generated.KEY_TARGET if kind == "key" else generated.TARGET
    outcome = ask(["member" if asked == "named" else asked], actions, target)  # type: ignore[arg-type]
    said = opinion(merged, SETTING, asked, question, actions)
    return Judged(seed, asked, f"{drawn.kind} at {drawn.place}", outcome.verdict, said)

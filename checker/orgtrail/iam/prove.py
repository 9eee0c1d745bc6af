"""The decision procedure: what holds for every request, and the request that gets through where it doesn't.

Four questions are asked of a policy: does anybody of a class get through (`nobody_may`), is everybody of it denied
explicitly (`everybody_is_denied`), is every request of a family allowed (`everything_is_allowed`), and what does a
change of the policy newly allow (`newly_allowed`). Each is a search for a request, so a proof is an empty search. Parts
of the policy that nobody knows are taken both ways: what holds even when they are at their worst is proved, what fails
even when they are at their best is violated, the rest is undecided and names them.

Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orgtrail.iam import evaluate
from orgtrail.iam.actions import KMS_CROSS_ACCOUNT, OWNER_ONLY, Action, catalogue
from orgtrail.iam.boxes import RESOURCE, Boxes, Frame, action_matches, cuts, measured
from orgtrail.iam.document import Condition, Policy, Statement, Words
from orgtrail.iam.domains import Domain, Free, Unclear, Unspecified
from orgtrail.iam.patterns import Automaton, Bounded, Budget, glob
from orgtrail.iam.principals import AccessPoint, Caller, CallerKind, ClassName, Facts, World, callers
from orgtrail.iam.search import Box, Point, Space
from orgtrail.iam.symbols import Spelling, TooManySpellings, spell, spellings, unspell, words_of
from orgtrail.results import RequestWitness, Verdict
from orgtrail.values import Cause, Symbol, Unknown, parts_of, show

#: Steps of work for one question; well under two seconds on a small machine.
STEPS = 150_000

BUG = Cause("the request that was found doesn't pass the second evaluation", "please report this policy to orgtrail")


class Outcome(msgspec.Struct, frozen=True):
    """The answer: `because` are the grounds of a proof, `unknowns` what an undecided answer hangs on."""

    verdict: Verdict
    witness: RequestWitness | None = None
    because: tuple[str, ...] = ()
    unknowns: tuple[Cause, ...] = ()


class Target(msgspec.Struct, frozen=True):
    """What is protected: for each resource type the patterns (`*` is a wildcard) of its ARNs."""

    resources: tuple[tuple[str, Words], ...]

    @classmethod
    def bucket(cls, arn: Words, *objects: Words) -> "Target":
        """A bucket and those of its objects that `objects` name, such as `<arn>/AWSLogs/*`."""
        return cls((("bucket", arn), *(("object", pattern) for pattern in objects)))

    @classmethod
    def key(cls, arn: Words) -> "Target":
        """A KMS key."""
        return cls((("key", arn),))


class _Found(msgspec.Struct, frozen=True):
    """A request of a search, and how it was found."""

    point: dict[str, Any]
    frame: Any
    allowed_by: tuple[str, ...]
    causes: tuple[Cause, ...]
    tied: tuple[str, ...]


# The questions


def nobody_may(
    policy: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """Whether no principal of `classes` may do any of `actions` on `target`, whatever its own account allows it."""
    return _ask(policy, world, classes, actions, target, _Access)


def nobody_passes_both(
    first: Policy, second: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """Whether no principal of `classes` gets a request for any of `actions` on `target` past both policies.

    A request through an access point has to pass two. Both speak of the same resources here. The witness names the
    statements of `first`.
    """
    return _ask(first, world, classes, actions, target, _Through, old=second)


def everybody_is_denied(
    policy: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """Whether an explicit Deny covers every request of `classes` for `actions` on `target`."""
    return _ask(policy, world, classes, actions, target, _Undenied)


def everything_is_allowed(
    policy: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """Whether every request of `classes` for each of `actions` on each of `target` is allowed and none is denied."""
    return _ask(policy, world, classes, actions, target, _Refused)


def newly_allowed(
    old: Policy, new: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """Whether `new` allows nothing that `old` doesn't: `violated` shows a request that only `new` lets through.

    What the change newly denies is the same question with the two policies swapped.
    """
    return _ask(new, world, classes, actions, target, _Newly, old=old)


def _ask(
    policy: Policy,
    world: World,
    classes: Sequence[ClassName],
    actions: Sequence[str],
    target: Target,
    kind: "type[_Search]",
    old: Policy | None = None,
) -> Outcome:
    refused = [*policy.problems, *(old.problems if old else ())]
    if refused:
        return Outcome("undecided", unknowns=tuple(Cause(f"AWS may refuse this policy: {one}") for one in refused))
    words = [*words_of(policy), *(words_of(old) if old else ()), *(pattern for _, pattern in target.resources)]
    budget = Budget(STEPS)
    first: Outcome | None = None
    base: Spelling = {}
    try:
        for spelling in spellings(world, words):
            search = kind(policy, world, classes, actions, target, spelling, budget, old)
            outcome = search.outcome()
            if first is None:
                first, base = outcome, spelling
                if outcome.verdict == "undecided":
                    return outcome
            elif outcome.verdict != first.verdict:
                changed = [symbol for symbol in spelling if spelling[symbol] != base[symbol]]
                return Outcome("undecided", unknowns=tuple(_identity(symbol, spelling, world) for symbol in changed))
    except TooManySpellings:
        cause = Cause(
            "what the names that aren't known yet may be leaves more ways than orgtrail tries",
            "give --organization-id, --management-account, --archive-account or --source",
        )
        return Outcome("undecided", unknowns=(cause,))
    except (Bounded, RecursionError, MemoryError):
        return Outcome(
            "undecided",
            unknowns=(Cause("the policy needs more work than orgtrail's bound allows", "simplify the policy"),),
        )
    assert first is not None  # noqa: S101 - there is always one spelling
    return first


def _identity(symbol: Symbol, spelling: Spelling, world: World) -> Cause:
    same = [show(other) for other, word in spelling.items() if word == spelling[symbol] and other != symbol]
    value = same[0] if same else f"`{spelling[symbol]}`"
    settle = ""
    if symbol == world.management_account:
        settle = "give --management-account"
    elif symbol == world.owner_account:
        settle = "give --archive-account"
    elif symbol == world.organization_id:
        settle = "give --organization-id"
    return Cause(f"whether `{symbol.identity}` is {value} isn't known, and the answer depends on it", settle)


# One spelling


class _Search:
    """One question under one spelling. Subclasses say which requests are looked for."""

    def __init__(
        self,
        policy: Policy,
        world: World,
        classes: Sequence[ClassName],
        actions: Sequence[str],
        target: Target,
        spelling: Spelling,
        budget: Budget,
        old: Policy | None,
    ) -> None:
        self.policy, self.old, self.world, self.spelling, self.budget = policy, old, world, spelling, budget
        self.policies = [policy] if old is None else [policy, old]
        self.target = target
        self.interned: dict[Any, Automaton] = {}
        self.mentioned = _mentions(self.policies)
        self.facts = _facts(world, spelling, self.policies)
        self.classes = classes
        self.actions = [catalogue()[name] for name in actions]
        self.conditions: list[Condition] = [c for p in self.policies for s in p.statements for c in s.conditions]
        self.measured = measured(self.conditions)
        self.resources = [(kind, spell(words, spelling)) for kind, words in target.resources]
        self.touched: dict[str, None] = {}
        self.signatures: dict[str, Any] = {}

    # What a subclass looks for: (atoms that have to hold, boxes to stay out of, who allows) for a request.

    def looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box], Boxes | None]]:
        """The searches for one frame; `worst` takes unknown parts so that more is found."""
        raise NotImplementedError

    def blame(self, frame: Frame, point: Point) -> list[Cause]:
        """The unknown parts without which the request wouldn't have been found."""
        found: list[Cause] = []
        for policy in self.policies:
            found += policy.rest
            for statement in policy.statements:
                # A statement without a known effect may be either.
                for denying in (False, True) if isinstance(statement.effect, Unknown) else (False,):
                    over = frame.boxes(statement, policy.has_variables, over=True, denying=denying)
                    if any(all(atom.holds(point.get(atom.key)) for atom in box) for box in over.boxes):
                        under = frame.boxes(statement, policy.has_variables, over=False, denying=denying)
                        if isinstance(statement.effect, Unknown) or over.boxes != under.boxes:
                            found += over.unknown
            if isinstance(policy.version, Unknown):
                found.append(policy.version.cause)
        return found

    def possible(self, caller: Caller, action: Action) -> bool:
        """Whether the service looks at the policy at all for such a call."""
        if caller.kind == "service":
            return True
        if action.name.startswith("kms:"):
            if caller.kind == "anonymous":
                return False
            return caller.same_account or action.name in KMS_CROSS_ACCOUNT
        return caller.same_account or action.name not in OWNER_ONLY

    # The two searches

    def outcome(self) -> Outcome:
        """Proved where nothing is found at the worst, violated where something is found at the best."""
        unspecified = self.unspecified()
        if len(unspecified) > MOST_SPLIT:
            return Outcome("undecided", unknowns=tuple(map(_unsaid, unspecified)))
        worst = self.first(worst=True, splits=None)
        if worst is None:
            return Outcome("proved", because=tuple(self.grounds()))
        best = None
        for split in _splits(unspecified):
            best = self.first(worst=False, splits=split)
            if best is None:
                break
        if best is not None:
            witness = self.witness(best)
            if witness is None:
                return Outcome("undecided", unknowns=(BUG,))
            return Outcome("violated", witness=witness)
        causes = list(worst.causes)
        causes += map(_unsaid, unspecified)
        causes += [Cause(f"`${{{key}}}` ties the caller's `{key}` to other parts of the request") for key in worst.tied]
        return Outcome("undecided", unknowns=tuple(dict.fromkeys(causes)) or (Cause("the two ways of reading differ"),))

    def unspecified(self) -> list[str]:
        """The keys of the policy of which AWS doesn't say whether they are there."""
        found: dict[str, None] = {}
        if {"cloudtrail", "deputy"} & set(self.classes):
            caller = callers("cloudtrail", self.facts, (), ())[0]
            for condition in self.conditions:
                if isinstance(condition.key, str) and any(
                    isinstance(caller.domain(condition.key, action), Unspecified) for action in self.actions
                ):
                    found[condition.key] = None
        return list(found)

    def first(self, worst: bool, splits: Mapping[str, bool] | None) -> _Found | None:
        """The first request that is found."""
        present_ways = [splits] if splits is not None else list(_splits(self.unspecified()))
        for caller in self.callers():
            seen: set[Any] = set()
            for action in self.actions:
                if not self.possible(caller, action):
                    continue
                for kind, pattern in self.resources:
                    if kind not in action.resources:
                        continue
                    sign = (kind, pattern, self.signature(action))
                    if sign in seen:
                        continue
                    seen.add(sign)
                    for present in present_ways:
                        found = self.one(caller, action, pattern, worst, present)
                        if found is not None:
                            return found
        return None

    def one(
        self, caller: Caller, action: Action, pattern: str, worst: bool, present: Mapping[str, bool]
    ) -> _Found | None:
        pins: list[dict[str, str | None]] = [{}]
        tried: list[dict[str, str | None]] = []
        while pins:
            pinned = pins.pop(0)
            tried.append(pinned)
            frame = self.frame(caller, action, pattern, pinned, present)
            for must, outside, allow in self.looked_for(frame, worst):
                space = Space(self.budget)
                space.domains = {key: domain for key, domain in frame.domains.items() if not _open_ended(domain)}
                point = space.find(must, outside)
                if point is not None:
                    causes = self.blame(frame, point) if worst else []
                    return _Found(point, frame, (allow.label,) if allow else (), tuple(causes), tuple(frame.tied))
            if not worst and not pinned and frame.tied:
                pins = _pins(frame, list(frame.tied), pattern)
        return None

    def frame(
        self,
        caller: Caller,
        action: Action,
        pattern: str,
        pinned: Mapping[str, str | None],
        present: Mapping[str, bool],
    ) -> Frame:
        resource = Free(glob(pattern), optional=False, samples=self.samples(pattern, caller))
        return Frame(
            caller, action, resource, self.spelling, self.typed(caller, action), pinned, self.interned, present
        )

    def samples(self, pattern: str, caller: Caller) -> tuple[str, ...]:
        """Names that look like what CloudTrail writes."""
        if "*" not in pattern and "?" not in pattern:
            return (pattern,)
        facts = self.facts
        logged = caller.account or facts.management_account
        owners = (f"{facts.organization_id}/{logged}", logged, facts.management_account)
        tail = f"CloudTrail/us-east-1/2026/01/31/{logged}_CloudTrail_us-east-1_20260131T0000Z_x.json.gz"
        head, under, rest = pattern.partition("AWSLogs/")
        plain = head.replace("*", "").replace("?", "x")
        found = [f"{plain}AWSLogs/{owner}/{tail}" for owner in owners]
        if not under:
            found = [pattern.replace("*", f"AWSLogs/{owner}/{tail}", 1).replace("*", "") for owner in owners]
        elif rest != "*":
            found += [
                f"{plain}AWSLogs/{rest.replace('*', end, 1).replace('*', '')}" for end in (f"{logged}/{tail}", tail)
            ]
        return tuple(dict.fromkeys(found))

    def typed(self, caller: Caller, action: Action) -> Any:
        kinds: dict[str, str] = {}
        for condition in self.measured:
            if isinstance(condition.key, str):
                domain = caller.domain(condition.key, action)
                if isinstance(domain, Unspecified):
                    domain = domain.present
                if isinstance(domain, Free):
                    kinds[condition.key] = domain.kind
        return cuts(self.measured, kinds, self.spelling)

    def signature(self, action: Action) -> Any:
        """Actions of one signature are treated alike by every statement, so one of them stands for all."""
        known = self.signatures.get(action.name)
        if known is not None:
            return known
        matched = tuple(
            (action_matches(s, action.name, True, self.spelling), action_matches(s, action.name, False, self.spelling))
            for policy in self.policies
            for s in policy.statements
        )
        services = ("s3:", "kms:", "sns:", "sts:")
        keys = tuple(action.takes(key) for key in sorted(self.mentioned.keys) if key.startswith(services))
        special = action.name if any(key.startswith("kms:") for key in self.mentioned.keys) else ""
        known = self.signatures[action.name] = (matched, keys, special)
        return known

    def callers(self) -> Iterator[Caller]:
        """The callers that the policy can tell apart."""
        mentioned, facts = self.mentioned, self.facts
        kinds: tuple[CallerKind, ...] = ("role",)
        if mentioned.kinds:
            kinds = ("role", "user", "root", "federated")
        exempt = {facts.management_account, facts.owner_account, *facts.trusted_accounts}
        for name in self.classes:
            accounts: list[str] = []
            match name:
                case "member":
                    accounts = [account for account in facts.known_accounts if account not in exempt]
                    accounts = [*accounts, _another(facts.known_accounts)]
                    named = [account for account in accounts if account in facts.member_accounts]
                    accounts = list(dict.fromkeys([*named, *accounts]))
                    if facts.only_member is not None:
                        accounts = [account for account in accounts if account == facts.only_member]
                case "outside":
                    accounts = [
                        account
                        for account in facts.known_accounts
                        # An account that the policy names is known to whoever wrote it: it counts as a member.
                        if account not in exempt and account not in facts.named_accounts
                    ]
                    accounts.append(_another(facts.known_accounts))
                case "deputy":
                    accounts = [_another(facts.known_accounts)]
                case "management":
                    accounts = [facts.management_account]
                case "owner":
                    accounts = [facts.owner_account]
                case "trusted":
                    accounts = list(facts.trusted_accounts)
            for caller in callers(name, facts, accounts, kinds):
                yield caller
                if mentioned.network and caller.kind not in ("service",):
                    yield msgspec.structs.replace(caller, endpoint=True)

    # What it means

    def grounds(self) -> Iterator[str]:
        """Why nothing was found."""
        return iter(())

    def witness(self, found: _Found) -> RequestWitness | None:
        """The request in words, once the second evaluator has agreed."""
        request = self.request(found)
        decisions = [
            evaluate.decide(policy, request, self.spelling, same_account=self.allows_itself(found.frame.caller))
            for policy in self.policies
        ]
        if not self.confirmed(decisions):
            return None
        context = {
            key: value
            for key, value in sorted(request.context.items())
            if key in self.mentioned.keys and value is not None
        }
        decision = decisions[0]

        def back(word: str) -> str:
            return unspell(word, self.spelling)

        denies = tuple(
            statement.label
            for statement in self.policy.statements
            if statement.effect == "Deny" and statement.label not in decision.denied_by
        )
        return RequestWitness(
            principal=back(request.principal),
            account=back(request.account),
            action=request.action,
            resource=back(request.resource),
            context={
                self.mentioned.keys[key]: back(value) if isinstance(value, str) else [back(one) for one in value]
                for key, value in context.items()
            },
            allowed_by=decision.allowed_by,
            not_denied_by=denies,
            denied_by=decision.denied_by,
        )

    def confirmed(self, decisions: "Sequence[evaluate.Decision]") -> bool:
        """Whether the second evaluator says of the request what the search looked for."""
        raise NotImplementedError

    def request(self, found: _Found) -> "evaluate.Request":
        """The whole request that a point stands for."""
        frame, point = found.frame, found.point
        caller: Caller = frame.caller
        space = Space(self.budget)
        keys = dict.fromkeys([*self.mentioned.keys, "aws:principalarn", "aws:userid"])
        context: dict[str, str | tuple[str, ...] | None] = {}
        for key in keys:
            domain = frame.domain(key)
            if _open_ended(domain):
                continue
            space.domains[key] = domain
            if key in point:
                context[key] = point[key]
            else:
                solved = space.solve(key, ())
                context[key] = solved[0] if solved else None
        arn = context.get("aws:principalarn")
        principal = str(arn) if isinstance(arn, str) else caller.service or "*"
        if caller.kind == "user" and "aws:username" in context:
            context["aws:username"] = principal.rpartition("/")[2]
        session = ""
        if caller.kind == "role":
            session = str(context.get("aws:userid") or ":session").partition(":")[2]
        return evaluate.Request(
            principal=principal,
            account=caller.account or "",
            session=session,
            service=caller.service or "",
            action=frame.action.name,
            resource=str(point[RESOURCE]),
            context={key: value for key, value in context.items() if value is not None},
        )

    def allows_itself(self, caller: Caller) -> bool:
        """Whether an identity policy of the caller's own account may allow it what no statement here does."""
        return caller.same_account and self.facts.owner_allows

    # Statements as boxes

    def effects(self, policy: Policy, frame: Frame, effect: str, over: bool) -> Iterator[Boxes]:
        """The boxes of the statements with `effect`; with `over`, of those that may have it."""
        for statement in policy.statements:
            if statement.effect == effect or (over and isinstance(statement.effect, Unknown)):
                boxes = frame.boxes(statement, policy.has_variables, over, denying=effect == "Deny")
                if boxes.boxes:
                    yield boxes
        if over and policy.rest:
            yield Boxes("a statement that can't be seen", ((),), policy.rest)
        if effect == "Allow" and self.allows_itself(frame.caller) and frame.action.name.startswith("s3:"):
            yield Boxes("an identity policy of the owner's account", ((),), ())


class _Access(_Search):
    """Looks for a request that some Allow matches and no Deny."""

    def looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box], Boxes | None]]:
        allows = list(self.effects(self.policy, frame, "Allow", over=worst))
        if not allows:
            return
        denies = [box for one in self.effects(self.policy, frame, "Deny", over=not worst) for box in one.boxes]
        for allow in allows:
            for box in allow.boxes:
                yield box, denies, allow

    def confirmed(self, decisions: "Sequence[evaluate.Decision]") -> bool:
        return decisions[0].allowed is True

    def grounds(self) -> Iterator[str]:
        for statement in self.policy.statements:
            if statement.effect != "Allow" and not isinstance(statement.effect, Unknown):
                continue
            reached = self._reached(statement)
            if reached is None:
                yield f"`{statement.label}` allows none of this"
            else:
                yield f"{reached} cuts off what `{statement.label}` allows"
        if not self.policy.statements:
            yield "no statement allows anything"

    def _reached(self, statement: Statement) -> str | None:
        for caller in self.callers():
            seen: set[Any] = set()
            for action in self.actions:
                for kind, pattern in self.resources:
                    if kind not in action.resources or not self.possible(caller, action):
                        continue
                    sign = (kind, pattern, self.signature(action))
                    if sign in seen:
                        continue
                    seen.add(sign)
                    frame = self.frame(caller, action, pattern, {}, {})
                    for box in frame.boxes(statement, self.policy.has_variables, over=True).boxes:
                        space = Space(self.budget)
                        for deny in self.effects(self.policy, frame, "Deny", over=False):
                            space.domains = {k: d for k, d in frame.domains.items() if not _open_ended(d)}
                            if space.find(box, deny.boxes) is None and space.find(box, ()) is not None:
                                return f"`{deny.label}`"
                        space.domains = {k: d for k, d in frame.domains.items() if not _open_ended(d)}
                        if space.find(box, ()) is not None:
                            return "the Deny statements together"
        return None


class _Undenied(_Search):
    """Looks for a request that no Deny matches."""

    def looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box], Boxes | None]]:
        yield (), [box for one in self.effects(self.policy, frame, "Deny", over=not worst) for box in one.boxes], None

    def confirmed(self, decisions: "Sequence[evaluate.Decision]") -> bool:
        return decisions[0].denied is False

    def grounds(self) -> Iterator[str]:
        denies = [f"`{statement.label}`" for statement in self.policy.statements if statement.effect == "Deny"]
        yield f"{' and '.join(denies)} den{'y' if len(denies) > 1 else 'ies'} every such request explicitly"


class _Refused(_Search):
    """Looks for a request that some Deny matches, or no Allow."""

    def looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box], Boxes | None]]:
        allows = [box for one in self.effects(self.policy, frame, "Allow", over=not worst) for box in one.boxes]
        denies = list(self.effects(self.policy, frame, "Deny", over=worst))
        for deny in denies:
            for box in deny.boxes:
                yield box, (), None
        yield (), allows, None

    def confirmed(self, decisions: "Sequence[evaluate.Decision]") -> bool:
        return decisions[0].allowed is False

    def grounds(self) -> Iterator[str]:
        for statement in self.policy.statements:
            if statement.effect == "Allow" and any(
                frame.boxes(statement, self.policy.has_variables, over=False).boxes for frame in self._frames()
            ):
                yield f"`{statement.label}` allows it"

    def _frames(self) -> Iterator[Frame]:
        for caller in self.callers():
            for action in self.actions:
                for kind, pattern in self.resources:
                    if kind in action.resources:
                        yield self.frame(caller, action, pattern, {}, {})


class _Through(_Search):
    """Looks for a request that both policies let through."""

    def looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box], Boxes | None]]:
        assert self.old is not None  # noqa: S101 - this search is always made with a second policy
        allows = list(self.effects(self.policy, frame, "Allow", over=worst))
        second = [box for one in self.effects(self.old, frame, "Allow", over=worst) for box in one.boxes]
        if not allows or not second:
            return
        denies = [
            box
            for policy in self.policies
            for one in self.effects(policy, frame, "Deny", over=not worst)
            for box in one.boxes
        ]
        for allow in allows:
            for box in allow.boxes:
                for other in second:
                    yield (*box, *other), denies, allow

    def confirmed(self, decisions: "Sequence[evaluate.Decision]") -> bool:
        return all(decision.allowed is True for decision in decisions)

    def grounds(self) -> Iterator[str]:
        yield "no request passes both policies"


class _Newly(_Search):
    """Looks for a request that the new policy lets through and the old one doesn't."""

    def looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box], Boxes | None]]:
        assert self.old is not None  # noqa: S101 - this search is always made with one
        allows = list(self.effects(self.policy, frame, "Allow", over=worst))
        if not allows:
            return
        denies = [box for one in self.effects(self.policy, frame, "Deny", over=not worst) for box in one.boxes]
        before = [box for one in self.effects(self.old, frame, "Allow", over=not worst) for box in one.boxes]
        denied_before = [box for one in self.effects(self.old, frame, "Deny", over=worst) for box in one.boxes]
        for allow in allows:
            for box in allow.boxes:
                yield box, [*denies, *before], allow
                for denied in denied_before:
                    yield (*box, *denied), denies, allow

    def confirmed(self, decisions: "Sequence[evaluate.Decision]") -> bool:
        return decisions[0].allowed is True and decisions[1].allowed is False

    def grounds(self) -> Iterator[str]:
        yield "every request that the new policy lets through, the old one did, too"


# Facts of one spelling


class _Mentions(msgspec.Struct, frozen=True):
    """What the policies speak of: keys (lower case -> as spelled), and whether kinds of callers or networks matter."""

    keys: dict[str, str]
    kinds: bool
    network: bool


_NETWORK = ("aws:sourceip", "aws:sourcevpc", "aws:vpc")
_KINDS = ("aws:principalarn", "aws:userid", "aws:username", "aws:principaltype", "aws:tokenissuetime")


def _mentions(policies: Sequence[Policy]) -> _Mentions:
    keys: dict[str, str] = {}
    named = False
    for policy in policies:
        for statement in policy.statements:
            named = (
                named
                or statement.not_principal
                or any(
                    not isinstance(name, str) or ":user/" in name or "sts" in name for name in statement.principals.aws
                )
            )
            for condition in statement.conditions:
                if isinstance(condition.key, str):
                    keys[condition.key] = condition.spelled
        for word in words_of(policy):
            for part in parts_of(word):
                if isinstance(part, str):
                    for name in re.findall(r"\$\{\s*([^},]+)", part):
                        if ":" in name:
                            keys.setdefault(name.strip().lower(), name.strip())
    return _Mentions(
        keys,
        kinds=named or any(key in keys for key in _KINDS),
        network=any(key.startswith(_NETWORK) for key in keys),
    )


_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_PARTIAL = re.compile(r"(?<=:)(?=[0-9]*[*?])[0-9*?]+(?=:)")


def _facts(world: World, spelling: Spelling, policies: Sequence[Policy]) -> Facts:
    known: dict[str, None] = {}
    named: dict[str, None] = {}
    members = tuple(spell(word, spelling) for word in world.member_accounts)
    for account in members:
        known[account] = named[account] = None
    for policy in policies:
        for word in words_of(policy):
            text = spell(word, spelling)
            for match in _ACCOUNT.findall(text):
                known[match] = named[match] = None
            for match in [*_PARTIAL.findall(text), *([text] if re.fullmatch(r"[0-9*?]+", text) else [])]:
                filled = match.replace("?", "7")
                stars = filled.count("*")
                if stars and 12 - len(filled.replace("*", "")) >= 0:
                    room = 12 - len(filled.replace("*", ""))
                    filled = filled.replace("*", "7" * room, 1).replace("*", "")
                if re.fullmatch(r"[0-9]{12}", filled):
                    known[filled] = None
    trails = tuple(
        spell(arn, spelling) for arn in world.trail_arns if not any(isinstance(p, Unknown) for p in parts_of(arn))
    )
    return Facts(
        organization_id=spell(world.organization_id, spelling),
        management_account=spell(world.management_account, spelling),
        owner_account=spell(world.owner_account, spelling),
        trusted_accounts=tuple(spell(word, spelling) for word in world.trusted_accounts),
        member_accounts=members,
        known_accounts=tuple(known),
        named_accounts=tuple(named),
        trail_arns=trails if len(trails) == len(world.trail_arns) else (),
        partition=world.partition,
        region=world.region,
        encrypted=world.encrypted,
        only_member=None if world.only_member is None else spell(world.only_member, spelling),
        access_point=_spelled(world.access_point, spelling),
        owner_allows=world.owner_allows,
    )


def _spelled(access_point: AccessPoint | None, spelling: Spelling) -> AccessPoint | None:
    if access_point is None:
        return None
    arn, account = spell(access_point.arn, spelling), spell(access_point.account, spelling)
    return AccessPoint(arn, account, access_point.origin)


def _another(known: Iterable[str]) -> str:
    """An account that nothing names."""
    used = set(known)
    return next(account for digit in "586243719" if (account := digit * 12) not in used)


def _open_ended(domain: Domain) -> bool:
    return isinstance(domain, (Unclear, Unspecified))


#: Keys of which AWS doesn't say whether they are there: so many are tried in all ways.
MOST_SPLIT = 5


def _unsaid(key: str) -> Cause:
    return Cause(f"AWS doesn't say whether `{key}` is there when CloudTrail calls")


def _splits(keys: Sequence[str]) -> Iterator[dict[str, bool]]:
    """All ways for `keys` to be there or not."""
    for bits in range(1 << len(keys)):
        yield {key: bool(bits >> index & 1) for index, key in enumerate(keys)}


def _pins(frame: Frame, tied: list[str], pattern: str) -> list[dict[str, str | None]]:
    """Values of tied keys to try one by one."""
    found: list[dict[str, str | None]] = [{}]
    for key in tied[:2]:
        domain = frame.domain(key)
        values: list[str | None] = []
        if isinstance(domain, Free):
            values = [*domain.samples]
            if domain.optional:
                values.append(None)
            if domain.kind == "string" and (domain.optional or key == "aws:username"):
                segments = re.split(r"[/*]", pattern.partition(":::")[2])
                values += [segment for segment in segments if segment][:3]
        elif hasattr(domain, "values"):
            values = [*domain.values]
        found = [{**pins, key: value} for pins in found for value in values[:6]]
    return found

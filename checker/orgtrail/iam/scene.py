"""What a policy says under one way of spelling its symbols: who may ask, and what each statement means to them.

What is worked out for one question is kept for the next: a scene serves all questions about a policy.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from orgtrail.iam.accounts import CALLERS, DEPUTIES, SERVICES, told_apart
from orgtrail.iam.action_names import action_matches
from orgtrail.iam.actions import OWNER_ONLY, Action
from orgtrail.iam.aws_accounts import LOAD_BALANCERS
from orgtrail.iam.boxes import Boxes, Frame, Presence, Shared, Trial, Typed
from orgtrail.iam.domains import Free, Unspecified
from orgtrail.iam.facts import Mentions, facts_of, mentions
from orgtrail.iam.guards import Guard
from orgtrail.iam.log_objects import named_at
from orgtrail.iam.measures import cuts, measured
from orgtrail.iam.patterns import Interned
from orgtrail.iam.principals import Caller, CallerKind, ClassName
from orgtrail.iam.search import Point, Space
from orgtrail.iam.services import SERVICE_CLASSES, callers, lent
from orgtrail.iam.statements import Condition, PolicyDocument, cut_name
from orgtrail.iam.steps import Steps
from orgtrail.iam.symbols import Spelling, spell, words_of
from orgtrail.iam.witness import samples
from orgtrail.iam.world import World
from orgtrail.values import Cause, Unknown, is_fixed

#: A kind of resource, and the pattern of the ARNs that are asked about.
WhereAsked: TypeAlias = tuple[str, str]

#: Keys that hang together more closely than boxes can say: where a policy names both, the first isn't looked into.
_ENTANGLED = (
    ("aws:epochtime", "aws:currenttime", "`aws:EpochTime` and `aws:CurrentTime` are one moment, asked for in two ways"),
    ("aws:vpceorgid", "aws:vpceaccount", "which organization an account is in that a VPC endpoint is of isn't known"),
)
_ENTANGLED_ANONYMOUS = tuple(
    (one, other, "which access point a caller without credentials comes through can't be seen from here")
    for one, other in (
        ("s3:dataaccesspointarn", "s3:dataaccesspointaccount"),
        ("s3:accesspointnetworkorigin", "s3:dataaccesspointaccount"),
        ("s3:accesspointnetworkorigin", "s3:dataaccesspointarn"),
    )
)
_ENTANGLED_OUTSIDE = (
    (
        "aws:principalorgpaths",
        "aws:principalorgid",
        "where a caller of another organization stands in it can't be seen from here",
    ),
    (
        "aws:principalorgmasteraccountid",
        "aws:principalorgid",
        "which organization of an outsider's an account manages can't be seen from here",
    ),
)


#: How the condition keys begin that some actions take and others don't.
_OF_ACTIONS = ("s3:", "kms:", "sns:", "sts:", "aws:requesttag/", "aws:tagkeys")


#: By which statements an action is meant, which condition keys it takes, and what else tells it from others.
_Signature: TypeAlias = tuple[tuple[bool, ...], tuple[bool, ...], str, str, bool]
#: A caller, an action's signature, what is asked about, how unsaid keys are tried, and whether at the worst.
_FrameKey: TypeAlias = tuple[Caller, int, WhereAsked, tuple[tuple[str, Presence], ...], bool]
#: The kind of question and the frame that it looked in, with the keys that are asked about.
_Looked: TypeAlias = tuple[
    type, Caller, int, WhereAsked, tuple[WhereAsked, ...], bool, tuple[tuple[str, Presence], ...]
]


class Found(msgspec.Struct, frozen=True):
    """A request of a search, and how it was found."""

    point: Point
    frame: Frame
    action: str
    causes: tuple[Cause, ...]
    tied: tuple[str, ...]


class Kept(NamedTuple):
    """What was found out about actions: their signatures, and which of them a question has to ask about."""

    signatures: dict[str, int]
    asked: dict[tuple[tuple[str, ...], tuple[str, ...], tuple[bool, bool, bool]], list[tuple[Action, int]]]


class Outline:
    """What one policy (or two, to compare) and the guards beside it speak of, however its symbols are spelled."""

    def __init__(self, policies: Sequence[PolicyDocument], guards: Sequence[Guard] = ()) -> None:
        self.policies, self.guards = policies, guards
        policies = (*policies, *(guard.policy for guard in guards))
        #: All that is read.
        self.every = policies
        #: How much there is to read.
        self.size = 1 + sum(1 + len(str(word)) // 100 for policy in policies for word in words_of(policy))
        self.mentioned = mentions(policies)
        self.statements = [statement for policy in policies for statement in policy.statements]
        self.conditions: list[Condition] = [c for statement in self.statements for c in statement.conditions]
        self.measured = measured(self.conditions)
        self._spelled = not all(isinstance(value, str) for s in self.statements for value in s.actions.values)
        self._vague = [s for s in self.statements if s.actions.rest or not all(map(is_fixed, s.actions.values))]
        self._keys = [key for key in sorted(self.mentioned.keys) if key.startswith(_OF_ACTIONS)]
        self._tells_kms_apart = any(key.startswith("kms:") for key in self._keys)
        self._kept: dict[tuple[str, ...], Kept] = {}
        self._numbers: dict[_Signature, int] = {}

    def kept(self, spelling: Spelling) -> Kept:
        """What was found out about actions: for every spelling at once where no action holds a symbol."""
        return self._kept.setdefault(tuple(spelling.values()) if self._spelled else (), Kept({}, {}))

    def signature(self, action: Action, spelling: Spelling, kept: Kept, steps: Steps) -> int:
        """Actions of one signature are treated alike by every statement, so one of them stands for all."""
        known = kept.signatures.get(action.name)
        if known is None:
            name = action.name
            steps.spend(1 + len(self.statements) // 4)
            matched = [action_matches(statement, name, True, spelling) for statement in self.statements]
            matched += [action_matches(statement, name, False, spelling) for statement in self._vague]
            keys = tuple([action.takes(key) for key in self._keys])
            special = name if self._tells_kms_apart else ""
            sign = (tuple(matched), keys, special, cut_name(name)[0], name in OWNER_ONLY)
            known = kept.signatures[action.name] = self._numbers.setdefault(sign, len(self._numbers))
        return known


def _ways(caller: Caller, mentioned: Mentions) -> list[Caller]:
    """A caller on each of the ways that the policies tell apart: the protocol, the network, what it asks for."""
    ways = [caller]
    if "s3:tlsversion" in mentioned.keys:
        ways = [msgspec.structs.replace(caller, plain=plain) for plain in (False, True)]
    if mentioned.network:
        ways += [msgspec.structs.replace(way, endpoint=True) for way in ways]
    if "kms:grantoperations" in mentioned.keys:
        ways += [msgspec.structs.replace(way, grants="ReEncryptFrom") for way in ways]
    if mentioned.access_points and caller.account is not None:
        ways += [msgspec.structs.replace(way, own_access_point=True) for way in ways]
    return ways


class Scene:
    """One policy (or two, to compare) in one world, under one spelling."""

    def __init__(self, outline: Outline, world: World, spelling: Spelling, steps: Steps, interned: Interned) -> None:
        self.outline, self.spelling, self.steps, self.interned = outline, spelling, steps, interned
        self.policies, self.mentioned = outline.policies, outline.mentioned
        steps.spend(outline.size // 4 + len(outline.statements))
        self.facts = facts_of(world, spelling, outline.every)
        self._restricts_public = world.restricts_public
        self.since = world.since
        self._public: dict[int, bool | Cause] = {}
        #: What questions have found so far, by what they looked for.
        self.found: dict[_Looked, Found | None] = {}
        self.kept = outline.kept(spelling)
        self._callers: dict[ClassName, list[Caller]] = {}
        self._accounts: dict[tuple[str, bool], list[str]] = {}
        self._frames: dict[_FrameKey, Frame] = {}
        self._typed: dict[tuple[tuple[str, str], ...], Typed] = {}
        self._shared = Shared(spelling, interned, {}, steps)
        self._places: dict[WhereAsked, Free] = {}

    # Who asks

    def callers(self, name: ClassName) -> list[Caller]:
        """The callers of a class that the policies can tell apart."""
        found = self._callers.get(name)
        if found is None:
            found = self._callers[name] = []
            if name in SERVICE_CLASSES:
                found += lent(name, self.facts, self.acting_for())
                return found
            mentioned = self.mentioned
            kinds: tuple[CallerKind, ...] = ("role", "user", "root", "federated") if mentioned.kinds else ("role",)
            if name == "owner" and not mentioned.kinds:
                # The root of the owner's account may do what nobody else may.
                kinds = ("role", "root")
            for caller in callers(name, self.facts, self.accounts(name), kinds):
                found += _ways(caller, mentioned) if caller.kind != "service" else [caller]
        return found

    def accounts(self, name: ClassName) -> list[str]:
        """The accounts of a class: those that something names, and one for each way to treat the others."""
        facts = self.facts
        match name:
            case "member" if facts.only_member is not None:
                return [facts.only_member] if facts.only_member not in self._exempt else []
            case "member":
                return self._members(CALLERS)
            case "outside":
                return self._strangers(CALLERS)
            case "deputy":
                return self.others(DEPUTIES, strangers=True)
            case "management":
                return [facts.management_account]
            case "owner":
                return [facts.owner_account]
            case "trusted":
                return list(facts.trusted_accounts)
        return []

    @property
    def _exempt(self) -> set[str]:
        """The accounts that the logs belong to, and those that aren't asked about."""
        facts = self.facts
        return {facts.management_account, facts.owner_account, *facts.trusted_accounts, *facts.exempt_accounts}

    def _members(self, keys: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The accounts that are, or may be, members; `keys` as for `others`.

        The first one that gets through is shown: one of the organization's list is the most telling, and one that is
        only named comes last, since it may turn out to be somebody else.
        """
        facts = self.facts
        named = [one for one in facts.named_accounts if one not in self._exempt and one not in LOAD_BALANCERS]
        listed = [account for account in named if account in facts.member_accounts]
        perhaps = [] if facts.accounts_known else [account for account in named if account not in listed]
        return [*listed, *self.others(keys), *perhaps]

    def _strangers(self, keys: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The accounts that are, or may be, of nobody in the organization."""
        facts = self.facts
        known = {*self._exempt, *facts.member_accounts}
        return [*self.others(keys, strangers=True), *(one for one in facts.named_accounts if one not in known)]

    def acting_for(self) -> list[tuple[str, bool]]:
        """The accounts that a service may act for, and whether that is one of the organization."""
        only = self.facts.only_member
        if only is not None:
            return [(only, True)] if only not in self._exempt else []
        strangers = [(account, False) for account in self._strangers(SERVICES)]
        return [*((account, True) for account in self._members(SERVICES)), *strangers]

    def others(self, keys: Mapping[str, tuple[str, ...]], *, strangers: bool = False) -> list[str]:
        """One account that nothing names for each way in which the policies treat such accounts by `keys`.

        Where `strangers` are asked for, none of a member.
        """
        memo = next(iter(keys)), strangers
        found = self._accounts.get(memo)
        if found is None:
            facts = self.facts
            named = {*self._exempt, *facts.named_accounts}
            members = frozenset(facts.member_accounts) if strangers else frozenset()
            while True:
                by_variable = self.mentioned.account_by_variable
                found = told_apart(
                    self.outline.every,
                    keys,
                    sorted(named),
                    by_variable,
                    facts.partition,
                    self.spelling,
                    self.steps,
                    self.interned,
                )
                taken = members.intersection(found)
                if not taken:
                    break
                # Members that were hit by chance: others of their kind are looked for.
                named |= taken
            self._accounts[memo] = found
        return found

    # What is asked

    def signature(self, action: Action) -> int:
        """Actions of one signature are treated alike by every statement, so one of them stands for all."""
        return self.outline.signature(action, self.spelling, self.kept, self.steps)

    def frame(
        self,
        caller: Caller,
        action: Action,
        place: WhereAsked,
        present: Mapping[str, Presence],
        *,
        worst: bool,
        pinned: Mapping[str, str | None] | None = None,
    ) -> Frame:
        """The frame of a caller that asks for `action` on what is at `place`."""
        memo = (caller, self.signature(action), place, tuple(present.items()), worst)
        found = None if pinned else self._frames.get(memo)
        if found is None:
            self.steps.spend(20)
            named = self._places.get(place)
            if named is None:
                named = self._places[place] = named_at(*place, self.facts.whose)
            shown = samples(place[1], caller, self.facts)
            found = Frame(
                caller,
                action,
                msgspec.structs.replace(named, samples=shown),
                self.typed(caller, action),
                self.entangled(caller),
                self._shared,
                Trial(worst, present, pinned or {}),
            )
            if not pinned:
                self._frames[memo] = found
        return found

    def frames_of(self, classes: Sequence[ClassName]) -> list[Frame]:
        """The frames that questions about classes of callers looked in."""
        return [frame for frame in self._frames.values() if frame.caller.class_name in classes]

    def space(self, frame: Frame) -> Space:
        """The dimensions of all boxes that were made in `frame`, to search in."""
        return Space(frame.dimensions(), self.steps, self.interned)

    def typed(self, caller: Caller, action: Action) -> Typed:
        """For keys compared as numbers, dates or addresses: the pieces that the policies cut them into."""
        if not self.outline.measured:
            return {}
        kinds: dict[str, str] = {}
        for condition in self.outline.measured:
            if isinstance(condition.key, str):
                domain = caller.domain(condition.key, action)
                if isinstance(domain, Unspecified):
                    domain = domain.present
                if isinstance(domain, Free):
                    kinds[condition.key] = domain.kind
        memo = tuple(kinds.items())
        found = self._typed.get(memo)
        if found is None:
            self.steps.spend(1 + sum(len(condition.values.values) for condition in self.outline.measured))
            found = self._typed[memo] = cuts(self.outline.measured, kinds, self.spelling, self.since)
        return found

    def entangled(self, caller: Caller) -> dict[str, Cause]:
        """The keys that aren't looked into, and why."""
        others = {"outside": _ENTANGLED_OUTSIDE, "anonymous": _ENTANGLED_ANONYMOUS}.get(caller.class_name, ())
        pairs = (*_ENTANGLED, *others)
        keys = self.mentioned.keys
        return {one: Cause(why) for one, other, why in pairs if one in keys and other in keys}

    def allows_itself(self, caller: Caller) -> bool:
        """Whether an identity policy of the caller's own account may allow it what no statement here does."""
        return caller.same_account and self.facts.owner_allows

    # Statements as boxes

    def effects(self, policy: PolicyDocument, frame: Frame, effect: str, over: bool) -> Iterator[Boxes]:
        """The boxes of the statements with `effect`; with `over`, of those that may have it."""
        for statement in policy.statements:
            if statement.effect == effect or (over and isinstance(statement.effect, Unknown)):
                boxes = frame.boxes(statement, policy.has_variables, over, denying=effect == "Deny")
                if boxes.boxes:
                    yield boxes
        if over and policy.rest:
            yield Boxes("a statement that can't be seen", ((),), policy.rest)
        if effect == "Deny":
            yield from self.refusals(policy, frame, over)
        if effect == "Allow" and self.allows_itself(frame.caller) and frame.action.name.startswith("s3:"):
            yield Boxes("an identity policy of the owner's account", ((),), ())

    # What stands beside the policies

    def guards(
        self, policy: PolicyDocument, caller: Caller, action: str
    ) -> Iterator[tuple[Guard | None, Cause | None]]:
        """The guards that bind a caller, each with the cause for which it may not; None is S3's public access block."""
        for guard in self.outline.guards:
            binds = guard.binds(caller, action, self.facts, lambda words: spell(words, self.spelling))
            if binds is not False:
                yield guard, None if binds is True else binds
        if action.startswith("s3:") and caller.kind != "service" and not caller.same_account:
            closes = self._closes(policy)
            if closes is not False:
                yield None, None if closes is True else closes

    def _closes(self, policy: PolicyDocument) -> bool | Cause:
        """Whether S3 shuts other accounts out, as the policy is public and the bucket restricts public ones."""
        if self._restricts_public is False:
            return False
        if id(policy) not in self._public:
            from orgtrail.iam.public import is_public

            public = is_public(policy)
            self._public[id(policy)] = self._restricts_public if public is True else public
        return self._public[id(policy)]

    def refusals(self, policy: PolicyDocument, frame: Frame, over: bool) -> Iterator[Boxes]:
        """The boxes of what guards deny; with `over`, of what they may deny."""
        for guard, doubt in self.guards(policy, frame.caller, frame.action.name):
            if doubt is not None and not over:
                continue
            doubts = () if doubt is None else (doubt,)
            if guard is None:
                yield Boxes(PUBLIC_BLOCK, ((),), doubts)
                continue
            for boxes in self.denied_by(guard, frame, over):
                yield boxes._replace(unknown=(*doubts, *boxes.unknown))

    def denied_by(self, guard: Guard, frame: Frame, over: bool) -> Iterator[Boxes]:
        """The boxes of what a guard denies to those whom it binds."""
        for statement in guard.policy.statements:
            if statement.effect == "Deny" or (over and isinstance(statement.effect, Unknown)):
                boxes = frame.boxes(statement, guard.policy.has_variables, over, denying=True)
                if boxes.boxes:
                    yield boxes
        if over and guard.policy.rest:
            yield Boxes(guard.called, ((),), guard.policy.rest)


#: What reports call S3's public access block where it refuses what a public policy allows to other accounts.
PUBLIC_BLOCK = "restrict_public_buckets"

"""The decision procedure: what holds for every request, and the request that gets through where it doesn't.

Four questions are asked of a policy: does anybody of a class get through (`nobody_may`), is everybody of it denied
explicitly (`everybody_is_denied`), is every request of a family allowed (`everything_is_allowed`), and what does a
change of the policy newly allow (`newly_allowed`). A verdict has to hold for every way to spell the symbols.

Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from orgtrail.iam.log_objects import LOG, is_of_logs
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.patterns import Interned
from orgtrail.iam.principals import ClassName
from orgtrail.iam.questions import Access, Newly, Question, Through, Unallowed, Undenied
from orgtrail.iam.scene import Outline, Scene
from orgtrail.iam.statements import PolicyDocument, Words
from orgtrail.iam.steps import Bounded, Steps
from orgtrail.iam.symbols import Spelling, TooManySpellings, spell, spellings, without_unmentioned, words_of
from orgtrail.iam.world import World
from orgtrail.values import Cause, Symbol, show


class Target(msgspec.Struct, frozen=True):
    """What is protected: for each resource type the patterns (`*` is a wildcard) of its ARNs."""

    resources: tuple[tuple[str, Words], ...]

    @classmethod
    def bucket(cls, arn: Words, *objects: Words) -> "Target":
        """A bucket and those of its objects that `objects` name, such as `<arn>/AWSLogs/*`."""
        return cls((("bucket", arn), *(("object", pattern) for pattern in objects)))

    @classmethod
    def logs(cls, arn: Words, *patterns: Words) -> "Target":
        """A bucket and what CloudTrail writes there, by patterns such as `<arn>/AWSLogs/*`; others name any object."""
        return cls((("bucket", arn), *((LOG if is_of_logs(one) else "object", one) for one in patterns)))

    @classmethod
    def key(cls, arn: Words) -> "Target":
        """A KMS key."""
        return cls((("key", arn),))


class Case:
    """One policy (and the one it comes after, where they are compared) in one world.

    What is worked out for one question serves the next, and all share one bound on the work: a hostile policy ends
    undecided, and the same way every time, as steps are counted and not seconds.
    """

    def __init__(
        self,
        policy: PolicyDocument,
        world: World,
        steps: Steps,
        old: PolicyDocument | None = None,
        interned: Interned | None = None,
    ) -> None:
        self.policy = policy
        self._policies = (policy,) if old is None else (policy, old)
        self.world = without_unmentioned(world, self._policies)
        self.steps = steps
        self._outline = Outline(self._policies, self.world.guards)
        self._interned = interned or Interned()
        self._scenes: dict[tuple[str, ...], Scene] = {}
        self._spelled: dict[Target, _Replay] = {}
        self._beside: dict[World | int, Case] = {}

    def in_world(self, world: World) -> "Case":
        """The same policy in another world."""
        if world == self.world:
            return self
        if world not in self._beside:
            self._beside[world] = Case(self.policy, world, self.steps, None, self._interned)
        return self._beside[world]

    def with_policy(self, policy: PolicyDocument, steps: Steps | None = None) -> "Case":
        """Another policy in the same world, within the same bound, or another."""
        return Case(policy, self.world, steps or self.steps, None, self._interned)

    def after(self, old: PolicyDocument) -> "Case":
        """The same policy as a change of `old`."""
        memo = id(old)
        if memo not in self._beside:
            self._beside[memo] = Case(self.policy, self.world, self.steps, old, self._interned)
        return self._beside[memo]

    def nobody_may(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether no principal of `classes` may do any of `actions` on `target`, whatever its own account allows it."""
        return self._ask(Access, classes, actions, target)

    def everybody_is_denied(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether an explicit Deny covers every request of `classes` for `actions` on `target`."""
        return self._ask(Undenied, classes, actions, target)

    def everything_is_allowed(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether every request of `classes` for `actions` on `target` is allowed, and none is denied."""
        return self._ask(Unallowed, classes, actions, target)

    def nobody_passes(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether no principal of `classes` gets a request for any of `actions` on `target` past both policies.

        A request through an access point has to pass two. Both speak of the same resources here. The witness names the
        statements of the first.
        """
        return self._ask(Through, classes, actions, target)

    def newly_allowed(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether the policy allows nothing that the one before doesn't: `violated` shows what only it lets through.

        What the change newly denies is the same question with the two policies swapped.
        """
        return self._ask(Newly, classes, actions, target)

    def _ask(
        self, kind: type[Question], classes: Sequence[ClassName], actions: Sequence[str], target: Target
    ) -> Outcome:
        if kind.helped_by_guards and self._unguarded is not None:
            outcome = self._unguarded._ask(kind, classes, actions, target)
            if outcome.verdict == "proved":
                # What holds without SCPs, RCPs and blocks doesn't rest on them.
                return outcome
        refused = [problem for policy in self._policies for problem in policy.problems]
        if refused:
            return Outcome("undecided", unknowns=tuple(Cause(f"AWS refuses this policy: {one}") for one in refused))
        try:
            with self.steps.for_question():
                return self._answer(kind, classes, actions, target)
        except TooManySpellings:
            cause = Cause(
                "what the names that aren't known yet may be leaves more ways than orgtrail tries",
                "give --organization-id, --management-account, --archive-account or --source",
            )
        except (Bounded, RecursionError, MemoryError):
            cause = Cause("the policy needs more work than orgtrail's bound allows", "simplify the policy")
        return Outcome("undecided", unknowns=(cause,))

    def _answer(
        self, kind: type[Question], classes: Sequence[ClassName], actions: Sequence[str], target: Target
    ) -> Outcome:
        """The answer that is the same for every spelling. Raises TooManySpellings and Bounded."""
        first: Outcome | None = None
        base: Spelling = {}
        others: dict[str, str] = {}
        for spelling in self._spellings(target):
            scene = self._scene(spelling)
            resources = [(kind_of, spell(words, spelling)) for kind_of, words in target.resources]
            outcome = kind(scene, classes, actions, resources).outcome()
            if first is None:
                first, base = outcome, spelling
                if outcome.verdict == "undecided":
                    return outcome
            elif outcome.verdict != first.verdict:
                changed = [symbol for symbol in spelling if spelling[symbol] != base[symbol]]
                causes = tuple(_identity(symbol, spelling, self.world) for symbol in changed)
                return Outcome("undecided", unknowns=causes)
            elif outcome.witness and outcome.caller != first.caller:
                # Open whoever is who, but not to the same callers.
                changed = [symbol for symbol in spelling if spelling[symbol] != base[symbol]]
                others.setdefault(outcome.caller, _otherwise(changed, spelling, outcome))
        assert first is not None  # noqa: S101 - there is always one spelling
        return msgspec.structs.replace(first, because=(*first.because, *others.values())) if others else first

    @cached_property
    def _unguarded(self) -> "Case | None":
        """The same without what stands beside the policies; None where nothing does."""
        bare = msgspec.structs.replace(self.world, guards=(), restricts_public=False)
        return (
            None
            if bare == self.world
            else Case(self.policy, bare, self.steps, (*self._policies[1:], None)[0], self._interned)
        )

    def _scene(self, spelling: Spelling) -> Scene:
        memo = tuple(f"{symbol.identity}={word}" for symbol, word in spelling.items())
        found = self._scenes.get(memo)
        if found is None:
            found = Scene(self._outline, self.world, spelling, self.steps, self._interned)
            self._scenes[memo] = found
        return found

    def _spellings(self, target: Target) -> "_Replay":
        found = self._spelled.get(target)
        if found is None:
            words = [word for policy in self._outline.every for word in words_of(policy)]
            self.steps.spend(len(words) // 8)
            words += [pattern for _, pattern in target.resources]
            found = self._spelled[target] = _Replay(spellings(self.world, words, self.steps, self._interned))
        return found


class _Replay:
    """Iterates over something again and again, and works it out only once."""

    def __init__(self, source: Iterator[Spelling]) -> None:
        self._source = source
        self._seen: list[Spelling] = []
        self._failed: Exception | None = None

    def __iter__(self) -> Iterator[Spelling]:
        yield from self._seen
        if self._failed is not None:
            raise self._failed
        try:
            for spelling in self._source:
                self._seen.append(spelling)
                yield spelling
        except (TooManySpellings, Bounded) as error:
            self._failed = error
            raise


_CALLED = {"member": "of the organization", "outside": "outside the organization"}


def _otherwise(changed: list[Symbol], spelling: Spelling, outcome: Outcome) -> str:
    """Who gets through where the names that aren't known yet are spelled otherwise."""
    witness = outcome.witness
    assert witness is not None  # noqa: S101 - only asked of what is violated
    whose = f"account {witness.account}, {_CALLED.get(outcome.caller, outcome.caller)},"
    spelled = " and ".join(f"`{symbol.identity}` is `{spelling[symbol]}`" for symbol in changed)
    return f"if {spelled}, {whose} may call {witness.action} on {witness.resource}"


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

"""The decision procedure: what holds for every request, and the request that gets through where it doesn't.

Four questions are asked of a policy: does anybody of a class get through (`nobody_may`), is everybody of it denied
explicitly (`everybody_is_denied`), is every request of a family allowed (`everything_is_allowed`), and what does a
change of the policy newly allow (`newly_allowed`). A verdict has to hold for every way to spell the symbols.

Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from orgtrail.iam.outcome import Outcome
from orgtrail.iam.patterns import Bounded, Budget, Interned
from orgtrail.iam.principals import ClassName
from orgtrail.iam.questions import Access, Newly, Question, Refused, Through, Undenied
from orgtrail.iam.scene import Outline, Scene
from orgtrail.iam.statements import Policy, Words
from orgtrail.iam.symbols import Spelling, TooManySpellings, spell, spellings, without_unmentioned, words_of
from orgtrail.iam.world import World
from orgtrail.values import Cause, Symbol, show

#: Steps of work for one question; well under two seconds on a small machine.
STEPS = 150_000
#: Steps of work for all questions about one policy; what is kept back, so that one hard question doesn't leave the easy
#: ones without an answer, and how much of that a question gets.
STEPS_OF_ALL = 300_000
STEPS_KEPT_BACK = 60_000
STEPS_AT_LEAST = 1_000
#: Steps of work for all policies of one input together, beyond what each gets in any case.
STEPS_OF_INPUT = 900_000
#: Steps of work for finding what would mend the policies of one input.
STEPS_OF_FIXES = 600_000


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


class Purse:
    """The steps that several policies share: an input may hold a thousand that are hard."""

    def __init__(self, steps: int = STEPS_OF_INPUT) -> None:
        self.left = steps


class Work:
    """The bound on the work for all questions about one policy, and the automata that were made on the way.

    Its steps come out of `purse`; where that is empty, each question gets few, and as many as are kept back.
    """

    def __init__(self, purse: Purse | None = None) -> None:
        self.left = STEPS_OF_ALL
        self.kept_back = STEPS_KEPT_BACK
        self.purse = purse or Purse()
        self.budget = Budget(0)
        self.interned = Interned()

    @property
    def _shared(self) -> int:
        return min(self.left, self.purse.left)

    def begin(self) -> int:
        """Gives the next question its steps."""
        self.budget.left = min(STEPS, self._shared)
        if self._shared < STEPS_AT_LEAST:
            self.budget.left = min(STEPS_AT_LEAST, self.kept_back)
        return self.budget.left

    def end(self, given: int) -> None:
        """Takes what the question needed off what is left for the others."""
        spent = given - max(0, self.budget.left)
        if self._shared < STEPS_AT_LEAST:
            self.kept_back -= spent
        else:
            self.left -= spent
            self.purse.left -= spent


class Case:
    """One policy (and the one it comes after, where they are compared) in one world.

    What is worked out for one question serves the next, and all share one bound on the work: a hostile policy ends
    undecided, and the same way every time, as steps are counted and not seconds.
    """

    def __init__(self, policy: Policy, world: World, old: Policy | None = None, work: Work | None = None) -> None:
        self.policy = policy
        self._policies = (policy,) if old is None else (policy, old)
        self.world = without_unmentioned(world, self._policies)
        self._outline = Outline(self._policies)
        self._work = work or Work()
        self._scenes: dict[tuple[str, ...], Scene] = {}
        self._spelled: dict[Target, _Replay] = {}
        self._beside: dict[Any, Case] = {}

    def in_world(self, world: World) -> "Case":
        """The same policy in another world."""
        if world == self.world:
            return self
        if world not in self._beside:
            self._beside[world] = Case(self.policy, world, work=self._work)
        return self._beside[world]

    def with_policy(self, policy: Policy) -> "Case":
        """Another policy in the same world."""
        return Case(policy, self.world, work=self._work)

    def after(self, old: Policy) -> "Case":
        """The same policy as a change of `old`."""
        memo = id(old)
        if memo not in self._beside:
            self._beside[memo] = Case(self.policy, self.world, old, self._work)
        return self._beside[memo]

    def nobody_may(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether no principal of `classes` may do any of `actions` on `target`, whatever its own account allows it."""
        return self._ask(Access, classes, actions, target)

    def everybody_is_denied(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether an explicit Deny covers every request of `classes` for `actions` on `target`."""
        return self._ask(Undenied, classes, actions, target)

    def everything_is_allowed(self, classes: Sequence[ClassName], actions: Sequence[str], target: Target) -> Outcome:
        """Whether every request of `classes` for `actions` on `target` is allowed, and none is denied."""
        return self._ask(Refused, classes, actions, target)

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
        refused = [problem for policy in self._policies for problem in policy.problems]
        if refused:
            return Outcome("undecided", unknowns=tuple(Cause(f"AWS may refuse this policy: {one}") for one in refused))
        given = self._work.begin()
        try:
            return self._answer(kind, classes, actions, target)
        except TooManySpellings:
            cause = Cause(
                "what the names that aren't known yet may be leaves more ways than orgtrail tries",
                "give --organization-id, --management-account, --archive-account or --source",
            )
        except (Bounded, RecursionError, MemoryError):
            cause = Cause("the policy needs more work than orgtrail's bound allows", "simplify the policy")
        finally:
            self._work.end(given)
        return Outcome("undecided", unknowns=(cause,))

    def _answer(
        self, kind: type[Question], classes: Sequence[ClassName], actions: Sequence[str], target: Target
    ) -> Outcome:
        """The answer that is the same for every spelling. Raises TooManySpellings and Bounded."""
        first: Outcome | None = None
        base: Spelling = {}
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
        assert first is not None  # noqa: S101 - there is always one spelling
        return first

    def _scene(self, spelling: Spelling) -> Scene:
        memo = tuple(f"{symbol.identity}={word}" for symbol, word in spelling.items())
        found = self._scenes.get(memo)
        if found is None:
            found = Scene(self._outline, self.world, spelling, self._work.budget, self._work.interned)
            self._scenes[memo] = found
        return found

    def _spellings(self, target: Target) -> "_Replay":
        found = self._spelled.get(target)
        if found is None:
            words = [word for policy in self._policies for word in words_of(policy)]
            self._work.budget.spend(len(words) // 8)
            words += [pattern for _, pattern in target.resources]
            found = self._spelled[target] = _Replay(
                spellings(self.world, words, self._work.budget, self._work.interned)
            )
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


def nobody_may(
    policy: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.nobody_may` for a policy that is asked only once."""
    return Case(policy, world).nobody_may(classes, actions, target)


def nobody_passes_both(
    first: Policy, second: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.nobody_passes` for two policies that are asked only once."""
    return Case(first, world, second).nobody_passes(classes, actions, target)


def everybody_is_denied(
    policy: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.everybody_is_denied` for a policy that is asked only once."""
    return Case(policy, world).everybody_is_denied(classes, actions, target)


def everything_is_allowed(
    policy: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.everything_is_allowed` for a policy that is asked only once."""
    return Case(policy, world).everything_is_allowed(classes, actions, target)


def newly_allowed(
    old: Policy, new: Policy, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.newly_allowed` for a change that is asked about only once."""
    return Case(new, world, old).newly_allowed(classes, actions, target)


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

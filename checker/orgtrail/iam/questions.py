"""The questions that are put to a policy: each is a search for a request, so a proof is an empty search.

Parts of the policy that nobody knows are taken both ways: what holds even when they are at their worst is proved, what
fails even when they are at their best is violated, the rest is undecided and names them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

import msgspec

from orgtrail.arn import cut_user_id
from orgtrail.iam import evaluate
from orgtrail.iam.actions import KMS_CROSS_ACCOUNT, OWNER_ONLY, Action, catalogue
from orgtrail.iam.assumptions import used
from orgtrail.iam.boxes import OPEN, USERID, Boxes, Frame, Presence, behind, unsaid
from orgtrail.iam.domains import Finite, Free, Unspecified
from orgtrail.iam.guards import SERVICE_LINKED
from orgtrail.iam.log_objects import LOG
from orgtrail.iam.measures import first_day
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.patterns import Automaton
from orgtrail.iam.principals import Caller, ClassName
from orgtrail.iam.scene import PUBLIC_BLOCK, Found, Scene, WhereAsked
from orgtrail.iam.search import Box, Point
from orgtrail.iam.services import Lent
from orgtrail.iam.statements import PolicyDocument, Statement, causes_in
from orgtrail.iam.symbols import unspell
from orgtrail.iam.witness import in_words, request_at
from orgtrail.results import RequestWitness
from orgtrail.values import Cause, Unknown

UNTOLD = Cause(
    "nothing that orgtrail reads in the policies says why this isn't known", "please report this policy to orgtrail"
)
BUG = Cause("the request that was found doesn't pass the second evaluation", "please report this policy to orgtrail")


class Question:
    """One question under one spelling. Subclasses say which requests are looked for."""

    #: Whether what stands beside the policies can only take away what is looked for.
    helped_by_guards = False

    def __init__(
        self, scene: Scene, classes: Sequence[ClassName], actions: Sequence[str], resources: list[WhereAsked]
    ) -> None:
        self.scene, self.classes, self.resources = scene, classes, resources
        self.policy = scene.policies[0]
        self.actions = [catalogue()[name] for name in actions]

    # What a subclass looks for: (atoms that have to hold, boxes to stay out of) for a request.

    def _looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box]]]:
        """The searches for one frame; `worst` takes unknown parts so that more is found."""
        raise NotImplementedError

    def _confirmed(self, decisions: Sequence[evaluate.Decision]) -> bool:
        """Whether the second evaluator says of the request what the search looked for."""
        raise NotImplementedError

    def _grounds(self) -> Iterator[str]:
        """Why nothing was found."""
        return iter(())

    def _dated(self) -> Iterator[str]:
        """The day from which requests are asked about, where the policies speak of time."""
        if not {"aws:currenttime", "aws:epochtime"}.isdisjoint(self.scene.mentioned.keys):
            yield f"what ended before {first_day(self.scene.since)} is over"

    def _guarded(self) -> Iterator[str]:
        """The guards that a proof rests on: without any of them it wouldn't hold."""
        bound = None
        for caller, action, place in self.asked if self.helped_by_guards else ():
            frame = self.scene.frame(caller, action, place, {}, worst=True)
            for guard, doubt in self.scene.guards(self.policy, caller, action.name):
                if doubt is not None or (guard and not any(self.scene.denied_by(guard, frame, over=False))):
                    continue
                yield f"{guard.called} denies it" if guard else f"`{PUBLIC_BLOCK}` closes the bucket to other accounts"
                bound = bound or guard
        if bound:
            yield SERVICE_LINKED

    def blame(self, frame: Frame, point: Point) -> list[Cause]:
        """The unknown parts without which the request wouldn't have been found."""
        found: list[Cause] = []
        for policy in self.scene.policies:
            found += policy.rest
            for statement in policy.statements:
                found += self._blamed(frame, point, statement, policy.has_variables)
            if isinstance(policy.version, Unknown):
                found.append(policy.version.cause)
        held = point.get(USERID)
        if frame.caller.kind in ("role", "user") and isinstance(held, str) and not held.startswith(frame.caller.own_id):
            found.append(_whose(cut_user_id(held)[0]))
        for policy in self.scene.policies:
            for over in self.scene.refusals(policy, frame, over=True):
                if over.unknown and _inside(point, over):
                    found += over.unknown
        source = point.get("aws:sourcearn")
        if isinstance(frame.caller, Lent) and isinstance(source, str) and ":s3:::" in source:
            found.append(Cause(f"whose bucket `{source}` is can't be seen", "add aws:SourceAccount"))
        return found

    @staticmethod
    def _blamed(frame: Frame, point: Point, statement: Statement, variables: bool | None) -> Iterator[Cause]:
        """What isn't known of a statement that decides on a point."""
        # A statement without a known effect may be either.
        for denying in (False, True) if isinstance(statement.effect, Unknown) else (False,):
            over = frame.boxes(statement, variables, over=True, denying=denying)
            if _inside(point, over):
                under = frame.boxes(statement, variables, over=False, denying=denying)
                if isinstance(statement.effect, Unknown) or over.boxes != under.boxes:
                    yield from over.unknown

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
        """The answer, with what it takes for true."""
        return msgspec.structs.replace(self._searched(), assumptions=tuple(dict.fromkeys(self._assumed())))

    def _assumed(self) -> Iterator[str]:
        caller_kinds = {caller.kind for caller, _, _ in self.asked}
        looked_at = {key for frame in self.scene.frames_of(self.classes) for key in frame.domains}
        yield from used(
            self.classes,
            sorted(looked_at),
            logs=any(kind == LOG for kind, _ in self.resources),
            unsaid="service" in caller_kinds and not looked_at.isdisjoint(self.unspecified),
            to_be_made=bool(self.scene.facts.to_be_made),
            key_policy=any(kind == "key" for kind, _ in self.resources),
        )
        if any(ground == SERVICE_LINKED for ground in self._guarded()):
            yield "service-linked-roles"

    def _searched(self) -> Outcome:
        """Proved where nothing is found at the worst, violated where something is found at the best."""
        worst = self.first(worst=True, present={})
        if worst is None:
            return Outcome("proved", because=tuple(dict.fromkeys((*self._grounds(), *self._guarded(), *self._dated()))))
        best = self._whatever_is_sent()
        if best is not None:
            witness = self.witness(best)
            if witness is None:
                return Outcome("undecided", unknowns=(BUG,))
            return Outcome("violated", witness=witness, caller=best.frame.caller.class_name)
        causes = list(worst.causes)
        causes += [unsaid(key) for key in self.unspecified if key in worst.frame.domains]
        causes += [Cause(f"`${{{key}}}` ties the caller's `{key}` to other parts of the request") for key in worst.tied]
        return Outcome("undecided", unknowns=tuple(dict.fromkeys(causes or self._unknown())) or (UNTOLD,))

    def _unknown(self) -> Iterator[Cause]:
        """Everything that isn't known of the policies, where none of it is surely to blame."""
        for policy in self.scene.policies:
            yield from policy.rest
            for statement in policy.statements:
                yield from causes_in(statement)
                yield from map(behind, statement.principals.unmapped)

    def _whatever_is_sent(self) -> Found | None:
        """A request that is found whether or not services send the keys that AWS says nothing of."""
        unspecified = self.unspecified
        left_open = dict.fromkeys(unspecified, OPEN)
        found = self.first(worst=False, present=left_open)
        if found is not None or not unspecified:
            return found
        # The first few may settle it; what the others leave open stays so.
        for split in _splits(dict(list(unspecified.items())[:MOST_SPLIT])):
            found = self.first(worst=False, present={**left_open, **split})
            if found is None:
                return None
        return found

    @cached_property
    def unspecified(self) -> dict[str, tuple[Presence, ...]]:
        """The keys of the policy of which AWS doesn't say whether they are there, and how each is tried."""
        found: dict[str, tuple[Presence, ...]] = {}
        asking = [
            caller for name in self.classes for caller in self.scene.callers(name)[:1] if caller.kind == "service"
        ]
        for caller in asking:
            for key in self.scene.mentioned.keys:
                for action in self.actions:
                    domain = caller.domain(key, action)
                    if isinstance(domain, Unspecified):
                        listed = domain.present.values if isinstance(domain.present, Finite) else (True,)
                        found[key] = (False, *(value for value in listed if value is not None))
        return found

    def _may_always(self, frame: Frame) -> bool:
        """Whether no policy stops the caller: the root of the owner's account may always mend the bucket policy."""
        caller = frame.caller
        return self.scene.allows_itself(caller) and caller.kind == "root" and frame.action.name in OWNER_ONLY

    @cached_property
    def asked(self) -> list[tuple[Caller, Action, WhereAsked]]:
        """Who asks for what on what: one request stands for all that every statement treats alike."""
        return list(self._all_asked())

    def _all_asked(self) -> Iterator[tuple[Caller, Action, WhereAsked]]:
        for name in self.classes:
            for caller in self.scene.callers(name):
                self.scene.steps.spend(1 + len(self.actions) // 4)
                for action, index in self._asked_by(caller):
                    yield caller, action, self.resources[index]

    def _asked_by(self, caller: Caller) -> list[tuple[Action, int]]:
        """The actions that `caller` asks for, each with the place of its resource in `resources`."""
        kinds = tuple(kind for kind, _ in self.resources)
        # What `possible` looks at.
        way = (caller.kind == "service", caller.kind == "anonymous", caller.same_account)
        kept = self.scene.kept.asked
        memo = (tuple(action.name for action in self.actions), kinds, way)
        if memo not in kept:
            seen: dict[tuple[int, int], tuple[Action, int]] = {}
            for action in self.actions:
                if self.possible(caller, action):
                    for index, kind in enumerate(kinds):
                        if ("object" if kind == LOG else kind) in action.resources:
                            seen.setdefault((index, self.scene.signature(action)), (action, index))
            kept[memo] = list(seen.values())
        return kept[memo]

    def first(self, worst: bool, present: Mapping[str, Presence]) -> Found | None:
        """The first request that is found; `present` says how the keys are tried that AWS says nothing of."""
        ways = tuple(present.items())
        for caller, action, place in self.asked:
            memo = (type(self), caller, self.scene.signature(action), place, self.listed(action), worst, ways)
            if memo not in self.scene.found:
                self.scene.found[memo] = self.one(caller, action, place, worst, present)
            found = self.scene.found[memo]
            if found is not None:
                return msgspec.structs.replace(found, action=action.name)
        return None

    def listed(self, action: Action) -> tuple[WhereAsked, ...]:
        """The objects that are asked about, where it makes a difference which of them `action` lists.

        Who may list what begins with `public/` sees nothing of `AWSLogs/`.
        """
        if "s3:prefix" not in self.scene.mentioned.keys or not action.takes("s3:prefix"):
            return ()
        return tuple(place for place in self.resources if place[0] in ("object", LOG))

    def one(
        self, caller: Caller, action: Action, place: WhereAsked, worst: bool, present: Mapping[str, Presence]
    ) -> Found | None:
        """A request of one caller for one action, where there is one."""
        pins: list[dict[str, str | None]] = [{}]
        first = True
        while pins:
            frame = self.scene.frame(caller, action, place, present, worst=worst, pinned=pins.pop(0))
            listing = frame.listing(self.listed(action))
            for must, outside in list(self._looked_for(frame, worst)):
                self.scene.steps.spend(1 + len(outside) // 8)
                point = self.scene.space(frame).find((*must, *listing), outside)
                if point is not None:
                    causes = self.blame(frame, point) if worst else []
                    return Found(point, frame, action.name, tuple(causes), tuple(frame.tied))
            if not worst and first and frame.tied:
                keys = "/".join((place[1].partition(":::")[2], *(key for _, key in self.listed(action))))
                pins = _pins(frame, list(frame.tied), keys)
            first = False
        return None

    def witness(self, found: Found) -> RequestWitness | None:
        """The request in words, once the second evaluator has agreed."""
        scene, frame = self.scene, found.frame
        scene.steps.spend(scene.outline.size)
        request = request_at(found.point, frame, found.action, scene.mentioned, scene.space(frame))
        decisions = [self._decided(policy, request, frame.caller) for policy in scene.policies]
        if not self._confirmed(decisions):
            return None
        seen = in_words(request, decisions[0], self.policy, scene.mentioned, frame)
        if frame.caller.stands_for_others:
            seen = msgspec.structs.replace(seen, any_account=True)
        return self._told(seen, request, decisions[0])

    def _told(self, seen: RequestWitness, request: evaluate.Request, decision: evaluate.Decision) -> RequestWitness:
        """The witness with what else people want to know of it."""
        return seen

    def _decided(self, policy: PolicyDocument, request: evaluate.Request, caller: Caller) -> evaluate.Decision:
        """What the second evaluator says of a request, given what stands beside the policy."""
        scene = self.scene
        decision = evaluate.decide(policy, request, scene.spelling, same_account=scene.allows_itself(caller))
        for guard, doubt in scene.guards(policy, caller, request.action):
            if guard is None:
                found = evaluate.Decision(False, True, denied_by=(PUBLIC_BLOCK,))
            else:
                found = evaluate.decide(guard.policy, request, scene.spelling)
            decision = evaluate.beside(decision, found, sure=doubt is None)
        return decision


class Access(Question):
    """Looks for a request that some Allow matches and no Deny."""

    helped_by_guards = True

    def _looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box]]]:
        if self._may_always(frame):
            yield (), [box for one in self.scene.refusals(self.policy, frame, over=not worst) for box in one.boxes]
            return
        allows = [box for one in self.scene.effects(self.policy, frame, "Allow", over=worst) for box in one.boxes]
        if not allows:
            return
        denies = self._denies(frame, over=not worst)
        for box in allows:
            yield box, denies

    def _denies(self, frame: Frame, over: bool) -> list[Box]:
        """The boxes of all Deny statements."""
        return [box for one in self.scene.effects(self.policy, frame, "Deny", over=over) for box in one.boxes]

    def _confirmed(self, decisions: Sequence[evaluate.Decision]) -> bool:
        return decisions[0].allowed is True

    def _grounds(self) -> Iterator[str]:
        for statement in self.policy.statements:
            if statement.effect != "Allow" and not isinstance(statement.effect, Unknown):
                continue
            cut_off = self._cut_off(statement)
            if cut_off is None:
                yield f"`{statement.label}` allows none of this"
            else:
                yield f"{cut_off} cuts off what `{statement.label}` allows"
        if not self.policy.statements:
            yield "no statement allows anything"

    def _cut_off(self, statement: Statement) -> str | None:
        """The Deny that keeps the first request away that the statement would allow; None where it allows none."""
        scene = self.scene
        for caller, action, place in self.asked:
            frame = scene.frame(caller, action, place, {}, worst=True)
            for box in frame.boxes(statement, self.policy.has_variables, over=True).boxes:
                denies = list(scene.effects(self.policy, frame, "Deny", over=False))
                box = (*box, *frame.listing(self.listed(action)))
                space = scene.space(frame)
                if space.find(box, ()) is None:
                    continue
                for deny in denies:
                    if space.find(box, deny.boxes) is None:
                        return f"`{deny.label}`"
                return "the Deny statements together"
        return None


class Undenied(Question):
    """Looks for a request that no Deny matches."""

    helped_by_guards = True

    def _looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box]]]:
        effects = self.scene.effects(self.policy, frame, "Deny", over=not worst)
        yield (), [box for one in effects for box in one.boxes]

    def _confirmed(self, decisions: Sequence[evaluate.Decision]) -> bool:
        return decisions[0].denied is False

    def _grounds(self) -> Iterator[str]:
        denies = [f"`{statement.label}`" for statement in self.policy.statements if statement.effect == "Deny"]
        if denies:
            yield f"{' and '.join(denies)} den{'y' if len(denies) > 1 else 'ies'} every such request explicitly"


class Unallowed(Question):
    """Looks for a request that some Deny matches, or no Allow."""

    def _looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box]]]:
        effects = self.scene.effects
        allows = [box for one in effects(self.policy, frame, "Allow", over=not worst) for box in one.boxes]
        for deny in list(effects(self.policy, frame, "Deny", over=worst)):
            for box in deny.boxes:
                yield box, ()
        yield (), allows

    def _confirmed(self, decisions: Sequence[evaluate.Decision]) -> bool:
        return decisions[0].allowed is False

    def _told(self, seen: RequestWitness, request: evaluate.Request, decision: evaluate.Decision) -> RequestWitness:
        if decision.denied is not False:
            return seen
        from orgtrail.iam.near_miss import near_miss

        near = near_miss(self.policy, request, self.scene.spelling)
        return msgspec.structs.replace(seen, near_miss=unspell(near, self.scene.spelling))

    def _grounds(self) -> Iterator[str]:
        for statement in self.policy.statements:
            if statement.effect == "Allow" and any(
                self.scene.frame(caller, action, place, {}, worst=True)
                .boxes(statement, self.policy.has_variables, over=False)
                .boxes
                for caller, action, place in self.asked
            ):
                yield f"`{statement.label}` allows it"


class Through(Question):
    """Looks for a request that both policies let through."""

    helped_by_guards = True

    def _looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box]]]:
        first, second = (
            [box for one in self.scene.effects(policy, frame, "Allow", over=worst) for box in one.boxes]
            for policy in self.scene.policies
        )
        if not first or not second:
            return
        denies = [
            box
            for policy in self.scene.policies
            for one in self.scene.effects(policy, frame, "Deny", over=not worst)
            for box in one.boxes
        ]
        for box in first:
            for other in second:
                yield (*box, *other), denies

    def _confirmed(self, decisions: Sequence[evaluate.Decision]) -> bool:
        return all(decision.allowed is True for decision in decisions)

    def _grounds(self) -> Iterator[str]:
        yield "no request passes both policies"


class Newly(Question):
    """Looks for a request that the first policy lets through and the second one doesn't."""

    def _looked_for(self, frame: Frame, worst: bool) -> Iterator[tuple[Box, Sequence[Box]]]:
        if self._may_always(frame):
            return
        new, old = self.scene.policies
        effects = self.scene.effects
        allows = [box for one in effects(new, frame, "Allow", over=worst) for box in one.boxes]
        if not allows:
            return
        denies = [box for one in effects(new, frame, "Deny", over=not worst) for box in one.boxes]
        before = [box for one in effects(old, frame, "Allow", over=not worst) for box in one.boxes]
        denied_before = [box for one in effects(old, frame, "Deny", over=worst) for box in one.boxes]
        for box in allows:
            yield box, [*denies, *before]
            for denied in denied_before:
                yield (*box, *denied), denies

    def _confirmed(self, decisions: Sequence[evaluate.Decision]) -> bool:
        return decisions[0].allowed is True and decisions[1].allowed is False

    def _grounds(self) -> Iterator[str]:
        yield "every request that the new policy lets through, the old one did, too"


#: Keys of which AWS doesn't say whether they are there: so many are tried in all ways.
MOST_SPLIT = 5


def _inside(point: Point, over: Boxes) -> bool:
    """Whether a point may be in one of some boxes: a key that the search didn't look at is open."""
    return any(all(atom.key not in point or atom.holds(point[atom.key]) for atom in box) for box in over.boxes)


def _whose(identity: str) -> Cause:
    what = f"whose role or user `{identity}` is can't be seen: AWS makes such ids up, and nobody chooses one"
    return Cause(what, "name it by its ARN (aws:PrincipalArn), or its account (aws:PrincipalAccount)")


def _splits(keys: Mapping[str, tuple[Presence, ...]]) -> Iterator[dict[str, Presence]]:
    """All ways for `keys` to be there or not."""
    for ways in product(*keys.values()):
        yield dict(zip(keys, ways, strict=True))


def _pins(frame: Frame, tied: list[str], keys: str) -> list[dict[str, str | None]]:
    """Values of tied keys to try one by one; `keys` are the patterns of what is asked about."""
    found: list[dict[str, str | None]] = [{}]
    for key in tied[:2]:
        domain = frame.domain(key)
        values: list[str | None] = []
        if isinstance(domain, Free):
            values = [*domain.samples]
            if domain.optional:
                values.append(None)
            if domain.kind == "string" and (domain.optional or key == "aws:username"):
                segments = re.split(r"[/*]", keys)
                # Names of folders, and the ids that stand between them.
                ids = (frame.caller.own_account, frame.caller.facts.management_account)
                fitting = [one for one in segments if one and _is_of(domain, one)]
                values += [*fitting[:3], *(one for one in ids if one not in fitting and _is_of(domain, one))]
        elif hasattr(domain, "values"):
            values = [*domain.values]
        found = [{**pins, key: value} for pins in found for value in values[:8]]
    return found


def _is_of(domain: Free, value: str) -> bool:
    """Whether a caller may have `value`: an outsider never has the id of this organization."""
    others = domain.other_than
    return Automaton((domain.shape,)).accepts(value) and not (others and Automaton(others).accepts(value))

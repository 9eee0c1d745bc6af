"""The policy engine asked about one policy, within the bound of an input that holds nothing else."""

from collections.abc import Sequence

from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.statements import PolicyDocument
from orgtrail.iam.steps import STEPS_OF_INPUT, Steps
from orgtrail.iam.world import World


def case(policy: PolicyDocument, world: World, old: PolicyDocument | None = None) -> Case:
    """A policy (as a change of `old`) in a world."""
    return Case(policy, world, Steps(STEPS_OF_INPUT).for_policy(), old)


def nobody_may(
    policy: PolicyDocument, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.nobody_may` for a policy that is asked only once."""
    return case(policy, world).nobody_may(classes, actions, target)


def everybody_is_denied(
    policy: PolicyDocument, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.everybody_is_denied` for a policy that is asked only once."""
    return case(policy, world).everybody_is_denied(classes, actions, target)


def everything_is_allowed(
    policy: PolicyDocument, world: World, classes: Sequence[ClassName], actions: Sequence[str], target: Target
) -> Outcome:
    """`Case.everything_is_allowed` for a policy that is asked only once."""
    return case(policy, world).everything_is_allowed(classes, actions, target)


def newly_allowed(
    old: PolicyDocument,
    new: PolicyDocument,
    world: World,
    classes: Sequence[ClassName],
    actions: Sequence[str],
    target: Target,
) -> Outcome:
    """`Case.newly_allowed` for a change that is asked about only once."""
    return case(new, world, old).newly_allowed(classes, actions, target)

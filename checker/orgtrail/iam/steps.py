"""The bound on the work, counted in steps and not in seconds: a hostile policy ends undecided, the same way every time.

An input has some, which its policies share; of these, a policy gets some for all questions about it, and a question
some of those. What is kept back for a policy (its floor) lets easy questions be answered after hard ones.
"""

import contextlib
from collections.abc import Iterator

#: Steps of work for one question; well under two seconds on a small machine.
STEPS = 150_000
#: Steps of work for all questions about one policy.
STEPS_OF_POLICY = 300_000
#: What is kept back for each policy, whatever the others took, and how much of it a question gets.
FLOOR_OF_POLICY = 60_000
STEPS_AT_LEAST = 1_000
#: Steps of work for all policies of one input together, beyond the floor of each.
STEPS_OF_INPUT = 900_000
#: Steps of work for finding what would mend the policies of one input.
STEPS_OF_FIXES = 600_000


class Bounded(Exception):  # noqa: N818 - not an error of anybody: the work was more than the bound allows
    """The question needs more work than the bound allows."""


class Steps:
    """What is `left` of the steps for some work, which is itself part of the work that `of` bounds."""

    __slots__ = ("_stop", "floor", "left", "of", "spent")

    def __init__(self, left: int, of: "Steps | None" = None, floor: int = 0) -> None:
        self.left, self.of, self.floor = left, of, floor
        #: All that was spent on questions, out of what was left and out of the floor.
        self.spent = 0
        #: Work ends where fewer than these are left: 0, or what the running question doesn't get.
        self._stop = 0

    def spend(self, steps: int = 1) -> None:
        """Take `steps` off. Raises Bounded where there are none left."""
        self.left -= steps
        if self.left < self._stop:
            raise Bounded

    def for_policy(self) -> "Steps":
        """The part for one policy: of what there is for the input, and of its own floor once that is used up."""
        return Steps(STEPS_OF_POLICY, self, FLOOR_OF_POLICY)

    @contextlib.contextmanager
    def for_question(self) -> Iterator[None]:
        """Bounds what is done inside to the part of one question."""
        shared = min(self.left, self.of.left) if self.of else self.left
        few = shared < STEPS_AT_LEAST
        given = min(STEPS_AT_LEAST, self.floor) if few else min(STEPS, shared)
        before = self.left
        self._stop = before - given
        try:
            yield
        finally:
            spent = min(given, before - self.left)
            self.left, self._stop = before, 0
            self._take(spent, few)

    def _take(self, spent: int, few: bool) -> None:
        self.spent += spent
        if self.of:
            self.of.spent += spent
        if few:
            self.floor -= spent
            return
        self.left -= spent
        if self.of:
            self.of.left -= spent

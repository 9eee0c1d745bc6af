"""Delta debugging: which of many pieces a result needs.

Source: Andreas Zeller, Ralf Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (ddmin), and Ghassan
Misherghi, Zhendong Su, "HDD: Hierarchical Delta Debugging".
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

AnyPiece = TypeVar("AnyPiece")


class Budget:
    """How many checks there may be. A check of a large input counts for more, so that none takes for ever."""

    def __init__(self, checks: int) -> None:
        self._left = float(checks)
        self.checks = 0

    @property
    def is_spent(self) -> bool:
        """Whether no check is left."""
        return self._left <= 0

    def spend(self, size: int) -> None:
        """Count one check of an input of `size` bytes."""
        self.checks += 1
        self._left -= max(1.0, size / _UNIT)


#: Bytes of input that are checked at the price of one check.
_UNIT = 1_000_000


def needed(pieces: Sequence[AnyPiece], holds: Callable[[Sequence[AnyPiece]], bool], budget: Budget) -> list[AnyPiece]:
    """As few of the pieces as can be, so that `holds` (which is true of all of them) stays true.

    None of them can be left out alone, unless the budget was spent before.
    """
    kept = list(pieces)
    if not kept or holds([]):
        return []
    chunks = 2
    while len(kept) > 1 and not budget.is_spent:
        size = -(-len(kept) // chunks)
        for start in range(0, len(kept), size):
            rest = kept[:start] + kept[start + size :]
            if rest and not budget.is_spent and holds(rest):
                kept = rest
                chunks = max(chunks - 1, 2)
                break
        else:
            if size == 1:
                break
            chunks = min(len(kept), chunks * 2)
    return kept

"""The bounds on the work of one evaluation: how much, how deep, and nothing that waits for itself."""

from collections.abc import Callable

from orgtrail.terraform.language.expressions import HEAVIEST, Exhausted
from orgtrail.terraform.language.operations import EvaluationError, TooLarge, weight
from orgtrail.values import Cause, Unknown, Value

#: Evaluation steps for one source. A real one takes some thousands.
MOST_STEPS = 250_000
#: Expressions that wait for each other; beyond that Python's stack ends.
DEEPEST = 120


class Work:
    """What one evaluation has done so far, and what it is doing."""

    def __init__(self) -> None:
        self._steps = 0
        self._depth = 0
        self._expanding: set[str] = set()

    def step(self, count: int = 1) -> None:
        """Count steps of work; raises Exhausted where there were too many."""
        self._steps += count
        if self._steps > MOST_STEPS:
            raise Exhausted

    def on(self, subject: str, work: Callable[[], Value]) -> Value:
        """`work()`, once for each subject at a time and not too deep; an error becomes an Unknown that names it."""
        if subject in self._expanding:
            return Unknown(Cause(f"`{subject}` refers to itself"))
        if self._depth >= DEEPEST:
            return Unknown(Cause(f"`{subject}` hangs on more than {DEEPEST} other values in a row"))
        self._expanding.add(subject)
        self._depth += 1
        try:
            value = work()
            heavy = weight(value, HEAVIEST)
            if heavy > HEAVIEST:
                raise TooLarge("it is larger than what orgtrail works with")
            self.step(heavy // 8)
            return value
        except EvaluationError as error:
            return Unknown(Cause(f"`{subject}` can't be evaluated: {error}"))
        except TooLarge as error:
            return Unknown(Cause(f"`{subject}` isn't evaluated: {error}"))
        except Exhausted:
            return Unknown(too_much(subject))
        finally:
            self._depth -= 1
            self._expanding.discard(subject)


def guarded(work: Callable[[], Value], subject: str) -> Value:
    """`work()`, asked for from outside: an error or a bound that was hit becomes an Unknown that names the subject."""
    try:
        return work()
    except EvaluationError as error:
        return Unknown(Cause(f"`{subject}` can't be evaluated: {error}"))
    except TooLarge as error:
        return Unknown(Cause(f"`{subject}` isn't evaluated: {error}"))
    except (Exhausted, RecursionError):
        return Unknown(too_much(subject))


def too_much(subject: str) -> Cause:
    """Why nothing is known of a subject that takes too much work."""
    return Cause(f"`{subject}` takes more work to evaluate than orgtrail does for any configuration")

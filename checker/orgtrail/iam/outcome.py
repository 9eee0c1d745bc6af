"""What a question is answered with."""

import msgspec

from orgtrail.results import RequestWitness, Verdict
from orgtrail.values import Cause


class Outcome(msgspec.Struct, frozen=True):
    """The answer: `because` are the grounds of a proof, `unknowns` what an undecided answer hangs on.

    `caller` is the class of who sends the witness, `assumptions` are the ids of what was taken for true. `but_for` are
    the accounts that a proof doesn't speak of, since another rule does.
    """

    verdict: Verdict
    witness: RequestWitness | None = None
    because: tuple[str, ...] = ()
    unknowns: tuple[Cause, ...] = ()
    caller: str = ""
    assumptions: tuple[str, ...] = ()
    but_for: tuple[str, ...] = ()
